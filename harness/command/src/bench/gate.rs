//! `bench --gate`: compares a signer with an earlier revision of it.

use std::path::{Path, PathBuf};

use super::{Format, write};
use crate::{
    Error,
    files::{read_text, write_file},
    report::this_command,
};
use jwt_assay::exit_code::ExitCode;
use jwt_assay_bench::gate::{
    GateError, Limits, Program, Verdict, baseline::Baseline, callgrind, compare, report, tree::Tree,
};

/// The options of the gate.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Gate")]
pub(super) struct GateArgs {
    /// Compares the working tree's signer with an earlier one; exit 1 where it became slower
    #[arg(long)]
    pub(super) gate: bool,
    /// Revision to compare with
    #[arg(
        long,
        value_name = "REVISION",
        default_value = "HEAD",
        requires = "gate"
    )]
    base: String,
    /// File of costs to compare with, instead of a revision
    #[arg(long, value_name = "FILE", requires = "gate", conflicts_with = "base")]
    baseline: Option<PathBuf>,
    /// Writes the file of costs for `--baseline`, and compares nothing
    #[arg(long, value_name = "FILE", requires = "gate", conflicts_with_all = ["base", "baseline"])]
    write_baseline: Option<PathBuf>,
    /// Two built programs to compare; nothing is built
    #[arg(
        long,
        value_names = ["BASE", "HEAD"],
        num_args = 2,
        requires = "gate",
        conflicts_with_all = ["base", "baseline", "write_baseline"]
    )]
    programs: Vec<PathBuf>,
    /// Tolerance: per cent more instructions in the whole signer
    #[arg(long, value_name = "PERCENT", default_value_t = Limits::DEFAULT.whole, requires = "gate")]
    limit: f64,
    /// Tolerance: per cent more instructions outside of the primitive
    #[arg(
        long,
        value_name = "PERCENT",
        default_value_t = Limits::DEFAULT.encoding,
        requires = "gate"
    )]
    encoding_limit: f64,
    /// Arguments that make `cargo build --release` build one program made with jwt-assay-gate
    #[arg(last = true, value_name = "SELECTION", requires = "gate")]
    selection: Vec<String>,
}

pub(super) fn gate(
    args: &GateArgs,
    format: Format,
    output: Option<&Path>,
) -> Result<ExitCode, Error> {
    if callgrind::version().is_none() {
        say!("valgrind is not installed: only time is compared, not instructions");
    }
    let limits = Limits {
        whole: args.limit,
        encoding: args.encoding_limit,
        ..Limits::DEFAULT
    };
    let verdict = if let [base, head] = args.programs.as_slice() {
        let program = |path: &PathBuf, is_base| Program {
            path: path.clone(),
            is_base,
        };
        compare(&program(base, true), &program(head, false), &limits)?
    } else {
        let tree = Tree::here(selection(args))?;
        let head = tree.head()?;
        if let Some(path) = &args.write_baseline {
            let baseline = Baseline::of(&head, this_command())?;
            let text = serde_json::to_string_pretty(&baseline).expect("plain data");
            write_file(path, &format!("{text}\n"))?;
            return Ok(ExitCode::Expected);
        }
        match &args.baseline {
            Some(path) => with_file(path, &head, &limits)?,
            None => compare(&tree.base(&args.base)?, &head, &limits)?,
        }
    };
    let text = match format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&verdict).expect("plain data");
            format!("{text}\n")
        }
        Format::Markdown => report::markdown(&verdict),
        Format::Terminal => report::terminal(&verdict),
    };
    write(format, output, &text)?;
    Ok(if verdict.is_good() {
        ExitCode::Expected
    } else {
        ExitCode::Unexpected
    })
}

fn with_file(path: &Path, head: &Program, limits: &Limits) -> Result<Verdict, Error> {
    let text = read_text(path)?;
    let file = path.display().to_string();
    let unusable = |problem: String| GateError {
        program: file.clone(),
        problem,
    };
    let baseline: Baseline =
        serde_json::from_str(&text).map_err(|error| unusable(error.to_string()))?;
    let others = baseline.other_tools();
    if !others.is_empty() {
        return Err(Error::OtherTools {
            file,
            others: others.join("; "),
        });
    }
    Ok(baseline.compare(head, limits)?)
}

/// The selection of `cargo build`; default: this project's own signer.
fn selection(args: &GateArgs) -> Vec<String> {
    if args.selection.is_empty() {
        ["-p", "jwt-assay-benches", "--bin", "gate"]
            .map(str::to_owned)
            .to_vec()
    } else {
        args.selection.clone()
    }
}
