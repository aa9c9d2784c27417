/* The process protocol, version 1, for libraries in C. A library's file fills in a `struct library`
   and hands it to `serve`. */

#ifndef LOOP_H
#define LOOP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum verdict { ACCEPT, REJECT, UNSUPPORTED, ERROR };

/* `reason` is a text that lives as long as the program. */
struct answer {
    enum verdict verdict;
    const char *reason;
};

/* One assertion of a registered client. */
struct call {
    const char *token; /* with a NUL behind its last octet */
    size_t token_length;
    const char *client_id;
    json_t *algorithms; /* what policy, client and library have in common */
    json_t *policy;
    json_int_t now;
};

/* One of the client's keys, in the form that the library takes; what it is not is NULL. */
struct key {
    json_t *jwk;
    const char *pem;
    const char *secret;
    size_t secret_length;
};

/* One assertion to be made. */
struct order {
    json_t *claims;
    const char *algorithm;
    struct key key;
    const char *kid;    /* or NULL */
    json_t *typ;        /* NULL: the library's default; JSON null: none; else a string */
};

/* A library below the one under test. */
struct part {
    const char *name;
    const char *package;
};

struct library {
    const char *name;
    const char *package; /* whose version is the library's */
    const struct part *toolchain; /* the libraries below it that decide; one without a name ends them */
    const char *url;
    const char *clock;
    const char *const *layers; /* lists end with NULL */
    const char *const *algorithms;
    const char *const *key_formats;
    const char *const *fixed; /* what the builder cannot be told */
    bool takes_pem;     /* verifies with `pems`, not with `jwks` */
    bool one_leeway;    /* for both directions */
    bool ends_at_nul;   /* takes the token as a string without a length: one with a NUL is rejected */
    struct answer (*verify)(const struct call *, const struct key *);
    /* Returns a text for the caller to free, or says in the answer why not. */
    char *(*build)(const struct order *, struct answer *);
};

int serve(const struct library *);

/* Whether `name` is one of the algorithms of the call. */
bool is_allowed(const struct call *, const char *name);

#endif
