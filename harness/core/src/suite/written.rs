//! A recipe written as a case file, as a person would write it and as the suite's own reader takes
//! it.

use serde::Serialize;

use crate::{
    model::{Algorithm, CaseId, Rule, Verdict},
    recipe::{Recipe, StepRecipe},
};

/// A case file with one case, for one profile and one algorithm: those of the recipe.
///
/// `verdicts` are those of the steps, in order. Read back with the suite's reader, the case gives
/// an equal recipe but for its `seed`, which is always the id of the vector; so a PSS salt, and the
/// text of `${fresh}`, are other ones.
#[must_use]
pub fn case_file(id: &CaseId, text: &str, recipe: &Recipe, verdicts: &[Verdict]) -> String {
    let profile = recipe.profile;
    let verdict = |verdict: &Verdict| format!("{{ {profile} = \"{verdict}\" }}");
    let last = verdicts.last().copied().unwrap_or(Verdict::Accept);
    let rule = match last {
        Verdict::Reject(rule) => rule,
        Verdict::Accept | Verdict::May(_) => Rule::Baseline,
    };
    let mut lines = vec![
        "group = \"T\"".to_owned(),
        "title = \"Found by fuzzing\"".to_owned(),
        "algorithms = \"one\"".to_owned(),
        String::new(),
        "[[case]]".to_owned(),
        format!("id = {}", inline(id)),
        format!("text = {}", inline(text)),
        format!("rule = \"{rule}\""),
        format!("verdict = {}", verdict(&last)),
        format!("algorithms = {}", only(recipe.algorithm)),
    ];
    if let Some(set) = &recipe.set {
        lines.push(format!("set = {}", inline(set)));
    }
    lines.extend(list("setup", recipe.setup.iter().map(inline)));
    match recipe.steps.as_slice() {
        [only] if only.at == 0 && only.resend.is_none() => {
            lines.extend(list("edits", only.edits.iter().map(inline)));
        }
        steps => {
            let own = |(index, step): (usize, &StepRecipe)| {
                let before = verdicts.get(index).filter(|_| index + 1 < steps.len());
                // A step that says nothing is accepted, and the last has the case's verdict.
                let unsaid = before.filter(|verdict| **verdict != Verdict::Accept);
                step_text(step, unsaid.map(verdict))
            };
            lines.extend(list("steps", steps.iter().enumerate().map(own)));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// A step as an inline table.
fn step_text(step: &StepRecipe, verdict: Option<String>) -> String {
    let mut members = Vec::new();
    if step.at != 0 {
        members.push(format!("at = {}", step.at));
    }
    if let Some(resend) = step.resend {
        members.push(format!("resend = {resend}"));
    }
    if !step.edits.is_empty() {
        let edits: Vec<String> = step.edits.iter().map(inline).collect();
        members.push(format!("edits = [{}]", edits.join(", ")));
    }
    members.extend(verdict.map(|verdict| format!("verdict = {verdict}")));
    match members.is_empty() {
        true => "{}".to_owned(),
        false => format!("{{ {} }}", members.join(", ")),
    }
}

/// The algorithm, whether or not the profile has it.
fn only(algorithm: Algorithm) -> String {
    format!("{{ even = [{}] }}", inline(&algorithm))
}

/// An array with a line for each element; nothing where it is empty.
fn list(name: &str, elements: impl Iterator<Item = String>) -> Vec<String> {
    let elements: Vec<String> = elements.map(|element| format!("    {element},")).collect();
    match elements.is_empty() {
        true => Vec::new(),
        false => [vec![format!("{name} = [")], elements, vec!["]".to_owned()]].concat(),
    }
}

/// A value on one line.
fn inline(value: &(impl Serialize + ?Sized)) -> String {
    let value = toml::Value::try_from(value).expect("edits, names and numbers are TOML, tested");
    value.to_string()
}
