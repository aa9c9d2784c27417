//! `list`: cases, vectors, rules, implementations and profiles.

use std::collections::HashMap;

use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use jwt_assay_core::{
    model::{CaseId, Profile, ProfileId, Role, Rule, VectorId, Verdict},
    suite::{Experiment, Suite, Vector},
};
use jwt_assay_implementations::{
    Description,
    registered::{Adapter, Ecosystem, Registered},
    registry,
};
use serde_json::{Value, json};

use super::{Error, chosen, filter_args::FilterArgs, print};
use jwt_assay::{exit_code::ExitCode, filter::Filter, plan::Plan};

/// Lists the cases of a role with their verdict per profile, or its vectors, rules, implementations
/// or profiles.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Lists vectors instead of cases
    #[arg(long, group = "what")]
    vectors: bool,
    /// Lists rules: id, layer, level and clauses in each profile
    #[arg(long, group = "what")]
    rules: bool,
    /// Lists implementations with the layers, methods and algorithms that they claim
    #[arg(long, group = "what")]
    implementations: bool,
    /// Lists profiles with their algorithms and sources
    #[arg(long, group = "what")]
    profiles: bool,
    /// Format of the list
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    filter: FilterArgs,
}

/// The format of the list.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// One JSON array
    Json,
    /// A table for people
    #[default]
    Terminal,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let profiles = match self.filter.profile.as_slice() {
            [] => &ProfileId::ALL,
            some => some,
        };
        let filter = Filter::from(self.filter.clone());
        let listing = if self.rules {
            let rules = match filter.role {
                Role::Build => Rule::BUILD,
                Role::Verify => Rule::ALL,
            };
            self::rules(rules, profiles)
        } else if self.implementations {
            implementations(filter.role)?
        } else if self.profiles {
            self::profiles(profiles)
        } else {
            let suite = Suite::bundled();
            let plan = Plan::new(suite, &filter, Vec::new())?;
            let selected: Vec<&Vector> = plan.selected().collect();
            if self.vectors {
                vectors(filter.role, &selected)
            } else {
                cases(suite, &selected, profiles)
            }
        };
        print(&listing.render(self.format))?;
        Ok(ExitCode::Expected)
    }
}

fn cases(suite: &Suite, selected: &[&Vector], profiles: &[ProfileId]) -> Listing {
    let mut by_case: HashMap<&CaseId, Vec<&Vector>> = HashMap::new();
    for vector in selected {
        by_case.entry(&vector.case.id).or_default().push(vector);
    }
    let mut listing = Listing::of_cases(profiles);
    for case in &suite.cases {
        let Some(of_case) = by_case.get(&case.id) else {
            continue;
        };
        let verdicts = profiles.iter().map(|&profile| {
            let is_own = |v: &&&Vector| v.profile == profile && !v.is_control;
            let own = of_case.iter().filter(is_own);
            each_once(own.map(|vector| verdict(vector, case.rule)))
        });
        listing.push_case(&case.id, case.group, case.rule, verdicts, &case.text);
    }
    listing
}

/// The verdict of a vector, with its rule where that is not the case's own.
fn verdict(vector: &Vector, of_case: Rule) -> String {
    match &vector.experiment {
        Experiment::Verify(own) => match own.verdict() {
            Verdict::Reject(rule) if rule == of_case => "reject".to_owned(),
            other => other.to_string(),
        },
        Experiment::Build(own) if vector.rule == of_case => own.verdict.to_string(),
        Experiment::Build(own) => format!("{} ({})", own.verdict, vector.rule),
    }
}

/// Joins the different verdicts of a case in one profile.
fn each_once(all: impl Iterator<Item = String>) -> String {
    let mut seen: Vec<String> = Vec::new();
    for text in all {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    if seen.is_empty() {
        "-".to_owned()
    } else {
        seen.join(" / ")
    }
}

fn vectors(role: Role, selected: &[&Vector]) -> Listing {
    let mut listing = match role {
        Role::Verify => Listing::new(["vector", "layer", "steps", "verdict", "control"]),
        Role::Build => Listing::new(["vector", "layer", "rule", "verdict", "needs", "control"]),
    };
    for vector in selected {
        let mut row = vec![json!(vector.id), json!(vector.layer())];
        row.extend(match &vector.experiment {
            Experiment::Verify(own) => {
                vec![json!(own.verdicts.len()), json!(own.verdict().to_string())]
            }
            Experiment::Build(own) => vec![
                json!(vector.rule),
                json!(own.verdict),
                json!(own.recipe.needs()),
            ],
        });
        row.push(json!(vector.control.as_ref().map(VectorId::as_str)));
        listing.rows.push(row);
    }
    listing
}

fn rules(rules: &[Rule], profiles: &[ProfileId]) -> Listing {
    let mut listing = Listing::new(["rule", "layer", "profile", "level", "clauses", "says"]);
    for &rule in rules {
        for &id in profiles {
            let profile = Profile::get(id);
            listing.rows.push(vec![
                json!(rule),
                json!(rule.info().layer),
                json!(profile.label()),
                json!(profile.level(rule).to_string()),
                json!(profile.clauses(rule)),
                json!(rule.info().says),
            ]);
        }
    }
    listing
}

fn implementations(role: Role) -> Result<Listing, Error> {
    let mut listing = Listing::new([
        "implementation",
        "version",
        "layers",
        "methods",
        "algorithms",
        "clock",
        "status",
    ]);
    let built_in = std::iter::once(chosen::reference(role)).chain(chosen::built_in(role));
    for implementation in built_in {
        listing.rows.push(claims(&implementation.description));
    }
    for known in registry::KNOWN {
        if let Some(reason) = known.missing() {
            listing.rows.push(listing.without(known.name, reason));
        }
    }
    add_programs(&mut listing, role)?;
    Ok(listing)
}

/// Adds registered programs, with what the registry knows. Their claims are in their hello, and no
/// program is started for a list.
fn add_programs(listing: &mut Listing, role: Role) -> Result<(), Error> {
    let Some(registered) = Registered::find()? else {
        return Ok(());
    };
    let of_role = |adapter: &&Adapter| adapter.roles.contains(&role);
    for adapter in registered.adapters.iter().filter(of_role) {
        let is_ready = registered
            .ecosystems
            .get(&adapter.ecosystem)
            .is_some_and(Ecosystem::is_ready);
        let (language, ecosystem) = (&adapter.language, &adapter.ecosystem);
        let status = if is_ready {
            format!("program, {language}, set up")
        } else {
            format!("program, {language}, `jwt-assay setup {ecosystem}`")
        };
        let mut row = listing.without(&adapter.name, &status);
        row[2] = json!(adapter.layers);
        listing.rows.push(row);
    }
    Ok(())
}

fn claims(description: &Description) -> Vec<Value> {
    vec![
        json!(description.name),
        json!(description.version),
        json!(description.layers),
        json!(description.methods),
        json!(description.algorithms),
        json!(description.clock),
        json!("built in"),
    ]
}

fn profiles(profiles: &[ProfileId]) -> Listing {
    let mut listing = Listing::new([
        "profile",
        "about",
        "required algorithms",
        "optional algorithms",
        "sources",
    ]);
    for &id in profiles {
        let profile = Profile::get(id);
        listing.rows.push(vec![
            json!(profile.label()),
            json!(profile.about),
            json!(profile.algorithms.required),
            json!(profile.algorithms.optional),
            json!(profile.sources),
        ]);
    }
    listing
}

/// A table with named columns, rendered as text or as JSON objects.
struct Listing {
    head: Vec<String>,
    rows: Vec<Vec<Value>>,
}

impl Listing {
    fn new<const N: usize>(head: [&str; N]) -> Self {
        Self {
            head: head.map(str::to_owned).to_vec(),
            rows: Vec::new(),
        }
    }

    /// An empty listing of cases, with a column for the verdict in each profile.
    fn of_cases(profiles: &[ProfileId]) -> Self {
        let mut listing = Self::new(["case", "group", "rule"]);
        let names = profiles.iter().map(ToString::to_string);
        listing.head.extend(names.chain(["text".to_owned()]));
        listing
    }

    fn push_case(
        &mut self,
        id: &CaseId,
        group: char,
        rule: Rule,
        verdicts: impl Iterator<Item = String>,
        text: &str,
    ) {
        let first = [id.to_string(), group.to_string(), rule.to_string()];
        let cells = first.into_iter().chain(verdicts).chain([text.to_owned()]);
        self.rows.push(cells.map(Value::from).collect());
    }

    /// A row with only a name and a status.
    fn without(&self, name: &str, status: &str) -> Vec<Value> {
        let mut row = vec![Value::Null; self.head.len()];
        row[0] = json!(name);
        row[self.head.len() - 1] = json!(status);
        row
    }

    fn render(&self, format: Format) -> String {
        match format {
            Format::Json => {
                let objects = self.rows.iter().map(|row| {
                    Value::Object(self.head.iter().cloned().zip(row.iter().cloned()).collect())
                });
                format!("{:#}\n", Value::Array(objects.collect()))
            }
            Format::Terminal => {
                let mut table = Table::new();
                table
                    .load_style(presets::NOTHING)
                    .set_content_arrangement(ContentArrangement::Disabled)
                    .set_header(&self.head)
                    .add_rows(self.rows.iter().map(|row| row.iter().map(plain)));
                for column in table.column_iter_mut() {
                    column.set_padding((0, 2));
                }
                format!("{}\n", table.trim_fmt())
            }
        }
    }
}

/// The text of a value in a table cell.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

const EXAMPLES: &str = "\
Examples:
  jwt-assay list                                   cases and their verdict in every profile
  jwt-assay list --vectors --only 'aud-*'          vectors of some cases
  jwt-assay list --rules --profile okta            rules of one profile, with their clauses
  jwt-assay list --role build                      cases of builders
  jwt-assay list --implementations --format json   implementations on this machine, for a script";
