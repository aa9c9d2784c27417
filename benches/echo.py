"""The least possible adapter, with which `pipe.rs` measures: it reads each request and rejects it."""

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
    rejection = {"seq": request.get("seq"), "verdict": "reject", "reason": ""}
    print(json.dumps(HELLO if request["op"] == "hello" else rejection), flush=True)
