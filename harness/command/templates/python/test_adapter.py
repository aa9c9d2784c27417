"""The adapter from the outside: python3 -m unittest, in this folder."""

import base64
import json
import pathlib
import subprocess
import sys
import unittest

ADAPTER = pathlib.Path(__file__).with_name("adapter.py")
SECRET = "a secret of thirty-two octets, or more"
CLIENT = {"client_id": "me", "method": "client_secret_jwt", "alg": "HS256", "secret": SECRET}
POLICY = {
    "profile": "okta@1",
    "algorithms": ["HS256"],
    "audience": ["https://as.example"],
    "clock_skew": 0,
    "future_skew": 0,
}


def ask(*messages):
    """What the adapter answers, one after the other."""
    lines = "".join(json.dumps(message) + "\n" for message in (*messages, {"op": "bye"}))
    ran = subprocess.run(
        [sys.executable, str(ADAPTER)], input=lines, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in ran.stdout.splitlines()]


def order(**changes):
    return {
        "op": "build",
        "seq": 1,
        "now": 1_700_000_000,
        "client_id": "me",
        "audience": "https://as.example",
        "method": "client_secret_jwt",
        "algorithm": "HS256",
        "key": {"secret": SECRET},
        "lifetime": 60,
        "policy": POLICY,
        **changes,
    }


def question(request, **changes):
    return {
        "op": "verify",
        "seq": 2,
        "state": "c1",
        "now": 1_700_000_001,
        "policy": POLICY,
        "server": {},
        "clients": [CLIENT],
        "request": request,
        **changes,
    }


def built(**changes):
    [answer] = ask(order(**changes))
    return answer["assertion"]


class Adapter(unittest.TestCase):
    def test_it_says_hello(self):
        [hello] = ask({"op": "hello", "protocol": 1})
        self.assertEqual(hello["protocol"], 1)
        self.assertNotIn("seq", hello)

    def test_what_it_builds_it_accepts(self):
        [answer] = ask(question({"client_assertion": built()}))
        self.assertEqual(answer, {"seq": 2, "verdict": "accept", "client_id": "me"})

    def test_an_assertion_in_base64_is_the_same_assertion(self):
        octets = base64.b64encode(built().encode()).decode()
        [answer] = ask(question({"client_assertion_base64": octets}))
        self.assertEqual(answer["verdict"], "accept")

    def test_it_rejects_another_signature_and_a_later_time(self):
        token = built()
        forged = token[:-2] + ("AA" if token[-2:] != "AA" else "BA")
        late = question({"client_assertion": token}, now=1_700_000_060)
        for message in (question({"client_assertion": forged}), late):
            [answer] = ask(message)
            self.assertEqual(answer["verdict"], "reject")

    def test_it_rejects_an_algorithm_that_the_client_is_not_registered_with(self):
        other = {**CLIENT, "alg": "HS512"}
        [answer] = ask(question({"client_assertion": built()}, clients=[other]))
        self.assertEqual(answer["verdict"], "reject")

    def test_it_says_unsupported_to_what_it_does_not_promise(self):
        other = {"client_id": "me", "method": "private_key_jwt", "jwks": {"keys": []}}
        verdicts = [
            answer["verdict"]
            for answer in ask(
                question({"client_assertion": built()}, clients=[other]),
                order(algorithm="HS512"),
            )
        ]
        self.assertEqual(verdicts, ["unsupported", "unsupported"])

    def test_a_message_that_it_cannot_take_is_an_error_and_it_goes_on(self):
        broken, hello = ask({"op": "verify", "seq": 7}, {"op": "hello", "protocol": 1})
        self.assertEqual((broken["seq"], broken["verdict"]), (7, "error"))
        self.assertEqual(hello["protocol"], 1)

    def test_it_counts_the_seconds_of_a_bench(self):
        [answer] = ask({"op": "bench", "seq": 3, "times": 2, "request": order()})
        self.assertGreaterEqual(answer["seconds"], 0)


if __name__ == "__main__":
    unittest.main()
