"""A verifier of `client_secret_jwt` with HS256, as an example of what `consume.py` takes."""
import base64, hashlib, hmac, json, math

LAYERS = ("jws", "jwt")

def forget(): pass

def answer(context, now, request):
    policy = context["policy"]
    if "HS256" not in policy["algorithms"]: return "no HS256"
    try:
        header, payload, tag = request["client_assertion"].split(b".")
        parse = lambda segment: json.loads(decode(segment).decode("utf-8"))
        head, claims = parse(header), parse(payload)
        named = request.get("client_id") or claims["sub"]
        client = next((client for client in context["clients"] if client["client_id"] == named), None)
        if client is None: return "reject"
        if client.get("alg") != "HS256" or "secret" not in client: return "a client of another algorithm"
        if policy["clock_skew"] != policy["future_skew"]: return "two leeways"
        mac = hmac.digest(client["secret"].encode(), header + b"." + payload, hashlib.sha256)
        audience = [text(value) for value in (claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]])]
        right = (head["alg"] == "HS256" and "crit" not in head and hmac.compare_digest(mac, decode(tag))
                 and claims["iss"] == claims["sub"] == named and set(audience) & set(policy["audience"])
                 and number(claims["exp"]) + policy["clock_skew"] > now
                 and number(claims.get("nbf", 0)) <= now + policy["future_skew"] and number(claims.get("iat", 0)) is not None)
        return "accept" if right else "reject"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "reject"

def decode(segment):
    octets = base64.urlsafe_b64decode(segment + b"=" * (-len(segment) % 4))
    if base64.urlsafe_b64encode(octets).rstrip(b"=") != segment: raise ValueError("not base64url")
    return octets

def text(value):
    if not isinstance(value, str): raise TypeError("not a string")
    return value

def number(value):
    if type(value) not in (int, float) or not math.isfinite(value): raise TypeError("not a NumericDate")
    return value
