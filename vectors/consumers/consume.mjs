// Presents the vectors of a profile to a verifier: node consume.mjs okta ./hs256.mjs
import { readFileSync } from "node:fs";

const [profile, module] = process.argv.slice(2);
const verifier = await import(module);
const lines = (name) => Object.fromEntries(readFileSync(new URL(`../suite/${name}.jsonl`, import.meta.url), "utf8")
  .split("\n").slice(1, -1).map((line) => JSON.parse(line)).map((line) => [line.id, line]));
const [contexts, clients, cases, rules, vectors] = ["contexts", "clients", "cases", "rules", profile].map(lines);

function answer(step) {
  const context = { ...contexts[step.context] };
  context.clients = context.clients.map((name) => clients[name].client);
  const request = { client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", ...step.request };
  if (context.clients.includes(undefined) || request.client_assertion_recipe) return "too large";
  const { client_assertion: text = "", client_assertion_base64: octets } = request;
  request.client_assertion = octets ? Buffer.from(octets, "base64") : Buffer.from(text);
  return verifier.answer(context, step.now, request); // "accept", "reject" or a reason not to judge
}

function outcome(vector) {
  const found = cases[vector.id.split("/")[0]];
  const deciding = vector.steps.map(({ verdict }) => verdict.split(" ")[1] ?? vector.rule ?? found.rule);
  if (deciding.includes("duplicate-first-wins")) deciding.push(...(found.also_breaks ?? []));
  const layer = deciding.map((rule) => rules[rule].layer).find((each) => !verifier.LAYERS.includes(each));
  if (layer) return `not judged: layer ${layer}`;
  verifier.forget(); // what it remembers for the sake of replay
  let seen, asked;
  for (const step of vector.steps) {
    [seen, asked] = [answer(step), step.verdict.split(" ")[0]];
    if (seen !== "accept" && seen !== "reject") return `not judged: ${seen}`;
    if (!asked.startsWith("may") && seen !== asked) return `WRONG: ${seen}s`;
  }
  return asked.startsWith("may") ? `open, ${seen}s` : `right, ${seen}s`;
}

const outcomes = Object.fromEntries(Object.entries(vectors).map(([name, vector]) => [name, outcome(vector)]));
for (const [name, { control }] of Object.entries(vectors)) // a rejection counts only beside its accepted control
  if (outcomes[name] === "right, rejects" && !outcomes[control]?.endsWith(", accepts")) outcomes[name] = "not judged: the control was not accepted";
const wrong = Object.entries(outcomes).filter(([, seen]) => seen.startsWith("WRONG"));
for (const [name, seen] of wrong) console.log(`${seen}: ${name}`);
console.log(Object.values(outcomes).reduce((counts, seen) => ({ ...counts, [seen]: (counts[seen] ?? 0) + 1 }), {}));
process.exit(Number(wrong.length > 0 || !Object.values(outcomes).includes("right, rejects")));
