"""MSAL: the assertion creator of its `ClientApplication`, called as that calls it.

The application always has the thumbprint of a certificate as well, in `x5t` or `x5t#S256`.
"""

from jwt import PyJWTError
from msal.oauth2cli import JwtAssertionCreator

from protocol import ASSERTING, ES, PEM, PS, RS, serve


def build(order):
    header = {**order.header, "typ": None} if order.omits_typ else order.header
    creator = JwtAssertionCreator(order.pem, order.algorithm, headers=header)
    assertion = creator.create_normal_assertion(
        order.audience,
        order.client_id,
        expires_in=order.lifetime,
        additional_claims=order.extra_claims,
    )
    return assertion.decode()


serve(
    name="msal",
    package="msal",
    url="https://github.com/AzureAD/microsoft-authentication-library-for-python",
    documented=PyJWTError,  # Let through from PyJWT, which signs.
    methods=["private_key_jwt"],
    algorithms=[*RS, *ES, *PS],
    key_formats=PEM,
    build=build,
    build_layers=ASSERTING,
    fixed=["now"],
)
