// The process protocol, version 1, which all adapters share, and what a caller settles before it
// calls a library: the client, the algorithms, the keys. See DESIGN.md of the project.
//
// An adapter is an object:
//
//   name, package, url    what it is called, the npm package under test, where that lives
//   algorithms            those that the library has
//   keyFormats            of jwk, pkcs8, pkcs1, sec1, secret
//   clock                 'given' or 'system'
//   isDocumented(error)   tells whether the library documents this exception: it rejects or declines
//   verify                { layers, check(call), prepare(call) }: check throws unless the assertion
//                         is good
//   build                 { layers, fixed, sign(request, claims), declines(error),
//                         prepare(request, claims) }: sign returns the assertion, or the parameters
//                         of the token request around it; without layers, it keeps the rules of
//                         all; declines tells what else the library means as a way to decline
//
// `prepare` need not be there. It does once what a careful user does once, and returns a function
// that `bench` repeats; without it the whole is repeated.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

const LF = 0x0a;

/** What a library keeps by itself where its user composes the claims. */
export const SIGNING = ['jws', 'key', 'jwt'];

/** What a library keeps by itself where it composes the claims, and its user the token request. */
export const ASSERTING = ['jws', 'key', 'jwt', 'assertion'];

/** Answers requests until `bye` or the end of input. */
export async function run(adapter) {
  for await (const line of lines(process.stdin)) {
    const request = parse(line);
    if (request?.op === 'bye') break;
    // One write a line, after the one before: answers never interleave.
    if (request) process.stdout.write(`${JSON.stringify(await answer(adapter, request))}\n`);
  }
}

// Not node:readline, for which U+2028 ends a line too.
async function* lines(input) {
  let pending = [];
  for await (const chunk of input) {
    let start = 0;
    for (let end; (end = chunk.indexOf(LF, start)) !== -1; start = end + 1) {
      yield Buffer.concat([...pending, chunk.subarray(start, end)]).toString();
      pending = [];
    }
    pending.push(chunk.subarray(start));
  }
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch (error) {
    console.error(`this is not a request: ${error.message}`);
    return undefined;
  }
}

async function answer(adapter, request) {
  const { op, seq } = request;
  switch (op) {
    case 'hello':
      return hello(adapter);
    case 'verify':
      return { seq, ...(await verify(adapter, request)) };
    case 'build':
      return { seq, ...(await build(adapter, request)) };
    case 'bench':
      return { seq, ...(await bench(adapter, request)) };
    default:
      return { seq, verdict: 'unsupported', reason: `there is no operation ${op}` };
  }
}

function hello({ name, package: npm, url, verify, build, algorithms, clock, keyFormats }) {
  const manifest = new URL(`./node_modules/${npm}/package.json`, import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest));
  return {
    protocol: 1,
    implementation: {
      name,
      version,
      language: `Node.js ${process.versions.node}`,
      toolchain: `Node.js ${process.versions.node}, OpenSSL ${process.versions.openssl}`,
      url,
    },
    roles: {
      ...(verify && { verify: { layers: verify.layers } }),
      ...(build && { build: { layers: build.layers, fixed: build.fixed } }),
    },
    methods: [...new Set(algorithms.map(methodOf))].sort(),
    algorithms,
    clock,
    key_formats: keyFormats,
    bench: true,
  };
}

async function verify(adapter, request) {
  try {
    if (!adapter.verify) throw new Unsupported('it only builds');
    const call = new Call(adapter, request);
    await adapter.verify.check(call);
    return { verdict: 'accept', client_id: call.client.client_id };
  } catch (error) {
    return failure(adapter, error, 'reject');
  }
}

async function build(adapter, request) {
  try {
    if (!adapter.build) throw new Unsupported('it only verifies');
    const { method, algorithm, key } = request;
    if (!adapter.algorithms.includes(algorithm)) throw new Unsupported(`it has no ${algorithm}`);
    // No library here can be told both.
    if (method !== methodOf(algorithm)) throw new Objection('the algorithm is of the other method');
    const format = formatOf(key);
    if (!adapter.keyFormats.includes(format)) throw new Unsupported(`it reads no ${format}`);
    const signed = await adapter.build.sign(request, claimsOf(request));
    return typeof signed === 'string' ? { assertion: signed } : { request: signed };
  } catch (error) {
    if (adapter.build?.declines?.(error)) return { verdict: 'refused', reason: inWords(error) };
    return failure(adapter, error, 'refused');
  }
}

async function bench(adapter, { times, request }) {
  const first = await (request.op === 'build' ? build : verify)(adapter, request);
  if (first.verdict && first.verdict !== 'accept') return first;
  const work = (await prepared(adapter, request)) ?? (() => answer(adapter, request));
  await work();
  const started = performance.now();
  for (let done = 0; done < times; done += 1) await work();
  return { seconds: (performance.now() - started) / 1000 };
}

function prepared(adapter, request) {
  if (request.op === 'build') return adapter.build.prepare?.(request, claimsOf(request));
  return adapter.verify.prepare?.(new Call(adapter, request));
}

function failure(adapter, error, word) {
  if (error instanceof Unsupported) return { verdict: 'unsupported', reason: error.message };
  const isVerdict = error instanceof Objection || adapter.isDocumented(error);
  return { verdict: isVerdict ? word : 'error', reason: inWords(error) };
}

function inWords(error) {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/**
 * A TypeError by which a library says that a key or an option does not fit; those of the engine
 * itself are mistakes in the code.
 */
export function isArgumentError(error) {
  const isOfEngine = /^Cannot |is not (a function|a constructor|iterable|defined)/;
  return error instanceof TypeError && !isOfEngine.test(error.message);
}

/** An objection of the caller itself, before or between calls of the library. */
class Objection extends Error {
  // The tables of reasons know it by this name.
  name = 'Refusal';
}

/** What `hello` did not promise. */
class Unsupported extends Error {}

/**
 * An `Error` that a library made itself: Node's own have a `code`, and mistakes in the code have
 * a class, such as TypeError. For libraries that reject with no class of their own.
 */
export function isPlainError(error) {
  return error?.constructor === Error && error.code === undefined;
}

/**
 * The claims set in a payload that a library hands over as octets, unread: its user parses them,
 * and a payload that is no JSON object has no claims.
 */
export function claimsSet(octets) {
  let claims;
  try {
    claims = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets));
  } catch (error) {
    throw new Objection(`the payload is no JSON: ${error.message}`);
  }
  if (claims?.constructor !== Object) throw new Objection('the payload is no JSON object');
  return claims;
}

/** One assertion of a registered client, as a library is asked about it. */
class Call {
  constructor(adapter, { now, policy, clients, request }) {
    if (policy.clock_skew !== policy.future_skew) {
      throw new Unsupported('the library has one leeway for both directions');
    }
    this.octets = assertionOf(request);
    // What is not UTF-8 becomes U+FFFD, as it does where a server reads a form into strings.
    this.assertion = this.octets.toString();
    const [header, payload] = this.assertion.split('.', 2).map(unverifiedObject);
    // RFC 6749 section 3.2: a parameter without a value is as good as left out.
    const clientId = request.client_id || payload?.sub;
    this.client = clients.find((client) => client.client_id === clientId);
    if (!this.client) throw new Objection('the client is not registered');
    this.adapter = adapter;
    this.header = header;
    this.now = now;
    this.leeway = policy.clock_skew;
    this.audience = policy.audience;
    this.kidPolicy = policy.kid;
    this.algorithms = this.#allowed(policy);
  }

  // Allowed by the policy, registered, known to the library.
  #allowed(policy) {
    const { method, alg } = this.client;
    const allowed = policy.algorithms.filter(
      (algorithm) => methodOf(algorithm) === method && (alg ?? algorithm) === algorithm,
    );
    if (allowed.length === 0) throw new Objection('the client has no algorithm that is allowed');
    const known = allowed.filter((algorithm) => this.adapter.algorithms.includes(algorithm));
    // If it knows none of them, all that are allowed: it then rejects what the header names.
    return known.length > 0 ? known : allowed;
  }

  /**
   * For libraries that are given one algorithm: the one that the header names where it is
   * allowed, else any that is, so that it is the library that rejects the header.
   */
  get algorithm() {
    return this.algorithms.find((algorithm) => algorithm === this.header.alg) ?? this.algorithms[0];
  }

  /** Tells whether the client has a secret and no keys. */
  get isSymmetric() {
    return this.client.method === 'client_secret_jwt';
  }

  /** The secret of the client, as text. */
  get secret() {
    if (typeof this.client.secret !== 'string') throw new Objection('the client has no secret');
    return this.client.secret;
  }

  /** Tells whether the policy binds a token to the key that its `kid` names, for a number of keys. */
  bindsKid(keys) {
    return this.kidPolicy === 'match' || (this.kidPolicy === 'when-several' && keys > 1);
  }

  /**
   * For libraries that are given one key, as text: tries the secret, or the keys that `kid` names
   * (all where it names none, if the policy allows), until one passes; else the last exception counts.
   */
  tryKeys(check) {
    let last = new Objection('there is no key to check with');
    for (const key of this.isSymmetric ? [this.secret] : this.#pems()) {
      try {
        return check(key);
      } catch (error) {
        if (!this.adapter.isDocumented(error)) throw error;
        last = error;
      }
    }
    throw last;
  }

  /** The first key, as text: for `prepare`, whose client has one. */
  get key() {
    return this.isSymmetric ? this.secret : this.#pems()[0];
  }

  #pems() {
    const { pems = [], jwks } = this.client;
    const keys = jwks?.keys ?? [];
    // Where some keys have no PEM form, it is not known which PEM is whose.
    if (keys.length !== pems.length) return pems;
    const { kid } = this.header;
    const named = pems.filter((_, index) => kid !== undefined && keys[index]?.kid === kid);
    return named.length > 0 || this.bindsKid(pems.length) ? named : pems;
  }
}

function assertionOf({ client_assertion: text, client_assertion_base64: base64 }) {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  if (text === undefined) throw new Objection('there is no client assertion');
  return Buffer.from(text);
}

// Read as leniently as can be, so that what is odd about it reaches the library.
function unverifiedObject(segment) {
  try {
    return JSON.parse(Buffer.from(segment, 'base64url')) ?? {};
  } catch {
    return {};
  }
}

function methodOf(algorithm) {
  return algorithm.startsWith('HS') ? 'client_secret_jwt' : 'private_key_jwt';
}

const LABELS = { 'RSA PRIVATE KEY': 'pkcs1', 'EC PRIVATE KEY': 'sec1' };

function formatOf({ jwk, secret, pem }) {
  if (jwk !== undefined) return 'jwk';
  if (secret !== undefined) return 'secret';
  return LABELS[/-----BEGIN ([A-Z ]+)-----/.exec(pem)?.[1]] ?? 'pkcs8';
}

// The claims of a client assertion, for libraries that sign what they are given.
function claimsOf({ claims, client_id: clientId, audience: aud, now: iat, lifetime }) {
  const exp = iat + lifetime;
  return { ...claims, iss: clientId, sub: clientId, aud, iat, exp, jti: randomUUID() };
}
