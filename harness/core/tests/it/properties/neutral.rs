//! Neutral changes: the order of members, and unknown members, change no verdict (RFC 7519 section 4, RFC
//! 7515 section 4, RFC 8259 section 4).

use jwt_assay_core::{
    model::{Rule, Verdict},
    mutate::{MemberEdit, Mutation, Stage},
    recipe::{EVALUATION_TIME, Recipe},
};
use proptest::prelude::*;

use super::{any_recipe, explain};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_claims_decides_nothing(recipe in any_recipe()) {
        prop_assume!(writes_values(&recipe));
        let turned = with(&recipe, Mutation::Claims(MemberEdit::Reverse));
        prop_assert_eq!(verdicts(&recipe), verdicts(&turned));
    }

    #[test]
    fn the_order_of_header_members_decides_nothing(recipe in any_recipe()) {
        prop_assume!(writes_values(&recipe));
        let turned = with(&recipe, Mutation::Header(MemberEdit::Reverse));
        prop_assert_eq!(verdicts(&recipe), verdicts(&turned));
    }

    #[test]
    fn an_unknown_claim_decides_nothing(recipe in any_recipe(), value in values()) {
        prop_assume!(writes_values(&recipe));
        let more = with(&recipe, Mutation::Claims(append(value)));
        prop_assume!(amounts(&recipe) == amounts(&more));
        prop_assert_eq!(verdicts(&recipe), verdicts(&more));
    }

    /// Holds unless `crit` names the member, and no generated `crit` does.
    #[test]
    fn an_unknown_header_member_decides_nothing(recipe in any_recipe(), value in values()) {
        prop_assume!(writes_values(&recipe));
        let more = with(&recipe, Mutation::Header(append(value)));
        prop_assume!(amounts(&recipe) == amounts(&more));
        prop_assert_eq!(verdicts(&recipe), verdicts(&more));
    }
}

/// True where the edits only set values. Edits of the text or the octets would hit other characters once
/// the text has changed; and where a member stands twice, order has a meaning.
fn writes_values(recipe: &Recipe) -> bool {
    let steps = recipe.steps.iter().flat_map(|step| &step.edits);
    let gives_values = |edit: &Mutation| match edit.stage() {
        Stage::Registration | Stage::Members | Stage::Request => true,
        Stage::Signing => !matches!(edit, Mutation::Signing(edit) if is_search(edit)),
        Stage::Text | Stage::Segment | Stage::Signature | Stage::Sealed | Stage::Token => false,
    };
    let mut edits = recipe.setup.iter().chain(steps);
    edits.all(gives_values)
        && explain(&recipe.present_at(EVALUATION_TIME).steps)
            .iter()
            .all(|read| !read.has_duplicates)
}

/// True for a search, which writes a claim of its own at the end of the text.
fn is_search(edit: &jwt_assay_core::mutate::SigningEdit) -> bool {
    matches!(edit, jwt_assay_core::mutate::SigningEdit::Until(_))
}

fn with(recipe: &Recipe, edit: Mutation) -> Recipe {
    let mut recipe = recipe.clone();
    for step in &mut recipe.steps {
        step.edits.push(edit.clone());
    }
    recipe
}

fn append(value: &str) -> MemberEdit {
    let value = value.parse().expect("JSON without places");
    MemberEdit::Append("x-nobody-knows".to_owned(), value)
}

fn values() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "null",
        "true",
        "0",
        "-1.5e3",
        "\"\"",
        "\"exp\"",
        "[]",
        "{}",
        "[[null]]",
        "{\"exp\":0}",
    ])
}

fn verdicts(recipe: &Recipe) -> Vec<Verdict> {
    let read = explain(&recipe.present_at(EVALUATION_TIME).steps);
    read.iter().map(|read| read.verdict()).collect()
}

/// The size rules that each step breaks: once in a while one more member exceeds a limit, whatever its
/// name.
fn amounts(recipe: &Recipe) -> Vec<Vec<Rule>> {
    let is_amount =
        |rule: &Rule| matches!(rule, Rule::TokenSize | Rule::TokenHuge | Rule::MemberCount);
    let read = explain(&recipe.present_at(EVALUATION_TIME).steps);
    let amounts = read.iter().map(|read| {
        let rules = read.findings.iter().map(|finding| finding.rule);
        rules.filter(is_amount).collect()
    });
    amounts.collect()
}
