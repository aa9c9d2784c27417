/* cjose: `cjose_jws_import`, `cjose_jws_verify` and `cjose_jws_get_plaintext`. The library has no list
   of allowed algorithms, so its caller compares the header before the key is used. To the library the
   payload is octets; its caller reads the claims set from them, with the JSON parser that the library
   has for the header.

   Claimed: layer `jws` alone. The library looks at no claim, and of a JWK at the key material and
   the `kid` only. */

#include "loop.h"

#include <cjose/cjose.h>
#include <stdlib.h>
#include <string.h>

/* Its code for errors from the crypto libraries includes a signature that does not verify. */
static struct answer failed(const cjose_err *error) {
    bool fault = error->code == CJOSE_ERR_NONE || error->code == CJOSE_ERR_NO_MEMORY;
    const char *reason = error->message ? error->message : "the library gave no reason";
    return (struct answer){fault ? ERROR : REJECT, reason};
}

static cjose_jwk_t *import_key(const struct key *key, cjose_err *error) {
    if (!key->jwk)
        return cjose_jwk_create_oct_spec((const uint8_t *)key->secret, key->secret_length, error);
    char *text = json_dumps(key->jwk, JSON_COMPACT);
    cjose_jwk_t *jwk = cjose_jwk_import(text, strlen(text), error);
    free(text);
    return jwk;
}

static bool is_claims_set(cjose_jws_t *jws, cjose_err *error) {
    uint8_t *payload = NULL;
    size_t length = 0;
    if (!cjose_jws_get_plaintext(jws, &payload, &length, error)) return false;
    json_t *claims = json_loadb((const char *)payload, length, 0, NULL);
    bool is_object = json_is_object(claims);
    json_decref(claims);
    return is_object;
}

static struct answer verify(const struct call *call, const struct key *key) {
    cjose_err error = {0};
    struct answer answer = {ACCEPT, NULL};
    cjose_jwk_t *jwk = NULL;
    cjose_jws_t *jws = cjose_jws_import(call->token, call->token_length, &error);
    if (!jws) return failed(&error);
    const char *alg = cjose_header_get(cjose_jws_get_protected(jws), CJOSE_HDR_ALG, &error);
    if (!is_allowed(call, alg))
        answer = (struct answer){REJECT, "the algorithm is not allowed"};
    else if (!(jwk = import_key(key, &error)) || !cjose_jws_verify(jws, jwk, &error))
        answer = failed(&error);
    else if (!is_claims_set(jws, &error))
        answer = (struct answer){REJECT, "the payload is no JSON object"};
    if (jwk) cjose_jwk_release(jwk);
    cjose_jws_release(jws);
    return answer;
}

static char *build(const struct order *order, struct answer *answer) {
    cjose_err error = {0};
    char *claims = json_dumps(order->claims, JSON_COMPACT), *assertion = NULL;
    const char *serialized;
    cjose_jws_t *jws = NULL;
    cjose_jwk_t *jwk = import_key(&order->key, &error);
    cjose_header_t *header = cjose_header_new(&error);
    bool ready = jwk && header && cjose_header_set(header, CJOSE_HDR_ALG, order->algorithm, &error);
    if (ready && order->kid) ready = cjose_header_set(header, CJOSE_HDR_KID, order->kid, &error);
    if (ready && json_is_string(order->typ))
        ready = cjose_header_set(header, "typ", json_string_value(order->typ), &error);
    if (ready) jws = cjose_jws_sign(jwk, header, (const uint8_t *)claims, strlen(claims), &error);
    if (jws && cjose_jws_export(jws, &serialized, &error)) assertion = strdup(serialized);
    if (!assertion) *answer = failed(&error);
    if (jws) cjose_jws_release(jws);
    if (header) cjose_header_release(header);
    if (jwk) cjose_jwk_release(jwk);
    free(claims);
    return assertion;
}

int main(void) {
    static const char *const layers[] = {"jws", NULL};
    static const char *const algorithms[] = {"HS256", "HS384", "HS512", "RS256", "RS384",
                                             "RS512", "PS256", "PS384", "PS512", "ES256",
                                             "ES384", "ES512", NULL};
    static const char *const key_formats[] = {"jwk", "secret", NULL};
    static const char *const fixed[] = {NULL};
    static const struct part toolchain[] = {{"jansson", "libjansson4"}, {"OpenSSL", "libssl3"}, {NULL, NULL}};
    static const struct library library = {
        .name = "cjose",
        .package = "libcjose0",
        .toolchain = toolchain,
        .url = "https://github.com/OpenIDC/cjose",
        .clock = "system",
        .layers = layers,
        .algorithms = algorithms,
        .key_formats = key_formats,
        .fixed = fixed,
        .verify = verify,
        .build = build,
    };
    return serve(&library);
}
