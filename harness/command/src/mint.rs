//! `mint`: makes an assertion that a profile's server must accept.

use std::path::PathBuf;

use aws_lc_rs::rand;
use clap::{ArgGroup, builder::NonEmptyStringValueParser};
use jwt_assay_core::{
    encoding::base64url,
    model::{ASSERTION_TYPE, Algorithm, Profile, ProfileId, UnixSeconds},
};

use super::{Error, keygen, print};
use jwt_assay::exit_code::ExitCode;
use jwt_assay_assertion::{
    instant,
    key_file::{Key, Secret},
    mint::{Assertion, ExtraClaim, Material, MintError, choice, claim},
};
use jwt_assay_core::escape::for_terminal;

/// Makes a client assertion that a server of the profile must accept, and prints it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The rules to follow
    #[arg(long, value_name = "PROFILE", default_value = "rfc7523")]
    profile: ProfileId,
    /// The client, which becomes `iss` and `sub`
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    client_id: String,
    /// The URL of the token endpoint, which most profiles want in `aud`
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    audience: Option<String>,
    /// The server's issuer identifier, which fapi2 and rfc10070 want in `aud`
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    issuer: Option<String>,
    #[command(flatten)]
    material: MaterialArgs,
    #[command(flatten)]
    members: MemberArgs,
    /// Print the body of the token request, form-encoded, and not the assertion alone
    #[arg(long)]
    form: bool,
}

/// What is signed with.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Key")]
#[command(group(ArgGroup::new("material").required(true).args(["key", "secret_file"])))]
struct MaterialArgs {
    /// The private key: PEM (PKCS#8, PKCS#1, SEC1), a JWK, or a JWK Set, of which --kid names one
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    key: Option<PathBuf>,
    /// The client secret; a line break at the end of the file is not part of it
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    secret_file: Option<PathBuf>,
    /// The algorithm; where not given, the JWK's own, or the first of the profile's that fits
    #[arg(long, value_name = "ALGORITHM", value_parser = keygen::algorithm)]
    algorithm: Option<Algorithm>,
    /// `kid`; where not given, the JWK's own, or the RFC 7638 thumbprint where the profile needs one
    #[arg(long, value_name = "KID")]
    kid: Option<String>,
}

/// What else stands in the assertion.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Members")]
struct MemberArgs {
    /// Seconds from now to `exp`
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = lifetime)]
    lifetime: u32,
    /// The moment of issue, in seconds since 1970 or RFC 3339; the clock's where not given
    #[arg(long, value_name = "INSTANT", value_parser = instant::parse)]
    now: Option<UnixSeconds>,
    /// `jti`; 128 random bits where not given
    #[arg(long, value_name = "TEXT")]
    jti: Option<String>,
    /// `typ`; where not given, client-authentication+jwt for rfc10070 and none for the others
    #[arg(long, value_name = "TYPE")]
    typ: Option<String>,
    /// One more claim, its value in JSON; may be repeated
    #[arg(long, value_name = "NAME=JSON")]
    claim: Vec<ExtraClaim>,
}

pub(super) fn mint(args: &Args) -> Result<ExitCode, Error> {
    let profile = Profile::get(args.profile);
    claim::check(&args.members.claim)?;
    let material = read_material(&args.material)?;
    let algorithm = choice::algorithm(profile, &material, args.material.algorithm)?;
    choice::check_secret(profile, &material, algorithm)?;
    let audience =
        choice::audience(profile, args.audience.as_deref(), args.issuer.as_deref())?.to_owned();
    choice::check_lifetime(profile, args.members.lifetime)?;
    let kid = choice::kid(profile, &material, args.material.kid.as_deref());
    let assertion = Assertion {
        profile,
        algorithm,
        kid,
        typ: args.members.typ.clone().or_else(|| choice::typ(profile)),
        client_id: args.client_id.clone(),
        audience,
        now: args.members.now.unwrap_or_else(instant::clock),
        lifetime: args.members.lifetime,
        jti: match &args.members.jti {
            Some(jti) => jti.clone(),
            None => random_jti()?,
        },
        claims: &args.members.claim,
    };
    let token = assertion.sign(&material)?;
    let mut notes = assertion.check(&material, &token)?;
    notes.extend(choice::note_on_kid(&material, assertion.kid.as_deref()));
    for note in notes {
        eprintln!("note: {}", for_terminal(&note));
    }
    match args.form {
        true => print(&format!("{}\n", form(&token, &args.client_id)))?,
        false => print(&format!("{token}\n"))?,
    }
    Ok(ExitCode::Expected)
}

fn read_material(args: &MaterialArgs) -> Result<Material, Error> {
    if let Some(path) = &args.secret_file {
        let secret = Secret::read(path)?;
        if secret.had_newline() {
            eprintln!(
                "note: the line break at the end of `{}` is left out",
                path.display()
            );
        }
        return Ok(Material::Secret {
            secret,
            path: path.display().to_string(),
        });
    }
    // The group is required, so a key is there where no secret is.
    let path = args.key.clone().unwrap_or_default();
    Ok(Material::Key(Key::read(&path, args.kid.as_deref())?))
}

fn lifetime(text: &str) -> Result<u32, &'static str> {
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0);
    seconds.ok_or("expected a number of seconds, 1 or more")
}

fn random_jti() -> Result<String, MintError> {
    let mut octets = [0; 16];
    rand::fill(&mut octets).map_err(|_| MintError::NoRandomness)?;
    Ok(base64url(octets))
}

/// RFC 7521 section 4.2 as RFC 6749 appendix B encodes it.
fn form(token: &str, client_id: &str) -> String {
    let parameters = [
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", token),
        ("client_id", client_id),
    ];
    parameters
        .map(|(name, value)| format!("{name}={}", form_encoded(value)))
        .join("&")
}

/// application/x-www-form-urlencoded.
fn form_encoded(text: &str) -> String {
    let encode = |octet: u8| match octet {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => {
            char::from(octet).to_string()
        }
        b' ' => "+".to_owned(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect()
}

const EXAMPLES: &str = "\
Examples:
  jwt-assay mint --profile okta --client-id 0oar95zt9zIpYuz6A0h7 \\
      --audience https://example.okta.com/oauth2/v1/token --key private.pem
      private_key_jwt as Okta documents it: `kid` and `iat` are set as it needs them
  jwt-assay mint --client-id my-client --audience https://as.example/token \\
      --secret-file secret.txt --form | curl -d @- -d grant_type=client_credentials …
      client_secret_jwt as the body of a token request
  jwt-assay mint --profile rfc10070 --client-id my-client --issuer https://as.example \\
      --key private.jwk.json --claim 'acr=\"2\"' --lifetime 30
      for a server that is ready for RFC 10070";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_encoded_once() {
        assert_eq!(
            form("a.b_c-d", "my client+ä&="),
            "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
             &client_assertion=a.b_c-d&client_id=my+client%2B%C3%A4%26%3D"
        );
    }
}
