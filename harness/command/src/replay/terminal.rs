//! The result of `replay` as text: the recipe, the token, the findings of the oracle, and the
//! answer of each implementation.

use std::{
    fmt::{self, Write},
    path::Path,
};

use jwt_assay_core::{
    model::Profile,
    oracle::{Explanation, Finding as Found},
    recipe::EVALUATION_TIME,
};

use super::{Answer, Judged};
use crate::show::push_request;
use jwt_assay::{record::Expected, report::exchange};
use jwt_assay_core::escape::{for_terminal, shortened};
use jwt_assay_fuzzing::{
    Key,
    replay::{self, Replay, promote},
    targets::Target,
};

pub(super) fn render(path: &Path, target: &dyn Target, octets: &[u8], judged: &Judged) -> String {
    let mut text = String::new();
    let name = for_terminal(&path.display().to_string());
    line(
        &mut text,
        format_args!("artifact  {name}, {} octets", octets.len()),
    );
    line(&mut text, format_args!("target    {}", target.name()));
    line(&mut text, format_args!("\n{}", case(judged).trim_end()));
    push_steps(&mut text, judged);
    line(&mut text, format_args!(""));
    for answer in &judged.answers {
        push_answer(&mut text, answer);
    }
    for absent in &judged.absent {
        let reason = for_terminal(&absent.reason);
        line(
            &mut text,
            format_args!("{}: not available, {reason}", absent.name),
        );
    }
    line(&mut text, format_args!("\n{}", conclusion(judged)));
    text
}

/// The recipe in the form of a case file.
fn case(judged: &Judged) -> String {
    let id = "found-by-fuzzing".parse().expect("it is in kebab-case");
    let text = promote::case_text(&id, &judged.recipe);
    let start = text.find("[[case]]").unwrap_or(0);
    let lines = text[start..].lines().map(for_terminal);
    lines.collect::<Vec<_>>().join("\n")
}

fn push_steps(text: &mut String, judged: &Judged) {
    let recipe = &judged.recipe;
    let presented = recipe.present_at(EVALUATION_TIME);
    let explanations = replay::explain(recipe);
    let count = presented.steps.len();
    let profile = match &recipe.set {
        None => Profile::get(recipe.profile),
        Some(set) => {
            Profile::with_set(recipe.profile, set).unwrap_or_else(|_| Profile::get(recipe.profile))
        }
    };
    line(text, format_args!("\npolicy    {}", profile.label()));
    for (index, (step, explanation)) in presented.steps.iter().zip(&explanations).enumerate() {
        let number = index + 1;
        let expected = Expected::from(explanation.verdict());
        line(
            text,
            format_args!("\nstep {number} of {count}, at {}: {expected}", step.now),
        );
        push_request(text, &step.request);
        push_findings(text, profile, explanation);
    }
}

fn push_findings(text: &mut String, profile: &Profile, explanation: &Explanation) {
    line(text, format_args!("  the oracle finds"));
    if explanation.findings.is_empty() {
        line(text, format_args!("    no rule broken"));
    }
    for Found {
        rule,
        level,
        detail,
    } in &explanation.findings
    {
        let detail = for_terminal(&shortened(detail, LONGEST_DETAIL));
        let clauses = profile.clauses(*rule).join(", ");
        line(
            text,
            format_args!("    {rule}, {level}: {detail} ({clauses})"),
        );
    }
}

fn push_answer(text: &mut String, answer: &Answer) {
    let Answer {
        description,
        result,
        incidents,
        ..
    } = answer;
    let name = for_terminal(format!("{} {}", description.name, description.version).trim_end());
    let Some(Replay { record, finding }) = result else {
        line(text, format_args!("{name}: gave up"));
        return push_incidents(text, incidents);
    };
    match finding {
        Some(finding) => {
            let standing = if finding.is_known { "known" } else { "NEW" };
            let Key { rule, kind, .. } = &finding.key;
            let clauses = finding.clauses.join(", ");
            line(
                text,
                format_args!("{name}: {kind}, {rule} ({clauses}), {standing}"),
            );
        }
        None if record.outcome.is_wrong() => {
            let outcome = &record.outcome;
            line(
                text,
                format_args!("{name}: {outcome}, but in no layer that it claims"),
            );
        }
        None => line(text, format_args!("{name}: {}", record.outcome)),
    }
    for step in exchange(record) {
        let step = for_terminal(&shortened(&step, LONGEST_DETAIL));
        line(text, format_args!("  {step}"));
    }
    push_incidents(text, incidents);
}

fn push_incidents(text: &mut String, incidents: &[String]) {
    for incident in incidents {
        let incident = for_terminal(&shortened(incident, LONGEST_DETAIL));
        line(text, format_args!("  {incident}"));
    }
}

fn conclusion(judged: &Judged) -> String {
    let count = |wanted: fn(&Answer) -> bool| judged.answers.iter().filter(|it| wanted(it)).count();
    let new = count(Answer::is_new);
    let known = count(|answer| answer.finding().is_some()) - new;
    format!(
        "{new} new, {known} known, of {} that judged",
        judged.answers.len()
    )
}

fn line(text: &mut String, line: fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a String");
}

/// The most characters that are shown of an implementation's reason or an oracle's detail.
const LONGEST_DETAIL: usize = 300;
