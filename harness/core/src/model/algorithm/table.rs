//! The table of algorithms, in the order in which reports show them.

use serde::{Deserialize, Serialize};

use super::{AlgorithmInfo, Curve, Family, Hash, TestKeys};

macro_rules! algorithms {
    ($( #[doc = $about:literal] $variant:ident = $name:literal, $slug:literal,
        $family:ident, $hash:ident, $curve:expr, $test_keys:expr, $cost:expr; )+) => {
        /// A JWS algorithm that the harness computes (RFC 7518 section 3.1, RFC 8037, RFC 8812).
        #[derive(Clone,
            Copy,
            Debug,
            Deserialize,
            Eq,
            Hash,
            Ord,
            PartialEq,
            PartialOrd,
            Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum Algorithm {
            $( #[doc = $about] #[serde(rename = $name)] $variant, )+
        }

        /// One row for each algorithm.
        pub const ALGORITHMS: [AlgorithmInfo; [$(Algorithm::$variant),+].len()] = [
            $( AlgorithmInfo {
                algorithm: Algorithm::$variant,
                name: $name,
                slug: $slug,
                family: Family::$family,
                hash: Hash::$hash,
                curve: $curve,
                test_keys: $test_keys,
                cost: $cost,
            }, )+
        ];

        impl Algorithm {
            /// Every algorithm, in the order of the table.
            pub const ALL: [Self; ALGORITHMS.len()] = [$(Self::$variant),+];

            /// The row of the table.
            #[must_use]
            pub const fn info(self) -> &'static AlgorithmInfo {
                // Rows and variants come from one list, so each row stands at its variant's number.
                &ALGORITHMS[self as usize]
            }
        }
    };
}

use TestKeys::{ByRole, Secrets, Single};

algorithms! {
    #[doc = " HMAC with SHA-256."]
    HS256 = "HS256", "hs256", Hmac, Sha256, None, Secrets, 0;
    #[doc = " HMAC with SHA-384."]
    HS384 = "HS384", "hs384", Hmac, Sha384, None, Secrets, 1;
    #[doc = " HMAC with SHA-512."]
    HS512 = "HS512", "hs512", Hmac, Sha512, None, Secrets, 1;
    #[doc = " RSASSA-PKCS1-v1_5 with SHA-256."]
    RS256 = "RS256", "rs256", RsaPkcs1, Sha256, None, ByRole("rsa-2048"), 4;
    #[doc = " RSASSA-PKCS1-v1_5 with SHA-384."]
    RS384 = "RS384", "rs384", RsaPkcs1, Sha384, None, ByRole("rsa-2048"), 4;
    #[doc = " RSASSA-PKCS1-v1_5 with SHA-512."]
    RS512 = "RS512", "rs512", RsaPkcs1, Sha512, None, ByRole("rsa-2048"), 4;
    #[doc = " ECDSA on P-256 with SHA-256."]
    ES256 = "ES256", "es256", Ecdsa, Sha256, Some(&Curve::P256), ByRole("p256"), 2;
    #[doc = " ECDSA on P-384 with SHA-384."]
    ES384 = "ES384", "es384", Ecdsa, Sha384, Some(&Curve::P384), ByRole("p384"), 3;
    #[doc = " ECDSA on P-521 with SHA-512."]
    ES512 = "ES512", "es512", Ecdsa, Sha512, Some(&Curve::P521), ByRole("p521"), 3;
    #[doc = " RSASSA-PSS with SHA-256."]
    PS256 = "PS256", "ps256", RsaPss, Sha256, None, ByRole("rsa-2048"), 5;
    #[doc = " RSASSA-PSS with SHA-384."]
    PS384 = "PS384", "ps384", RsaPss, Sha384, None, ByRole("rsa-2048"), 5;
    #[doc = " RSASSA-PSS with SHA-512."]
    PS512 = "PS512", "ps512", RsaPss, Sha512, None, ByRole("rsa-2048"), 5;
    #[doc = " Ed25519, under the name that RFC 8037 gives it."]
    EdDsa = "EdDSA", "eddsa", EdDsa, Sha512, None, ByRole("ed25519"), 2;
    #[doc = " ECDSA on secp256k1 with SHA-256 (RFC 8812): known so that it can be rejected."]
    ES256K = "ES256K", "es256k", Ecdsa, Sha256, Some(&Curve::SECP256K1), Single("k256-a"), 3;
}
