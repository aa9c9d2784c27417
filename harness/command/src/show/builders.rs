//! `show` for a case of builders: the request, and the answer of the reference.

use jwt_assay_core::{
    builder::reference,
    model::BuildRequest,
    suite::{Commission, Suite, Vector},
};
use jwt_assay_implementations::protocol::BuildLine;

use super::{line, push_case, push_segments};
use jwt_assay::record::Expected;
use jwt_assay_core::escape::for_terminal;

/// The case with its request and an answer, or only the request in the process protocol.
pub(super) fn shown(suite: &Suite, vector: &Vector, own: &Commission, is_json: bool) -> String {
    let request = own.plain_request();
    let request = request.expect("every vector has a request, which the suite's lint says");
    let mut text = String::new();
    if is_json {
        let request = BuildLine::new(1, &request).line();
        line(&mut text, format_args!("{request}"));
    } else {
        render(&mut text, suite, vector, &request);
    }
    text
}

fn render(text: &mut String, suite: &Suite, vector: &Vector, request: &BuildRequest) {
    push_case(text, suite, &vector.case);
    line(text, format_args!("\nvector    {}", vector.id));
    let rule = vector.rule.info();
    line(text, format_args!("rule      {}: {}", rule.id, rule.says));
    line(text, format_args!("layer     {}", rule.layer));
    let control = vector.control.as_ref().map_or("none", |id| id.as_str());
    line(text, format_args!("control   {control}"));
    line(text, format_args!("asks      {}", Expected::of(vector)));
    if let Some(many) = vector.case.many {
        let (count, threads, restarts) = (many.count, many.threads, many.restarts);
        line(
            text,
            format_args!(
                "many      {count} answers, from {threads} threads, with {restarts} restarts between"
            ),
        );
    }
    line(text, format_args!("\nrequest"));
    push_request(text, request);
    line(text, format_args!("\nwhat the reference answers"));
    match reference::build(request, JTI) {
        Ok(assertion) => push_segments(text, assertion.as_bytes()),
        Err(objection) => line(text, format_args!("  it declines: {objection}")),
    }
    let rerun = format!("jwt-assay show {} --json", vector.id);
    line(text, format_args!("\nthe request to try by hand: {rerun}"));
}

/// Pushes the members of the request, without the policy, which is the profile's.
fn push_request(text: &mut String, request: &BuildRequest) {
    let members = serde_json::to_value(request).expect("a request is data");
    let members = members.as_object().expect("a request is an object").iter();
    for (name, value) in members.filter(|(name, _)| *name != "policy") {
        let value = for_terminal(&value.to_string());
        line(text, format_args!("  {name:<10} {value}"));
    }
}

/// The `jti` of the reference's answer: it has no randomness of its own.
const JTI: &str = "public-test-jti-0123456789abcdef";
