//! The options that select vectors, shared by `list` and `run`.

use clap::{Args, ValueEnum};
use jwt_assay_core::model::{Algorithm, Layer, ProfileId, Role};

use jwt_assay::filter::{Filter, IdPattern, Shard};

/// The options that select vectors.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Selection")]
pub(crate) struct FilterArgs {
    /// Role of the implementations, and of the vectors
    #[arg(long, value_enum, default_value_t)]
    pub(crate) role: RoleArg,
    /// Ids to select: a case id, or a glob such as `b64-*` or `*/okta/es256*`, in which `*` also
    /// matches slashes; may be repeated
    #[arg(long, value_name = "PATTERN")]
    pub(crate) only: Vec<IdPattern>,
    /// Ids to leave out, as for `--only`; may be repeated
    #[arg(long, value_name = "PATTERN")]
    pub(crate) skip: Vec<IdPattern>,
    /// Profiles to select, separated by commas; default: all
    #[arg(long, value_name = "PROFILE", value_delimiter = ',')]
    pub(crate) profile: Vec<ProfileId>,
    /// Layers whose vectors to select: request, jws, key, jwt, assertion, state
    #[arg(long, value_name = "LAYER", value_delimiter = ',', value_parser = layer)]
    pub(crate) layer: Vec<Layer>,
    /// Algorithms of the clients to select, such as ES256
    #[arg(long, value_name = "ALGORITHM", value_delimiter = ',', value_parser = algorithm)]
    pub(crate) algorithm: Vec<Algorithm>,
    /// Share to select, the m-th of n; the 64-bit FNV-1a hash of a vector's id, modulo n, decides
    #[arg(long, value_name = "M/N")]
    pub(crate) shard: Option<Shard>,
}

/// A role, as an option.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(crate) enum RoleArg {
    /// Clients, which sign assertions
    Build,
    /// Servers, which verify assertions
    #[default]
    Verify,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Build => Self::Build,
            RoleArg::Verify => Self::Verify,
        }
    }
}

impl From<FilterArgs> for Filter {
    fn from(args: FilterArgs) -> Self {
        Self {
            role: args.role.into(),
            only: args.only,
            skip: args.skip,
            profiles: args.profile,
            layers: args.layer,
            algorithms: args.algorithm,
            shard: args.shard,
        }
    }
}

fn layer(text: &str) -> Result<Layer, String> {
    let known = Layer::ALL.into_iter().find(|layer| layer.name() == text);
    known.ok_or_else(|| unknown("layer", text, &Layer::ALL.map(Layer::name)))
}

/// Parses an algorithm as headers write it (`ES256`) or as vector ids do (`es256`).
fn algorithm(text: &str) -> Result<Algorithm, String> {
    let known = Algorithm::ALL
        .into_iter()
        .find(|known| known.slug() == text.to_ascii_lowercase());
    known.ok_or_else(|| unknown("algorithm", text, &Algorithm::ALL.map(Algorithm::name)))
}

fn unknown(what: &str, given: &str, known: &[&str]) -> String {
    let nearest = jwt_assay_core::nearest(given, known.iter().copied());
    format!(
        "no {what} has that name; the nearest is `{nearest}`; the known ones are {}",
        known.join(", ")
    )
}
