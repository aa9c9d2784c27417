//! Libraries as signers: the worked examples of the RFCs, and assertions with every algorithm, before
//! the oracle. The other way round, what the harness signs before the libraries, is in `tests/it`.

#![allow(clippy::unwrap_used, reason = "these are tests, helpers included")]

mod examples;
// One builder of token requests for these tests and for those of the public interface.
#[path = "../../tests/it/presented.rs"]
#[allow(dead_code, reason = "the other tests use the rest")]
pub(crate) mod presented;

use jwt_assay_core::{
    builder::inspect::without_private_members,
    encoding::{base64url, read_base64url},
    keys,
    model::{Algorithm, Family, Rule, Step},
    oracle::{Explanation, Memory, SignatureCheck, explain},
};
use serde_json::json;

pub(crate) use self::examples::Example;
use self::{
    examples::{examples, unwrapped},
    presented::{CLIENT, Presented},
};
use super::{ALL, Library};
use crate::Description;

/// A signer of examples, with its answers to all of them.
pub(crate) type Examples = (fn(&Example) -> Vec<u8>, Answers<&'static str>);

/// A signer of requests, with the number of algorithms that it signs with.
pub(crate) type Signing = (fn(Algorithm, &Presented) -> String, usize);

/// A library that signs outside of its adapter, so that what it signs does not hang on the adapter.
pub(crate) trait TestedLibrary {
    /// Signs the octets of an example, and what comes of all of them; `None` for a library that signs
    /// what it serializes itself and takes no octets.
    const EXAMPLES: Option<Examples> = None;
    /// Signs the header and the claims of a request, and the number of algorithms it does that with;
    /// `None` where the adapter's own test is all there is.
    const SIGNING: Option<Signing> = None;
}

/// The tests of a library, in its entry of the list.
#[derive(Clone, Copy)]
pub(super) struct Tests {
    examples: Option<Examples>,
    signing: Option<Signing>,
}

impl Tests {
    pub(super) const fn of<L: TestedLibrary>() -> Self {
        Self {
            examples: L::EXAMPLES,
            signing: L::SIGNING,
        }
    }
}

/// The expected answers of a library to the examples, by clause.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Answers<T: 'static> {
    /// It makes the printed signature.
    pub(crate) printed: &'static [T],
    /// Their nonce or their salt is drawn; the oracle takes the signature that it makes.
    pub(crate) verified: &'static [T],
    /// It does not have the algorithm.
    pub(crate) without_algorithm: &'static [T],
}

/// The libraries that are built in, with their descriptions and tests.
fn tested() -> impl Iterator<Item = (&'static Library, Description, Tests)> {
    let built_in = ALL.iter().filter_map(|library| {
        let parts = library.parts.ok()?;
        Some((library, (parts.verifier)().describe(), library.tests?))
    });
    let built_in: Vec<_> = built_in.collect();
    assert!(!built_in.is_empty());
    built_in.into_iter()
}

#[test]
fn every_library_signs_the_examples_of_the_rfcs() {
    for (library, description, tests) in tested() {
        let Some((sign, expected)) = tests.examples else {
            println!("skipped: {} takes no octets to sign", library.name);
            continue;
        };
        let mut printed = Vec::new();
        let mut verified = Vec::new();
        let mut without_algorithm = Vec::new();
        for example in examples() {
            if !description.algorithms.contains(&example.algorithm) {
                without_algorithm.push(example.clause);
                continue;
            }
            let signature = base64url(sign(&example));
            let is_drawn = matches!(example.algorithm.family(), Family::Ecdsa | Family::RsaPss);
            if is_drawn {
                assert_verifies(&example, &signature, &description);
                verified.push(example.clause);
            } else {
                let wanted = unwrapped(&example.signature);
                assert_eq!(signature, wanted, "{}: {}", library.name, example.clause);
                printed.push(example.clause);
            }
        }
        assert_eq!(printed, expected.printed, "{}", library.name);
        assert_eq!(verified, expected.verified, "{}", library.name);
        let without = expected.without_algorithm;
        assert_eq!(without_algorithm, without, "{}", library.name);
    }
}

fn assert_verifies(example: &Example, signature: &str, to: &Description) {
    let mut presented = Presented::valid(example.algorithm, to);
    let public = without_private_members(&example.jwk());
    presented.client["jwks"] = json!({ "keys": [public] });
    // Not all of them name their key, and none names a client.
    presented.policy["kid"] = "hint".into();
    let mut step = presented.request(&format!("{}.{signature}", example.input()));
    step.request.client_id = Some(CLIENT.to_owned());
    let seen = explained(&step).signature;
    assert_eq!(
        seen,
        SignatureCheck::Valid,
        "{}: {}",
        to.name,
        example.clause
    );
}

#[test]
fn the_oracle_accepts_what_every_library_signs_with_every_algorithm() {
    for (library, description, tests) in tested() {
        let Some((sign, count)) = tests.signing else {
            continue;
        };
        assert_eq!(description.algorithms.len(), count, "{}", library.name);
        for &algorithm in &description.algorithms {
            let context = format!("{} with {algorithm}", library.name);
            let presented = Presented::valid(algorithm, &description);
            let token = sign(algorithm, &presented);

            let explanation = explained(&presented.request(&token));
            let rejections: Vec<_> = explanation.rejections().collect();
            assert!(rejections.is_empty(), "{context}: {rejections:?}");
            assert_eq!(explanation.signature, SignatureCheck::Valid, "{context}");

            let explanation = explained(&presented.request(&changed(&token)));
            let rejections: Vec<_> = explanation
                .rejections()
                .map(|finding| finding.rule)
                .collect();
            assert_eq!(rejections, [Rule::Signature], "{context}, changed");
        }
    }
}

fn explained(step: &Step) -> Explanation {
    explain(&mut Memory::default(), step).unwrap()
}

/// The token with one octet of its signature changed.
fn changed(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let mut signature = read_base64url(signature.as_bytes()).unwrap().octets;
    signature[10] ^= 1;
    format!("{input}.{}", base64url(signature))
}

pub(crate) fn secret() -> &'static [u8] {
    keys::secret("secret-a").as_bytes()
}
