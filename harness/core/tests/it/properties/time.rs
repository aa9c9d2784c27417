//! Time runs one way: RFC 7519 sections 4.1.4 to 4.1.6, RFC 7523 section 3, items 4 to 6.

use std::sync::Arc;

use jwt_assay_core::{
    model::{Rule, Step, UnixSeconds, Verdict},
    recipe::EVALUATION_TIME,
};
use proptest::prelude::*;

use super::{any_recipe, explain};

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    /// What may pass at one moment and at a later one may pass at every moment between.
    #[test]
    fn what_is_not_refused_before_and_after_is_not_refused_between(
        recipe in any_recipe(),
        mut at in [-700_i64..700, -700..700, -700..700],
    ) {
        at.sort_unstable();
        let step = recipe.present_at(EVALUATION_TIME).steps.remove(0);
        let refused = at.map(|seconds| explain(&[later(&step, seconds)])[0].is_rejected());
        prop_assert_ne!(refused, [false, true, false], "at {:?}", at);
    }

    /// Once expired, expired for ever.
    #[test]
    fn what_has_expired_stays_expired(
        recipe in any_recipe(),
        at in 0..700_i64,
        more in prop_oneof![0..700_i64, 0..1_000_000_000_i64],
    ) {
        let step = recipe.present_at(EVALUATION_TIME).steps.remove(0);
        if expired(&later(&step, at)) {
            prop_assert!(expired(&later(&step, at + more)));
        }
    }

    /// A larger skew forgives more and never less.
    #[test]
    fn a_larger_skew_never_refuses_what_was_accepted(
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
