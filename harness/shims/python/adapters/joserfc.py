"""joserfc.

Claimed: layer `key`, since a `KeySet` chooses by `kid`, and `check_key` enforces `use`, `key_ops`,
`alg`, `kty` and the curve. Sizes bring a `SecurityWarning` only.
"""

from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError

from protocol import ES, HS, PEM, PS, RS, SIGNING, Decline, Reject, in_words, serve


def verify(call):
    prepare_verify(call)()
    return call.client_id


def prepare_verify(call):
    # RFC 7515 section 4: unknown header parameters are ignored; by default they are rejected.
    registry = jws.JWSRegistry(algorithms=call.algorithms, strict_check_header=False)
    claims = jwt.JWTClaimsRegistry(
        now=call.now,
        leeway=call.leeway,
        iss={"essential": True, "value": call.client_id},
        sub={"essential": True, "value": call.client_id},
        aud={"essential": True, "values": call.policy["audience"]},
        exp={"essential": True},
        jti={"essential": call.policy["jti"] == "required", "allow_blank": True},
    )
    registered = key(call)

    def check():
        token = jwt.decode(call.token, registered, algorithms=call.algorithms, registry=registry)
        claims.validate(token.claims)

    return check


def key(call):
    try:
        if call.uses_secret:
            return jwk.OctKey.import_key(call.secret)
        return jwk.KeySet.import_key_set(call.jwks)
    except ValueError as error:  # The import rejects a key so, too.
        raise Reject(in_words(error)) from error


def signing_key(order):
    try:
        if order.jwk is not None:
            return jwk.import_key(order.jwk)
        return jwk.import_key(order.key_text, order.key_type)
    except ValueError as error:
        raise Decline(in_words(error)) from error


def build(order):
    return prepare_build(order)()


def prepare_build(order):
    header, claims = {"alg": order.algorithm, **order.header}, order.claims()
    key = signing_key(order)
    default_type = None if order.omits_typ else "JWT"
    return lambda: jwt.encode(
        header, claims, key, algorithms=[order.algorithm], default_type=default_type
    )


if __name__ == "__main__":
    serve(
        name="joserfc",
        package="joserfc",
        url="https://github.com/authlib/joserfc",
        documented=JoseError,
        algorithms=[*HS, *RS, *ES, *PS, "ES256K", "EdDSA"],
        key_formats=["jwk", *PEM, "secret"],
        verify=verify,
        layers=["jws", "key", "jwt"],
        build=build,
        build_layers=SIGNING,
        clock="given",
        prepare_verify=prepare_verify,
        prepare_build=prepare_build,
    )
