// The adapters of oauth4webapi and openid-client share this: the second re-exports the client
// authentication functions of the first. They are called as a token request calls them, with the
// metadata of a server, so that the assertion lands in the body, and the body is the answer. Nothing reaches the network.
//
// The audience is always the issuer, so the issuer is named as the request names the audience.
// The rest of what may be told goes through `modifyAssertion`, the documented hook.

import { importJWK, importPKCS8 } from 'jose';
import { OperationProcessingError, UnsupportedOperationError } from 'oauth4webapi';
import { isArgumentError, run } from './adapter.mjs';

export function runClientAuth(name, url, library) {
  const { ClientSecretJwt, PrivateKeyJwt, modifyAssertion } = library;

  async function sign(request) {
    const { audience, client_id, method, algorithm, key, kid, typ, claims } = request;
    const options = {
      [modifyAssertion](header, payload) {
        // As its documentation shows, for servers that know Ed25519 by the older name.
        if (header.alg === 'Ed25519') header.alg = 'EdDSA';
        if (kid !== undefined) header.kid = kid;
        if (typ) header.typ = typ;
        for (const [name, value] of Object.entries(claims)) {
          // Not by assignment, which takes `__proto__` for something else.
          const claim = { value, configurable: true, enumerable: true, writable: true };
          if (!Object.hasOwn(payload, name)) Object.defineProperty(payload, name, claim);
        }
      },
    };
    const authenticate =
      method === 'private_key_jwt'
        ? PrivateKeyJwt({ key: await signingKey(key, algorithm), kid }, options)
        : ClientSecretJwt(key.secret, options);
    const body = new URLSearchParams();
    await authenticate({ issuer: audience }, { client_id }, body, new Headers());
    return Object.fromEntries(body);
  }

  return run({
    name,
    package: name,
    url,
    algorithms: [
      ...['HS256', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
      ...['ES256', 'ES384', 'ES512', 'EdDSA'],
    ],
    keyFormats: ['jwk', 'pkcs8', 'secret'],
    clock: 'system',
    isDocumented: (error) =>
      error instanceof OperationProcessingError || error instanceof UnsupportedOperationError,
    build: { fixed: ['lifetime', 'now', 'jti'], sign, declines: isArgumentError },
  });
}

// They take a CryptoKey, which says what algorithm it is for.
const signingKey = ({ jwk, pem }, alg) => (jwk ? importJWK(jwk, alg) : importPKCS8(pem, alg));
