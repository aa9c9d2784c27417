//! `check`: explains one assertion by each profile.

mod input;
mod terminal;

use std::path::PathBuf;

use clap::ValueEnum;
use jwt_assay_core::model::{ProfileId, UnixSeconds};

pub(crate) use self::input::TokenError;
use super::{Error, print};
use jwt_assay::exit_code::ExitCode;
use jwt_assay_assertion::{
    explain::{Known, Material, Peek, Report, json},
    instant,
    key_file::{Key, KeyFileError, Secret},
};

/// Explains one client assertion: its content, and the answer that each profile asks of a server.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Assertion, or a file that holds it (`@FILE` where the name looks like an assertion), or `-`
    /// for standard input
    // Leading hyphens are allowed: clap would repeat a PEM key given by mistake in its error.
    #[arg(value_name = "TOKEN|@FILE|-", allow_hyphen_values = true)]
    token: String,
    /// Profile to explain by; may be repeated; default: all
    #[arg(long, value_name = "PROFILE", value_delimiter = ',')]
    profile: Vec<ProfileId>,
    /// Format of the explanation
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    server: ServerArgs,
}

/// The server's knowledge of the client. Names that are not given are taken from the assertion, and
/// not checked.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Client and server")]
struct ServerArgs {
    /// Keys that the client registered: a JWK Set
    #[arg(
        long,
        value_name = "FILE",
        group = "material",
        allow_hyphen_values = true
    )]
    jwks: Option<PathBuf>,
    /// Key that the client registered: PEM or JWK; only its public part is used
    #[arg(
        long,
        value_name = "FILE",
        group = "material",
        allow_hyphen_values = true
    )]
    key: Option<PathBuf>,
    /// Client secret; a line break at the end of the file is not part of it
    #[arg(
        long,
        value_name = "FILE",
        group = "material",
        allow_hyphen_values = true
    )]
    secret_file: Option<PathBuf>,
    /// Client identifier; default: `sub` of the assertion
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// URL of the token endpoint
    #[arg(long, value_name = "URL")]
    audience: Option<String>,
    /// Issuer identifier of the server
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// Evaluation time, in seconds since 1970 or RFC 3339; default: now
    #[arg(long, value_name = "INSTANT", value_parser = instant::parse)]
    now: Option<UnixSeconds>,
}

/// The format of the explanation.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// One JSON object
    Json,
    /// Text for people
    #[default]
    Terminal,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let token = input::read(&self.token)?;
        let peek = Peek::of(&token);
        let known = known(&self.server)?;
        let profiles = match self.profile.as_slice() {
            [] => ProfileId::ALL.to_vec(),
            asked => ProfileId::ALL
                .into_iter()
                .filter(|profile| asked.contains(profile))
                .collect(),
        };
        let now = self.server.now.unwrap_or_else(instant::clock);
        let report = Report::new(peek, &token, &known, &profiles, now);
        let text = match self.format {
            Format::Json => json::render(&report),
            Format::Terminal => terminal::render(&report),
        };
        print(&text)?;
        Ok(if report.is_rejected() {
            ExitCode::Unexpected
        } else {
            ExitCode::Expected
        })
    }
}

/// Client and server as the options name them.
fn known(args: &ServerArgs) -> Result<Known, KeyFileError> {
    let keys = args.jwks.as_ref().or(args.key.as_ref());
    let material = match (keys, &args.secret_file) {
        (Some(path), _) => Some(Material::Keys(Key::read_registered(path)?)),
        (None, Some(path)) => {
            let secret = Secret::read(path)?;
            if secret.had_newline() {
                let path = path.display();
                say!("note: the line break at the end of `{path}` is not part of the secret");
            }
            Some(Material::Secret(secret))
        }
        (None, None) => None,
    };
    Ok(Known {
        client_id: args.client_id.clone(),
        material,
        token_endpoint: args.audience.clone(),
        issuer: args.issuer.clone(),
    })
}

const EXAMPLES: &str = "\
Examples:
  jwt-assay check eyJhbGciOi… --profile okta
      why would Okta reject this? The assertion alone is enough; the checks that need more are
      listed as not checked
  jwt-assay check @assertion.jwt --jwks jwks.json --client-id my-client \\
      --audience https://as.example/token --issuer https://as.example
      every check, by all profiles, and the changes that RFC 10070 needs
  my-client --print-assertion | jwt-assay check - --key public.pem --now 2026-01-31T12:00:00Z
      from a pipe, as a server would have judged it at that time

Exit code: 0 where no chosen profile requires servers to reject the assertion, 1 where one does, 2
where there is nothing to explain. Without a key the signature is not checked, and 0 means only that
nothing else is wrong.";
