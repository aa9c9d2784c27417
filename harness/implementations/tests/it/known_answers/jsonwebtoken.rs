//! The examples, signed by `jsonwebtoken`.

use jsonwebtoken::{EncodingKey, crypto::sign};
use jwt_assay_core::{encoding::read_base64url, model::Family};

use super::{Answers, Example, answers, clauses};

#[test]
fn jsonwebtoken_signs_the_examples() {
    assert_eq!(
        answers("jsonwebtoken", signature),
        Answers {
            printed: clauses([
                "RFC 7515 A.1",
                "RFC 7515 A.2",
                "RFC 7520 4.1",
                "RFC 7520 4.4",
                "RFC 8037 A.4"
            ]),
            verified: clauses(["RFC 7515 A.3", "RFC 7520 4.2"]),
            without_algorithm: clauses(["RFC 7515 A.4", "RFC 7520 4.3"]),
        }
    );
}

fn signature(example: &Example) -> Vec<u8> {
    let key = match example.algorithm.family() {
        Family::Hmac => EncodingKey::from_secret(&example.octets("k")),
        Family::RsaPkcs1 | Family::RsaPss => EncodingKey::from_rsa_der(&example.pkcs1()),
        Family::Ecdsa => EncodingKey::from_ec_der(&example.p256_pkcs8()),
        Family::EdDsa => EncodingKey::from_ed_der(&example.ed25519_pkcs8()),
    };
    let algorithm = example.algorithm.name().parse().unwrap();
    let text = sign(example.input().as_bytes(), &key, algorithm).unwrap();
    read_base64url(text.as_bytes()).unwrap().octets
}
