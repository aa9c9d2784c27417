//! Keys beyond the limits of size and number: nothing is checked with them, and that is said.

use std::sync::Arc;

use jwt_assay_core::{
    encoding::base64url,
    keys,
    model::{Algorithm, ProfileId, Rule, Step, Verdict},
    oracle::{self, Explanation, Memory, SignatureCheck},
    recipe::{EVALUATION_TIME, Recipe},
};
use serde_json::{Map, Value, json};

#[test]
fn an_oversized_key_leaves_the_signature_unchecked_with_the_numbers() {
    let long = |octets: usize| base64url(vec![0xff; octets]);
    for (member, value, rule, reason) in [
        (
            "e",
            long(32_000),
            Rule::RsaExponentUnusual,
            "not checked: the exponent has 256000 bits, the limit is 2048",
        ),
        (
            "n",
            long(2049),
            Rule::RsaLarge,
            "not checked: the modulus has 16392 bits, the limit is 16384",
        ),
    ] {
        let mut jwk = own_key();
        jwk.insert(member.to_owned(), value.into());
        let explanation = explain(&with_keys(vec![jwk]));
        assert_eq!(explanation.unexamined.as_deref(), Some(reason));
        assert_eq!(explanation.signature, SignatureCheck::NotChecked);
        let noted = explanation.findings.iter().map(|finding| finding.rule);
        assert!(noted.clone().any(|own| own == rule), "{rule}");
        assert!(matches!(explanation.verdict(), Verdict::May(_)));
    }
}

#[test]
fn a_signature_is_checked_with_the_other_keys_of_an_oversized_one() {
    let mut jwk = own_key();
    jwk.insert("e".to_owned(), base64url(vec![0xff; 32_000]).into());
    let explanation = explain(&with_keys(vec![jwk, own_key()]));
    assert_eq!(explanation.signature, SignatureCheck::Valid);
    assert_eq!(explanation.unexamined, None);
}

#[test]
fn no_more_than_32_keys_are_tried_by_arithmetic() {
    let unusual = |number: usize| {
        let mut jwk = keys::key("rsa-2048-e3").public_jwk();
        jwk.insert("kid".to_owned(), format!("unusual-{number}").into());
        jwk
    };
    for (count, unexamined, signature) in [
        (32, None, SignatureCheck::Invalid),
        (
            33,
            Some(
                "not checked: more than 32 keys of an unusual size or exponent, which is the limit",
            ),
            SignatureCheck::NotChecked,
        ),
    ] {
        let explanation = explain(&with_keys((0..count).map(unusual).collect()));
        assert_eq!(explanation.unexamined.as_deref(), unexamined);
        assert_eq!(explanation.signature, signature);
    }
}

fn own_key() -> Map<String, Value> {
    let step = step();
    let jwks = step.context.clients[0].jwks.as_ref();
    let jwk = jwks.and_then(|jwks| jwks["keys"][0].as_object());
    jwk.expect("the client has keys").clone()
}

fn with_keys(keys: Vec<Map<String, Value>>) -> Step {
    let mut step = step();
    let mut context = (*step.context).clone();
    context.clients[0].jwks = Some(json!({ "keys": keys }));
    step.context = Arc::new(context);
    step
}

fn step() -> Step {
    let recipe = Recipe::valid(ProfileId::Rfc7523, Algorithm::RS256);
    recipe.present_at(EVALUATION_TIME).steps.remove(0)
}

fn explain(step: &Step) -> Explanation {
    oracle::explain_last(&Memory::default(), step).expect("a known policy")
}
