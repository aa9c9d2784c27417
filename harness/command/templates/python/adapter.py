"""An adapter: it lets jwt-assay judge a library, over the process protocol, version 1.

As it stands it verifies and builds `client_secret_jwt` with HS256, by the standard library alone.
To judge your library instead, change the code under each REPLACE, and keep to three rules:

- Only the library decides. Add no check of your own; claim in `layers` what the library enforces.
- A rejection that the library documents is `reject`; any other exception is `error`, never a rejection.
- `unsupported` is only for what `HELLO` does not promise.
"""

import base64
import hashlib
import hmac
import json
import math
import os
import platform
import sys
import time
import uuid

# REPLACE: the name of your library, and what it promises. Read the version from what is installed, as with
# importlib.metadata.version("your-library").
HELLO = {
    "protocol": 1,
    "implementation": {
        "name": "my-adapter",
        "version": "0.1.0",
        "language": "Python " + ".".join(platform.python_version_tuple()[:2]),
        # What your library runs on, where its answers may depend on it; add what does its cryptography.
        "toolchain": f"Python {platform.python_version()}",
        "url": "",
    },
    "roles": {
        # Of request, jws, key, jwt, assertion and state: those whose rules the library itself enforces.
        "verify": {"layers": ["jws", "jwt"]},
        # The same for a builder. `key` if the library declines keys that do not fit; `assertion` if it, or
        # code of yours that you ship, composes the claims, since without it no `jti` is checked;
        # `request` if it makes the token request, which is the answer then.
        # `fixed`: of audience, claims, jti, kid, lifetime, now and typ, those that it cannot be told.
        "build": {"layers": ["jws", "jwt"], "fixed": []},
    },
    "methods": ["client_secret_jwt"],  # and private_key_jwt
    "algorithms": ["HS256"],
    "clock": "given",  # "system" where the library cannot be given the time
    "key_formats": ["secret"],  # and jwk, pkcs8, pkcs1, sec1
    "bench": True,
}


class Rejection(Exception):
    """REPLACE: the exceptions that your library documents as rejections."""


class Unsupported(Exception):
    """What `HELLO` does not promise."""


def verify(message):
    """The id of the client that was authenticated."""
    policy, request, now = message["policy"], message["request"], message["now"]
    token = assertion(request)
    client = client_of(message, token)
    if client["method"] not in HELLO["methods"]:
        raise Unsupported(f"the method {client['method']}")
    # The algorithms of the server, and of them the registered one where the client registered one.
    allowed = [alg for alg in policy["algorithms"] if client.get("alg") in (None, alg)]
    if policy["clock_skew"] != policy["future_skew"]:
        raise Unsupported("one leeway for exp and another for nbf")
    # REPLACE: call the library with token, key, algorithms, issuer, subject, audience, time, leeway.
    claims = decode(token, client["secret"].encode(), allowed)
    check(claims, client["client_id"], policy["audience"], now, policy["clock_skew"])
    return client["client_id"]


def build(message):
    """The assertion."""
    if message["method"] not in HELLO["methods"] or message["algorithm"] not in HELLO["algorithms"]:
        raise Unsupported(f"{message['method']} with {message['algorithm']}")
    if "secret" not in message["key"]:
        raise Unsupported("the key format")
    header = {"alg": message["algorithm"], "typ": "JWT"}
    if "typ" in message:  # absent: the builder's default; null: none
        header["typ"] = message["typ"]
    if message.get("kid") is not None:
        header["kid"] = message["kid"]
    claims = {
        "jti": str(uuid.uuid4()),
        **(message.get("claims") or {}),
        "iss": message["client_id"],
        "sub": message["client_id"],
        "aud": message["audience"],
        "iat": message["now"],
        "exp": message["now"] + message["lifetime"],
    }
    # REPLACE: let the library sign.
    return encode(header, claims, message["key"]["secret"].encode())


# A stand-in for the library. Delete it once your library is called.


def encode(header, claims, secret):
    if len(secret) < hashlib.sha256().digest_size:
        raise Rejection("the secret is shorter than the hash")
    header = {name: value for name, value in header.items() if value is not None}
    signed = b".".join(encode_segment(json.dumps(part).encode()) for part in (header, claims))
    mac = hmac.digest(secret, signed, hashlib.sha256)
    return (signed + b"." + encode_segment(mac)).decode()


def decode(token, secret, allowed):
    segments = token.split(b".")
    if len(segments) != 3:
        raise Rejection("not three segments")
    header, payload, mac = (decode_segment(segment) for segment in segments)
    header, claims = as_object(header), as_object(payload)
    if header.get("alg") != "HS256" or "HS256" not in allowed:
        raise Rejection("not an algorithm that is allowed")
    if "crit" in header:
        raise Rejection("an extension that is not understood")
    expected = hmac.digest(secret, segments[0] + b"." + segments[1], hashlib.sha256)
    if not hmac.compare_digest(mac, expected):
        raise Rejection("the signature is wrong")
    return claims


def check(claims, client_id, audiences, now, leeway):
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise Rejection("iss and sub are not the client")
    audience = claims.get("aud")
    audience = audience if isinstance(audience, list) else [audience]
    if not all(isinstance(value, str) for value in audience):
        raise Rejection("aud is not text")
    if not set(audience) & set(audiences):
        raise Rejection("aud is not this server")
    if now >= number(claims.get("exp")) + leeway:
        raise Rejection("expired")
    if number(claims.get("nbf", 0)) > now + leeway:
        raise Rejection("not valid yet")
    number(claims.get("iat", 0))


def as_object(octets):
    try:
        value = json.loads(octets.decode("utf-8"), parse_constant=reject_constant)
    except (ValueError, RecursionError) as error:
        raise Rejection("not JSON") from error
    if not isinstance(value, dict):
        raise Rejection("not a JSON object")
    return value


def reject_constant(name):
    raise Rejection(f"{name} is not JSON")


def number(value):
    if type(value) not in (int, float) or not math.isfinite(value):
        raise Rejection("not a NumericDate")
    return value


def decode_segment(segment):
    try:
        octets = base64.urlsafe_b64decode(segment + b"=" * (-len(segment) % 4))
    except ValueError as error:
        raise Rejection("not base64url") from error
    if encode_segment(octets) != segment:
        raise Rejection("not base64url without padding")
    return octets


def encode_segment(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=")


# The protocol. Nothing below needs a change.


def assertion(request):
    """The octets of the assertion; those that are no UTF-8 come in base64."""
    if "client_assertion_base64" in request:
        return base64.b64decode(request["client_assertion_base64"])
    if "client_assertion" not in request:
        raise Rejection("there is no client assertion")
    return request["client_assertion"].encode("utf-8", "surrogatepass")


def client_of(message, token):
    """The client that `client_id` names, else the one that the unverified `sub` names."""
    named = message["request"].get("client_id")
    if not named:
        try:
            payload = token.split(b".")[1]
            named = json.loads(base64.urlsafe_b64decode(payload + b"=="))["sub"]
        except (IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise Rejection("it names no client") from error
    for client in message["clients"]:
        if client["client_id"] == named:
            return client
    raise Rejection("the client is not registered")


def answer(message):
    op = message.get("op")
    try:
        if op == "hello":
            return HELLO
        if op == "verify":
            return {"verdict": "accept", "client_id": verify(message)}
        if op == "build":
            return {"assertion": build(message)}
        if op == "bench":
            start = time.perf_counter()
            for _ in range(message["times"]):
                answer(message["request"])
            return {"seconds": time.perf_counter() - start}
        return {"verdict": "unsupported", "reason": f"the operation {op}"}
    except Unsupported as error:
        return {"verdict": "unsupported", "reason": str(error)}
    except Rejection as error:
        verdict = "refused" if op == "build" else "reject"
        return {"verdict": verdict, "reason": str(error)}
    except Exception as error:  # An undocumented exception is a fault, and no rejection.
        return {"verdict": "error", "reason": f"{type(error).__name__}: {error}"}


def main():
    # What a library prints goes to standard error: standard output is for answers.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin.buffer:
        message = json.loads(line)
        if message.get("op") == "bye":
            return
        seq = {"seq": message["seq"]} if "seq" in message else {}
        output.write(json.dumps({**seq, **answer(message)}).encode() + b"\n")
        output.flush()


if __name__ == "__main__":
    main()
