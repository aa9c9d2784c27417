#!/usr/bin/env python3
"""Proves the regression gate: slowdowns are planted in a signer for every algorithm, and each must be
caught and named; the same program compared with itself must raise no alarm, on a quiet machine and
beside programs that use every processor.

    cargo build --release -p jwt-assay-cli -p jwt-assay-benches --bin jwt-assay --bin gate
    benches/prove.py [--quiet 10] [--loaded 10] [--burners 4] [--output FILE]

Exits 0 if every slowdown was caught and no other alarm was raised, else 1. Interrupted during the runs
without a slowdown, it prints the results so far.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GATE = ROOT / "target/release/gate"
COMMAND = ROOT / "target/release/jwt-assay"
# Instructions that a planted loop takes for one of its turns; measured before anything is planted.
CALIBRATION_TURNS = 1000


def gate(plant=None):
    """The verdict on the same program twice, one with something planted; and whether it exits 1."""
    environment = {name: value for name, value in os.environ.items() if name != "JWT_ASSAY_PLANT"}
    if plant:
        environment["JWT_ASSAY_PLANT"] = ",".join(f"{work}={what}" for work, what in plant.items())
    words = [COMMAND, "bench", "--gate", "--format", "json", "--programs", GATE, GATE]
    done = subprocess.run(words, env=environment, stdout=subprocess.PIPE)
    if done.returncode not in (0, 1):
        sys.exit(f"the gate ended with {done.returncode}")
    verdict = json.loads(done.stdout)
    if not verdict["counted_by"]:
        sys.exit("valgrind is not installed: the proof is about counted instructions")
    works = {work["name"]: work for work in verdict["works"]}
    return works, done.returncode == 1


def alarms(work):
    return {alarm["what"]: alarm for alarm in work["alarms"]}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--quiet", type=int, default=10)
    options.add_argument("--loaded", type=int, default=10)
    options.add_argument("--burners", type=int, default=4)
    options.add_argument("--output", type=Path)
    options = options.parse_args()

    plain, _ = gate()
    signers = [name for name in plain if name.startswith("sign/")]
    calibrated, _ = gate({work: CALIBRATION_TURNS for work in signers})
    turn = {
        work: (calibrated[work]["head"]["instructions"] - plain[work]["head"]["instructions"])
        / CALIBRATION_TURNS
        for work in signers
    }

    def turns(part, share):
        """A loop that takes this share of a part of each work."""
        return {
            work: max(1, round(share * plain[work]["head"][part] / turn[work])) for work in signers
        }

    # What is planted, which alarm must follow, and the function that it must name.
    plants = {
        "2 % of the whole": (turns("instructions", 0.02), "whole", "planted_turns"),
        "10 % of the encoding": (turns("encoding", 0.10), "encoding", "planted_turns"),
        "an allocation": ({work: "allocation" for work in signers}, "allocations", None),
        "the key prepared again": ({work: "key" for work in signers}, "encoding", None),
    }
    missed = 0
    rows = {work: [work.removeprefix("sign/")] for work in signers}
    for name, (plant, what, function) in plants.items():
        works, raised = gate(plant)
        for work in signers:
            alarm = alarms(works[work]).get(what)
            named = alarm and (function is None or function in (alarm.get("function") or [""])[0])
            if not (alarm and named and raised):
                missed += 1
                rows[work].append("MISSED")
            elif what == "allocations":
                rows[work].append(f"caught, {alarm['more']} more")
            else:
                rows[work].append(f"caught, +{alarm['more']:.1f} %")
        bare = [work for work in works if work not in signers and works[work]["alarms"]]
        if bare:
            missed += 1
            print(f"raised where nothing was planted: {bare}", file=sys.stderr)
        print(f"planted: {name}", file=sys.stderr)

    done, raised = {"quiet": 0, "loaded": 0}, {"quiet": 0, "loaded": 0}
    spread = {}
    # In turn, so that an interruption leaves some of each.
    kinds = [
        kind
        for run in range(max(options.quiet, options.loaded))
        for kind, runs in (("quiet", options.quiet), ("loaded", options.loaded))
        if run < runs
    ]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for kind in kinds:
            burn = [sys.executable, "-c", "while True: pass"]
            count = options.burners if kind == "loaded" else 0
            burners = [subprocess.Popen(burn) for _ in range(count)]
            try:
                started = time.monotonic()
                works, failed = gate()
                done[kind] += 1
                raised[kind] += failed
                if failed:
                    told = [(name, work["alarms"]) for name, work in works.items() if work["alarms"]]
                    print(f"{kind} {done[kind]}: RAISED {told}", file=sys.stderr)
                for work in signers:
                    head, base = works[work]["head"], works[work]["base"]
                    seen = spread.setdefault(work, {"instructions": 0, "encoding": 0, "time": 0})
                    for part in ("instructions", "encoding"):
                        change = abs(head[part] / base[part] - 1) * 100
                        seen[part] = max(seen[part], change)
                    seen["time"] = max(seen["time"], abs(works[work]["time"] - 1) * 100)
                taken = time.monotonic() - started
                print(f"{kind} {done[kind]}: {taken:.0f} s", file=sys.stderr)
            finally:
                for burner in burners:
                    burner.kill()
                    burner.wait()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)

    head = ["algorithm", *plants, "unchanged: instructions", "outside of the primitive", "time"]
    for work in signers:
        seen = spread.get(work)
        rows[work] += [
            f"±{seen[part]:.{digits}f} %" if seen else "—"
            for part, digits in (("instructions", 3), ("encoding", 3), ("time", 1))
        ]
    lines = [f"| {' | '.join(head)} |", f"| --- |{' --- |' * (len(head) - 1)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows.values()]
    lines += [
        "",
        f"{done['quiet']} runs with nothing changed: {raised['quiet']} alarms; {done['loaded']} beside "
        f"{options.burners} programs that use a processor each: {raised['loaded']} alarms. ± is the "
        f"largest change that was seen in any of them. The load of the machine at the end: "
        f"{os.getloadavg()[0]:.1f}.",
    ]
    text = "\n".join(lines) + "\n"
    if options.output:
        note = "<!-- GENERATED by `benches/prove.py`; do not edit. -->\n\n"
        options.output.write_text(note + text)
    print(text, end="")
    sys.exit(1 if missed or sum(raised.values()) else 0)


if __name__ == "__main__":
    main()
