//! From a recipe to a case: what is added to the case files, held against the suite before anything
//! is written.

use jwt_assay_core::{
    model::{CaseId, Verdict},
    recipe::Recipe,
    suite::{Fault, Suite, SuiteError, UNEXPLAINED, Vector, case_file},
};

use super::explain;

/// A case made of a recipe.
#[derive(Clone, Debug)]
pub struct Promoted {
    /// The text of [`FILE`] with the case at its end.
    pub text: String,
    /// The suite with the case.
    pub suite: Suite,
    /// Faults of the case by itself in the eyes of the suite, beside its missing explanation.
    pub faults: Vec<Fault>,
}

/// The file for cases that a fuzzer found, below `cases`.
pub const FILE: &str = "t-found-by-fuzzing.toml";

/// Adds a case to case files, given as name and text. The oracle decides what it asks; what is done
/// in it is left for a person to say.
///
/// # Errors
///
/// If the files are broken already, or have a case of that name.
pub fn promote(
    id: &CaseId,
    recipe: &Recipe,
    files: &[(String, String)],
) -> Result<Promoted, SuiteError> {
    let is_ours = |name: &str| name.rsplit('/').next() == Some(FILE);
    let before = files.iter().find(|(name, _)| is_ours(name));
    let text = added(
        before.map(|(_, text)| text.as_str()),
        &case_text(id, recipe),
    );
    let others = files.iter().filter(|(name, _)| !is_ours(name));
    let others = others.map(|(name, text)| (name.as_str(), text.as_str()));
    let suite = Suite::from_files(others.chain([(FILE, text.as_str())]))?;
    let is_about = |vector: &&Vector| vector.case.id == *id;
    let vectors: Vec<Vector> = suite.vectors.iter().filter(is_about).cloned().collect();
    let controls: Vec<Vector> = vectors
        .iter()
        .filter_map(|vector| suite.vector(vector.control.as_ref()?))
        .filter(|control| !is_about(control))
        .cloned()
        .collect();
    let alone = Suite {
        cases: Vec::new(),
        vectors: [vectors, controls].concat(),
    };
    let faults = alone.lint().into_iter();
    let faults = faults.filter(|fault| !fault.is_unexplained()).collect();
    Ok(Promoted {
        text,
        suite,
        faults,
    })
}

/// A recipe as a case file, with what the suite wants declared.
#[must_use]
pub fn case_text(id: &CaseId, recipe: &Recipe) -> String {
    let explanations = explain(recipe);
    let verdicts: Vec<Verdict> = explanations.iter().map(|it| it.verdict()).collect();
    let text = format!("{UNEXPLAINED}found by fuzzing");
    let file = case_file(id, &text, recipe, &verdicts);
    let mut others = Vec::new();
    let mut is_combined = false;
    for (explanation, verdict) in explanations.iter().zip(&verdicts) {
        let Verdict::Reject(named) = *verdict else {
            continue;
        };
        for rejection in explanation.rejections().filter(|it| it.rule != named) {
            is_combined = true;
            let other = format!("\"{}\"", rejection.rule);
            if !others.contains(&other) {
                others.push(other);
            }
        }
    }
    if !is_combined {
        return file;
    }
    let declared = format!(
        "also-breaks = [{}]\ncombined = [\"{}\"]\nverdict = ",
        others.join(", "),
        recipe.profile
    );
    file.replacen("verdict = ", &declared, 1)
}

/// The case alone, at the end of a file that is there, or of a new one.
fn added(before: Option<&str>, file: &str) -> String {
    match (before, file.find("[[case]]")) {
        (Some(before), Some(start)) => format!("{}\n\n{}", before.trim_end(), &file[start..]),
        (Some(_), None) | (None, _) => format!("{HEAD}{file}"),
    }
}

const HEAD: &str = "\
# What fuzzing found, as `jwt-assay replay --promote` wrote it down. A case that turns out to belong to
# another group moves there; its id stays.
";

#[cfg(test)]
mod tests {
    use jwt_assay_core::{
        model::{Algorithm, ProfileId, Role, Rule},
        suite::case_files,
    };

    use super::*;

    fn files() -> Vec<(String, String)> {
        let files = case_files(Role::Verify);
        files
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect()
    }

    fn recipe(edits: &[&str]) -> Recipe {
        let mut recipe = Recipe::valid(ProfileId::Okta, Algorithm::ES256);
        let edits = edits.iter().map(|edit| serde_json::from_str(edit).unwrap());
        recipe.steps[0].edits = edits.collect();
        recipe
    }

    #[test]
    fn a_case_has_no_fault_but_its_missing_explanation() {
        let id: CaseId = "found-one".parse().unwrap();
        let two = recipe(&[
            r#"{"claims":{"remove":"aud"}}"#,
            r#"{"claims":{"remove":"exp"}}"#,
        ]);
        for recipe in [recipe(&[r#"{"claims":{"remove":"aud"}}"#]), two] {
            let promoted = promote(&id, &recipe, &files()).unwrap();
            assert_eq!(promoted.faults, Vec::new());
            let id = "found-one/okta/es256".parse().unwrap();
            let vector = promoted.suite.vector(&id).unwrap();
            let own = vector.presentation().unwrap();
            assert_eq!(own.verdicts, [Verdict::Reject(Rule::AudMissing)]);
            assert_eq!(own.recipe.steps, recipe.steps);
        }
    }

    #[test]
    fn a_second_case_comes_after_the_first_and_a_name_is_taken_once() {
        let recipe = recipe(&[r#"{"claims":{"remove":"aud"}}"#]);
        let (one, two) = ("found-one".parse().unwrap(), "found-two".parse().unwrap());
        let mut files = files();
        files.retain(|(name, _)| name != FILE);
        let first = promote(&one, &recipe, &files).unwrap();
        files.push((format!("vectors/cases/{FILE}"), first.text.clone()));
        let second = promote(&two, &recipe, &files).unwrap();
        assert!(second.text.starts_with(first.text.trim_end()));
        assert_eq!(second.text.matches("[[case]]").count(), 2);
        assert!(
            second
                .suite
                .vector(&"found-two/okta/es256".parse().unwrap())
                .is_some()
        );
        let again = promote(&one, &recipe, &files).unwrap_err().to_string();
        assert!(again.contains("the id is taken by a case of"), "{again}");
    }
}
