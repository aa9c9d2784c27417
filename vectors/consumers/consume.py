"""Presents the vectors of a profile to a verifier: python3 consume.py okta hs256"""
import base64, collections, importlib, json, pathlib, sys

verifier, suite = importlib.import_module(sys.argv[2]), pathlib.Path(__file__).parents[1] / "suite"
def lines(name): return {line["id"]: line for line in map(json.loads, [*(suite / f"{name}.jsonl").open(encoding="utf-8")][1:])}
contexts, clients, cases, rules, vectors = map(lines, ("contexts", "clients", "cases", "rules", sys.argv[1]))

def answer(step):
    context, request = dict(contexts[step["context"]]), {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
    context["clients"] = [clients[name].get("client") for name in context["clients"]]
    request.update(step["request"])
    if None in context["clients"] or "client_assertion_recipe" in request:
        return "too large"
    octets = base64.b64decode(request.pop("client_assertion_base64", ""))
    request["client_assertion"] = octets or request.get("client_assertion", "").encode()
    return verifier.answer(context, step["now"], request)  # "accept", "reject" or a reason not to judge

def outcome(vector):
    case = cases[vector["id"].split("/")[0]]
    verdicts = [step["verdict"].split() for step in vector["steps"]]
    deciding = [verdict[1] if verdict[1:] else vector.get("rule") or case["rule"] for verdict in verdicts]
    if "duplicate-first-wins" in deciding: deciding += case.get("also_breaks", [])
    for layer in [rules[rule]["layer"] for rule in deciding]:
        if layer not in verifier.LAYERS: return f"not judged: layer {layer}"
    verifier.forget()  # what it remembers for the sake of replay
    for step in vector["steps"]:
        seen, asked = answer(step), step["verdict"].split()[0]
        if seen not in ("accept", "reject"): return f"not judged: {seen}"
        if asked in ("accept", "reject") and seen != asked: return f"WRONG: {seen}s"
    return f"open, {seen}s" if asked.startswith("may") else f"right, {seen}s"

outcomes = {name: outcome(vector) for name, vector in vectors.items()}
for name, vector in vectors.items():  # a rejection counts only beside its accepted control
    if outcomes[name] == "right, rejects" and not outcomes.get(vector.get("control"), "").endswith(", accepts"):
        outcomes[name] = "not judged: the control was not accepted"
wrong = [f"{seen}: {name}" for name, seen in outcomes.items() if seen.startswith("WRONG")]
print(*wrong, json.dumps(dict(sorted(collections.Counter(outcomes.values()).items())), indent=1), sep="\n")
sys.exit(bool(wrong) or "right, rejects" not in outcomes.values())
