// jose: `jwtVerify` with `createLocalJWKSet`, `SignJWT`.
//
// Not claimed: layer `assertion`. `requiredClaims` has what RFC 7523 requires, but the form of
// `aud`, the lifetime and `iat` are left to the caller.

import * as jose from 'jose';
import { isArgumentError, run, SIGNING } from './adapter.mjs';

const utf8 = new TextEncoder();

const optionsOf = (call) => ({
  algorithms: call.algorithms,
  issuer: call.client.client_id,
  subject: call.client.client_id,
  audience: call.audience,
  requiredClaims: ['iss', 'sub', 'aud', 'exp'],
  clockTolerance: call.leeway,
  currentDate: new Date(call.now * 1000),
});

async function check(call) {
  const options = optionsOf(call);
  if (call.isSymmetric) return jose.jwtVerify(call.octets, utf8.encode(call.secret), options);
  const keys = jose.createLocalJWKSet(call.client.jwks);
  try {
    return await jose.jwtVerify(call.octets, keys, options);
  } catch (error) {
    const several = error instanceof jose.errors.JWKSMultipleMatchingKeys;
    if (!several || call.bindsKid(Infinity)) throw error;
    return tryEach(error, call, options);
  }
}

// As the documentation of `createLocalJWKSet` has it, for sets in which several keys match: where
// it leaves the choice open, and so does the policy.
async function tryEach(keys, call, options) {
  for await (const key of keys) {
    try {
      return await jose.jwtVerify(call.octets, key, options);
    } catch (error) {
      if (!(error instanceof jose.errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new jose.errors.JWSSignatureVerificationFailed();
}

function prepareCheck(call) {
  const options = optionsOf(call);
  const key = call.isSymmetric
    ? utf8.encode(call.secret)
    : jose.createLocalJWKSet(call.client.jwks);
  return () => jose.jwtVerify(call.octets, key, options);
}

async function sign(request, claims) {
  return (await prepareSign(request, claims))();
}

async function prepareSign({ algorithm: alg, kid, typ, key }, claims) {
  const header = { alg, ...(kid !== undefined && { kid }), ...(typ && { typ }) };
  const prepared = await signingKey(key, alg);
  return () => new jose.SignJWT(claims).setProtectedHeader(header).sign(prepared);
}

function signingKey({ jwk, pem, secret }, alg) {
  if (jwk) return jwk;
  return pem ? jose.importPKCS8(pem, alg) : utf8.encode(secret);
}

await run({
  name: 'jose',
  package: 'jose',
  url: 'https://github.com/panva/jose',
  algorithms: [
    ...['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ...['ES256', 'ES384', 'ES512', 'EdDSA'],
  ],
  keyFormats: ['jwk', 'pkcs8', 'secret'],
  clock: 'given',
  isDocumented: (error) => error instanceof jose.errors.JOSEError,
  verify: { layers: ['jws', 'key', 'jwt'], check, prepare: prepareCheck },
  build: { layers: SIGNING, fixed: [], sign, declines: isArgumentError, prepare: prepareSign },
});
