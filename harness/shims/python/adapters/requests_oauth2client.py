"""requests-oauth2client: `ClientSecretJwt` and `PrivateKeyJwt`, which add the assertion to a token
request that is ready to be sent. Nothing reaches the network.

Extra claims cannot be told, nor a `kid` beside a secret. A private key must have one.
"""

from urllib.parse import parse_qsl

from jwskate import Jwk
from requests import Request
from requests_oauth2client import ClientSecretJwt, PrivateKeyJwt

from protocol import ES, HS, PEM, PS, RS, Decline, serve


def build(order):
    options = {"alg": order.algorithm, "lifetime": order.lifetime, "aud": order.audience}
    if "jti" in order.extra_claims:
        options["jti_gen"] = lambda: order.extra_claims["jti"]
    if order.method == "client_secret_jwt":
        if order.key_text is None:
            raise Decline("a secret is taken as text only")
        method = ClientSecretJwt(order.client_id, order.key_text, **options)
    else:
        key = Jwk.from_pem(order.key_text) if order.jwk is None else Jwk(order.jwk)
        if order.kid is not None:
            key = Jwk({**key, "kid": order.kid})
        method = PrivateKeyJwt(order.client_id, key, **options)
    request = method(Request("POST", "https://as.example/token").prepare())
    return dict(parse_qsl(request.body, keep_blank_values=True))


serve(
    name="requests-oauth2client",
    package="requests-oauth2client",
    url="https://github.com/guillp/requests_oauth2client",
    documented=ValueError,  # The base of what it and jwskate raise for a key that they decline.
    algorithms=[*HS, *RS, *ES, *PS, "EdDSA"],
    key_formats=["jwk", *PEM, "secret"],
    build=build,
    fixed=["claims", "now", "typ"],
)
