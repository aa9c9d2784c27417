//! `check`: explains one assertion, profile by profile.

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

/// Explains one client assertion: what it says, and what each profile asks a server to answer.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The assertion, or a file that holds it (`@FILE` says that it is one), or `-` for standard
    /// input
    // Hyphens are taken, so that a key in PEM that is given by mistake is not repeated in an error.
    #[arg(value_name = "TOKEN|@FILE|-", allow_hyphen_values = true)]
    token: String,
    /// Explain by this profile only; may be repeated
    #[arg(long, value_name = "PROFILE", value_delimiter = ',')]
    profile: Vec<ProfileId>,
    /// What is written to standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    server: ServerArgs,
}

/// What a server would know. What is not given is taken from the assertion and not checked.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What the server knows")]
struct ServerArgs {
    /// The client's registered keys: a JWK Set
    #[arg(
        long,
        value_name = "FILE",
        group = "material",
        allow_hyphen_values = true
    )]
    jwks: Option<PathBuf>,
    /// The client's registered key: PEM or JWK, of which the public part is used
    #[arg(
        long,
        value_name = "FILE",
        group = "material",
        allow_hyphen_values = true
    )]
    key: Option<PathBuf>,
    /// The client's secret; a line break at the end of the file is not part of it
    #[arg(
        long,
        value_name = "FILE",
        group = "material",
        allow_hyphen_values = true
    )]
    secret_file: Option<PathBuf>,
    /// The client; taken from `sub` where not given
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The URL of the token endpoint that is called
    #[arg(long, value_name = "URL")]
    audience: Option<String>,
    /// The server's issuer identifier
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// The moment of evaluation, in seconds since 1970 or RFC 3339; the clock's where not given
    #[arg(long, value_name = "INSTANT", value_parser = instant::parse)]
    now: Option<UnixSeconds>,
}

/// What is written to standard output.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// One JSON object
    Json,
    /// Text for people
    #[default]
    Terminal,
}

pub(super) fn check(args: &Args) -> Result<ExitCode, Error> {
    let token = input::read(&args.token)?;
    let peek = Peek::of(&token);
    let known = known(&args.server)?;
    let profiles = match args.profile.as_slice() {
        [] => ProfileId::ALL.to_vec(),
        asked => ProfileId::ALL
            .into_iter()
            .filter(|profile| asked.contains(profile))
            .collect(),
    };
    let now = args.server.now.unwrap_or_else(instant::clock);
    let report = Report::new(peek, &token, &known, &profiles, now);
    let text = match args.format {
        Format::Json => json::render(&report),
        Format::Terminal => terminal::render(&report),
    };
    print(&text)?;
    Ok(match report.is_rejected() {
        true => ExitCode::Unexpected,
        false => ExitCode::Expected,
    })
}

/// What the options say of the client and the server.
fn known(args: &ServerArgs) -> Result<Known, KeyFileError> {
    let keys = args.jwks.as_ref().or(args.key.as_ref());
    let material = match (keys, &args.secret_file) {
        (Some(path), _) => Some(Material::Keys(Key::read_registered(path)?)),
        (None, Some(path)) => {
            let secret = Secret::read(path)?;
            if secret.had_newline() {
                let path = path.display();
                eprintln!("note: the line break at the end of `{path}` is left out");
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
      why would Okta refuse this? Nothing but the assertion is needed; what cannot be known from it
      is listed as not checked
  jwt-assay check @assertion.jwt --jwks jwks.json --client-id my-client \\
      --audience https://as.example/token --issuer https://as.example
      all there is to check, by all profiles, with what to change for RFC 10070
  my-client --print-assertion | jwt-assay check - --key public.pem --now 2026-01-31T12:00:00Z
      from a pipe, as it would have been judged at that moment

Exit code: 0 where no asked profile must refuse it, 1 where one must, 2 where there is nothing to
explain. Without a key 0 says only that nothing else is wrong: the signature is not checked.";
