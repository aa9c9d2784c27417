"""Okta's SDK: `okta.jwt.JWT.create_token`, which its client calls for each token request.

It takes the URL of the organisation and adds the path of the token endpoint. Extra claims cannot
be told.
"""

from okta.jwt import JWT

from protocol import ASSERTING, serve


def build(order):
    organisation = order.audience.removesuffix(JWT.OAUTH_ENDPOINT)
    key = order.pem if order.jwk is None else order.jwk
    return JWT.create_token(organisation, order.client_id, key, order.kid)


serve(
    name="okta-sdk-python",
    package="okta",
    url="https://github.com/okta/okta-sdk-python",
    documented=ValueError,  # What `get_PEM_JWK` raises for a key that it declines.
    methods=["private_key_jwt"],
    algorithms=["RS256"],
    key_formats=["jwk", "pkcs8", "pkcs1"],
    build=build,
    build_layers=ASSERTING,
    fixed=["audience", "claims", "lifetime", "now", "jti", "typ"],
)
