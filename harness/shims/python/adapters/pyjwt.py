"""PyJWT.

Not claimed: layer `key`. `PyJWK` binds `kty`, the curve and `alg`, and `enforce_minimum_key_length`
the sizes, but nothing looks at `use` and `key_ops`, and choosing by `kid` is the caller's part.
"""

import jwt

from protocol import ES, HS, PEM, PS, RS, SIGNING, Reject, in_words, serve, try_each

SIGNER = jwt.PyJWT({"enforce_minimum_key_length": True})


def verify(call):
    options = {
        "require": ["exp", "iss", "sub", "aud"],
        "enforce_minimum_key_length": True,
        # One switch for the type of `iat` and for rejecting one that lies ahead.
        "verify_iat": call.policy["iat"] != "ignored",
        "verify_jti": call.policy["jti"] != "ignored",
    }
    if call.policy["jti"] == "required":
        options["require"].append("jti")
    audience = call.policy["audience"]
    if call.policy["audience_form"] == "string" and len(audience) == 1:
        options["strict_aud"], audience = True, audience[0]

    def decode(key):
        jwt.decode(
            call.token,
            key,
            algorithms=call.algorithms,
            options=options,
            audience=audience,
            issuer=call.client_id,
            subject=call.client_id,
            leeway=call.leeway,
        )

    try_each([call.secret] if call.uses_secret else keys(call), decode, jwt.PyJWTError)
    return call.client_id


def keys(call):
    """The key that `kid` names; where the policy does not insist on it, all are candidates."""
    registered = jwt.PyJWKSet.from_dict(call.jwks)
    kid, several = call.unverified_kid, len(registered.keys) > 1
    try:
        return [registered[kid]]
    except KeyError as error:  # A set rejects a `kid` so.
        if call.policy["kid"] == "match" or call.policy["kid"] == "when-several" and several:
            raise Reject(in_words(error)) from error
        return registered.keys


def build(order):
    key = order.key_text
    if order.jwk is not None:
        key = jwt.PyJWK(order.jwk, algorithm=order.algorithm)
    # PyJWT writes `typ` unless it is told a false value.
    header = {**order.header, "typ": None} if order.omits_typ else order.header
    return SIGNER.encode(order.claims(), key, algorithm=order.algorithm, headers=header)


def prepare_build(order):
    algorithm = jwt.PyJWS().get_algorithm_by_name(order.algorithm)
    key = algorithm.prepare_key(order.key_text) if order.jwk is None else jwt.PyJWK(order.jwk).key
    claims = order.claims()
    return lambda: jwt.encode(claims, key, algorithm=order.algorithm, headers=order.header)


def prepare_verify(call):
    key = call.secret if call.uses_secret else keys(call)[0].key
    options = {"require": ["exp", "iss", "sub", "aud"]}
    return lambda: jwt.decode(
        call.token,
        key,
        algorithms=call.algorithms,
        options=options,
        audience=call.policy["audience"],
        issuer=call.client_id,
        subject=call.client_id,
        leeway=call.leeway,
    )


serve(
    name="PyJWT",
    package="PyJWT",
    url="https://github.com/jpadilla/pyjwt",
    documented=jwt.PyJWTError,
    algorithms=[*HS, *RS, *ES, *PS, "ES256K", "EdDSA"],
    key_formats=["jwk", *PEM, "secret"],
    verify=verify,
    layers=["jws", "jwt"],
    build=build,
    build_layers=SIGNING,
    prepare_verify=prepare_verify,
    prepare_build=prepare_build,
)
