"""python-jose, with its `cryptography` backend.

Not claimed: layer `key`. Of a JWK Set all keys are tried; nothing looks at `kid`, `use`, `key_ops`
and `alg`.
"""

from jose import jwt
from jose.exceptions import JOSEError

from protocol import ES, HS, PEM, RS, SIGNING, Decline, serve, try_each


def verify(call):
    options = {
        "require_exp": True,
        "require_iss": True,
        "require_sub": True,
        "require_aud": True,
        "require_jti": call.policy["jti"] == "required",
        "verify_iat": call.policy["iat"] != "ignored",
        "verify_jti": call.policy["jti"] != "ignored",
        "leeway": call.leeway,
    }

    def decode(audience):
        jwt.decode(
            call.text,
            call.secret if call.uses_secret else call.jwks,
            algorithms=call.algorithms,
            options=dict(options),  # `decode` writes into them.
            audience=audience,
            issuer=call.client_id,
            subject=call.client_id,
        )

    # It takes one audience; a server with several names asks for each.
    try_each(call.policy["audience"], decode, JOSEError)
    return call.client_id


def build(order):
    if order.omits_typ:
        raise Decline("python-jose writes a typ whatever it is told")
    key = order.key_text if order.jwk is None else order.jwk
    return jwt.encode(order.claims(), key, algorithm=order.algorithm, headers=order.header)


serve(
    name="python-jose",
    package="python-jose",
    url="https://github.com/mpdavis/python-jose",
    documented=JOSEError,
    algorithms=[*HS, *RS, *ES],
    key_formats=["jwk", *PEM, "secret"],
    verify=verify,
    layers=["jws", "jwt"],
    build=build,
    build_layers=SIGNING,
)
