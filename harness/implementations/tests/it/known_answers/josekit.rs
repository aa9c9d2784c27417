//! The examples, signed by `josekit`.

use josekit::{
    jwk::Jwk,
    jws::{ES256, ES512, EdDSA, HS256, JwsSigner, PS384, RS256},
};
use jwt_assay_core::model::Algorithm;

use super::{Answers, Example, answers, clauses};

#[test]
fn josekit_signs_the_examples() {
    assert_eq!(
        answers("josekit", signature),
        Answers {
            printed: clauses([
                "RFC 7515 A.1",
                "RFC 7515 A.2",
                "RFC 7520 4.1",
                "RFC 7520 4.4",
                "RFC 8037 A.4"
            ]),
            verified: clauses([
                "RFC 7515 A.3",
                "RFC 7515 A.4",
                "RFC 7520 4.2",
                "RFC 7520 4.3"
            ]),
            without_algorithm: clauses([]),
        }
    );
}

fn signature(example: &Example) -> Vec<u8> {
    let jwk = Jwk::from_map(example.jwk()).unwrap();
    let input = example.input();
    macro_rules! signed {
        ($algorithm:ident) => {
            $algorithm
                .signer_from_jwk(&jwk)
                .unwrap()
                .sign(input.as_bytes())
                .unwrap()
        };
    }
    match example.algorithm {
        Algorithm::HS256 => signed!(HS256),
        Algorithm::RS256 => signed!(RS256),
        Algorithm::PS384 => signed!(PS384),
        Algorithm::ES256 => signed!(ES256),
        Algorithm::ES512 => signed!(ES512),
        Algorithm::EdDsa => signed!(EdDSA),
        other => panic!("no example is signed with {other}"),
    }
}
