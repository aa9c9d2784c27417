//! JSON values spliced into header and payload (RFC 8259): those that every parser must read, those that
//! none may read, and those on which parsers may differ.

use jwt_assay_core::{
    generate::json::{INVALID, OPEN, VALID},
    model::{Algorithm, ProfileId, Rule, Verdict},
    mutate::Mutation,
    recipe::{EVALUATION_TIME, Recipe},
};

use super::explain;

#[test]
fn a_value_that_every_parser_reads_changes_nothing() {
    for_each(VALID, |place, value, verdict| {
        assert_eq!(verdict, Verdict::Accept, "{place}: {value}");
    });
}

#[test]
fn a_value_that_no_parser_may_read_is_rejected_as_no_json() {
    for_each(INVALID, |place, value, verdict| {
        let rule = match place {
            "header" => Rule::HeaderJson,
            _ => Rule::PayloadJson,
        };
        // Octets that are no UTF-8 are no JSON text either, and have a rule of their own.
        let expected = [Verdict::Reject(rule), Verdict::Reject(Rule::Utf8)];
        assert!(expected.contains(&verdict), "{place}: {value}: {verdict}");
    });
}

#[test]
fn a_value_that_some_parsers_read_never_binds() {
    for_each(OPEN, |place, value, verdict| {
        assert!(
            matches!(verdict, Verdict::May(_)),
            "{place}: {value}: {verdict}"
        );
    });
}

fn for_each(values: &[&str], check: impl Fn(&str, &str, Verdict)) {
    assert!(values.len() >= 10);
    for value in values {
        for (place, edit) in [
            ("header", Mutation::HeaderText as fn(_) -> _),
            ("payload", Mutation::PayloadText),
        ] {
            let text = format!("{{${{members}},\"x-nobody-knows\":{value}}}");
            let mut recipe = Recipe::valid(ProfileId::Rfc7523, Algorithm::HS256);
            recipe.steps[0]
                .edits
                .push(edit(text.parse().expect("a template")));
            let read = explain(&recipe.present_at(EVALUATION_TIME).steps).remove(0);
            check(place, value, read.verdict());
        }
    }
}
