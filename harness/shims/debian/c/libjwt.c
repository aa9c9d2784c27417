/* libjwt: `jwt_decode` and, since it has no list of allowed algorithms, `jwt_get_alg` after it.

   Claimed: layer `jws` alone. The library looks at no claim, and at no JWK. It takes the token as a
   string that ends at a NUL; so it cannot be told of one inside, and its caller rejects it. Its
   `typ` is JWT, whatever was set before. */

#include "loop.h"

#include <errno.h>
#include <jwt.h>
#include <stdlib.h>
#include <string.h>

static struct answer verify(const struct call *call, const struct key *key) {
    const char *text = key->pem ? key->pem : key->secret;
    size_t length = key->pem ? strlen(key->pem) : key->secret_length;
    jwt_t *jwt = NULL;
    int error = jwt_decode(&jwt, call->token, (const unsigned char *)text, (int)length);
    if (error == ENOMEM) return (struct answer){ERROR, strerror(error)};
    if (error) return (struct answer){REJECT, strerror(error)};
    bool allowed = is_allowed(call, jwt_alg_str(jwt_get_alg(jwt)));
    jwt_free(jwt);
    if (!allowed) return (struct answer){REJECT, "the algorithm is not allowed"};
    return (struct answer){ACCEPT, NULL};
}

static char *build(const struct order *order, struct answer *answer) {
    jwt_t *jwt = NULL;
    char *claims = json_dumps(order->claims, JSON_COMPACT), *assertion = NULL;
    const char *text = order->key.pem ? order->key.pem : order->key.secret;
    size_t length = order->key.pem ? strlen(order->key.pem) : order->key.secret_length;
    int error = jwt_new(&jwt);
    if (!error && order->kid) error = jwt_add_header(jwt, "kid", order->kid);
    if (!error) error = jwt_add_grants_json(jwt, claims);
    if (!error)
        error = jwt_set_alg(jwt, jwt_str_alg(order->algorithm), (const unsigned char *)text,
                            (int)length);
    if (!error) {
        assertion = jwt_encode_str(jwt);
        error = errno;
    }
    if (!assertion) *answer = (struct answer){error == ENOMEM ? ERROR : REJECT, strerror(error)};
    jwt_free(jwt);
    free(claims);
    return assertion;
}

int main(void) {
    static const char *const layers[] = {"jws", NULL};
    static const char *const algorithms[] = {"HS256", "HS384", "HS512", "RS256", "RS384",
                                             "RS512", "ES256", "ES384", "ES512", NULL};
    static const char *const key_formats[] = {"pkcs8", "pkcs1", "sec1", "secret", NULL};
    static const char *const fixed[] = {"typ", NULL};
    static const struct part toolchain[] = {{"jansson", "libjansson4"}, {"OpenSSL", "libssl3"}, {NULL, NULL}};
    static const struct library library = {
        .name = "libjwt",
        .package = "libjwt0",
        .toolchain = toolchain,
        .url = "https://github.com/benmcollins/libjwt",
        .clock = "system",
        .layers = layers,
        .algorithms = algorithms,
        .key_formats = key_formats,
        .fixed = fixed,
        .takes_pem = true,
        .ends_at_nul = true,
        .verify = verify,
        .build = build,
    };
    return serve(&library);
}
