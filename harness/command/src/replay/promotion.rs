//! `--promote`: the case, the divergences that are recorded of it, and what is left for a person.

use std::{
    fs, io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use jwt_assay_core::{
    model::CaseId,
    recipe::Recipe,
    suite::{Suite, SuiteError},
};

use crate::{Error, files::replace, vectors::read_cases};
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

/// Writes the case, then records it as a divergence of each implementation, all of which were seen
/// to be wrong. What was done, and what is left to do, comes back.
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
            problem: format!("the suite has no place for it as it is: {first}"),
        }));
    }
    let path = cases.join(FILE);
    let updates = updates(id, &promoted.suite, root, wrong, options)?;
    // Everything is made before anything is written.
    write(&path, &promoted.text)?;
    let mut said = vec![format!("{}: case `{id}`", path.display())];
    let mut names = Vec::new();
    for Update { path, updated, .. } in updates {
        write(&path, &updated.text)?;
        said.push(format!("{}: {updated}", path.display()));
        let unrecordable = updated.unrecordable.iter();
        said.extend(unrecordable.map(|record| format!("  not recorded: {}", record.outcome)));
        names.push(for_terminal(&updated.implementation));
    }
    said.push(left(id, &names));
    Ok(said.join("\n"))
}

/// What becomes of a file of divergences.
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
        let text = match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(Error::read(&path, source)),
        };
        // As the file's own head names it, wherever the root is.
        let file = format!("harness/divergences/{name}.toml");
        let updated = update::update(&file, text.as_deref(), &run, Some(&name), suite)?;
        updates.push(Update { path, updated });
    }
    Ok(updates)
}

/// The case judged as `run` would, with nothing recorded.
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

fn write(path: &Path, text: &str) -> Result<(), Error> {
    replace(path, text).map_err(|source| Error::write(path, source))
}

fn left(id: &CaseId, names: &[String]) -> String {
    let who = names.join(" ");
    let explain = match names.is_empty() {
        true => "",
        false => "\n  explain the new divergence where it says `not explained yet`",
    };
    format!(
        "next:\n  say in the case's `text` what is done; until then `vectors check` fails\n  \
         give a verdict for the other profiles, and more algorithms, where the case has one{explain}\n  \
         cargo run --release -- vectors generate\n  \
         cargo run --release -- run {who} --only {id}"
    )
}
