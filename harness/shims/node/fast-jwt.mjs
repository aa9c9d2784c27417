// fast-jwt: `createVerifier` and `createSigner`.
//
// Not claimed: layer `key`, since it is given one PEM and knows nothing of JWKs.

import { createSigner, createVerifier, TokenError } from 'fast-jwt';
import { run, SIGNING } from './adapter.mjs';

const optionsOf = (call) => ({
  algorithms: call.algorithms,
  allowedIss: call.client.client_id,
  allowedSub: call.client.client_id,
  allowedAud: call.audience,
  requiredClaims: ['iss', 'sub', 'aud', 'exp'],
  clockTolerance: call.leeway * 1000,
  clockTimestamp: call.now * 1000,
  cache: false,
});

function prepareCheck(call) {
  const verifier = createVerifier({ ...optionsOf(call), key: call.key });
  return () => verifier(call.octets);
}

function check(call) {
  const options = optionsOf(call);
  return call.tryKeys((key) => createVerifier({ ...options, key })(call.octets));
}

function sign(request, claims) {
  return prepareSign(request, claims)();
}

function prepareSign({ algorithm, kid, typ, key }, claims) {
  const signer = createSigner({
    algorithm,
    key: key.pem ?? key.secret,
    kid,
    // Left alone, `typ` is JWT; undefined takes it away.
    ...(typ !== undefined && { header: { typ: typ ?? undefined } }),
  });
  return () => signer(claims);
}

await run({
  name: 'fast-jwt',
  package: 'fast-jwt',
  url: 'https://github.com/nearform/fast-jwt',
  algorithms: [
    ...['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ...['ES256', 'ES384', 'ES512', 'EdDSA'],
  ],
  keyFormats: ['pkcs8', 'pkcs1', 'sec1', 'secret'],
  clock: 'given',
  isDocumented: (error) => error instanceof TokenError,
  verify: { layers: ['jws', 'jwt'], check, prepare: prepareCheck },
  build: { layers: SIGNING, fixed: [], sign, prepare: prepareSign },
});
