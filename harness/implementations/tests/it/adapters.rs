//! Every adapter with every algorithm that it names.

use jwt_assay_core::{
    keys,
    model::{Algorithm, Layer, Method, Step},
};
use jwt_assay_implementations::{Answer, Description, Verifier, registry};
use serde_json::{Value, json};

use crate::presented::{AUDIENCE, CLIENT, Presented, token};

#[test]
fn a_valid_assertion_is_accepted() {
    for_each_algorithm(|to, algorithm| (Presented::valid(algorithm, to).sign(), accepted()));
}

#[test]
fn a_valid_assertion_is_accepted_without_registered_algorithm_and_without_kid() {
    for_each_algorithm(|to, algorithm| {
        let mut presented = Presented::valid(algorithm, to);
        presented.client.remove("alg");
        presented.header.remove("kid");
        presented.policy["kid"] = "hint".into();
        (presented.sign(), accepted())
    });
}

#[test]
fn one_of_several_audiences_is_enough_on_either_side() {
    for_each_algorithm(|to, algorithm| {
        let mut presented = Presented::valid(algorithm, to);
        presented.policy["audience"] = json!(["https://as.example", AUDIENCE]);
        presented.claims["aud"] = json!(["https://other.example", AUDIENCE]);
        (presented.sign(), accepted())
    });
}

#[test]
fn another_audience_is_rejected() {
    rejected_with_each_algorithm(|presented| {
        presented.claims["aud"] = "https://other.example/token".into();
    });
}

#[test]
fn an_expired_assertion_is_rejected() {
    rejected_with_each_algorithm(|presented| {
        presented.claims["exp"] = (presented.now - 30).into();
    });
}

#[test]
fn an_assertion_of_the_future_is_rejected() {
    rejected_with_each_algorithm(|presented| {
        presented.claims["nbf"] = (presented.now + 30).into();
    });
}

#[test]
fn another_issuer_is_rejected() {
    rejected_with_each_algorithm(|presented| presented.claims["iss"] = "client-b".into());
}

#[test]
fn an_absent_required_claim_is_rejected() {
    for claim in ["iss", "sub", "aud", "exp"] {
        for_each_algorithm(|to, algorithm| {
            let mut presented = Presented::valid(algorithm, to);
            presented.claims.remove(claim);
            let mut step = presented.sign();
            step.request.client_id = Some(CLIENT.to_owned());
            (step, Expected::Rejected)
        });
    }
}

#[test]
fn a_broken_signature_is_rejected() {
    for_each_algorithm(|to, algorithm| {
        let presented = Presented::valid(algorithm, to);
        let token = token(&presented.sign());
        let start = token.rfind('.').unwrap() + 1;
        let other = if token[start..].starts_with('A') {
            "B"
        } else {
            "A"
        };
        let broken = format!("{}{other}{}", &token[..start], &token[start + 1..]);
        (presented.request(&broken), Expected::Rejected)
    });
}

#[test]
fn an_algorithm_that_is_not_the_registered_one_is_rejected() {
    for (algorithm, registered) in [
        (Algorithm::RS256, "RS384"),
        (Algorithm::HS256, "HS384"),
        (Algorithm::ES256, "ES384"),
    ] {
        for verifier in registry::in_process() {
            let to = verifier.describe();
            if !to.algorithms.contains(&algorithm) {
                continue;
            }
            let mut presented = Presented::valid(algorithm, &to);
            presented.client["alg"] = registered.into();
            check(
                verifier.as_ref(),
                algorithm,
                &presented.sign(),
                &Expected::Rejected,
            );
        }
    }
}

#[test]
fn the_key_among_several_is_found_with_and_without_kid() {
    for kid in [true, false] {
        for_each_key_algorithm(|to, algorithm| {
            let mut presented = Presented::valid(algorithm, to);
            presented.policy["kid"] = "hint".into();
            let other = [("rsa-2048-b", "RS512"), ("p256-b", "ES256")].map(|(id, alg)| {
                let mut jwk = keys::key(id).public_jwk();
                jwk.insert("alg".to_owned(), alg.into());
                Value::from(jwk)
            });
            let keys = presented.client["jwks"]["keys"].as_array_mut().unwrap();
            keys.splice(0..0, other);
            if !kid {
                presented.header.remove("kid");
            }
            (presented.sign(), accepted())
        });
    }
}

#[test]
fn libraries_that_claim_keys_enforce_what_a_jwk_permits() {
    for (name, value) in [
        ("use", json!("enc")),
        ("key_ops", json!(["encrypt"])),
        ("kty", json!("oct")),
        ("kid", json!("another")),
    ] {
        for_each_key_algorithm(|to, algorithm| {
            let mut presented = Presented::valid(algorithm, to);
            presented.edit_jwk(name, value.clone());
            let expected = if to.layers.contains(&Layer::Key) {
                Expected::Rejected
            } else {
                Expected::Anything
            };
            (presented.sign(), expected)
        });
    }
}

#[test]
fn an_unpromised_request_is_unsupported() {
    for verifier in registry::in_process() {
        let to = verifier.describe();
        let first = to.algorithms[0];
        let mut presented = Presented::valid(first, &to);
        presented.policy["future_skew"] = 10.into();
        let step = presented.sign();
        check(verifier.as_ref(), first, &step, &Expected::Unsupported);

        for algorithm in Algorithm::ALL
            .into_iter()
            .filter(|name| !to.algorithms.contains(name))
        {
            let step = Presented::valid(algorithm, &to).sign();
            check(verifier.as_ref(), algorithm, &step, &Expected::Unsupported);
        }
    }
}

#[test]
fn an_unknown_client_and_octets_that_are_no_token_are_rejected() {
    for verifier in registry::in_process() {
        let to = verifier.describe();
        let first = to.algorithms[0];
        let presented = Presented::valid(first, &to);
        let mut step = presented.sign();
        step.request.client_id = Some("client-b".to_owned());
        check(verifier.as_ref(), first, &step, &Expected::Rejected);
        for text in ["", ".", "..", "a.b.c", "\u{0}", "null.null.null"] {
            let mut step = presented.request(text);
            step.request.client_id = Some(CLIENT.to_owned());
            check(verifier.as_ref(), first, &step, &Expected::Rejected);
        }
    }
}

enum Expected {
    Accepted(Answer),
    Anything,
    Rejected,
    Unsupported,
}

fn accepted() -> Expected {
    Expected::Accepted(Answer::Accept {
        client_id: CLIENT.to_owned(),
    })
}

fn rejected_with_each_algorithm(edit: impl Fn(&mut Presented)) {
    for_each_algorithm(|to, algorithm| {
        let mut presented = Presented::valid(algorithm, to);
        edit(&mut presented);
        (presented.sign(), Expected::Rejected)
    });
}

fn for_each_key_algorithm(present: impl Fn(&Description, Algorithm) -> (Step, Expected)) {
    for_each(
        |algorithm| Method::of(algorithm) == Method::PrivateKeyJwt,
        present,
    );
}

fn for_each_algorithm(present: impl Fn(&Description, Algorithm) -> (Step, Expected)) {
    for_each(|_| true, present);
}

fn for_each(
    wanted: impl Fn(Algorithm) -> bool,
    present: impl Fn(&Description, Algorithm) -> (Step, Expected),
) {
    for verifier in registry::in_process() {
        let to = verifier.describe();
        for &algorithm in to.algorithms.iter().filter(|algorithm| wanted(**algorithm)) {
            let (step, expected) = present(&to, algorithm);
            check(verifier.as_ref(), algorithm, &step, &expected);
        }
    }
}

fn check(verifier: &dyn Verifier, algorithm: Algorithm, step: &Step, expected: &Expected) {
    let answer = verifier.verify("state", step);
    let fits = match expected {
        Expected::Accepted(accept) => answer == *accept,
        Expected::Anything => true,
        Expected::Rejected => matches!(&answer, Answer::Reject { reason } if !reason.is_empty()),
        Expected::Unsupported => matches!(answer, Answer::Unsupported { .. }),
    };
    assert!(
        fits,
        "{} with {algorithm}: {answer:?}",
        verifier.describe().name
    );
}
