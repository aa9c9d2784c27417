//! The writer of case files: a recipe becomes a case that a person could have written, and that the
//! suite's own reader compiles back to the recipe.

use serde::Serialize;

use crate::{
    model::{Algorithm, CaseId, Rule, Verdict},
    recipe::{Recipe, StepRecipe},
};

/// Writes a case file with one case, for the profile and the algorithm of the recipe.
///
/// `verdicts` has one verdict for each step, in order. The suite's reader compiles the case back to an
/// equal recipe but for its `seed`, which is always the id of the vector: so a PSS salt, and the text of
/// `${fresh}`, differ.
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
                // A step without a verdict must be accepted, and the last one has that of the case.
                let unsaid = before.filter(|verdict| **verdict != Verdict::Accept);
                step_text(step, unsaid.map(verdict))
            };
            lines.extend(list("steps", steps.iter().enumerate().map(own)));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// A step, written as an inline table.
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
    if members.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{ {} }}", members.join(", "))
    }
}

/// The algorithm of the recipe, as `even`: the generator may choose one that the profile does not have.
fn only(algorithm: Algorithm) -> String {
    format!("{{ even = [{}] }}", inline(&algorithm))
}

/// An array with a line for each element; no line where it is empty.
fn list(name: &str, elements: impl Iterator<Item = String>) -> Vec<String> {
    let elements: Vec<String> = elements.map(|element| format!("    {element},")).collect();
    if elements.is_empty() {
        Vec::new()
    } else {
        [vec![format!("{name} = [")], elements, vec!["]".to_owned()]].concat()
    }
}

/// A TOML value on one line.
fn inline(value: &(impl Serialize + ?Sized)) -> String {
    let value = toml::Value::try_from(value).expect("edits, names and numbers are TOML, tested");
    value.to_string()
}
