"""Authlib's client: the functions behind its `ClientSecretJWT` and `PrivateKeyJWT`."""

from authlib.oauth2.rfc7523 import client_secret_jwt_sign, private_key_jwt_sign
from joserfc.errors import JoseError

from adapters.joserfc import signing_key
from protocol import ASSERTING, ES, HS, PEM, PS, RS, serve


def build(order):
    sign = client_secret_jwt_sign if order.method == "client_secret_jwt" else private_key_jwt_sign
    header = dict(order.header)
    if order.omits_typ:
        header["typ"] = None
    return sign(
        signing_key(order),
        order.client_id,
        order.audience,
        alg=order.algorithm,
        claims=dict(order.extra_claims),
        header=header,
        issued_at=order.now,
        expires_in=order.lifetime,
    )


serve(
    name="Authlib client",
    package="Authlib",
    url="https://github.com/authlib/authlib",
    documented=JoseError,
    algorithms=[*HS, *RS, *ES, *PS, "ES256K", "EdDSA"],
    key_formats=["jwk", *PEM, "secret"],
    build=build,
    build_layers=ASSERTING,
)
