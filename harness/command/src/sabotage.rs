//! `sabotage`: tests the suite with broken verifiers and builders.

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::{ContentArrangement, Table, presets};
use jwt_assay_core::{
    model::{ProfileId, Role, Rule},
    suite::Suite,
};

use super::{
    Error, print,
    signals::{Ending, watch},
};
use jwt_assay::exit_code::ExitCode;
use jwt_assay_sabotage::{Coverage, Defence, Matrix, MatrixRow};

/// Tests the suite itself: runs it against verifiers and builders that are each broken in one known
/// way, and shows the cases that catch them.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Prints only sabotages that one case or none catches, and rules without a case
    #[arg(long)]
    weak: bool,
    /// Prints the cases that defend each rule in each profile, or the reason why there is none
    #[arg(long, conflicts_with = "weak")]
    coverage: bool,
    /// With --coverage: profile to print; may be repeated; default: all
    #[arg(long, requires = "coverage", value_name = "PROFILE")]
    profile: Vec<ProfileId>,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        watch(Ending::AtOnce, "the matrix is printed as a whole only");
        let matrix = Matrix::of(Suite::bundled(), Role::Verify);
        let mut faults = faults(&matrix, Role::Verify);
        if self.coverage {
            let is_asked =
                |row: &&Coverage| self.profile.is_empty() || self.profile.contains(&row.profile);
            print(&coverage(matrix.coverage.iter().filter(is_asked)))?;
        } else {
            print(&sabotages(&matrix, self.weak))?;
            print(&single_defenders(&matrix))?;
            let builders = Matrix::of(Suite::bundled(), Role::Build);
            print(&broken_builders(&builders.rows, self.weak))?;
            faults += &self::faults(&builders, Role::Build);
        }
        print(&faults)?;
        Ok(if faults.is_empty() {
            ExitCode::Expected
        } else {
            ExitCode::Unexpected
        })
    }
}

fn sabotages(matrix: &Matrix, only_weak: bool) -> String {
    let count =
        |wanted: fn(&MatrixRow) -> bool| matrix.rows.iter().filter(|row| wanted(row)).count();
    let caught = count(MatrixRow::is_caught);
    let mut table = table([
        "sabotage",
        "rule",
        "caught by",
        "profiles",
        "the only defender",
    ]);
    for row in &matrix.rows {
        let defenders = row.defenders();
        if only_weak && defenders.len() > 1 {
            continue;
        }
        let only = match (defenders.len(), defenders.first()) {
            (1, Some(only)) => only,
            (_, None) => "NO CASE CATCHES IT",
            (_, Some(_)) => "",
        };
        table.add_row([
            row.broken.name(),
            row.broken.rule().to_string(),
            format!("{} cases", defenders.len()),
            row.profiles().len().to_string(),
            only.to_owned(),
        ]);
    }
    format!(
        "{} sabotages: {caught} caught under the right rule, {} missed, {} with a single defender\n\n{}\n",
        matrix.rows.len(),
        matrix.rows.len() - caught,
        count(|row| row.defenders().len() == 1),
        table.trim_fmt()
    )
}

/// The table of rules that only one case defends, in all profiles together.
fn single_defenders(matrix: &Matrix) -> String {
    let mut of_rule: BTreeMap<Rule, BTreeSet<&String>> = BTreeMap::new();
    for row in &matrix.coverage {
        if let Defence::Defended(cases) = &row.defence {
            of_rule.entry(row.rule).or_default().extend(cases);
        }
    }
    let mut table = table(["rule", "its single defender"]);
    for (rule, cases) in of_rule {
        if let ([only], 1) = (
            cases.iter().take(1).collect::<Vec<_>>().as_slice(),
            cases.len(),
        ) {
            table.add_row([rule.to_string(), only.to_string()]);
        }
    }
    let count = table.row_count();
    format!(
        "\n{count} rules hang by a single case\n\n{}\n",
        table.trim_fmt()
    )
}

/// The table of broken builders and the cases that catch them.
fn broken_builders(rows: &[MatrixRow], only_weak: bool) -> String {
    let caught = rows.iter().filter(|row| row.is_caught()).count();
    let mut table = table(["broken builder", "rule", "caught by"]);
    for row in rows {
        let defenders = row.defenders();
        if only_weak && defenders.len() > 1 {
            continue;
        }
        let caught_by = if defenders.is_empty() {
            "NO CASE CATCHES IT".to_owned()
        } else {
            defenders.into_iter().collect::<Vec<_>>().join(", ")
        };
        table.add_row([row.broken.name(), row.broken.rule().to_string(), caught_by]);
    }
    format!(
        "\n{} broken builders: {caught} caught under the right rule, {} missed\n\n{}\n",
        rows.len(),
        rows.len() - caught,
        table.trim_fmt()
    )
}

fn coverage<'a>(rows: impl Iterator<Item = &'a Coverage>) -> String {
    let mut table = table(["profile", "rule", "level", "caught by"]);
    for row in rows {
        let held = match &row.defence {
            Defence::Defended(cases) if cases.len() <= SHOWN => {
                cases.iter().cloned().collect::<Vec<_>>().join(", ")
            }
            Defence::Defended(cases) => format!("{} cases", cases.len()),
            Defence::Open => "NO CASE CATCHES IT".to_owned(),
            Defence::Permissive(clauses) => format!("left open by {}", clauses.join(", ")),
            Defence::Unobservable(reason) => format!("cannot show: {reason}"),
        };
        table.add_row([
            row.profile.to_string(),
            row.rule.to_string(),
            row.level.to_string(),
            held,
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

/// The faults of the suite in one role, as text; empty where there is none.
fn faults(matrix: &Matrix, role: Role) -> String {
    let kind = match role {
        Role::Verify => "verifier",
        Role::Build => "builder",
    };
    let missed = matrix.rows.iter().filter(|row| !row.is_caught());
    let missed = missed.map(|row| format!("nothing catches `{}`", row.broken.name()));
    let gaps = matrix.gaps().map(|gap| {
        let Coverage {
            profile,
            rule,
            level,
            ..
        } = gap;
        format!("`{rule}` binds in {profile} ({level}), and no case there holds it")
    });
    let idle = matrix.idle.iter();
    let idle = idle.map(|case| format!("case `{case}` tells no {kind} from another"));
    missed
        .chain(gaps)
        .chain(idle)
        .map(|fault| format!("\n{fault}\n"))
        .collect()
}

fn table<const N: usize>(head: [&str; N]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(head);
    table
}

/// The most cases that a cell of the table names; it counts more.
const SHOWN: usize = 3;
const EXAMPLES: &str = "\
Examples:
  jwt-assay sabotage                              the whole matrix
  jwt-assay sabotage --weak                       sabotages that one case or none catches
  jwt-assay sabotage --coverage --profile okta    cases that defend each rule of a profile";
