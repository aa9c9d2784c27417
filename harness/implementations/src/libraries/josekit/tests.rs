//! `josekit` signs: the worked examples of the RFCs, and assertions with every algorithm.

use josekit::{
    jwk::Jwk,
    jws::{
        ES256, ES256K, ES384, ES512, EdDSA, HS256, HS384, HS512, JwsHeader, JwsSigner, PS256,
        PS384, PS512, RS256, RS384, RS512,
    },
    jwt::{JwtPayload, encode_with_signer},
};
use jwt_assay_core::model::Algorithm;

use super::Josekit;
use crate::libraries::tests::{
    Answers, Example, Examples, Signing, TestedLibrary,
    presented::{Presented, key_of},
    secret,
};

impl TestedLibrary for Josekit {
    const EXAMPLES: Option<Examples> = Some((
        signature,
        Answers {
            printed: &[
                "RFC 7515 A.1",
                "RFC 7515 A.2",
                "RFC 7520 4.1",
                "RFC 7520 4.4",
                "RFC 8037 A.4",
            ],
            verified: &[
                "RFC 7515 A.3",
                "RFC 7515 A.4",
                "RFC 7520 4.2",
                "RFC 7520 4.3",
            ],
            without_algorithm: &[],
        },
    ));
    const SIGNING: Option<Signing> = Some((sign, 14));
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

fn sign(algorithm: Algorithm, presented: &Presented) -> String {
    let header = JwsHeader::from_map(presented.header.clone()).unwrap();
    let payload = JwtPayload::from_map(presented.claims.clone()).unwrap();
    encode_with_signer(&payload, &header, signer(algorithm).as_ref()).unwrap()
}

fn signer(algorithm: Algorithm) -> Box<dyn JwsSigner> {
    macro_rules! secret {
        ($algorithm:ident) => {
            Box::new($algorithm.signer_from_bytes(secret()).unwrap())
        };
    }
    macro_rules! pair {
        ($algorithm:ident) => {{
            let jwk = Jwk::from_map(key_of(algorithm).unwrap().private_jwk.clone());
            Box::new($algorithm.signer_from_jwk(&jwk.unwrap()).unwrap())
        }};
    }
    match algorithm {
        Algorithm::HS256 => secret!(HS256),
        Algorithm::HS384 => secret!(HS384),
        Algorithm::HS512 => secret!(HS512),
        Algorithm::RS256 => pair!(RS256),
        Algorithm::RS384 => pair!(RS384),
        Algorithm::RS512 => pair!(RS512),
        Algorithm::PS256 => pair!(PS256),
        Algorithm::PS384 => pair!(PS384),
        Algorithm::PS512 => pair!(PS512),
        Algorithm::ES256 => pair!(ES256),
        Algorithm::ES384 => pair!(ES384),
        Algorithm::ES512 => pair!(ES512),
        Algorithm::ES256K => pair!(ES256K),
        Algorithm::EdDsa => pair!(EdDSA),
    }
}
