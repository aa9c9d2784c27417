// The adapter from the outside: node --test, in this folder.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ADAPTER = fileURLToPath(new URL('adapter.mjs', import.meta.url));
const SECRET = 'a secret of thirty-two octets, or more';
const CLIENT = { client_id: 'me', method: 'client_secret_jwt', alg: 'HS256', secret: SECRET };
const POLICY = {
  profile: 'okta@1',
  algorithms: ['HS256'],
  audience: ['https://as.example'],
  clock_skew: 0,
  future_skew: 0,
};

/** What the adapter answers, one after the other. */
function ask(...messages) {
  const input = [...messages, { op: 'bye' }].map((each) => `${JSON.stringify(each)}\n`).join('');
  const ran = spawnSync(process.execPath, [ADAPTER], { input, encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}

const order = (changes) => ({
  op: 'build',
  seq: 1,
  now: 1_700_000_000,
  client_id: 'me',
  audience: 'https://as.example',
  method: 'client_secret_jwt',
  algorithm: 'HS256',
  key: { secret: SECRET },
  lifetime: 60,
  policy: POLICY,
  ...changes,
});

const question = (request, changes) => ({
  op: 'verify',
  seq: 2,
  state: 'c1',
  now: 1_700_000_001,
  policy: POLICY,
  server: {},
  clients: [CLIENT],
  request,
  ...changes,
});

const built = () => ask(order())[0].assertion;

test('it says hello', () => {
  const [hello] = ask({ op: 'hello', protocol: 1 });
  assert.equal(hello.protocol, 1);
  assert.ok(!('seq' in hello));
});

test('what it builds it accepts', () => {
  const [answer] = ask(question({ client_assertion: built() }));
  assert.deepEqual(answer, { seq: 2, verdict: 'accept', client_id: 'me' });
});

test('an assertion in base64 is the same assertion', () => {
  const octets = Buffer.from(built()).toString('base64');
  const [answer] = ask(question({ client_assertion_base64: octets }));
  assert.equal(answer.verdict, 'accept');
});

test('it rejects another signature and a later time', () => {
  const token = built();
  const forged = token.slice(0, -2) + (token.endsWith('AA') ? 'BA' : 'AA');
  const answers = ask(
    question({ client_assertion: forged }),
    question({ client_assertion: token }, { now: 1_700_000_060 }),
  );
  assert.deepEqual(answers.map(({ verdict }) => verdict), ['reject', 'reject']);
});

test('it rejects an algorithm that the client is not registered with', () => {
  const other = { ...CLIENT, alg: 'HS512' };
  const [answer] = ask(question({ client_assertion: built() }, { clients: [other] }));
  assert.equal(answer.verdict, 'reject');
});

test('it says unsupported to what it does not promise', () => {
  const other = { client_id: 'me', method: 'private_key_jwt', jwks: { keys: [] } };
  const answers = ask(
    question({ client_assertion: built() }, { clients: [other] }),
    order({ algorithm: 'HS512' }),
  );
  assert.deepEqual(answers.map(({ verdict }) => verdict), ['unsupported', 'unsupported']);
});

test('a message that it cannot take is an error, and it goes on', () => {
  const [broken, hello] = ask({ op: 'verify', seq: 7 }, { op: 'hello', protocol: 1 });
  assert.deepEqual([broken.seq, broken.verdict, hello.protocol], [7, 'error', 1]);
});

test('it counts the seconds of a bench', () => {
  const [answer] = ask({ op: 'bench', seq: 3, times: 2, request: order() });
  assert.ok(answer.seconds >= 0);
});
