//! Neutral edits: an assertion stays as valid as it was. Property tests draw them; no committed input does, so
//! places in lists choose.

use arbitrary::{Result, Unstructured};

use crate::{
    mutate::{MemberEdit, Mutation, TimeEdit},
    recipe::Template,
};

/// An edit after which the assertion is as valid as before, under every profile.
///
/// # Errors
///
/// If the input runs out.
pub fn neutral_mutation(u: &mut Unstructured<'_>) -> Result<Mutation> {
    Ok(match u.int_in_range(0..=7)? {
        0 => Mutation::Claims(MemberEdit::Reverse),
        1 => Mutation::Header(MemberEdit::Reverse),
        2 => Mutation::Claims(MemberEdit::Set(name(u)?, value(u)?)),
        3 => Mutation::Header(MemberEdit::Set(name(u)?, value(u)?)),
        4 => Mutation::PayloadText(text("\r\n\t ${json} \n")),
        5 => Mutation::HeaderText(text(" ${json}\t")),
        // No profile minds an `iat` of the last day; two seconds keep clear of now itself.
        6 => Mutation::Time(TimeEdit::IssuedAgo(u.int_in_range(2..=86_000)?)),
        _ => Mutation::Time(TimeEdit::ExpiresIn(u.int_in_range(1..=60)?)),
    })
}

/// A name that no specification gives a meaning to.
fn name(u: &mut Unstructured<'_>) -> Result<String> {
    Ok(format!("x-{}", u.int_in_range(0..=99_u8)?))
}

/// Every kind of JSON value, edges first.
fn value(u: &mut Unstructured<'_>) -> Result<Template> {
    Ok(text(u.choose(&[
        "0",
        "null",
        "true",
        "\"\"",
        "[]",
        "{}",
        "-1",
        "1e3",
        "1.50",
        "9007199254740993",
        "\"\\u0061\\\"\\\\\"",
        "\"\u{10348}\"",
        "[[1,{\"a\":null}],\"b\"]",
        "{\"exp\":0,\"aud\":[]}",
    ])?))
}

fn text(template: &str) -> Template {
    template.parse().expect("a template of this file, tested")
}
