//! The options that select vectors, shared by the commands that have them.

use clap::{Args, ValueEnum};
use jwt_assay_core::model::{Algorithm, Layer, ProfileId, Role};

use jwt_assay::filter::{Filter, IdPattern, Shard};

/// The options that select vectors.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Selection")]
pub(crate) struct FilterArgs {
    /// The role of the vectors and of the implementations
    #[arg(long, value_enum, default_value_t)]
    pub(crate) role: RoleArg,
    /// Only ids that fit: a case id, or a glob such as `b64-*` or `*/okta/es256*`, in which `*`
    /// does not stop at a slash; may be repeated
    #[arg(long, value_name = "PATTERN")]
    pub(crate) only: Vec<IdPattern>,
    /// No ids that fit; may be repeated
    #[arg(long, value_name = "PATTERN")]
    pub(crate) skip: Vec<IdPattern>,
    /// Only these profiles
    #[arg(long, value_name = "PROFILE", value_delimiter = ',')]
    pub(crate) profile: Vec<ProfileId>,
    /// Only vectors that these layers answer for: request, jws, key, jwt, assertion, state
    #[arg(long, value_name = "LAYER", value_delimiter = ',', value_parser = layer)]
    pub(crate) layer: Vec<Layer>,
    /// Only clients with these algorithms, such as ES256
    #[arg(long, value_name = "ALGORITHM", value_delimiter = ',', value_parser = algorithm)]
    pub(crate) algorithm: Vec<Algorithm>,
    /// Only the m-th of n equal shares; the id alone (its 64-bit FNV-1a hash modulo n) decides
    /// which share a vector falls into
    #[arg(long, value_name = "M/N")]
    pub(crate) shard: Option<Shard>,
}

/// A role, as an option.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(crate) enum RoleArg {
    /// To build assertions
    Build,
    /// To judge assertions
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

/// Takes the name as it stands in a header and as it stands in a vector id.
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
