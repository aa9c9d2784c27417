// node-jose: `JWS.createVerify` with a key store, `JWS.createSign`.
//
// Not claimed: layer `jwt`, since it verifies signatures only. To the library the payload is
// octets; the caller reads the claims set from them. That takes no clock, so the time of the
// request is as good as given.
//
// `createVerify` merges its options into defaults of the process (lib/jws/verify.js), and arrays
// index by index, so that what one verifier allows, others may allow as well. An answer would
// depend on the requests before it; instead, each comes after a verifier that allows everything, as
// it may in any process that has more than one.

import jose from 'node-jose';
import { claimsSet, isPlainError, run, SIGNING } from './adapter.mjs';

const algorithms = [
  ...['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512'],
];

async function check(call) {
  const keys = call.isSymmetric ? await secretKey(call.secret) : await keyStore(call.client.jwks);
  jose.JWS.createVerify(keys, { algorithms });
  const verifier = jose.JWS.createVerify(keys, { algorithms: call.algorithms });
  const { payload } = await verifier.verify(call.assertion);
  claimsSet(payload);
}

const keyStore = (jwks) => jose.JWK.asKeyStore(jwks);

const secretKey = (secret) =>
  jose.JWK.asKey({ kty: 'oct', k: jose.util.base64url.encode(secret, 'utf8') });

async function sign({ algorithm: alg, kid, typ, key }, claims) {
  const fields = { alg, ...(kid !== undefined && { kid }), ...(typ && { typ }) };
  const signer = jose.JWS.createSign({ format: 'compact', fields }, await signingKey(key));
  return signer.update(JSON.stringify(claims), 'utf8').final();
}

function signingKey({ jwk, pem, secret }) {
  if (jwk) return jose.JWK.asKey(jwk);
  return pem ? jose.JWK.asKey(pem, 'pem') : secretKey(secret);
}

await run({
  name: 'node-jose',
  package: 'node-jose',
  url: 'https://github.com/cisco/node-jose',
  algorithms,
  keyFormats: ['jwk', 'pkcs8', 'secret'],
  clock: 'given',
  // It rejects and declines with plain Errors.
  isDocumented: isPlainError,
  verify: { layers: ['jws', 'key'], check },
  build: { layers: SIGNING, fixed: [], sign },
});
