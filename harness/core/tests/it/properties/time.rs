//! Monotony in time: RFC 7519 sections 4.1.4 to 4.1.6, RFC 7523 section 3, items 4 to 6.

use std::sync::Arc;

use jwt_assay_core::{
    model::{Rule, Step, UnixSeconds, Verdict},
    recipe::EVALUATION_TIME,
};
use proptest::prelude::*;

use super::{any_recipe, explain};

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    /// An assertion that is not rejected at two moments is not rejected between them.
    #[test]
    fn an_assertion_is_rejected_before_or_after_a_moment_of_rejection(
        recipe in any_recipe(),
        mut at in [-700_i64..700, -700..700, -700..700],
    ) {
        at.sort_unstable();
        let step = recipe.present_at(EVALUATION_TIME).steps.remove(0);
        let rejected = at.map(|seconds| explain(&[later(&step, seconds)])[0].is_rejected());
        prop_assert_ne!(rejected, [false, true, false], "at {:?}", at);
    }

    /// An expired assertion stays expired.
    #[test]
    fn an_expired_assertion_stays_expired(
        recipe in any_recipe(),
        at in 0..700_i64,
        more in prop_oneof![0..700_i64, 0..1_000_000_000_i64],
    ) {
        let step = recipe.present_at(EVALUATION_TIME).steps.remove(0);
        if expired(&later(&step, at)) {
            prop_assert!(expired(&later(&step, at + more)));
        }
    }

    /// A larger skew makes a server more lenient, never stricter.
    #[test]
    fn a_larger_skew_never_rejects_an_accepted_assertion(
        recipe in any_recipe(),
        at in -400..400_i64,
        more in 0..400_u32,
    ) {
        let step = later(&recipe.present_at(EVALUATION_TIME).steps.remove(0), at);
        let mut lenient = step.clone();
        let policy = &mut Arc::make_mut(&mut lenient.context).policy;
        policy.clock_skew += more;
        policy.future_skew += more;
        if explain(&[step])[0].verdict() == Verdict::Accept {
            let verdict = explain(&[lenient])[0].verdict();
            prop_assert!(!matches!(verdict, Verdict::Reject(_)), "{}", verdict);
        }
    }
}

fn expired(step: &Step) -> bool {
    explain(std::slice::from_ref(step))[0]
        .rejections()
        .any(|found| found.rule == Rule::Expired)
}

fn later(step: &Step, seconds: i64) -> Step {
    let UnixSeconds(now) = step.now;
    Step {
        now: UnixSeconds(now + seconds),
        ..step.clone()
    }
}
