"""Authlib's authorization server: its client assertion as a method of client authentication.

The library is handed the whole request: it takes the client from `sub`, knows one method for both
kinds of key, and its algorithms are fixed. Not claimed: layer `state`, since the memory behind
`validate_jti` is the caller's.
"""

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749 import ClientAuthentication, OAuth2Request
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from protocol import Reject, in_words, serve

METHOD = JWTBearerClientAssertion.CLIENT_AUTH_METHOD


class Assertion(JWTBearerClientAssertion):
    """What the documentation leaves to the developer of a server."""

    def __init__(self, call):
        super().__init__(validate_jti=call.policy["jti"] == "required", leeway=call.leeway)
        self._audiences = call.policy["audience"]

    def get_audiences(self):
        return self._audiences

    def validate_jti(self, claims, jti):
        return True

    def resolve_client_public_key(self, client):
        if client.secret is None and client.jwks is None:
            raise Reject("the client has no keys")
        try:
            if client.method == "client_secret_jwt":
                return OctKey.import_key(client.secret)
            return KeySet.import_key_set(client.jwks)
        except (JoseError, ValueError) as error:  # The import rejects a key so.
            raise Reject(in_words(error)) from error


class Client:
    """A registered client with the one question that Authlib asks of it."""

    def __init__(self, record):
        self.client_id = record["client_id"]
        self.method = record["method"]
        self.secret = record.get("secret")
        self.jwks = record.get("jwks")

    def check_endpoint_auth_method(self, method, endpoint):
        return method == METHOD


class TokenRequest(OAuth2Request):
    form = None

    def __init__(self, call):
        super().__init__("POST", call.message["server"]["token_endpoint"])
        self.form = dict(call.request)
        if "client_assertion_base64" in self.form:  # As web frameworks decode a form.
            self.form["client_assertion"] = call.token.decode(errors="replace")


def verify(call):
    clients = {record["client_id"]: Client(record) for record in call.clients}
    authenticate = ClientAuthentication(clients.get)
    authenticate.register(METHOD, Assertion(call))
    return authenticate(TokenRequest(call), [METHOD]).client_id


serve(
    name="Authlib",
    package="Authlib",
    url="https://github.com/authlib/authlib",
    documented=AuthlibBaseError,
    algorithms=["HS256", "RS256", "ES256"],
    key_formats=["jwk", "secret"],
    verify=verify,
    layers=["jws", "key", "jwt", "assertion", "request"],
)
