//! `replay --promote`: writes the case and its divergences, and lists the steps left to a person.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use jwt_assay_core::{
    model::{CaseId, Role},
    recipe::Recipe,
    suite::{Suite, SuiteError},
};

use crate::{
    Error,
    files::{read_text_if_there, write_file},
    vectors::read_cases,
};
use jwt_assay::{
    divergences::{Divergences, update},
    filter::Filter,
    plan::{Implementation, Plan},
    record::Run,
    run::RunOptions,
    session,
};
use jwt_assay_core::escape::for_terminal;
use jwt_assay_fuzzing::replay::promote::{self, FILE};

/// Writes the case, and records it as a divergence of each implementation in `wrong`. Returns a
/// summary of the written files, with the steps that are left to a person.
pub(super) fn promote(
    id: &CaseId,
    recipe: &Recipe,
    root: &Path,
    wrong: Vec<Implementation>,
    options: &RunOptions,
) -> Result<String, Error> {
    let cases = root.join("vectors/cases");
    let files = read_cases(&cases)?;
    let promoted = promote::promote(id, recipe, &files)?;
    if let [first, ..] = &promoted.faults[..] {
        return Err(Error::Suite(SuiteError::Case {
            file: FILE.to_owned(),
            case: id.clone(),
            problem: format!("the suite cannot hold it: {first}"),
        }));
    }
    let path = cases.join(FILE);
    // Divergences name cases of both roles.
    let commissions = read_cases(&root.join("vectors/build-cases"))?;
    let commissions = commissions
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let suite = promoted.suite.with_files(Role::Build, commissions)?;
    let updates = updates(id, &suite, root, wrong, options)?;
    // All texts are made before the first is written, so that an error leaves no half promotion.
    write_file(&path, &promoted.text)?;
    let mut said = vec![format!("{}: case `{id}`", path.display())];
    let mut names = Vec::new();
    for Update { path, updated, .. } in updates {
        write_file(&path, &updated.text)?;
        said.push(format!("{}: {updated}", path.display()));
        let unrecordable = updated.unrecordable.iter();
        said.extend(unrecordable.map(|record| format!("  not recorded: {}", record.outcome)));
        names.push(for_terminal(&updated.implementation));
    }
    said.push(left(id, &names));
    Ok(said.join("\n"))
}

/// A file of divergences and its new text.
struct Update {
    path: PathBuf,
    updated: update::Updated,
}

fn updates(
    id: &CaseId,
    suite: &Suite,
    root: &Path,
    wrong: Vec<Implementation>,
    options: &RunOptions,
) -> Result<Vec<Update>, Error> {
    let mut updates = Vec::new();
    for implementation in wrong {
        let name = implementation.description.name.clone();
        let run = judged(id, suite, implementation, options)?;
        let path = root
            .join("harness/divergences")
            .join(format!("{name}.toml"));
        let text = read_text_if_there(&path)?;
        // The head of a file names it from the root of the checkout, wherever that lies.
        let file = format!("harness/divergences/{name}.toml");
        let updated = update::update(&file, text.as_deref(), &run, Some(&name), suite)?;
        updates.push(Update { path, updated });
    }
    Ok(updates)
}

/// Judges the case as `run` would, without any divergence.
fn judged(
    id: &CaseId,
    suite: &Suite,
    implementation: Implementation,
    options: &RunOptions,
) -> Result<Run, Error> {
    let filter = Filter {
        only: vec![id.as_str().parse().expect("the id of a case is a pattern")],
        ..Filter::default()
    };
    let plan = Plan::new(suite, &filter, vec![implementation])?;
    let header = session::begin(&plan, options, Vec::new());
    let nothing_known = vec![Divergences::default()];
    Ok(session::judge(
        &plan,
        header,
        nothing_known,
        options,
        |_| ControlFlow::Continue(()),
    ))
}

fn left(id: &CaseId, names: &[String]) -> String {
    let who = names.join(" ");
    let explain = if names.is_empty() {
        ""
    } else {
        "\n  explain the new divergence where it says `not explained yet`"
    };
    format!(
        "next:\n  describe the case in its `text`; until then `vectors check` fails\n  \
         add verdicts for other profiles, and more algorithms, where the case has them{explain}\n  \
         cargo run --release -- vectors generate\n  \
         cargo run --release -- run {who} --only {id}"
    )
}
