#include "loop.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static const struct answer NO_ASSERTION = {REJECT, "there is no client assertion"};
static const struct answer NO_CLIENT = {REJECT, "the client is not registered"};
static const struct answer NO_ALGORITHM = {REJECT, "the client has no algorithm that is allowed here"};
static const struct answer NO_KEY = {REJECT, "the client has no keys"};
static const struct answer NUL_INSIDE = {REJECT, "the library takes strings that end at a NUL"};
static const struct answer UNKNOWN_ALGORITHM = {UNSUPPORTED, "the library has no such algorithm"};
static const struct answer OTHER_ALGORITHM = {REJECT,
                                             "the client is registered with another algorithm"};
static const struct answer TWO_LEEWAYS = {UNSUPPORTED, "the library has one leeway for both directions"};

/* ---- JSON ---- */

static json_t *parse(const char *text, size_t length) {
    return json_loadb(text, length, JSON_ALLOW_NUL, NULL);
}

static const char *text_at(const json_t *object, const char *name) {
    return json_string_value(json_object_get(object, name));
}

static bool equal(const json_t *one, const json_t *other) {
    return json_is_string(one) && json_is_string(other) && json_equal(one, other);
}

static json_t *list(const char *const *items) {
    json_t *array = json_array();
    for (; *items; items++) json_array_append_new(array, json_string(*items));
    return array;
}

static bool has(const char *const *items, const char *item) {
    for (; *items; items++)
        if (strcmp(*items, item) == 0) return true;
    return false;
}

/* ---- base64, both alphabets, whatever is odd skipped ---- */

static int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

static char *decode_base64(const char *text, size_t length, size_t *decoded) {
    char *octets = malloc(length + 1);
    uint32_t bits = 0;
    int count = 0;
    *decoded = 0;
    for (size_t i = 0; octets && i < length; i++) {
        int value = sextet(text[i]);
        if (value < 0) continue;
        bits = bits << 6 | (uint32_t)value;
        count += 6;
        if (count >= 8) octets[(*decoded)++] = (char)(bits >> (count -= 8));
    }
    if (octets) octets[*decoded] = '\0';
    return octets;
}

/* ---- what the caller settles before the library is asked ---- */

/* A segment read leniently, so that what is odd about it reaches the library. */
static json_t *unverified(const struct call *call, int segment) {
    const char *start = call->token, *end = start + call->token_length;
    for (; segment > 0 && start; segment--) {
        start = memchr(start, '.', (size_t)(end - start));
        if (start) start++;
    }
    if (!start) return NULL;
    const char *stop = memchr(start, '.', (size_t)(end - start));
    size_t length;
    char *octets = decode_base64(start, (size_t)((stop ? stop : end) - start), &length);
    json_t *object = octets ? parse(octets, length) : NULL;
    free(octets);
    return object;
}

/* An empty parameter is as good as none (RFC 6749 section 3.2). */
static json_t *choose_client(json_t *request, const struct call *call) {
    json_t *payload = NULL;
    json_t *named = json_object_get(json_object_get(request, "request"), "client_id");
    if (json_string_length(named) == 0) {
        payload = unverified(call, 1);
        named = json_object_get(payload, "sub");
    }
    json_t *found = NULL, *client;
    size_t index;
    json_array_foreach(json_object_get(request, "clients"), index, client) {
        if (!found && equal(json_object_get(client, "client_id"), named)) found = client;
    }
    json_decref(payload);
    return found;
}

static bool uses_secret(const json_t *client) {
    const char *method = text_at(client, "method");
    return method && strcmp(method, "client_secret_jwt") == 0;
}

/* An algorithm that is not the registered one is rejected, also if the library lacks the latter. */
static struct answer choose_algorithms(const struct library *library, struct call *call,
                                       const json_t *client) {
    const json_t *registered = json_object_get(client, "alg");
    bool any_allowed = false;
    size_t index;
    json_t *name;
    json_array_foreach(json_object_get(call->policy, "algorithms"), index, name) {
        const char *text = json_string_value(name);
        if ((strncmp(text, "HS", 2) == 0) != uses_secret(client)) continue;
        if (json_is_string(registered) && !equal(registered, name)) continue;
        any_allowed = true;
        if (has(library->algorithms, text)) json_array_append(call->algorithms, name);
    }
    if (!any_allowed) return NO_ALGORITHM;
    if (json_array_size(call->algorithms) > 0) return (struct answer){ACCEPT, NULL};
    json_t *header = unverified(call, 0);
    bool other = json_is_string(registered) && !equal(registered, json_object_get(header, "alg"));
    json_decref(header);
    return other ? OTHER_ALGORITHM : UNKNOWN_ALGORITHM;
}

bool is_allowed(const struct call *call, const char *name) {
    size_t index;
    json_t *allowed;
    json_array_foreach(call->algorithms, index, allowed) {
        if (name && strcmp(json_string_value(allowed), name) == 0) return true;
    }
    return false;
}

/* ---- verify ---- */

/* Tries the keys that `kid` names, or all where it names none. */
static struct answer try_keys(const struct library *library, const struct call *call,
                              const json_t *client) {
    json_t *jwks = json_object_get(json_object_get(client, "jwks"), "keys");
    json_t *pems = json_object_get(client, "pems");
    json_t *header = unverified(call, 0);
    json_t *kid = json_object_get(header, "kid");
    /* A key that is no key has no PEM; then it is not known which PEM is whose. */
    bool aligned = !library->takes_pem || json_array_size(jwks) == json_array_size(pems);
    bool any_named = false;
    size_t index;
    json_t *jwk;
    json_array_foreach(jwks, index, jwk) {
        if (aligned && equal(json_object_get(jwk, "kid"), kid)) any_named = true;
    }
    struct answer answer = NO_KEY;
    json_t *candidate;
    json_array_foreach(library->takes_pem ? pems : jwks, index, candidate) {
        if (any_named && !equal(json_object_get(json_array_get(jwks, index), "kid"), kid)) continue;
        struct key key = {.jwk = candidate};
        if (library->takes_pem) key = (struct key){.pem = json_string_value(candidate)};
        answer = library->verify(call, &key);
        if (answer.verdict != REJECT) break;
    }
    json_decref(header);
    return answer;
}

static struct answer ask(const struct library *library, struct call *call, const json_t *client) {
    struct answer answer = choose_algorithms(library, call, client);
    if (answer.verdict != ACCEPT) return answer;
    if (library->one_leeway && !json_equal(json_object_get(call->policy, "clock_skew"),
                                           json_object_get(call->policy, "future_skew")))
        return TWO_LEEWAYS;
    if (library->ends_at_nul && strlen(call->token) != call->token_length) return NUL_INSIDE;
    if (!uses_secret(client)) return try_keys(library, call, client);
    const json_t *secret = json_object_get(client, "secret");
    return library->verify(call, &(struct key){.secret = json_string_value(secret),
                                               .secret_length = json_string_length(secret)});
}

static struct answer verify(const struct library *library, json_t *request, json_t **client_id) {
    json_t *parameters = json_object_get(request, "request");
    json_t *plain = json_object_get(parameters, "client_assertion");
    json_t *encoded = json_object_get(parameters, "client_assertion_base64");
    if (!plain && !encoded) return NO_ASSERTION;

    struct call call = {
        .token = json_string_value(plain),
        .token_length = json_string_length(plain),
        .algorithms = json_array(),
        .policy = json_object_get(request, "policy"),
        .now = json_integer_value(json_object_get(request, "now")),
    };
    char *octets = NULL;
    if (encoded) {
        octets = decode_base64(json_string_value(encoded), json_string_length(encoded),
                               &call.token_length);
        call.token = octets;
    }
    struct answer answer = NO_CLIENT;
    json_t *client = choose_client(request, &call);
    if (client) {
        *client_id = json_object_get(client, "client_id");
        call.client_id = json_string_value(*client_id);
        answer = ask(library, &call, client);
    }
    free(octets);
    json_decref(call.algorithms);
    return answer;
}

/* ---- build ---- */

static json_t *uuid(void) {
    unsigned char r[16];
    if (getrandom(r, sizeof r, 0) != (ssize_t)sizeof r) abort();
    r[6] = (unsigned char)((r[6] & 0x0f) | 0x40);
    r[8] = (unsigned char)((r[8] & 0x3f) | 0x80);
    return json_sprintf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", r[0],
                        r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12],
                        r[13], r[14], r[15]);
}

/* The claims as a user of a JWT library composes them; the registered ones win. */
static json_t *claims_of(const json_t *request) {
    json_t *claims = json_object();
    json_int_t now = json_integer_value(json_object_get(request, "now"));
    json_int_t lifetime = json_integer_value(json_object_get(request, "lifetime"));
    json_object_update(claims, json_object_get(request, "claims"));
    json_object_set(claims, "iss", json_object_get(request, "client_id"));
    json_object_set(claims, "sub", json_object_get(request, "client_id"));
    json_object_set(claims, "aud", json_object_get(request, "audience"));
    json_object_set_new(claims, "jti", uuid());
    json_object_set_new(claims, "iat", json_integer(now));
    json_object_set_new(claims, "exp", json_integer(now + lifetime));
    return claims;
}

static char *build(const struct library *library, const json_t *request, struct answer *answer) {
    const json_t *key = json_object_get(request, "key");
    const json_t *secret = json_object_get(key, "secret");
    struct order order = {
        .algorithm = text_at(request, "algorithm"),
        .key = {.jwk = json_object_get(key, "jwk"), .pem = text_at(key, "pem"),
                .secret = json_string_value(secret), .secret_length = json_string_length(secret)},
        .kid = text_at(request, "kid"),
        .typ = json_object_get(request, "typ"),
    };
    if (!order.kid) order.kid = text_at(order.key.jwk, "kid");
    if (!order.algorithm || !has(library->algorithms, order.algorithm)) {
        *answer = UNKNOWN_ALGORITHM;
        return NULL;
    }
    if ((order.key.jwk && !has(library->key_formats, "jwk")) ||
        (order.key.pem && !has(library->key_formats, "pkcs8"))) {
        *answer = (struct answer){UNSUPPORTED, "the library takes no key of this format"};
        return NULL;
    }
    order.claims = claims_of(request);
    char *assertion = library->build(&order, answer);
    json_decref(order.claims);
    return assertion;
}

/* ---- the loop ---- */

struct version { char text[128]; };

/* With Debian's revision, since that is where security fixes are. */
static struct version version(const char *package) {
    struct version found = {""};
    char command[128];
    snprintf(command, sizeof command, "dpkg-query --show --showformat='${Version}' %s", package);
    FILE *query = popen(command, "r");
    if (query) {
        if (!fgets(found.text, sizeof found.text, query)) found.text[0] = '\0';
        pclose(query);
    }
    return found;
}

/* The compiler is no part of it: no answer here depends on it. */
static json_t *toolchain(const struct part *part) {
    json_t *text = json_string("");
    for (; part->name; part++) {
        const char *between = json_string_length(text) > 0 ? ", " : "";
        json_t *longer = json_sprintf("%s%s%s %s", json_string_value(text), between, part->name,
                                      version(part->package).text);
        json_decref(text);
        text = longer;
    }
    return text;
}

static json_t *hello(const struct library *library) {
    return json_pack(
        "{s:i, s:{s:s, s:s, s:s, s:o, s:s}, s:{s:{s:o}, s:{s:[s, s, s], s:o}}, s:[s, s], s:o, s:s, "
        "s:o, s:b}",
        "protocol", 1,
        "implementation", "name", library->name, "version", version(library->package).text,
        "language", "C", "toolchain", toolchain(library->toolchain), "url", library->url,
        "roles", "verify", "layers", list(library->layers),
        "build", "layers", "jws", "key", "jwt", "fixed", list(library->fixed),
        "methods", "client_secret_jwt", "private_key_jwt",
        "algorithms", list(library->algorithms),
        "clock", library->clock,
        "key_formats", list(library->key_formats),
        "bench", 1);
}

static json_t *in_words(struct answer answer, const char *negative) {
    const char *word = answer.verdict == REJECT        ? negative
                       : answer.verdict == UNSUPPORTED ? "unsupported"
                                                       : "error";
    return json_pack("{s:s, s:s}", "verdict", word, "reason", answer.reason);
}

static json_t *work(const struct library *library, json_t *request) {
    const char *operation = text_at(request, "op");
    struct answer answer = {ERROR, "no such operation"};
    if (operation && strcmp(operation, "verify") == 0) {
        json_t *client_id = NULL;
        answer = verify(library, request, &client_id);
        if (answer.verdict != ACCEPT) return in_words(answer, "reject");
        return json_pack("{s:s, s:O}", "verdict", "accept", "client_id", client_id);
    }
    if (operation && strcmp(operation, "build") == 0) {
        char *assertion = build(library, request, &answer);
        if (!assertion) return in_words(answer, "refused");
        json_t *built = json_pack("{s:s}", "assertion", assertion);
        free(assertion);
        return built;
    }
    return in_words(answer, "");
}

static json_t *bench(const struct library *library, const json_t *request) {
    struct timespec start, end;
    json_int_t times = json_integer_value(json_object_get(request, "times"));
    clock_gettime(CLOCK_MONOTONIC, &start);
    while (times-- > 0) json_decref(work(library, json_object_get(request, "request")));
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    return json_pack("{s:f}", "seconds", seconds);
}

int serve(const struct library *library) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, stdin)) > 0) {
        json_t *request = parse(line, (size_t)length);
        if (!request) {
            fputs("a line is not JSON\n", stderr);
            return EXIT_FAILURE;
        }
        const char *operation = text_at(request, "op");
        if (operation && strcmp(operation, "bye") == 0) {
            json_decref(request);
            break;
        }
        json_t *answer;
        if (operation && strcmp(operation, "hello") == 0)
            answer = hello(library);
        else if (operation && strcmp(operation, "bench") == 0)
            answer = bench(library, request);
        else
            answer = work(library, request);
        json_t *seq = json_object_get(request, "seq");
        if (seq) json_object_set(answer, "seq", seq);
        json_dumpf(answer, stdout, JSON_COMPACT);
        putchar('\n');
        fflush(stdout);
        json_decref(answer);
        json_decref(request);
    }
    free(line);
    return EXIT_SUCCESS;
}
