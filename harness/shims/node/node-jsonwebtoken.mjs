// jsonwebtoken for Node.js (a Rust crate has that name too): `verify` and `sign`.
//
// Not claimed: layer `key`, since it is given one PEM and knows nothing of JWKs.

import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { isPlainError, run, SIGNING } from './adapter.mjs';

const optionsOf = (call) => ({
  algorithms: call.algorithms,
  issuer: call.client.client_id,
  subject: call.client.client_id,
  audience: call.audience,
  clockTolerance: call.leeway,
  clockTimestamp: call.now,
});

function check(call) {
  const options = optionsOf(call);
  return call.tryKeys((key) => jwt.verify(call.assertion, key, options));
}

function prepareCheck(call) {
  const options = optionsOf(call);
  const key = call.isSymmetric ? createSecretKey(call.key, 'utf8') : createPublicKey(call.key);
  return () => jwt.verify(call.assertion, key, options);
}

function sign(request, claims) {
  return jwt.sign(claims, request.key.pem ?? request.key.secret, headerOf(request));
}

function prepareSign(request, claims) {
  const { pem, secret } = request.key;
  const key = pem ? createPrivateKey(pem) : createSecretKey(secret, 'utf8');
  const options = headerOf(request);
  return () => jwt.sign(claims, key, options);
}

const headerOf = ({ algorithm, kid, typ }) => ({
  algorithm,
  ...(kid !== undefined && { keyid: kid }),
  // Left alone, `typ` is JWT; undefined takes it away.
  ...(typ !== undefined && { header: { typ: typ ?? undefined } }),
});

await run({
  name: 'node-jsonwebtoken',
  package: 'jsonwebtoken',
  url: 'https://github.com/auth0/node-jsonwebtoken',
  algorithms: [
    ...['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ...['ES256', 'ES384', 'ES512'],
  ],
  keyFormats: ['pkcs8', 'pkcs1', 'sec1', 'secret'],
  clock: 'given',
  // For keys that do not fit the algorithm, or are too small, it throws a plain Error.
  isDocumented: (error) => error instanceof jwt.JsonWebTokenError || isPlainError(error),
  verify: { layers: ['jws', 'jwt'], check, prepare: prepareCheck },
  build: { layers: SIGNING, fixed: [], sign, prepare: prepareSign },
});
