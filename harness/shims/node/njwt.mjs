// njwt, the library inside Okta's SDK for Node.js: `verify` and `create`.
//
// Not claimed: layer `jwt`, since it knows nothing of `iss`, `sub` and `aud`; layer `key`, since
// it is given one PEM. It does look at `exp` and `nbf`, by the clock of the machine.

import nJwt from 'njwt';
import { isPlainError, run, SIGNING } from './adapter.mjs';

function check(call) {
  return call.tryKeys((key) => nJwt.verify(call.assertion, key, call.algorithm));
}

function sign({ algorithm, kid, typ, key }, claims) {
  // `create` sets `exp` an hour ahead, whatever the claims say.
  const jwt = nJwt
    .create(claims, key.pem ?? key.secret, algorithm)
    .setExpiration(new Date(claims.exp * 1000));
  if (kid !== undefined) jwt.setHeader('kid', kid);
  // Left alone, `typ` is JWT; undefined takes it away.
  if (typ !== undefined) jwt.setHeader('typ', typ ?? undefined);
  return jwt.compact();
}

await run({
  name: 'njwt',
  package: 'njwt',
  url: 'https://github.com/jwtk/njwt',
  algorithms: [
    ...['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
  ],
  keyFormats: ['pkcs8', 'pkcs1', 'sec1', 'secret'],
  clock: 'system',
  // It does not export these classes. Without a key it throws a plain Error.
  isDocumented: (error) => ['JwtError', 'JwtParseError'].includes(error?.name) || isPlainError(error),
  verify: { layers: ['jws'], check },
  build: { layers: SIGNING, fixed: [], sign },
});
