//! `show` of a case of builders: what is asked of them, and what the reference makes of it.

use jwt_assay_core::{
    build::{Case, Suite, Vector, reference},
    model::{BuildRequest, Profile, ProfileId},
};
use jwt_assay_implementations::protocol::BuildLine;

use super::{Args, line, push_counted, push_segments};
use jwt_assay::build::expected;
use jwt_assay_core::escape::for_terminal;

/// The vector that is named, or the first of the case that is; `None` where no case of builders is
/// meant.
pub(super) fn find(args: &Args) -> Option<&'static Vector> {
    let id = args.id.as_str();
    let is_meant = |vector: &&Vector| match id.contains('/') {
        true => vector.id.as_str() == id,
        false => {
            let is_profile = args.profile.is_none_or(|own| own == vector.profile);
            vector.case.id.as_str() == id && is_profile && !vector.is_control
        }
    };
    Suite::bundled().vectors.iter().find(is_meant)
}

/// The case, the request and an answer, or only the request as the process protocol has it.
pub(super) fn shown(vector: &Vector, is_json: bool) -> String {
    let request = vector.plain_request();
    let request = request.expect("every vector has a request, which the suite's lint says");
    let mut text = String::new();
    match is_json {
        true => line(
            &mut text,
            format_args!("{}", BuildLine::new(1, &request).line()),
        ),
        false => render(&mut text, vector, &request),
    }
    text
}

fn render(text: &mut String, vector: &Vector, request: &BuildRequest) {
    push_case(text, &vector.case);
    line(text, format_args!("\nvector    {}", vector.id));
    let rule = vector.rule.info();
    line(text, format_args!("rule      {}: {}", rule.id, rule.says));
    line(text, format_args!("layer     {}", rule.layer));
    let control = vector.control.as_ref().map_or("none", |id| id.as_str());
    line(text, format_args!("control   {control}"));
    line(text, format_args!("asks      {}", expected(vector)));
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

fn push_case(text: &mut String, case: &Case) {
    let rule = case.rule.info();
    line(text, format_args!("case      {}", case.id));
    line(text, format_args!("text      {}", case.text));
    line(text, format_args!("group     {}", case.group));
    line(text, format_args!("rule      {}: {}", rule.id, rule.says));
    line(text, format_args!("clauses   {}", case.clauses.join(", ")));
    if let Some(note) = &case.note {
        line(text, format_args!("note      {note}"));
    }
    line(text, format_args!(""));
    for profile in ProfileId::ALL {
        let is_own = |v: &&Vector| v.case.id == case.id && v.profile == profile && !v.is_control;
        let own = Suite::bundled().vectors.iter().filter(is_own);
        let verdicts = own.map(|vector| {
            let clauses = Profile::get(profile).clauses(vector.rule).join(", ");
            format!("{}: {clauses}", expected(vector))
        });
        push_counted(text, profile, verdicts);
    }
}

/// The members of the request; the policy is that of the profile.
fn push_request(text: &mut String, request: &BuildRequest) {
    let members = serde_json::to_value(request).expect("a request is data");
    let members = members.as_object().expect("a request is an object").iter();
    for (name, value) in members.filter(|(name, _)| *name != "policy") {
        let value = for_terminal(&value.to_string());
        line(text, format_args!("  {name:<10} {value}"));
    }
}

/// The reference takes what was never used before from whoever asks.
const JTI: &str = "public-test-jti-0123456789abcdef";
