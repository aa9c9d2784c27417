// @okta/okta-sdk-nodejs: `client.oauth.getJwt`, which makes the assertion that
// `client.oauth.getAccessToken` sends. Nothing here reaches the network.
//
// The user chooses the organisation, and the audience is always its token endpoint. Extra claims
// cannot be had.

import okta from '@okta/okta-sdk-nodejs';
import { ASSERTING, isPlainError, run } from './adapter.mjs';

const ENDPOINT = '/oauth2/v1/token';

function sign(request) {
  return prepareSign(request)();
}

// A client signs for every token request anew.
function prepareSign({ audience, client_id: clientId, algorithm: alg, key, kid: keyId }) {
  const client = new okta.Client({
    orgUrl: new URL(audience).origin,
    authorizationMode: 'PrivateKey',
    clientId,
    scopes: 'okta.users.read',
    // A JWK says what it is for; with PEM, the SDK takes RS256 or ES256 by the kind of key.
    privateKey: key.jwk ? { ...key.jwk, alg } : key.pem,
    ...(keyId !== undefined && { keyId }),
  });
  return () => client.oauth.getJwt(ENDPOINT);
}

await run({
  name: 'okta-sdk-nodejs',
  package: '@okta/okta-sdk-nodejs',
  url: 'https://github.com/okta/okta-sdk-nodejs',
  algorithms: ['RS256', 'ES256'],
  keyFormats: ['jwk', 'pkcs8', 'pkcs1', 'sec1'],
  clock: 'system',
  isDocumented: isPlainError,
  build: { layers: ASSERTING, fixed: ['audience', 'claims', 'lifetime', 'now', 'jti', 'typ'], sign, prepare: prepareSign },
});
