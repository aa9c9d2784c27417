"""The least that an adapter does: reads each request and refuses it. What `pipe.rs` measures with."""

import json
import sys

HELLO = {
    "protocol": 1,
    "implementation": {
        "name": "echo",
        "version": "1",
        "language": "Python",
        "url": "https://echo.example",
    },
    "roles": {"verify": {"layers": ["jws"]}},
    "methods": ["client_secret_jwt"],
    "algorithms": ["HS256"],
    "clock": "given",
    "key_formats": ["secret"],
    "bench": False,
}

for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "bye":
        break
    refusal = {"seq": request.get("seq"), "verdict": "reject", "reason": ""}
    print(json.dumps(HELLO if request["op"] == "hello" else refusal), flush=True)
