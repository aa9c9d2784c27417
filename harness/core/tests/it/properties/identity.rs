//! Authentication: only the client that signed, with its registered algorithm, and once (RFC 7523 section
//! 3, items 1, 2, 7 and 9; RFC 8725 sections 3.1 and 3.8).

use std::collections::HashMap;

use jwt_assay_core::{
    generate::{self, Draw},
    model::{Algorithm, ProfileId, ReplayPolicy, Verdict},
    mutate::{MemberEdit, Mutation, Stage},
    recipe::{EVALUATION_TIME, Recipe},
};
use proptest::prelude::*;
use serde_json::Value;

use super::{any_recipe, explain, recipes};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Edits to claims, text and request never authenticate another client than the key's owner.
    #[test]
    fn an_assertion_of_one_client_authenticates_no_other(recipe in any_recipe()) {
        let is_theirs = |edit: &Mutation| {
            !matches!(edit.stage(), Stage::Registration | Stage::Signing | Stage::Signature)
        };
        let steps = recipe.steps.iter().flat_map(|step| &step.edits);
        prop_assume!(recipe.setup.iter().chain(steps).all(is_theirs));
        for read in explain(&recipe.present_at(EVALUATION_TIME).steps) {
            if read.verdict() == Verdict::Accept {
                let client = read.client.expect("an accepted request names a client");
                prop_assert_eq!(client.0.as_str(), "assay-client-a");
            }
        }
    }

    /// A valid assertion under the name of another algorithm is rejected, signed anew or not.
    #[test]
    fn no_other_name_of_an_algorithm_passes(
        profile in proptest::sample::select(&ProfileId::ALL[..]),
        own in proptest::sample::select(&[Algorithm::HS256, Algorithm::ES256, Algorithm::RS256, Algorithm::EdDsa][..]),
        other in proptest::sample::select(&Algorithm::ALL[..]),
        tampers in any::<bool>(),
    ) {
        prop_assume!(own != other);
        let mut recipe = Recipe::valid(profile, own);
        let name = format!("\"{other}\"").parse().expect("JSON without places");
        let edit = MemberEdit::Set("alg".to_owned(), name);
        recipe.steps[0].edits.push(if tampers {
            Mutation::TamperHeader(edit)
        } else {
            Mutation::Header(edit)
        });
        let read = explain(&recipe.present_at(EVALUATION_TIME).steps).remove(0);
        prop_assert!(matches!(read.verdict(), Verdict::Reject(_)), "{:?}", read.findings);
    }

    /// The claims that choose the key are the claims that are checked.
    #[test]
    fn the_authenticated_client_is_named_in_the_signed_claims(recipe in any_recipe()) {
        for read in explain(&recipe.present_at(EVALUATION_TIME).steps) {
            if read.verdict() != Verdict::Accept {
                continue;
            }
            let payload = read.payload.expect("an accepted assertion has claims");
            // Of two members with one name, serde_json keeps the last, as the oracle does.
            let claims: Value = serde_json::from_str(&payload).expect("a JSON object");
            let client = read.client.expect("an accepted request names a client").0;
            prop_assert_eq!(claims["sub"].as_str(), Some(client.as_str()));
            prop_assert_eq!(claims["iss"].as_str(), Some(client.as_str()));
        }
    }

    /// A sequence under a policy that rejects replays: no `jti` of a client must be accepted twice while
    /// the first assertion has not expired.
    #[test]
    fn no_jti_must_be_accepted_twice(recipe in recipes(|octets| Ok(generate::sequence(&mut Draw::new(octets))))) {
        let steps = recipe.present_at(EVALUATION_TIME).steps;
        let mut used = HashMap::new();
        for (step, read) in steps.iter().zip(explain(&steps)) {
            let policy = &step.context.policy;
            let (Some(client), Some((jti, exp))) = (&read.client, &read.jti) else {
                continue;
            };
            if read.verdict() != Verdict::Accept || policy.replay != ReplayPolicy::Reject {
                continue;
            }
            let until = *exp + i64::from(policy.clock_skew);
            let earlier = used.insert((client.clone(), jti.clone()), until);
            prop_assert!(earlier.is_none_or(|until| step.now >= until), "{jti:?} twice");
        }
    }
}
