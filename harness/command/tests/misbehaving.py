"""An honest verifier of `client_secret_jwt` that misbehaves in one way at one moment.

    misbehaving.py FOLDER ACT MOMENT

FOLDER holds `hs256.py`, the example verifier of the vectors. `misbehaving.py FOLDER --list` prints every
act with each moment that it has: `hello`, `once` (the first request, and after a restart never again), `each`
(each request), `later` (each fifth request), or `bye`. An act is a line here, in the table of its kind.
"""

import base64
import json
import os
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, sys.argv[1])
import hs256  # noqa: E402

sys.setrecursionlimit(20_000)
LONG = 1000  # seconds: longer than any test waits


class Line:
    """The line that is about to be written, as an act may change it."""

    def __init__(self, members):
        self.members = members

    @property
    def text(self):
        return json.dumps(self.members)


def write(text, end="\n"):
    octets = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    sys.stdout.buffer.write(octets + end.encode())
    sys.stdout.buffer.flush()


def daemon(*, own_session, ignores=()):
    """A process that outlives this one, if it is let."""

    def prepare():
        for number in ignores:
            signal.signal(number, signal.SIG_IGN)

    quiet = subprocess.DEVNULL
    child = subprocess.Popen(
        ["sleep", str(LONG)], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=own_session, preexec_fn=prepare
    )
    with open("pids", "a") as pids:
        pids.write(f"{child.pid}\n")


def double_fork():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            with open("pids", "a") as pids:
                pids.write(f"{os.getpid()}\n")
            os.closerange(0, 3)
            time.sleep(LONG)
        os._exit(0)


def hold_output():
    """A child that keeps the standard output open after this process has ended."""
    child = subprocess.Popen(["sleep", str(LONG)], stdin=subprocess.DEVNULL, start_new_session=True)
    with open("pids", "a") as pids:
        pids.write(f"{child.pid}\n")
    os._exit(0)


def ignore_signals():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(LONG)


def change(members):
    """An act that writes the line with members changed; `None` takes one out."""

    def act(line):
        changed = {**line.members, **members}
        write(json.dumps({name: value for name, value in changed.items() if value is not None}))

    return act


def instead(text):
    return lambda line: write(text(line) if callable(text) else text)


def before(action):
    """An act after which the line is written as it should be."""

    def act(line):
        action()
        if line.members:
            write(line.text)

    return act


def seq(line, value):
    return json.dumps({**line.members, "seq": value})


# How it ends.
ENDS = {
    "exits-0": lambda line: os._exit(0),
    "exits-3": lambda line: os._exit(3),
    "kills-itself": lambda line: os.kill(os.getpid(), signal.SIGKILL),
    "segfaults": lambda line: os.kill(os.getpid(), signal.SIGSEGV),
    "aborts": lambda line: os.abort(),
    "raises": lambda line: (_ for _ in ()).throw(RuntimeError("it raised")),
    "closes-output": lambda line: (os.close(1), time.sleep(LONG)),
    "closes-input": lambda line: (os.close(0), write(line.text), time.sleep(LONG)),
    "answers-then-exits": lambda line: (write(line.text), os._exit(0)),
    "half-a-line-then-exits": lambda line: (write(line.text[:20], end=""), os._exit(0)),
    "output-held-by-a-child": lambda line: hold_output(),
}

# How it does not end.
HANGS = {
    "sleeps": lambda line: time.sleep(LONG),
    "stops-itself": lambda line: os.kill(os.getpid(), signal.SIGSTOP),
    "ignores-signals": lambda line: ignore_signals(),
    "half-a-line-then-sleeps": lambda line: (write(line.text[:20], end=""), time.sleep(LONG)),
    "line-without-end": lambda line: (write(line.text, end=""), time.sleep(LONG)),
    "spins": lambda line: [None for _ in iter(int, 1)],
}

# What is no answer.
NO_ANSWERS = {
    "empty-line": instead(""),
    "blanks": instead("   "),
    "words": instead("Listening on port 8080"),
    "traceback": instead("Traceback (most recent call last):"),
    "invalid-utf8": instead(b"\xff\xfe{}"),
    "nul": instead("\0"),
    "utf-16": instead(lambda line: line.text.encode("utf-16")),
    "bom": instead(lambda line: "\ufeff" + line.text),
    "null": instead("null"),
    "number": instead("1"),
    "string": instead('"accept"'),
    "array": instead(lambda line: f"[{line.text}]"),
    "empty-object": instead("{}"),
    "single-quotes": instead(lambda line: line.text.replace('"', "'")),
    "trailing-comma": instead(lambda line: line.text[:-1] + ",}"),
    "trailing-text": instead(lambda line: line.text + " ok"),
    "two-on-a-line": instead(lambda line: line.text + line.text),
    "over-two-lines": instead(lambda line: line.text.replace(",", ",\n", 1)),
    "nested": instead("[" * 10_000),
    "nested-member": instead(lambda line: line.text[:-1] + ',"x":' + "[" * 5000 + "]" * 5000 + "}"),
    "long-line": instead("x" * 2_000_000),
    "long-answer": instead(lambda line: line.text[:-1] + ',"x":"' + "x" * 2_000_000 + '"}'),
    "lone-surrogate": instead(lambda line: line.text[:-1] + ',"reason":"\\ud800"}'),
    "raw-control": instead(lambda line: line.text[:-1] + ',"x":"\x01"}'),
    "carriage-return": instead(lambda line: line.text + "\r"),
    "escape-sequence": instead("\x1b]0;owned\x07\x1b[2J"),
    "workflow-command": instead("::error title=x::y"),
    "line-before": lambda line: (write("warning: deprecated"), write(line.text)),
    "line-after": lambda line: (write(line.text), write("done")),
}

# An answer that says something else than it may.
WRONG_ANSWERS = {
    "seq-missing": change({"seq": None}),
    "seq-unknown": instead(lambda line: seq(line, 999_999)),
    "seq-zero": instead(lambda line: seq(line, 0)),
    "seq-negative": instead(lambda line: seq(line, -1)),
    "seq-fraction": instead(lambda line: seq(line, 1.5)),
    "seq-string": instead(lambda line: seq(line, str(line.members.get("seq")))),
    "seq-huge": instead(lambda line: line.text.replace('"seq": ', '"seq": 9' + "9" * 30)),
    "seq-twice": instead(lambda line: line.text[:-1] + ',"seq":1}'),
    "answers-twice": lambda line: (write(line.text), write(line.text)),
    "answers-a-hundred-times": lambda line: [write(line.text) for _ in range(100)],
    "verdict-missing": change({"verdict": None}),
    "verdict-null": instead(lambda line: json.dumps({**line.members, "verdict": None})),
    "verdict-upper-case": change({"verdict": "ACCEPT"}),
    "verdict-unknown": change({"verdict": "maybe"}),
    "verdict-boolean": change({"verdict": True}),
    "verdict-twice": instead(lambda line: line.text[:-1] + ',"verdict":"reject"}'),
    "accepts-nobody": change({"verdict": "accept", "client_id": None}),
    "accepts-another": change({"verdict": "accept", "client_id": "somebody-else"}),
    "accepts-a-number": change({"verdict": "accept", "client_id": 7}),
    "accepts-a-long-name": change({"verdict": "accept", "client_id": "x" * 100_000}),
    "rejects-with-a-number": change({"verdict": "reject", "client_id": None, "reason": 7}),
    "rejects-with-a-long-reason": change({"verdict": "reject", "client_id": None, "reason": "x" * 100_000}),
    "rejects-with-escapes": change({"verdict": "reject", "client_id": None, "reason": "\x1b[31m\r\n::error::x\u202e"}),
    "error": lambda line: write(json.dumps({"seq": line.members["seq"], "verdict": "error", "reason": "no"})),
    "unsupported": lambda line: write(json.dumps({"seq": line.members["seq"], "verdict": "unsupported", "reason": "no"})),
    "an-assertion": lambda line: write(json.dumps({"seq": line.members["seq"], "assertion": "a.b.c"})),
    "a-hello-again": lambda line: write(json.dumps(HELLO)),
    "more-members": change({"note": "a member that no protocol has"}),
}

# What it does beside its answers.
BESIDE = {
    "floods-errors": before(lambda: [sys.stderr.write("x" * 1000 + "\n") for _ in range(10_000)]),
    "redirects-errors": before(lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), 2)),
    "daemon": before(lambda: daemon(own_session=False)),
    "daemon-in-a-session": before(lambda: daemon(own_session=True)),
    "deaf-daemon": before(lambda: daemon(own_session=True, ignores=(signal.SIGTERM, signal.SIGHUP))),
    "double-fork": before(double_fork),
    "twenty-children": before(lambda: [daemon(own_session=True) for _ in range(20)]),
    "deletes-records": before(lambda: [os.remove(f"assay-results/{name}") for name in os.listdir("assay-results")]),
}

# What it never ends to write.
FLOODS = {
    "blank-lines": lambda line: [write("") for _ in iter(int, 1)],
    "lines": lambda line: [write("x" * 100) for _ in iter(int, 1)],
    "one-line": lambda line: [write("x" * 65_536, end="") for _ in iter(int, 1)],
    "the-same-answer": lambda line: [write(line.text) for _ in iter(int, 1)],
    "other-answers": lambda line: [write(seq(line, random.randrange(10**9))) for _ in iter(int, 1)],
    "hellos": lambda line: [write(json.dumps(HELLO)) for _ in iter(int, 1)],
}

# What only a hello can say.
OF_HELLO = {
    "protocol-0": change({"protocol": 0}),
    "protocol-2": change({"protocol": 2}),
    "protocol-text": change({"protocol": "1"}),
    "protocol-missing": change({"protocol": None}),
    "no-name": change({"implementation": {"version": "1", "language": "Python"}}),
    "long-name": change({"implementation": {"name": "n" * 100_000, "version": "1", "language": "Python"}}),
    "name-with-escapes": change({"implementation": {"name": "\x1b[2J::error::\n", "version": "1", "language": "Python"}}),
    "empty-name": change({"implementation": {"name": "", "version": "1", "language": "Python"}}),
    "changing-version": change({"implementation": {"name": "m", "version": str(os.getpid()), "language": "Python"}}),
    "no-roles": change({"roles": {}}),
    "other-role": change({"roles": {"build": {"layers": ["jws"], "key_formats": ["secret"]}}}),
    "unknown-layer": change({"roles": {"verify": {"layers": ["jws", "all"]}}}),
    "no-layers": change({"roles": {"verify": {"layers": []}}}),
    "unknown-algorithm": change({"algorithms": ["HS256", "HS999"]}),
    "no-algorithms": change({"algorithms": []}),
    "unknown-method": change({"methods": ["none"]}),
    "unknown-clock": change({"clock": "sundial"}),
    "member-twice": instead(lambda line: line.text[:-1] + ',"protocol":1}'),
    "a-slow-hello": lambda line: (time.sleep(LONG), write(line.text)),
}

REQUESTS = ("once", "later")
EVERYWHERE = ("hello", *REQUESTS, "bye")
KINDS = [
    (ENDS, ("each", *EVERYWHERE)),
    (HANGS, EVERYWHERE),
    (NO_ANSWERS, ("hello", *REQUESTS)),
    (WRONG_ANSWERS, REQUESTS),
    (BESIDE, ("hello", "once", "bye")),
    (FLOODS, ("hello", "later", "bye")),
    (OF_HELLO, ("hello",)),
]
HELLO = {
    "protocol": 1,
    "implementation": {"name": "misbehaving", "version": "1", "language": "Python"},
    "roles": {"verify": {"layers": ["jws", "jwt"]}},
    "methods": ["client_secret_jwt"],
    "algorithms": ["HS256"],
    "clock": "given",
    "key_formats": ["secret"],
    "lacks": ["two-leeways"],
}


def answer(message):
    request = dict(message["request"])
    octets = request.pop("client_assertion_base64", None)
    request["client_assertion"] = (
        base64.b64decode(octets) if octets is not None else request.get("client_assertion", "").encode()
    )
    verdict = hs256.answer(message, message["now"], request)
    if verdict == "accept":
        named = request.get("client_id") or message["clients"][0]["client_id"]
        return {"seq": message["seq"], "verdict": "accept", "client_id": named}
    if verdict == "reject":
        return {"seq": message["seq"], "verdict": "reject", "reason": "no"}
    return {"seq": message["seq"], "verdict": "unsupported", "reason": verdict}


def main():
    if sys.argv[2] == "--list":
        for acts, moments in KINDS:
            for name in acts:
                for moment in moments:
                    print(name, moment)
        return
    name, moment = sys.argv[2], sys.argv[3]
    acts = {name: act for kind, _ in KINDS for name, act in kind.items()}

    def is_once():
        """True at the first request of the first process."""
        try:
            os.close(os.open("once", os.O_CREAT | os.O_EXCL))
            return True
        except FileExistsError:
            return False

    def turn(now, members):
        if now == moment or (moment == "each" and now != "hello" and members):
            acts[name](Line(members))
        elif members:
            write(json.dumps(members))

    count = 0
    for text in sys.stdin:
        message = json.loads(text)
        if message["op"] == "hello":
            turn("hello", HELLO)
        elif message["op"] == "bye":
            turn("bye", {})
            return
        else:
            count += 1
            now = "once" if count == 1 and is_once() else "later" if count % 5 == 0 else "else"
            turn(now, answer(message))


main()
