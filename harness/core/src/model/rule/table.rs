//! Every rule, in the order in which the oracle reads the specifications, under the group that
//! reports show it in.

use super::{Layer, RuleGroup, RuleInfo};
use crate::model::{Lean, Level};

use Level::{Accept, May, Reject};

rules! {
verify {
    // The token request (RFC 7521 section 4.2, RFC 7523 section 2.2).
    TokenRequest {
        #[doc = "`client_assertion_type` is exactly the JWT bearer URN"]
        ClientAssertionType = "client-assertion-type", Request, Reject, ["RFC 7521 4.2", "RFC 7523 2.2"];
        #[doc = "`client_assertion` is there and not empty"]
        ClientAssertionMissing = "client-assertion-missing", Request, Reject, ["RFC 7523 2.2", "RFC 6749 3.2"];
        #[doc = "a `client_id` parameter names the client that the assertion names"]
        ClientIdMismatch = "client-id-mismatch", Request, Reject, ["RFC 7521 4.2"];
        #[doc = "the `client_id` parameter may be left out or empty"]
        ClientIdOptional = "client-id-optional", Request, Accept, ["RFC 7521 4.2", "RFC 6749 3.2"];
        #[doc = "the client is registered"]
        UnknownClient = "unknown-client", Request, Reject, ["RFC 7523 3(2)"];
        #[doc = "the profile has this client authentication method"]
        MethodExcluded = "method-excluded", Request, Reject, ["FAPI 2.0 SP 5.3.2.1(6)"];
        #[doc = "a `client_id` has visible ASCII characters only"]
        ClientIdCharset = "client-id-charset", Request, May(Lean::Accept), ["RFC 6749 A.1"];
    }
    // The compact form and its encodings (RFC 7515 sections 2 and 5.2, RFC 4648 section 3).
    NothingWrong {
        #[doc = "an assertion that breaks no rule is accepted"]
        Baseline = "baseline", Jws, Accept, ["RFC 7523 3"];
    }
    CompactForm {
        #[doc = "an assertion of a few KiB is accepted"]
        TokenSize = "token-size", Jws, May(Lean::Accept), ["RFC 7523 3"];
        #[doc = "an assertion beyond 64 KiB is answered in bounded time, either way"]
        TokenHuge = "token-huge", Jws, May(Lean::Reject), ["RFC 8725 3.11"];
        #[doc = "the assertion is three segments and two periods"]
        CompactForm = "compact-form", Jws, Reject, ["RFC 7515 5.2(1)", "RFC 7515 7.1", "RFC 7519 3"];
        #[doc = "each segment is base64url without padding, white space or other characters"]
        Base64url = "base64url", Jws, Reject, ["RFC 7515 2", "RFC 7515 5.2(2)", "RFC 4648 3.3"];
        #[doc = "the unused bits of a segment's last character are zero"]
        Base64urlTrailingBits = "base64url-trailing-bits", Jws, May(Lean::Reject), ["RFC 4648 3.5"];
        #[doc = "an encrypted assertion need not be supported"]
        Encrypted = "encrypted", Jws, May(Lean::Neither), ["RFC 7523 7", "RFC 7519 8"];
    }
    // The two JSON texts (RFC 7515 sections 4 and 5.2, RFC 7519 section 7.2, RFC 8259, RFC 7493).
    JsonTexts {
        #[doc = "header and claims set are UTF-8"]
        Utf8 = "utf8", Jws, Reject, ["RFC 8725 3.7", "RFC 7515 5.2(3)", "RFC 7519 7.2(10)"];
        #[doc = "no byte order mark precedes a JSON text"]
        ByteOrderMark = "byte-order-mark", Jws, May(Lean::Reject), ["RFC 8259 8.1"];
        #[doc = "the header is one completely valid JSON object and nothing else"]
        HeaderJson = "header-json", Jws, Reject, ["RFC 7515 5.2(3)", "RFC 7515 10.12"];
        #[doc = "the claims set is one completely valid JSON object and nothing else"]
        PayloadJson = "payload-json", Jws, Reject, ["RFC 7519 7.2(10)", "RFC 8259 2"];
        #[doc = "a member name that stands twice may be rejected"]
        DuplicateMember = "duplicate-member", Jws, May(Lean::Neither), ["RFC 7515 4", "RFC 7515 5.2(4)", "RFC 7519 4"];
        #[doc = "of members with one name, the first is never the one believed"]
        DuplicateFirstWins = "duplicate-first-wins", Jws, Reject, ["RFC 7515 4", "RFC 7519 4"];
        #[doc = "no rule forbids a duplicate below the top level"]
        DuplicateNested = "duplicate-nested", Jws, May(Lean::Accept), ["RFC 7493 2.3"];
        #[doc = "strings hold no lone surrogates"]
        LoneSurrogate = "lone-surrogate", Jws, May(Lean::Reject), ["RFC 7493 2.1", "RFC 8259 8.2"];
        #[doc = "numbers that nothing reads fit a double"]
        NumberRange = "number-range", Jws, May(Lean::Neither), ["RFC 7493 2.2", "RFC 8259 6"];
        #[doc = "a value that nothing reads may be nested too deep for a parser"]
        NestingDepth = "nesting-depth", Jws, May(Lean::Reject), ["RFC 8259 9"];
        #[doc = "a JSON text may have more members than a parser takes"]
        MemberCount = "member-count", Jws, May(Lean::Reject), ["RFC 8259 9"];
    }
    // The JOSE header (RFC 7515 section 4, RFC 7797, RFC 7519 section 5).
    Header {
        #[doc = "a header parameter that is not understood is ignored"]
        UnknownHeaderParameter = "unknown-header-parameter", Jws, Accept, ["RFC 7515 4"];
        #[doc = "`alg` is there"]
        AlgMissing = "alg-missing", Jws, Reject, ["RFC 7515 4.1.1"];
        #[doc = "`alg` is a string"]
        AlgType = "alg-type", Jws, Reject, ["RFC 7515 4.1.1"];
        #[doc = "an assertion is signed: `none` is rejected"]
        AlgNone = "alg-none", Jws, Reject, ["RFC 7518 3.6", "RFC 7523 3(9)", "RFC 8725 3.2"];
        #[doc = "`alg` names, verbatim, an algorithm the server has"]
        AlgUnknown = "alg-unknown", Jws, Reject, ["RFC 7515 4.1.1", "RFC 7515 10.13", "RFC 8725 3.1"];
        #[doc = "`alg` belongs to the client's method and is on the server's list"]
        AlgNotAllowed = "alg-not-allowed", Jws, Reject, ["RFC 8725 3.1", "OpenID Connect Core 9"];
        #[doc = "an algorithm that the profile does not mention may be supported"]
        AlgOutsideCore = "alg-outside-core", Jws, May(Lean::Neither), ["RFC 7518 3.1", "RFC 8037 3.1"];
        #[doc = "`alg` is the one that the client registered"]
        AlgNotRegistered = "alg-not-registered", Jws, Reject, ["RFC 8725 3.1", "OpenID Connect Registration 2"];
    }
    Extensions {
        #[doc = "`crit` is an array of strings"]
        CritMalformed = "crit-malformed", Jws, Reject, ["RFC 7515 4.1.11"];
        #[doc = "`crit` is not null"]
        CritNull = "crit-null", Jws, May(Lean::Reject), ["RFC 7515 4.1.11"];
        #[doc = "`crit` is not an empty array"]
        CritEmpty = "crit-empty", Jws, May(Lean::Reject), ["RFC 7515 4.1.11"];
        #[doc = "every extension that `crit` names is understood"]
        CritUnknown = "crit-unknown", Jws, Reject, ["RFC 7515 4.1.11"];
        #[doc = "`crit` names no parameter that RFC 7515 itself defines"]
        CritRegisteredName = "crit-registered-name", Jws, May(Lean::Reject), ["RFC 7515 4.1.11"];
        #[doc = "`crit` may name `b64` where `b64` is true"]
        CritB64 = "crit-b64", Jws, May(Lean::Reject), ["RFC 7797 6"];
        #[doc = "`b64` is not false in a JWT"]
        B64False = "b64-false", Jws, Reject, ["RFC 7797 7"];
        #[doc = "`b64` without `crit` is an unknown parameter"]
        B64WithoutCrit = "b64-without-crit", Jws, May(Lean::Neither), ["RFC 7797 6"];
    }
    HeaderKeys {
        #[doc = "a key that the token brings along, by value or by reference, proves nothing"]
        HeaderKey = "header-key", Jws, Reject, ["RFC 8725 3.10", "RFC 7515 10.3", "RFC 7515 6"];
        #[doc = "a key parameter beside a genuine signature is ignored"]
        HeaderKeyPresent = "header-key-present", Jws, May(Lean::Accept), ["RFC 7515 4.1.2", "RFC 7515 4.1.3", "RFC 7515 4.1.6"];
        #[doc = "an embedded JWK holds no private member"]
        HeaderPrivateKey = "header-private-key", Jws, May(Lean::Reject), ["RFC 7515 4.1.3"];
    }
    Nesting {
        #[doc = "`zip` means nothing in a JWS"]
        ZipHeader = "zip-header", Jws, May(Lean::Accept), ["RFC 7516 4.1.3"];
        #[doc = "`cty` says JWT only where a JWT is nested"]
        CtyJwt = "cty-jwt", Jws, May(Lean::Reject), ["RFC 7519 5.2", "RFC 7515 4.1.10"];
        #[doc = "another `cty` is ignored"]
        CtyOther = "cty-other", Jws, May(Lean::Accept), ["RFC 7519 5.2", "RFC 7515 4.1.10"];
        #[doc = "a nested assertion need not be supported"]
        NestedJwt = "nested-jwt", Jws, May(Lean::Reject), ["RFC 7519 8", "RFC 7519 7.2(8)"];
        #[doc = "a nested assertion is rejected where its inside is"]
        NestedInvalid = "nested-invalid", Jws, Reject, ["RFC 8725 3.3", "RFC 7519 7.2(8)"];
        #[doc = "claims that stand in the header are not read from there"]
        HeaderClaims = "header-claims", Jws, May(Lean::Accept), ["RFC 7519 5.3"];
    }
    // The key (RFC 7517, RFC 7518 sections 3 and 6, RFC 8725 section 3).
    Kid {
        #[doc = "`kid` is a string"]
        KidType = "kid-type", Key, Reject, ["RFC 7515 4.1.4"];
        #[doc = "`kid` is not null"]
        KidNull = "kid-null", Key, May(Lean::Reject), ["RFC 7515 4.1.4"];
        #[doc = "a client with one key may leave `kid` out"]
        KidAbsent = "kid-absent", Key, Accept, ["RFC 7515 4.1.4"];
        #[doc = "an assertion with a MAC needs no `kid`"]
        KidAbsentSecret = "kid-absent-secret", Key, Accept, ["RFC 7515 4.1.4", "OpenID Connect Core 10.1"];
        #[doc = "a client with several keys says which one"]
        KidAbsentSeveral = "kid-absent-several", Key, May(Lean::Neither), ["RFC 7515 4.1.4", "OpenID Connect Core 10.1"];
        #[doc = "`kid` names a key of the client"]
        KidUnknown = "kid-unknown", Key, May(Lean::Reject), ["RFC 7515 4.1.4"];
        #[doc = "the key that `kid` names is the key that signed"]
        KidMismatch = "kid-mismatch", Key, May(Lean::Reject), ["RFC 7515 4.1.4", "RFC 7515 6"];
        #[doc = "keys of different types may share a `kid`"]
        DuplicateKid = "duplicate-kid", Key, May(Lean::Accept), ["RFC 7517 4.5"];
        #[doc = "keys of one type do not share a `kid`"]
        DuplicateKidSameType = "duplicate-kid-same-type", Key, May(Lean::Neither), ["RFC 7517 4.5"];
    }
    KeyChoice {
        #[doc = "the client has a key to check with"]
        NoUsableKey = "no-usable-key", Key, Reject, ["RFC 7515 6", "RFC 7523 3(9)"];
        #[doc = "the key has the type and the curve that `alg` asks for"]
        KeyType = "key-type", Key, Reject, ["RFC 8725 3.1", "RFC 7518 3.4"];
        #[doc = "the key's `use` permits signatures"]
        KeyUse = "key-use", Key, Reject, ["RFC 7517 4.2"];
        #[doc = "the key's `key_ops` permit verification"]
        KeyOps = "key-ops", Key, Reject, ["RFC 7517 4.3"];
        #[doc = "the `key_ops` of a public key say verify, not sign"]
        KeyOpsSignOnly = "key-ops-sign-only", Key, May(Lean::Reject), ["RFC 7517 4.3"];
        #[doc = "`use` and `key_ops` agree"]
        KeyUseOpsConflict = "key-use-ops-conflict", Key, May(Lean::Reject), ["RFC 7517 4.3"];
        #[doc = "the key's `alg` is the token's `alg`"]
        KeyAlg = "key-alg", Key, Reject, ["RFC 8725 3.1", "RFC 7517 4.4"];
        #[doc = "a registered key may lack `alg`"]
        KeyAlgAbsent = "key-alg-absent", Key, May(Lean::Accept), ["RFC 8725 3.1", "RFC 7517 4.4"];
        #[doc = "a registered JWK Set holds public keys only"]
        KeyPrivateRegistered = "key-private-registered", Key, May(Lean::Reject), ["RFC 7517 9.2", "RFC 7591 2"];
        #[doc = "keys of unknown type in a JWK Set are ignored"]
        KeyUnknownType = "key-unknown-type", Key, Accept, ["RFC 7517 5"];
    }
    KeyStrength {
        #[doc = "a JWK Set is an object with `keys`"]
        KeySetForm = "key-set-form", Key, May(Lean::Reject), ["RFC 7517 5"];
        #[doc = "a JWK Set may hold more keys than a server takes"]
        KeySetSize = "key-set-size", Key, May(Lean::Reject), ["RFC 7517 5"];
        #[doc = "the key's parameters are complete, of full width and valid"]
        KeyMalformed = "key-malformed", Key, Reject, ["RFC 7518 6.2.1", "RFC 7518 6.3.1", "RFC 8725 3.4"];
        #[doc = "the key's parameters are minimal base64url"]
        KeyEncoding = "key-encoding", Key, May(Lean::Neither), ["RFC 7518 2", "RFC 7518 6.3.1.1"];
        #[doc = "an RSA modulus has at least 2048 bits"]
        RsaTooShort = "rsa-too-short", Key, Reject, ["RFC 7518 3.3"];
        #[doc = "an RSA modulus beyond 4096 bits may be rejected"]
        RsaLarge = "rsa-large", Key, May(Lean::Reject), ["RFC 7518 8.6"];
        #[doc = "an RSA public exponent is odd and at least 3"]
        RsaExponent = "rsa-exponent", Key, Reject, ["RFC 8017 3.1", "RFC 7518 3.3"];
        #[doc = "an RSA public exponent other than 65537 may be rejected"]
        RsaExponentUnusual = "rsa-exponent-unusual", Key, May(Lean::Neither), ["RFC 8017 3.1"];
        #[doc = "a modulus with a known generator flaw may be rejected"]
        RsaWeakPrimes = "rsa-weak-primes", Key, May(Lean::Reject), ["RFC 8725 3.5"];
        #[doc = "a secret has at least as many octets as the hash"]
        SecretTooShort = "secret-too-short", Key, Reject, ["RFC 7518 3.2", "OpenID Connect Core 16.19"];
        #[doc = "a secret has at least 16 octets"]
        SecretTrivial = "secret-trivial", Key, Reject, ["RFC 7518 3.2", "RFC 8725 3.5"];
        #[doc = "a secret is not one character repeated"]
        SecretRepetitive = "secret-repetitive", Key, May(Lean::Reject), ["RFC 8725 3.5"];
    }
    // The signature (RFC 7515 section 5.2, RFC 7518 section 3, RFC 8017 section 8).
    Signature {
        #[doc = "the signature is the client's, over exactly these octets"]
        Signature = "signature", Jws, Reject, ["RFC 7523 3(9)", "RFC 7515 5.2(8)", "RFC 7518 3"];
    }
    // The claims, in the order of RFC 7523 section 3.
    Identity {
        #[doc = "`iss` is there"]
        IssMissing = "iss-missing", Assertion, Reject, ["RFC 7523 3(1)"];
        #[doc = "`iss` is a string"]
        IssType = "iss-type", Jwt, Reject, ["RFC 7519 4.1.1", "RFC 7519 2"];
        #[doc = "`iss` is the client's `client_id`, octet by octet"]
        IssMismatch = "iss-mismatch", Jwt, Reject, ["RFC 7523 3(1)", "OpenID Connect Core 9"];
        #[doc = "`sub` is there"]
        SubMissing = "sub-missing", Assertion, Reject, ["RFC 7523 3(2)"];
        #[doc = "`sub` is a string"]
        SubType = "sub-type", Jwt, Reject, ["RFC 7519 4.1.2", "RFC 7519 2"];
        #[doc = "`sub` is the client's `client_id`, octet by octet"]
        SubMismatch = "sub-mismatch", Jwt, Reject, ["RFC 7523 3(2)"];
    }
    Audience {
        #[doc = "`aud` is there"]
        AudMissing = "aud-missing", Assertion, Reject, ["RFC 7523 3(3)"];
        #[doc = "`aud` is a string or an array of strings"]
        AudType = "aud-type", Jwt, Reject, ["RFC 7519 4.1.3"];
        #[doc = "`aud` names this server, octet by octet"]
        AudMismatch = "aud-mismatch", Jwt, Reject, ["RFC 7523 3(3)", "RFC 3986 6.2.1"];
        #[doc = "`aud` uses the server's other name"]
        AudTolerated = "aud-tolerated", Jwt, May(Lean::Accept), ["RFC 7523 3(3)"];
        #[doc = "`aud` may be an array with one member"]
        AudArray = "aud-array", Assertion, Accept, ["RFC 7519 4.1.3"];
        #[doc = "`aud` may name others beside the server"]
        AudSeveral = "aud-several", Assertion, Accept, ["RFC 7519 4.1.3"];
        #[doc = "`aud` does not repeat a value"]
        AudRepeated = "aud-repeated", Assertion, May(Lean::Accept), ["RFC 7519 4.1.3"];
        #[doc = "`aud` has no empty member"]
        AudOddMember = "aud-odd-member", Assertion, May(Lean::Neither), ["RFC 7519 4.1.3", "RFC 7519 2"];
        #[doc = "`aud` may have more members than a server takes"]
        AudMany = "aud-many", Assertion, May(Lean::Neither), ["RFC 7519 4.1.3"];
    }
    Times {
        #[doc = "`exp` is there"]
        ExpMissing = "exp-missing", Assertion, Reject, ["RFC 7523 3(4)"];
        #[doc = "`exp` is a finite JSON number"]
        ExpType = "exp-type", Jwt, Reject, ["RFC 7519 4.1.4", "RFC 7519 2"];
        #[doc = "now is before `exp`, plus the clock skew"]
        Expired = "expired", Jwt, Reject, ["RFC 7519 4.1.4", "RFC 7523 3(4)"];
        #[doc = "a moment after `exp` is forgiven, up to the declared skew"]
        ExpiredWithinSkew = "expired-within-skew", Jwt, Accept, ["RFC 7519 4.1.4"];
        #[doc = "where no skew is declared, a server may forgive a small one"]
        ExpiredLately = "expired-lately", Jwt, May(Lean::Reject), ["RFC 7519 4.1.4"];
        #[doc = "`exp` is not further away than the profile's cap"]
        Lifetime = "lifetime", Assertion, Reject, ["RFC 7523 3(4)"];
        #[doc = "`exp` may be rejected when it is unreasonably far away"]
        LifetimeLong = "lifetime-long", Assertion, May(Lean::Neither), ["RFC 7523 3(4)"];
        #[doc = "a NumericDate may have a fraction or an exponent"]
        NumericDateForm = "numeric-date-form", Jwt, May(Lean::Accept), ["RFC 7519 2"];
        #[doc = "a NumericDate before 1970 is a number like any other"]
        TimeBeforeEpoch = "time-before-epoch", Jwt, May(Lean::Accept), ["RFC 7519 2"];
        #[doc = "`nbf` is a finite JSON number"]
        NbfType = "nbf-type", Jwt, Reject, ["RFC 7519 4.1.5", "RFC 7519 2"];
        #[doc = "`nbf` is not null"]
        NbfNull = "nbf-null", Jwt, May(Lean::Reject), ["RFC 7519 4.1.5"];
        #[doc = "now is not before `nbf`, less the future skew"]
        NotYetValid = "not-yet-valid", Jwt, Reject, ["RFC 7519 4.1.5", "RFC 7523 3(5)"];
        #[doc = "a moment before `nbf` is forgiven, up to the declared skew"]
        NotYetValidWithinSkew = "not-yet-valid-within-skew", Jwt, Accept, ["RFC 7519 4.1.5"];
        #[doc = "where no skew is declared, a server may forgive a small one"]
        NotQuiteValid = "not-quite-valid", Jwt, May(Lean::Neither), ["RFC 7519 4.1.5"];
        #[doc = "an assertion is valid at `nbf` itself"]
        NbfNow = "nbf-now", Jwt, Accept, ["RFC 7519 4.1.5"];
        #[doc = "`iat` is a finite JSON number"]
        IatType = "iat-type", Jwt, Reject, ["RFC 7519 4.1.6", "RFC 7519 2"];
        #[doc = "`iat` is not null"]
        IatNull = "iat-null", Jwt, May(Lean::Reject), ["RFC 7519 4.1.6"];
        #[doc = "`iat` may be left out"]
        IatOptional = "iat-optional", Assertion, Accept, ["RFC 7523 3(6)"];
        #[doc = "`iat` is not in the future"]
        IatFuture = "iat-future", Assertion, Reject, ["RFC 7523 3(6)"];
        #[doc = "an `iat` a moment ahead is forgiven, up to the declared skew"]
        IatWithinSkew = "iat-within-skew", Assertion, Accept, ["RFC 7523 3(6)"];
        #[doc = "no rule forbids an `iat` in the future"]
        IatAhead = "iat-ahead", Assertion, May(Lean::Neither), ["RFC 7523 3(6)", "RFC 7519 4.1.6"];
        #[doc = "`iat` may be now"]
        IatNow = "iat-now", Assertion, Accept, ["RFC 7519 4.1.6"];
        #[doc = "`iat` may be rejected when it is unreasonably long ago"]
        IatOld = "iat-old", Assertion, May(Lean::Neither), ["RFC 7523 3(6)"];
        #[doc = "`iat` is before `exp`"]
        IatAfterExp = "iat-after-exp", Assertion, May(Lean::Reject), ["RFC 7519 4.1.6"];
    }
    Jti {
        #[doc = "`jti` may be left out"]
        JtiMissing = "jti-missing", Assertion, Accept, ["RFC 7523 3(7)"];
        #[doc = "`jti` is a string"]
        JtiType = "jti-type", Assertion, Reject, ["RFC 7519 4.1.7", "RFC 7519 2"];
        #[doc = "`jti` is not null"]
        JtiNull = "jti-null", Assertion, May(Lean::Reject), ["RFC 7519 4.1.7"];
        #[doc = "`jti` is not empty"]
        JtiEmpty = "jti-empty", Assertion, May(Lean::Reject), ["RFC 7519 4.1.7"];
        #[doc = "`jti` may hold any characters"]
        JtiOdd = "jti-odd", Assertion, May(Lean::Accept), ["RFC 7519 4.1.7"];
        #[doc = "`jti` may be long"]
        JtiLong = "jti-long", Assertion, May(Lean::Accept), ["RFC 7519 4.1.7"];
    }
    OtherClaims {
        #[doc = "a claim that is not understood is ignored"]
        UnknownClaim = "unknown-claim", Jwt, Accept, ["RFC 7523 3(8)", "RFC 7519 4"];
        #[doc = "`client_id` and `azp` are claims like any other"]
        IdentityClaim = "identity-claim", Jwt, May(Lean::Accept), ["RFC 7523 3(8)"];
    }
    // Explicit typing (RFC 7515 section 4.1.9, RFC 8725 section 3.11, RFC 10070 section 4).
    Typ {
        #[doc = "`typ` may be left out"]
        TypAbsent = "typ-absent", Assertion, Accept, ["RFC 7519 5.1", "RFC 10070 4"];
        #[doc = "`typ` may be JWT"]
        TypJwt = "typ-jwt", Assertion, Accept, ["RFC 7519 5.1"];
        #[doc = "`typ` may be client-authentication+jwt"]
        TypClientAuthentication = "typ-client-authentication", Assertion, May(Lean::Accept), ["RFC 10070 4"];
        #[doc = "media types compare without case, and `application/` goes without saying"]
        TypForm = "typ-form", Assertion, May(Lean::Accept), ["RFC 7515 4.1.9", "RFC 7519 5.1"];
        #[doc = "a client that says client-authentication+jwt uses the issuer as its sole audience"]
        TypStrictAudience = "typ-strict-audience", Assertion, May(Lean::Neither), ["RFC 10070 4"];
        #[doc = "`typ` is not empty"]
        TypEmpty = "typ-empty", Assertion, May(Lean::Neither), ["RFC 7515 4.1.9"];
        #[doc = "`typ` is a string"]
        TypType = "typ-type", Assertion, May(Lean::Reject), ["RFC 7515 4.1.9"];
        #[doc = "`typ` is one the server knows"]
        TypUnknown = "typ-unknown", Assertion, May(Lean::Neither), ["RFC 8725 3.11"];
        #[doc = "`typ` is not that of another kind of JWT"]
        TypOtherKind = "typ-other-kind", Assertion, May(Lean::Reject), ["RFC 8725 3.11", "RFC 8725 3.12"];
        #[doc = "a token that the server itself issued is no client assertion"]
        CrossJwt = "cross-jwt", Assertion, Reject, ["RFC 8725 3.12", "RFC 9068 4"];
    }
    // Replay (RFC 7523 section 3(7), OpenID Connect Core section 9).
    Replay {
        #[doc = "a `jti` comes once from one client, until it has expired"]
        Replay = "replay", State, May(Lean::Neither), ["RFC 7523 3(7)", "RFC 7519 4.1.7"];
        #[doc = "another client's `jti` is another `jti`"]
        ReplayOtherClient = "replay-other-client", State, Accept, ["RFC 7519 4.1.7", "RFC 7523 3(7)"];
        #[doc = "a `jti` that differs in case is another `jti`"]
        ReplayOtherJti = "replay-other-jti", State, Accept, ["RFC 7519 4.1.7"];
        #[doc = "without `jti` nothing can be replayed"]
        ReplayNoJti = "replay-no-jti", State, May(Lean::Neither), ["RFC 7523 3(7)"];
        #[doc = "a `jti` in a forged assertion does not use it up"]
        JtiNotBurned = "jti-not-burned", State, Accept, ["RFC 7523 3(7)"];
        #[doc = "a `jti` in a genuine assertion that was rejected may be used up"]
        JtiInRejected = "jti-in-refused", State, May(Lean::Accept), ["RFC 7523 3(7)"];
    }
}
build {
    // What a builder does: the octets, the header, the claims, the signature, and what shows over many.
    CompactForm {
        #[doc = "an assertion is three segments of canonical base64url without padding"]
        BuildCompact = "build-compact", Jws, Reject, ["RFC 7515 7.1", "RFC 7515 2", "RFC 4648 3.5"];
        #[doc = "an assertion with the usual claims has at most 2048 octets"]
        BuildSize = "build-size", Assertion, May(Lean::Accept), ["RFC 7523 2.2"];
    }
    Header {
        #[doc = "`alg` is the algorithm asked for, letter by letter"]
        BuildAlg = "build-alg", Jws, Reject, ["RFC 7515 4.1.1"];
        #[doc = "an algorithm of the other method is declined"]
        BuildMethod = "build-method", Assertion, Reject, ["OpenID Connect Core 9"];
        #[doc = "an algorithm outside the profile is declined"]
        BuildAlgInProfile = "build-alg-in-profile", Assertion, May(Lean::Reject), ["RFC 8725 3.1"];
    }
    Kid {
        #[doc = "`kid` is the one asked for; where none is, the key's own or none"]
        BuildKid = "build-kid", Jws, Reject, ["RFC 7515 4.1.4", "OpenID Connect Core 10.1"];
    }
    Typ {
        #[doc = "`typ` is the one asked for, or left out where that is asked for"]
        BuildTyp = "build-typ", Jws, Reject, ["RFC 7515 4.1.9", "RFC 8725 3.11"];
        #[doc = "where nothing is asked for, `typ` is client-authentication+jwt"]
        BuildTypDefault = "build-typ-default", Assertion, May(Lean::Accept), ["RFC 10070 4"];
    }
    Extensions {
        #[doc = "no `crit`, `b64`, `zip` or `cty` stands in the header"]
        BuildHeaderExtension = "build-header-extension", Jws, Reject, ["RFC 7515 4.1.11", "RFC 7797 7", "RFC 7519 5.2"];
    }
    HeaderKeys {
        #[doc = "no private or symmetric key stands in the header"]
        BuildPrivateKey = "build-private-key", Jws, Reject, ["RFC 7515 4.1.3", "RFC 7517 9.2"];
        #[doc = "no key stands in the header, nor an address of one"]
        BuildEmbeddedKey = "build-embedded-key", Jws, May(Lean::Neither), ["RFC 8725 3.10"];
    }
    JsonTexts {
        #[doc = "no member stands twice in the header or in the claims set"]
        BuildDuplicateMember = "build-duplicate-member", Jwt, Reject, ["RFC 7515 4", "RFC 7519 4"];
    }
    Audience {
        #[doc = "`aud` is the audience asked for, and nothing else"]
        BuildAudience = "build-audience", Jwt, Reject, ["RFC 7523 3(3)"];
        #[doc = "`aud` is a string"]
        BuildAudienceString = "build-audience-string", Assertion, May(Lean::Accept), ["RFC 7519 4.1.3"];
        #[doc = "an audience that the profile's servers reject is declined"]
        BuildAudienceInProfile = "build-audience-in-profile", Assertion, Reject, ["RFC 7523 3(3)"];
    }
    Times {
        #[doc = "times are seconds, not milliseconds"]
        BuildSeconds = "build-seconds", Jwt, Reject, ["RFC 7519 2"];
        #[doc = "times are integers"]
        BuildIntegerTime = "build-integer-time", Jwt, May(Lean::Accept), ["RFC 7519 2"];
        #[doc = "times are counted from the moment that is given"]
        BuildClock = "build-clock", Jwt, Reject, ["RFC 7519 4.1.4", "RFC 7519 4.1.6"];
        #[doc = "`exp` is not later than was asked for"]
        BuildLifetime = "build-lifetime", Jwt, Reject, ["RFC 7523 3(4)"];
        #[doc = "`exp` is after the moment that is given"]
        BuildExpFuture = "build-exp-future", Jwt, Reject, ["RFC 7519 4.1.4", "RFC 7523 3(4)"];
        #[doc = "who is asked for no life at all declines, or gives some"]
        BuildNoLife = "build-no-life", Assertion, Reject, ["RFC 7519 4.1.4", "RFC 7523 3(4)"];
        #[doc = "`nbf` is not ahead of the moment that is given"]
        BuildNotBefore = "build-not-before", Jwt, Reject, ["RFC 7519 4.1.5", "RFC 7523 3(5)"];
        #[doc = "`iat` is not ahead of the moment that is given"]
        BuildIssuedAhead = "build-issued-ahead", Jwt, May(Lean::Reject), ["RFC 7519 4.1.6", "RFC 7523 3(6)"];
    }
    Jti {
        #[doc = "`jti` is a string that is not empty"]
        BuildJtiString = "build-jti-string", Assertion, Reject, ["RFC 7519 4.1.7"];
        #[doc = "`jti` has at most 64 characters"]
        BuildJtiLength = "build-jti-length", Assertion, May(Lean::Accept), ["RFC 7519 4.1.7"];
    }
    OtherClaims {
        #[doc = "claims that are asked for besides arrive as they were given"]
        BuildClaims = "build-claims", Jwt, Reject, ["RFC 7523 3(8)", "RFC 8259 7"];
    }
    Signature {
        #[doc = "a signature has exactly the length that the algorithm and the key give it"]
        BuildSignatureLength = "build-signature-length", Jws, Reject, ["RFC 7518 3.4", "RFC 8017 8.2.1"];
        #[doc = "two independent readers verify the signature; where there is but one, it is that"]
        BuildSignature = "build-signature", Jws, Reject, ["RFC 7518 3", "RFC 7523 3(9)"];
        #[doc = "one input has one signature"]
        BuildDeterministic = "build-deterministic", Jws, May(Lean::Accept), ["RFC 8725 3.2", "RFC 6979 3"];
        #[doc = "no nonce of ECDSA serves two inputs"]
        BuildNonce = "build-nonce", Jws, Reject, ["RFC 8725 3.2", "RFC 6979 3"];
    }
    Jti {
        #[doc = "no `jti` comes twice, in one thread, in several or after a restart"]
        BuildJtiUnique = "build-jti-unique", Assertion, Reject, ["RFC 7519 4.1.7", "RFC 7523 3(7)"];
        #[doc = "a `jti` cannot be guessed: it is no counter and no time"]
        BuildJtiEntropy = "build-jti-entropy", Assertion, May(Lean::Reject), ["RFC 7519 4.1.7"];
    }
    Secrets {
        #[doc = "no answer shows a secret or the private part of a key"]
        BuildSecretShown = "build-secret-shown", Jws, Reject, ["RFC 7517 9.2"];
    }
    Audience {
        #[doc = "an assertion for one profile need not pass in another"]
        BuildCrossProfile = "build-cross-profile", Assertion, May(Lean::Accept), ["RFC 7523 3(3)"];
    }
}
}
