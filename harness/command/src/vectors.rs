//! `vectors`: generates and checks the files of the compiled suite, and writes seeds for fuzzers.

use std::{
    collections::BTreeSet,
    fs, io,
    panic::resume_unwind,
    path::{Path, PathBuf},
    thread,
};

use jwt_assay_core::{
    model::{ProfileId, Role},
    nearest,
    suite::{Frozen, Suite, VerdictTexts},
};
use jwt_assay_implementations::protocol;
use serde::Deserialize;

use super::{
    Error,
    files::write_file,
    print,
    signals::{self, Ending, watch},
};
use jwt_assay::exit_code::ExitCode;
use jwt_assay_fuzzing::{
    dictionary,
    seeds::{self, Seed},
    targets::{self, TARGETS},
};

/// Generates or checks the files of the compiled suite, and writes seeds for fuzzers.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: VectorsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum VectorsCommand {
    /// Compiles the case files, and writes the suite, the schemas and the index of ids
    Generate(Folder),
    /// Compiles the case files, and compares with the written files; exit 1 where anything differs
    Check(Folder),
    /// Writes the seeds of fuzzers, in a folder for each target
    SeedCorpus(Corpus),
}

#[derive(Debug, clap::Args)]
struct Folder {
    /// Folder that holds `cases`
    #[arg(long, default_value = "vectors", value_name = "FOLDER")]
    folder: PathBuf,
    /// Folder of libFuzzer's dictionaries, which hold the words of the suite
    #[arg(long, default_value = "fuzz/dictionaries", value_name = "FOLDER")]
    dictionaries: PathBuf,
}

#[derive(Debug, clap::Args)]
struct Corpus {
    /// Folder for the folders of targets; existing files stay
    #[arg(default_value = "fuzz/corpus", value_name = "FOLDER")]
    folder: PathBuf,
    /// Fuzz target to write for; may be repeated; default: all
    #[arg(long, value_name = "TARGET")]
    target: Vec<String>,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        watch(Ending::AtOnce, "the same command writes the rest");
        match &self.command {
            VectorsCommand::Generate(folders) => generate(folders),
            VectorsCommand::Check(folders) => check(folders),
            VectorsCommand::SeedCorpus(corpus) => seed_corpus(corpus),
        }
    }
}

fn seed_corpus(corpus: &Corpus) -> Result<ExitCode, Error> {
    let targets = match corpus.target.as_slice() {
        [] => TARGETS.to_vec(),
        names => {
            let targets = names.iter().map(|name| targets::named(name));
            targets.collect::<Result<_, _>>()?
        }
    };
    for target in targets {
        let folder = corpus.folder.join(target.name());
        fs::create_dir_all(&folder).map_err(|source| Error::write(&folder, source))?;
        let seeds = seeds::of(target);
        for Seed { name, octets } in &seeds {
            let path = folder.join(name);
            // Not as other files are written: there are many thousands, and a fuzzer takes half a seed as
            // well as a whole one.
            let writing = signals::writing();
            fs::write(&path, octets).map_err(|source| Error::write(&path, source))?;
            writing.count();
        }
        print(&format!("{}: {} seeds\n", folder.display(), seeds.len()))?;
    }
    Ok(ExitCode::Expected)
}

fn generate(folders: &Folder) -> Result<ExitCode, Error> {
    let folder = &folders.folder;
    let suite = read_suite(folder)?;
    let waiting = read_waiting(folder)?;
    let frozen = read_frozen(folder)?;
    let index = read_index(folder)?;
    let (faults, files) = problems_and_files(&suite, &waiting, &index, &frozen, folders);
    if !faults.is_empty() {
        return report(&faults, "nothing was written");
    }
    let stale = stale_files(folders, &files)?;
    // All texts are made before the first is written, and each replaces its file as a whole, so
    // that an error leaves no mixture of two suites. Neither does a signal.
    let _writing = signals::writing();
    for (path, text) in &files {
        write_file(path, text)?;
    }
    for path in stale {
        fs::remove_file(&path).map_err(|source| Error::write(&path, source))?;
    }
    print(&summary(&suite, &files))?;
    Ok(ExitCode::Expected)
}

fn check(folders: &Folder) -> Result<ExitCode, Error> {
    let folder = &folders.folder;
    let suite = read_suite(folder)?;
    let waiting = read_waiting(folder)?;
    let frozen = read_frozen(folder)?;
    let index = read_index(folder)?;
    let (mut faults, files) = problems_and_files(&suite, &waiting, &index, &frozen, folders);
    for (path, text) in &files {
        match fs::read_to_string(path) {
            Ok(written) if written == *text => {}
            Ok(written) => {
                let line = first_difference(&written, text);
                faults.push(format!(
                    "`{}` is not current from line {line}",
                    path.display()
                ));
            }
            Err(_) => faults.push(format!("`{}` is missing", path.display())),
        }
    }
    for path in stale_files(folders, &files)? {
        faults.push(format!(
            "`{}` is stale: no case generates it",
            path.display()
        ));
    }
    if faults.is_empty() {
        print(&summary(&suite, &files))?;
        return Ok(ExitCode::Expected);
    }
    report(
        &faults,
        "mend the cases, then run `jwt-assay vectors generate`",
    )
}

/// Runs [`problems`] and [`generated`] in parallel: each signs every vector, which takes most of
/// the time.
fn problems_and_files(
    suite: &Suite,
    waiting: &[Waiting],
    index: &BTreeSet<String>,
    frozen: &[Frozen],
    folders: &Folder,
) -> (Vec<String>, Vec<(PathBuf, String)>) {
    thread::scope(|scope| {
        let files = scope.spawn(|| generated(suite, waiting, frozen, folders));
        let faults = problems(suite, waiting, index, frozen);
        let files = files.join();
        (faults, files.unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

fn report(faults: &[String], advice: &str) -> Result<ExitCode, Error> {
    let shown: Vec<&str> = faults.iter().take(SHOWN).map(String::as_str).collect();
    let more = match faults.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("\nand {more} more"),
    };
    print(&format!(
        "{} faults\n\n{}{more}\n\n{advice}\n",
        faults.len(),
        shown.join("\n")
    ))?;
    Ok(ExitCode::Unexpected)
}

/// The faults of the suite itself: of its cases, of frozen verdicts, and of lost ids.
fn problems(
    suite: &Suite,
    waiting: &[Waiting],
    index: &BTreeSet<String>,
    frozen: &[Frozen],
) -> Vec<String> {
    let mut faults: Vec<String> = suite.lint().iter().map(ToString::to_string).collect();
    let verdicts: VerdictTexts = suite.verdict_texts().collect();
    let changes = frozen.iter().flat_map(|frozen| frozen.changes(&verdicts));
    faults.extend(changes.map(|change| change.to_string()));
    let ids: BTreeSet<&str> = suite.cases.iter().map(|case| case.id.as_str()).collect();
    let waits: BTreeSet<&str> = waiting.iter().map(|row| row.id.as_str()).collect();
    for id in index
        .iter()
        .filter(|id| !ids.contains(id.as_str()) && !waits.contains(id.as_str()))
    {
        let near = nearest(id, ids.iter().copied());
        faults.push(format!(
            "case `{id}` is in `{INDEX}` and in no case file (the nearest is `{near}`): ids are \
             permanent, bring it back"
        ));
    }
    for id in ids.intersection(&waits) {
        faults.push(format!(
            "case `{id}` stands in `{WAITING}` too; take it out there"
        ));
    }
    faults
}

/// The generated files, by path and text.
fn generated(
    suite: &Suite,
    waiting: &[Waiting],
    frozen: &[Frozen],
    folders: &Folder,
) -> Vec<(PathBuf, String)> {
    let mut files = suite.publish();
    let schemas = protocol::schemas().into_iter();
    for (name, mut schema) in schemas.chain(protocol::bench::schemas()) {
        schema.insert("generated-by".to_owned(), GENERATED.into());
        let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
        files.push((
            format!("schema/protocol-{name}.schema.json"),
            format!("{text}\n"),
        ));
    }
    let verdicts: VerdictTexts = suite.verdict_texts().collect();
    files.extend(
        frozen
            .iter()
            .map(|frozen| (Frozen::path(frozen.profile), frozen.text(&verdicts))),
    );
    let ids: BTreeSet<&str> = suite
        .cases
        .iter()
        .map(|case| case.id.as_str())
        .chain(waiting.iter().map(|row| row.id.as_str()))
        .collect();
    let lines: Vec<&str> = ids.into_iter().collect();
    files.push((
        INDEX.to_owned(),
        format!("{INDEX_HEAD}{}\n", lines.join("\n")),
    ));
    let vectors = files.into_iter();
    let vectors = vectors.map(|(name, text)| (folders.folder.join(name), text));
    let dictionaries = TARGETS.iter().filter_map(|&target| {
        let name = format!("{}.dict", target.name());
        Some((folders.dictionaries.join(name), dictionary::of(target)?))
    });
    vectors.chain(dictionaries).collect()
}

/// Reads the frozen verdicts of each profile; a profile without a file gets a draft.
fn read_frozen(folder: &Path) -> Result<Vec<Frozen>, Error> {
    let read = |profile| {
        let name = Frozen::path(profile);
        let path = folder.join(&name);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => "# draft\n".to_owned(),
            Err(source) => return Err(Error::read(&path, source)),
        };
        Ok(Frozen::read(&path.display().to_string(), profile, &text)?)
    };
    ProfileId::ALL.into_iter().map(read).collect()
}

/// Compiles the suite of both roles from its case files.
fn read_suite(folder: &Path) -> Result<Suite, Error> {
    let mut suite = Suite::default();
    for (role, name) in [(Role::Verify, "cases"), (Role::Build, "build-cases")] {
        let files = read_cases(&folder.join(name))?;
        let files = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()));
        suite = suite.with_files(role, files)?;
    }
    Ok(suite)
}

/// Reads the case files of a folder, by name and text. `build-cases` may be missing.
pub(super) fn read_cases(cases: &Path) -> Result<Vec<(String, String)>, Error> {
    let mut files = Vec::new();
    let entries = match fs::read_dir(cases) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound && cases.ends_with("build-cases") => {
            return Ok(files);
        }
        Err(source) => return Err(Error::read(cases, source)),
    };
    for entry in entries {
        let path = entry.map_err(|source| Error::read(cases, source))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let text = fs::read_to_string(&path).map_err(|source| Error::read(&path, source))?;
            files.push((path.display().to_string(), text));
        }
    }
    files.sort();
    Ok(files)
}

/// A row of the catalogue that no case file can express yet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Waiting {
    id: String,
    #[expect(dead_code, reason = "prose for readers of the file")]
    kind: WaitingKind,
}

/// The missing feature that a row waits for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WaitingKind {
    Builder,
    Endpoint,
    Property,
    Verifier,
}

fn read_waiting(folder: &Path) -> Result<Vec<Waiting>, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(default)]
        waiting: Vec<Waiting>,
    }

    let path = folder.join(WAITING);
    match fs::read_to_string(&path) {
        Ok(text) => {
            let file: File = toml::from_str(&text).map_err(|source| Error::Toml {
                path: path.display().to_string(),
                message: source.to_string().trim_end().to_owned(),
            })?;
            Ok(file.waiting)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(Error::read(&path, source)),
    }
}

fn read_index(folder: &Path) -> Result<BTreeSet<String>, Error> {
    let path = folder.join(INDEX);
    match fs::read_to_string(&path) {
        Ok(text) => {
            let ids = text
                .lines()
                .filter(|line| !line.starts_with('#') && !line.is_empty());
            Ok(ids.map(str::to_owned).collect())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(source) => Err(Error::read(&path, source)),
    }
}

/// The files in the generated folders that the suite does not generate.
fn stale_files(folders: &Folder, files: &[(PathBuf, String)]) -> Result<Vec<PathBuf>, Error> {
    let mut stale = Vec::new();
    let (suite, schema) = (folders.folder.join("suite"), folders.folder.join("schema"));
    for path in [suite, schema, folders.dictionaries.clone()] {
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(source) => return Err(Error::read(&path, source)),
        };
        for entry in entries {
            let entry = entry.map_err(|source| Error::read(&path, source))?.path();
            if !files.iter().any(|(path, _)| *path == entry) {
                stale.push(entry);
            }
        }
    }
    Ok(stale)
}

fn summary(suite: &Suite, files: &[(PathBuf, String)]) -> String {
    let cases = |role| suite.cases.iter().filter(|case| case.role == role).count();
    let octets: usize = files.iter().map(|(_, text)| text.len()).sum();
    format!(
        "{} cases, {} vectors; {} cases, {} vectors for builders; {} files, {} KiB\n",
        cases(Role::Verify),
        suite.of(Role::Verify).count(),
        cases(Role::Build),
        suite.of(Role::Build).count(),
        files.len(),
        octets / 1024
    )
}

fn first_difference(written: &str, text: &str) -> usize {
    let pairs = written.lines().zip(text.lines());
    1 + pairs.take_while(|(one, other)| one == other).count()
}

const INDEX: &str = "case-ids.txt";
const INDEX_HEAD: &str = "\
# GENERATED by `cargo run --release -- vectors generate`; do not edit.
# Every id that ever was: none is lost, renamed or used again.
";
const GENERATED: &str = "`cargo run --release -- vectors generate`; do not edit";
const WAITING: &str = "waiting.toml";
/// The limit of listed faults: one wrong edit makes hundreds.
const SHOWN: usize = 40;
const EXAMPLES: &str = "\
Examples:
  jwt-assay vectors generate      after a change to a case file
  jwt-assay vectors seed-corpus   before fuzzing: writes every vector as an input of every target
  jwt-assay vectors check         in CI: fails where a file is not current or an id is lost";
