"""The process protocol, version 1: what every adapter in this folder shares.

An adapter describes its library with `serve` and hands over two functions: `verify(call)` returns
where the library accepts, `build(order)` returns the assertion that the library signed, or the
parameters of the token request in which it put the assertion. Both let the library's exceptions
pass: those that it documents (`documented`) are its verdict, any other one is reported as an error.
`prepare_verify(call)` and `prepare_build(order)` do once what a careful user does once, and return a
function that `bench` repeats; without them the whole is repeated.
"""

import base64
import json
import os
import platform
import sys
import time
import uuid
from functools import cached_property, partial
from importlib import metadata

from cryptography.hazmat.backends.openssl import backend as openssl_backend

METHODS = ["client_secret_jwt", "private_key_jwt"]
HS = ["HS256", "HS384", "HS512"]
RS = ["RS256", "RS384", "RS512"]
ES = ["ES256", "ES384", "ES512"]
PS = ["PS256", "PS384", "PS512"]
PEM = ["pkcs8", "pkcs1", "sec1"]
# What a library keeps by itself where its user composes the claims.
SIGNING = ["jws", "key", "jwt"]
# What a library keeps by itself where it composes the claims, and its user the token request.
ASSERTING = ["jws", "key", "jwt", "assertion"]


class Reject(Exception):
    """The caller rejects the request itself, before it calls the library."""


class Decline(Exception):
    """What is ordered cannot be told to the library."""


class Unsupported(Exception):
    """Outside of what `hello` promises."""


class Call:
    """A `verify` request, and what a caller settles before the library is called."""

    def __init__(self, message, promised):
        self.message = message
        self.now = message["now"]
        self.policy = message["policy"]
        self.clients = message["clients"]
        self.request = message["request"]
        self._promised = promised

    @cached_property
    def token(self):
        """The assertion as it arrived: text, or bytes where it is not UTF-8."""
        if "client_assertion_base64" in self.request:
            return base64.b64decode(self.request["client_assertion_base64"])
        if "client_assertion" in self.request:
            return self.request["client_assertion"]
        raise Reject("there is no client assertion")

    @property
    def text(self):
        """The assertion, for libraries that take text only."""
        if isinstance(self.token, bytes):
            raise Reject("the assertion is not UTF-8")
        return self.token

    @cached_property
    def client(self):
        """The client that `client_id` names, else the one that the unverified `sub` names."""
        # RFC 6749 section 3.2: a parameter without a value is as good as left out.
        client_id = self.request.get("client_id") or self._unverified(1).get("sub")
        for client in self.clients:
            if client["client_id"] == client_id:
                return client
        raise Reject("the client is not registered")

    @property
    def client_id(self):
        return self.client["client_id"]

    @cached_property
    def algorithms(self):
        """The algorithms that policy and registration allow and the library has.

        If it has none of them, all that are allowed: the library then rejects what the header names."""
        method, registered = self.client["method"], self.client.get("alg")
        allowed = [
            algorithm
            for algorithm in self.policy["algorithms"]
            if method == method_of(algorithm) and registered in (None, algorithm)
        ]
        if not allowed:
            raise Reject("the client is registered with no algorithm allowed here")
        return [algorithm for algorithm in allowed if algorithm in self._promised] or allowed

    @property
    def uses_secret(self):
        return self.client["method"] == "client_secret_jwt"

    @property
    def secret(self):
        """The MAC key, as text; its octets are those of its UTF-8."""
        if self.client.get("secret") is None:
            raise Reject("the client has no secret")
        return self.client["secret"]

    @property
    def jwks(self):
        """The client's JWK Set as it was registered, well-formed or not."""
        if self.client.get("jwks") is None:
            raise Reject("the client has no keys")
        return self.client["jwks"]

    @property
    def unverified_kid(self):
        return self._unverified(0).get("kid")

    @property
    def leeway(self):
        """The tolerance in seconds, for libraries that have one for both directions."""
        if self.policy["clock_skew"] != self.policy["future_skew"]:
            raise Unsupported("the library has one leeway for both directions")
        return self.policy["clock_skew"]

    def _unverified(self, segment):
        """A segment read as leniently as can be, so that what is odd reaches the library."""
        token = self.token.encode() if isinstance(self.token, str) else self.token
        try:
            text = base64.urlsafe_b64decode(token.split(b".")[segment] + b"==")
            value = json.loads(text)
        except (IndexError, ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


class Order:
    """A `build` request."""

    def __init__(self, message):
        self.now = message["now"]
        self.client_id = message["client_id"]
        self.audience = message["audience"]
        self.method = message["method"]
        self.algorithm = message["algorithm"]
        self.lifetime = message["lifetime"]
        self.extra_claims = message.get("claims") or {}
        self.kid = message.get("kid")
        self.jwk = message["key"].get("jwk")
        self.pem = message["key"].get("pem")
        self.secret = message["key"].get("secret")
        self.header = {} if self.kid is None else {"kid": self.kid}
        # `typ`: absent is the builder's default, null is none at all.
        self.chooses_typ = "typ" in message
        self.typ = message.get("typ")
        if self.typ is not None:
            self.header["typ"] = self.typ

    @property
    def key_text(self):
        """The PEM or the secret; None where the key is a JWK."""
        return self.pem if self.pem is not None else self.secret

    @property
    def omits_typ(self):
        return self.chooses_typ and self.typ is None

    @property
    def key_type(self):
        """The `kty` of a key for the algorithm, which PEM does not name."""
        return {"HS": "oct", "RS": "RSA", "PS": "RSA", "ES": "EC"}.get(self.algorithm[:2], "OKP")

    def claims(self):
        """The claims set that the user of a plain JWT library composes. What makes it a client
        assertion is set last, so that no extra claim replaces it; a `jti` may be chosen.

        Such a library never hears of the method, so the user sees to its algorithms as well."""
        if self.method != method_of(self.algorithm):
            raise Decline("the algorithm is of the other method")
        return {
            "jti": str(uuid.uuid4()),
            **self.extra_claims,
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.audience,
            "iat": self.now,
            "exp": self.now + self.lifetime,
        }


def try_each(candidates, check, documented):
    """Tries keys, or expected values, until one passes; else the last exception counts."""
    last = Reject("there is nothing to check with")
    for candidate in candidates:
        try:
            return check(candidate)
        except documented as error:
            last = error
    raise last


def method_of(algorithm):
    return "client_secret_jwt" if algorithm in HS else "private_key_jwt"


def serve(
    name,
    package,
    url,
    documented,
    algorithms,
    key_formats,
    verify=None,
    layers=(),
    build=None,
    build_layers=None,
    fixed=(),
    methods=METHODS,
    clock="system",
    prepare_verify=None,
    prepare_build=None,
):
    """Answers requests until `bye` or the end of input."""
    roles = {}
    if verify:
        roles["verify"] = {"layers": list(layers)}
    if build:
        roles["build"] = {"fixed": list(fixed)}
        if build_layers is not None:
            roles["build"]["layers"] = list(build_layers)
    hello = {
        "protocol": 1,
        "implementation": {
            "name": name,
            "version": metadata.version(package),
            "language": "Python " + ".".join(platform.python_version_tuple()[:2]),
            "toolchain": toolchain(),
            "url": url,
        },
        "roles": roles,
        "methods": list(methods),
        "algorithms": list(algorithms),
        "clock": clock,
        "key_formats": list(key_formats),
        "bench": True,
    }

    def answer_verify(message):
        call = Call(message, algorithms)
        try:
            return {"verdict": "accept", "client_id": verify(call)}
        except Unsupported as error:
            return {"verdict": "unsupported", "reason": str(error)}
        except Reject as error:
            return {"verdict": "reject", "reason": str(error)}
        except documented as error:
            return {"verdict": "reject", "reason": in_words(error)}

    def answer_build(message):
        order = Order(message)
        if order.method not in methods or order.algorithm not in algorithms:
            return {"verdict": "unsupported", "reason": "not promised: method or algorithm"}
        if not set(formats_of(order)) & set(key_formats):
            return {"verdict": "unsupported", "reason": "not promised: key format"}
        try:
            signed = build(order)
            return {"assertion": signed} if isinstance(signed, str) else {"request": signed}
        except Decline as error:
            return {"verdict": "refused", "reason": str(error)}
        except documented as error:
            return {"verdict": "refused", "reason": in_words(error)}

    def answer_bench(message):
        request = message["request"]
        first = answer(request)
        if first.get("verdict", "accept") != "accept":
            return first
        if request["op"] == "build" and prepare_build:
            work = prepare_build(Order(request))
        elif request["op"] == "verify" and prepare_verify:
            work = prepare_verify(Call(request, algorithms))
        else:
            work = partial(answers[request["op"]], request)
        work()
        start = time.perf_counter()
        for _ in range(message["times"]):
            work()
        return {"seconds": time.perf_counter() - start}

    answers = {"hello": lambda _: hello, "bench": answer_bench}
    if verify:
        answers["verify"] = answer_verify
    if build:
        answers["build"] = answer_build

    def answer(message):
        try:
            return answers[message["op"]](message)
        except Exception as error:  # The library does not document it, so it is no verdict.
            return {"verdict": "error", "reason": in_words(error)}

    # What a library prints must not end up between the answers.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin.buffer:
        try:
            message = json.loads(line)
            op, seq = message.get("op"), message.get("seq")
        except (ValueError, AttributeError) as error:
            reply = {"verdict": "error", "reason": f"not a request: {in_words(error)}"}
        else:
            if op == "bye":
                return
            reply = answer(message) if seq is None else {"seq": seq, **answer(message)}
        output.write(json.dumps(reply).encode() + b"\n")
        output.flush()


def toolchain():
    """What decides below the libraries, all of which sign and verify with `cryptography`: it brings an
    OpenSSL of its own, not that of the interpreter."""
    openssl = openssl_backend.openssl_version_text().split()[1]
    return (
        f"Python {platform.python_version()}, "
        f"cryptography {metadata.version('cryptography')}, OpenSSL {openssl}"
    )


def formats_of(order):
    if order.jwk is not None:
        return ["jwk"]
    return PEM if order.pem is not None else ["secret"]


def in_words(error):
    return f"{type(error).__name__}: {error}"
