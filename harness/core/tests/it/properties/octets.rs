//! Arbitrary octets: the oracle returns, keeps its details short, and accepts nothing that differs from
//! what the client signed.

use jwt_assay_core::{
    encoding::{base64url, read_base64url},
    generate::{self, Draw},
    model::{Assertion, Step, Verdict},
    oracle::{Check, PublicKey, SignatureCheck, check_signature},
    recipe::EVALUATION_TIME,
};
use proptest::prelude::*;

use super::{any_recipe, explain, recipes};

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Presents up to 64 KiB of any octets (RFC 7515 section 5.2, from step 1 on).
    #[test]
    fn any_octets_are_rejected_in_a_few_words(
        octets in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..65_536),
            proptest::collection::vec(proptest::sample::select(&b"eyJ0.-_=\"{}[],:"[..]), 0..65_536),
        ],
        recipe in recipes(generate::valid_recipe),
    ) {
        let step = with_assertion(&recipe.present_at(EVALUATION_TIME).steps[0], octets.clone());
        let read = explain(&[step]).remove(0);
        prop_assert!(read.is_rejected());
        let words: usize = read.findings.iter().map(|found| found.detail.len()).sum();
        // Details show escaped text, and an escape makes up to six characters of one octet.
        prop_assert!(words <= 1000 + 8 * octets.len(), "{words} octets of words");
    }

    /// The signature covers every character of the first two segments (RFC 7523 section 3, item 9).
    #[test]
    fn any_flipped_bit_of_header_or_payload_is_rejected(
        recipe in recipes(generate::valid_recipe),
        at in any::<proptest::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let step = recipe.present_at(EVALUATION_TIME).steps.remove(0);
        let mut octets = step.request.client_assertion.clone().expect("a valid one").0;
        let end = octets.iter().rposition(|octet| *octet == b'.').expect("three segments");
        octets[at.index(end)] ^= 1 << bit;
        let read = explain(&[with_assertion(&step, octets)]).remove(0);
        prop_assert!(matches!(read.verdict(), Verdict::Reject(_)), "{:?}", read.findings);
    }

    /// An assertion that must be accepted has the one canonical encoding (RFC 4648 section 3.5).
    #[test]
    fn an_assertion_that_must_be_accepted_is_canonical(recipe in any_recipe()) {
        let steps = recipe.present_at(EVALUATION_TIME).steps;
        for (step, read) in steps.iter().zip(explain(&steps)) {
            if read.verdict() != Verdict::Accept {
                continue;
            }
            let assertion = step.request.client_assertion.as_ref().expect("it was accepted");
            for segment in assertion.0.split(|octet| *octet == b'.') {
                let decoded = read_base64url(segment).expect("it was accepted");
                let again = base64url(&decoded.octets);
                prop_assert_eq!(again.as_bytes(), segment);
            }
        }
    }

    /// Equal inputs have equal findings, in the same words.
    #[test]
    fn the_oracle_is_deterministic(recipe in any_recipe()) {
        let steps = recipe.present_at(EVALUATION_TIME).steps;
        for (once, again) in explain(&steps).into_iter().zip(explain(&steps)) {
            prop_assert_eq!(once.findings, again.findings);
            prop_assert_eq!(once.jti, again.jti);
        }
    }

    /// No client is authenticated without its signature. For encrypted assertions no verdict is `accept`.
    #[test]
    fn nothing_must_be_accepted_without_a_valid_signature(recipe in any_recipe()) {
        let steps = recipe.present_at(EVALUATION_TIME).steps;
        for read in explain(&steps) {
            if read.verdict() == Verdict::Accept {
                prop_assert_eq!(read.signature, SignatureCheck::Valid);
            }
        }
    }

    /// A signature of any octets is checked under any key without a panic (RFC 7518 section 3).
    #[test]
    fn any_signature_is_checked(
        recipe in recipes(|octets| Ok(generate::pairing(&mut Draw::new(octets)))),
        input in proptest::collection::vec(any::<u8>(), 0..64),
        signature in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let step = recipe.present_at(EVALUATION_TIME).steps.remove(0);
        let jwks = step.context.clients.iter().filter_map(|client| client.jwks.as_ref());
        for jwk in jwks.filter_map(|set| set.get("keys")?.as_array()?.first()?.as_object()) {
            if let Ok((key, _)) = PublicKey::from_jwk(jwk, recipe.algorithm) {
                let check = check_signature(&key, &input, &signature);
                prop_assert_ne!(check, Check::Valid);
            }
        }
    }
}

fn with_assertion(step: &Step, octets: Vec<u8>) -> Step {
    let mut step = step.clone();
    step.request.client_assertion = Some(Assertion(octets));
    step
}
