"""jwcrypto.

Claimed: layer `key`, since a `JWKSet` chooses by `kid`, and a `JWK` enforces `kty`, the curve,
`use` and `key_ops`. With `check_claims`, `nbf` is looked at only where it is required to be there.
"""

import json

from jwcrypto.common import JWException
from jwcrypto.jwk import JWK, JWKSet
from jwcrypto.jwt import JWT

from protocol import ES, HS, PEM, PS, RS, SIGNING, serve


def verify(call):
    claims = {
        "iss": call.client_id,
        "sub": call.client_id,
        "aud": call.policy["audience"],
        "exp": None,
    }
    if call.policy["jti"] == "required":
        claims["jti"] = None
    token = JWT(
        algs=call.algorithms,
        check_claims=claims,
        expected_type="JWS",
        strict_serialization=True,
    )
    token.leeway = call.leeway
    if call.uses_secret:
        key = JWK.from_password(call.secret)
    else:
        key = JWKSet.from_json(json.dumps(call.jwks))
    token.deserialize(call.text, key)
    return call.client_id


def build(order):
    header = {"alg": order.algorithm, **order.header}
    token = JWT(header=header, claims=order.claims(), algs=[order.algorithm])
    if order.jwk is not None:
        key = JWK.from_json(json.dumps(order.jwk))
    elif order.pem is not None:
        key = JWK.from_pem(order.pem.encode())
    else:
        key = JWK.from_password(order.secret)
    token.make_signed_token(key)
    return token.serialize()


serve(
    name="jwcrypto",
    package="jwcrypto",
    url="https://github.com/latchset/jwcrypto",
    # `JWT.deserialize` documents `ValueError` beside the exceptions of its own.
    documented=(JWException, ValueError),
    algorithms=[*HS, *RS, *ES, *PS, "ES256K", "EdDSA"],
    key_formats=["jwk", *PEM, "secret"],
    verify=verify,
    layers=["jws", "key", "jwt"],
    build=build,
    build_layers=SIGNING,
)
