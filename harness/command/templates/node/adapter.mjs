// An adapter: it lets jwt-assay judge a library, over the process protocol, version 1.
//
// As it stands it verifies and builds `client_secret_jwt` with HS256, by the standard library alone.
// To judge your library instead, change the code under each REPLACE, and keep to three rules:
//
// - Only the library decides. Add no check of your own; claim in `layers` what the library enforces.
// - A rejection that the library documents is `reject`; any other exception is `error`, never a
//   rejection.
// - `unsupported` is only for what `HELLO` does not promise.

import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

// REPLACE: the name of your library, and what it promises. Read the version from what is installed, as from the
// package.json of your library.
const HELLO = {
  protocol: 1,
  implementation: {
    name: 'my-adapter',
    version: '0.1.0',
    language: `Node.js ${process.versions.node}`,
    // What your library runs on, where its answers may depend on it.
    toolchain: `Node.js ${process.versions.node}, OpenSSL ${process.versions.openssl}`,
    url: '',
  },
  roles: {
    // Of request, jws, key, jwt, assertion and state: those whose rules the library itself enforces.
    verify: { layers: ['jws', 'jwt'] },
    // The same for a builder. `key` if the library declines keys that do not fit; `assertion` if it, or
    // code of yours that you ship, composes the claims, since without it no `jti` is checked; `request`
    // if it makes the token request, which is the answer then.
    // `fixed`: of audience, claims, jti, kid, lifetime, now and typ, those that it cannot be told.
    build: { layers: ['jws', 'jwt'], fixed: [] },
  },
  methods: ['client_secret_jwt'], // and private_key_jwt
  algorithms: ['HS256'],
  clock: 'given', // 'system' where the library cannot be given the time
  key_formats: ['secret'], // and jwk, pkcs8, pkcs1, sec1
  bench: true,
};

// REPLACE: the exceptions that your library documents as rejections.
class Rejection extends Error {}

// What HELLO does not promise.
class Unsupported extends Error {}

/** The id of the client that was authenticated. */
async function verify({ policy, request, clients, now }) {
  const token = assertion(request);
  const client = clientOf(clients, request, token);
  if (!HELLO.methods.includes(client.method)) throw new Unsupported(`the method ${client.method}`);
  // The algorithms of the server, and of them the registered one where the client registered one.
  const allowed = policy.algorithms.filter((alg) => [undefined, alg].includes(client.alg));
  if (policy.clock_skew !== policy.future_skew) {
    throw new Unsupported('one leeway for exp and another for nbf');
  }
  // REPLACE: call the library with token, key, algorithms, issuer, subject, audience, time, leeway.
  const claims = await decode(token, client.secret, allowed);
  check(claims, client.client_id, policy.audience, now, policy.clock_skew);
  return client.client_id;
}

/** The assertion. */
async function build(message) {
  const { method, algorithm, key, kid, now, client_id: client } = message;
  if (!HELLO.methods.includes(method) || !HELLO.algorithms.includes(algorithm)) {
    throw new Unsupported(`${method} with ${algorithm}`);
  }
  if (key.secret === undefined) throw new Unsupported('the key format');
  // `typ` absent: the builder's default; null: none.
  const header = { alg: algorithm, typ: message.typ === undefined ? 'JWT' : message.typ, kid };
  const claims = {
    jti: randomUUID(),
    ...message.claims,
    iss: client,
    sub: client,
    aud: message.audience,
    iat: now,
    exp: now + message.lifetime,
  };
  // REPLACE: let the library sign.
  return encode(header, claims, key.secret);
}

// A stand-in for the library. Delete it once your library is called.

function encode(header, claims, secret) {
  if (Buffer.byteLength(secret) < 32) throw new Rejection('the secret is shorter than the hash');
  const members = Object.entries(header).filter(([, value]) => value != null);
  const parts = [Object.fromEntries(members), claims];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function decode(token, secret, allowed) {
  const segments = token.split('.');
  if (segments.length !== 3) throw new Rejection('not three segments');
  const [headerOctets, payload, mac] = segments.map(decodeSegment);
  const [header, claims] = [asObject(headerOctets), asObject(payload)];
  if (header.alg !== 'HS256' || !allowed.includes('HS256')) {
    throw new Rejection('not an algorithm that is allowed');
  }
  if ('crit' in header) throw new Rejection('an extension that is not understood');
  const signed = `${segments[0]}.${segments[1]}`;
  const expected = createHmac('sha256', secret).update(signed, 'latin1').digest();
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) {
    throw new Rejection('the signature is wrong');
  }
  return claims;
}

function check(claims, client, audiences, now, leeway) {
  if (claims.iss !== client || claims.sub !== client) {
    throw new Rejection('iss and sub are not the client');
  }
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audience.every((value) => typeof value === 'string')) throw new Rejection('aud is not text');
  if (!audience.some((value) => audiences.includes(value))) {
    throw new Rejection('aud is not this server');
  }
  if (now >= number(claims.exp) + leeway) throw new Rejection('expired');
  if ('nbf' in claims && number(claims.nbf) > now + leeway) throw new Rejection('not valid yet');
  if ('iat' in claims) number(claims.iat);
}

function asObject(octets) {
  let value;
  try {
    // Without this option a byte order mark would be taken away.
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets));
  } catch (error) {
    throw new Rejection('not JSON', { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Rejection('not a JSON object');
  }
  return value;
}

function number(value) {
  if (!Number.isFinite(value)) throw new Rejection('not a NumericDate');
  return value;
}

function decodeSegment(segment) {
  const octets = Buffer.from(segment, 'base64url');
  // Buffer passes over what is not base64url.
  if (octets.toString('base64url') !== segment) throw new Rejection('not base64url without padding');
  return octets;
}

// The protocol. Nothing below needs a change.

/** The octets of the assertion, a character each; those that are no UTF-8 come in base64. */
function assertion(request) {
  if (request.client_assertion_base64 !== undefined) {
    return Buffer.from(request.client_assertion_base64, 'base64').toString('latin1');
  }
  if (request.client_assertion === undefined) throw new Rejection('there is no client assertion');
  return Buffer.from(request.client_assertion).toString('latin1');
}

/** The client that `client_id` names, else the one that the unverified `sub` names. */
function clientOf(clients, request, token) {
  let named = request.client_id;
  if (!named) {
    try {
      named = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).sub;
    } catch (error) {
      throw new Rejection('it names no client', { cause: error });
    }
  }
  const client = clients.find((each) => each.client_id === named);
  if (!client) throw new Rejection('the client is not registered');
  return client;
}

async function answer(message) {
  try {
    switch (message.op) {
      case 'hello':
        return HELLO;
      case 'verify':
        return { verdict: 'accept', client_id: await verify(message) };
      case 'build':
        return { assertion: await build(message) };
      case 'bench': {
        const start = performance.now();
        for (let times = 0; times < message.times; times += 1) await answer(message.request);
        return { seconds: (performance.now() - start) / 1000 };
      }
      default:
        return { verdict: 'unsupported', reason: `the operation ${message.op}` };
    }
  } catch (error) {
    if (error instanceof Unsupported) return { verdict: 'unsupported', reason: error.message };
    if (error instanceof Rejection) {
      return { verdict: message.op === 'build' ? 'refused' : 'reject', reason: error.message };
    }
    // An undocumented exception is a fault, and no rejection.
    return { verdict: 'error', reason: `${error?.name}: ${error?.message}` };
  }
}

// What a library prints goes to standard error: standard output is for answers.
console.log = console.info = console.debug = console.error;

// Not node:readline, for which U+2028 ends a line too.
async function* lines(input) {
  let pending = [];
  for await (const chunk of input) {
    let start = 0;
    for (let end; (end = chunk.indexOf(10, start)) !== -1; start = end + 1) {
      yield Buffer.concat([...pending, chunk.subarray(start, end)]).toString();
      pending = [];
    }
    pending.push(chunk.subarray(start));
  }
}

for await (const line of lines(process.stdin)) {
  const message = JSON.parse(line);
  if (message.op === 'bye') break;
  const { seq } = message;
  process.stdout.write(`${JSON.stringify({ seq, ...(await answer(message)) })}\n`);
}
