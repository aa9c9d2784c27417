/* rhonabwy: `r_jwt_advanced_parsen`, `r_jwt_verify_signature`, `r_jwt_validate_claims`.

   Not claimed: layer `key`, since of a JWK the library reads the key material and the `kid` only. It
   has no list of allowed algorithms, so its caller compares `r_jwt_get_sign_alg`. It takes the
   points in time that `exp` and `nbf` are compared with, and so the time and both leeways; but as an
   int, which ends in 2038: from then on its caller rejects, rather than ask about another time.
   `aud` is compared with one value; a server with several names asks for each. A claim that is to be
   validated must be there; so `nbf` and `iat` are named only where the token has them. Its `typ` is
   JWT where none is given, and cannot be left out; a PEM gets a `kid` of the library's making where
   none is given. */

#include "loop.h"

#include <limits.h>
#include <rhonabwy.h>
#include <stdlib.h>
#include <string.h>

static struct answer outcome(int code) {
    switch (code) {
    case RHN_OK: return (struct answer){ACCEPT, NULL};
    case RHN_ERROR_PARAM: return (struct answer){REJECT, "RHN_ERROR_PARAM"};
    case RHN_ERROR_UNSUPPORTED: return (struct answer){REJECT, "RHN_ERROR_UNSUPPORTED"};
    case RHN_ERROR_INVALID: return (struct answer){REJECT, "RHN_ERROR_INVALID"};
    case RHN_ERROR: return (struct answer){REJECT, "RHN_ERROR"};
    case RHN_ERROR_MEMORY: return (struct answer){ERROR, "RHN_ERROR_MEMORY"};
    default: return (struct answer){ERROR, "a code that the library does not define"};
    }
}

static bool is_there(jwt_t *jwt, const char *claim) {
    json_t *value = r_jwt_get_claim_json_t_value(jwt, claim);
    json_decref(value);
    return value != NULL;
}

static int validate_audience(jwt_t *jwt, const json_t *audiences) {
    int code = RHN_ERROR_PARAM;
    for (size_t i = 0; code != RHN_OK && i < json_array_size(audiences); i++)
        code = r_jwt_validate_claims(jwt, R_JWT_CLAIM_AUD,
                                     json_string_value(json_array_get(audiences, i)),
                                     R_JWT_CLAIM_NOP);
    return code;
}

static int validate(jwt_t *jwt, const struct call *call) {
    json_int_t past = json_integer_value(json_object_get(call->policy, "clock_skew"));
    json_int_t future = json_integer_value(json_object_get(call->policy, "future_skew"));
    const char *iat = json_string_value(json_object_get(call->policy, "iat"));
    int code = r_jwt_validate_claims(jwt, R_JWT_CLAIM_ISS, call->client_id, R_JWT_CLAIM_SUB,
                                     call->client_id, R_JWT_CLAIM_EXP, (int)(call->now - past),
                                     R_JWT_CLAIM_NOP);
    if (code == RHN_OK) code = validate_audience(jwt, json_object_get(call->policy, "audience"));
    if (code == RHN_OK && is_there(jwt, "nbf"))
        code = r_jwt_validate_claims(jwt, R_JWT_CLAIM_NBF, (int)(call->now + future),
                                     R_JWT_CLAIM_NOP);
    if (code == RHN_OK && is_there(jwt, "iat") && strcmp(iat, "ignored") != 0)
        code = r_jwt_validate_claims(
            jwt, R_JWT_CLAIM_IAT,
            strcmp(iat, "past") == 0 ? (int)(call->now + future) : R_JWT_CLAIM_PRESENT,
            R_JWT_CLAIM_NOP);
    return code;
}

static jwk_t *import_key(const struct key *key, int *code) {
    jwk_t *jwk = NULL;
    *code = r_jwk_init(&jwk);
    if (*code != RHN_OK) return NULL;
    if (key->jwk)
        *code = r_jwk_import_from_json_t(jwk, key->jwk);
    else if (key->pem)
        *code = r_jwk_import_from_pem_der(jwk, R_X509_TYPE_PRIVKEY, R_FORMAT_PEM,
                                          (const unsigned char *)key->pem, strlen(key->pem));
    else
        *code = r_jwk_import_from_symmetric_key(jwk, (const unsigned char *)key->secret,
                                                key->secret_length);
    return jwk;
}

static struct answer verify(const struct call *call, const struct key *key) {
    /* A day leaves room for any leeway. */
    if (call->now > INT_MAX - 86400)
        return (struct answer){REJECT, "the library takes points in time as an int"};
    int code;
    jwt_t *jwt = NULL;
    jwk_t *jwk = import_key(key, &code);
    if (code == RHN_OK) code = r_jwt_init(&jwt);
    /* No key of the header's is used, and nothing is fetched. */
    if (code == RHN_OK)
        code = r_jwt_advanced_parsen(jwt, call->token, call->token_length, R_PARSE_NONE,
                                     R_FLAG_IGNORE_REMOTE);
    if (code == RHN_OK && !is_allowed(call, r_jwa_alg_to_str(r_jwt_get_sign_alg(jwt))))
        code = RHN_ERROR_INVALID;
    if (code == RHN_OK) code = r_jwt_verify_signature(jwt, jwk, R_FLAG_IGNORE_REMOTE);
    if (code == RHN_OK) code = validate(jwt, call);
    r_jwt_free(jwt);
    r_jwk_free(jwk);
    return outcome(code);
}

static char *build(const struct order *order, struct answer *answer) {
    int code;
    char *serialized = NULL, *assertion = NULL;
    jwt_t *jwt = NULL;
    jwk_t *jwk = import_key(&order->key, &code);
    if (code == RHN_OK) code = r_jwt_init(&jwt);
    if (code == RHN_OK) code = r_jwt_set_sign_alg(jwt, r_str_to_jwa_alg(order->algorithm));
    if (code == RHN_OK && order->kid)
        code = r_jwt_set_header_str_value(jwt, "kid", order->kid);
    if (code == RHN_OK && json_is_string(order->typ))
        code = r_jwt_set_header_str_value(jwt, "typ", json_string_value(order->typ));
    if (code == RHN_OK) code = r_jwt_set_full_claims_json_t(jwt, order->claims);
    if (code == RHN_OK) {
        serialized = r_jwt_serialize_signed(jwt, jwk, R_FLAG_IGNORE_REMOTE);
        code = serialized ? RHN_OK : RHN_ERROR;
    }
    if (serialized) assertion = strdup(serialized);
    *answer = outcome(code);
    r_free(serialized);
    r_jwt_free(jwt);
    r_jwk_free(jwk);
    return assertion;
}

int main(void) {
    static const char *const layers[] = {"jws", "jwt", NULL};
    static const char *const algorithms[] = {"HS256", "HS384", "HS512", "RS256", "RS384",
                                             "RS512", "PS256", "PS384", "PS512", "ES256",
                                             "ES384", "ES512", "EdDSA", NULL};
    static const char *const key_formats[] = {"jwk", "pkcs8", "pkcs1", "sec1", "secret", NULL};
    static const char *const fixed[] = {NULL};
    static const struct part toolchain[] = {{"jansson", "libjansson4"},
                                            {"nettle", "libnettle8"},
                                            {"GnuTLS", "libgnutls30"},
                                            {NULL, NULL}};
    static const struct library library = {
        .name = "rhonabwy",
        .package = "librhonabwy1.1",
        .toolchain = toolchain,
        .url = "https://github.com/babelouest/rhonabwy",
        .clock = "given",
        .layers = layers,
        .algorithms = algorithms,
        .key_formats = key_formats,
        .fixed = fixed,
        .verify = verify,
        .build = build,
    };
    if (r_global_init() != RHN_OK) return EXIT_FAILURE;
    int status = serve(&library);
    r_global_close();
    return status;
}
