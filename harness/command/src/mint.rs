//! `mint`: signs an assertion that a server of the profile must accept.

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

/// Signs a client assertion that a server of the profile must accept, and prints it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Profile of the server
    #[arg(long, value_name = "PROFILE", default_value = "rfc7523")]
    profile: ProfileId,
    /// Client identifier, for `iss` and `sub`
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    client_id: String,
    /// URL of the token endpoint, which most profiles want in `aud`
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    audience: Option<String>,
    /// Issuer identifier of the server, which fapi2 and rfc10070 want in `aud`
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    issuer: Option<String>,
    #[command(flatten)]
    material: MaterialArgs,
    #[command(flatten)]
    members: MemberArgs,
    /// Prints the form-encoded body of a token request, and not the assertion alone
    #[arg(long)]
    form: bool,
}

/// The key or the secret that signs.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Key")]
#[command(group(ArgGroup::new("material").required(true).args(["key", "secret_file"])))]
struct MaterialArgs {
    /// Private key: PEM (PKCS#8, PKCS#1, SEC1), a JWK, or a JWK Set, of which --kid names one
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    key: Option<PathBuf>,
    /// Client secret; a line break at the end of the file is not part of it
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    secret_file: Option<PathBuf>,
    /// Signature algorithm; default: the JWK's own, or the first of the profile that fits the key
    #[arg(long, value_name = "ALGORITHM", value_parser = keygen::algorithm)]
    algorithm: Option<Algorithm>,
    /// `kid`; default: the JWK's own, or the RFC 7638 thumbprint where the profile needs one
    #[arg(long, value_name = "KID")]
    kid: Option<String>,
}

/// The other members of the assertion.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Members")]
struct MemberArgs {
    /// Seconds from the time of issue to `exp`
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = lifetime)]
    lifetime: u32,
    /// Time of issue, in seconds since 1970 or RFC 3339; default: now
    #[arg(long, value_name = "INSTANT", value_parser = instant::parse)]
    now: Option<UnixSeconds>,
    /// `jti`; default: 128 random bits
    #[arg(long, value_name = "TEXT")]
    jti: Option<String>,
    /// `typ`; default: client-authentication+jwt for rfc10070, none for the others
    #[arg(long, value_name = "TYPE")]
    typ: Option<String>,
    /// Additional claim, with a value in JSON; may be repeated
    #[arg(long, value_name = "NAME=JSON")]
    claim: Vec<ExtraClaim>,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let profile = Profile::get(self.profile);
        claim::check(&self.members.claim)?;
        let material = read_material(&self.material)?;
        let algorithm = choice::algorithm(profile, &material, self.material.algorithm)?;
        choice::check_secret(profile, &material, algorithm)?;
        let audience =
            choice::audience(profile, self.audience.as_deref(), self.issuer.as_deref())?.to_owned();
        choice::check_lifetime(profile, self.members.lifetime)?;
        let kid = choice::kid(profile, &material, self.material.kid.as_deref());
        let assertion = Assertion {
            profile,
            algorithm,
            kid,
            typ: self.members.typ.clone().or_else(|| choice::typ(profile)),
            client_id: self.client_id.clone(),
            audience,
            now: self.members.now.unwrap_or_else(instant::clock),
            lifetime: self.members.lifetime,
            jti: match &self.members.jti {
                Some(jti) => jti.clone(),
                None => random_jti()?,
            },
            claims: &self.members.claim,
        };
        let token = assertion.sign(&material)?;
        let mut notes = assertion.check(&material, &token)?;
        notes.extend(choice::note_on_kid(&material, assertion.kid.as_deref()));
        for note in notes {
            say!("note: {}", for_terminal(&note));
        }
        if self.form {
            print(&format!("{}\n", form(&token, &self.client_id)))?;
        } else {
            print(&format!("{token}\n"))?;
        }
        Ok(ExitCode::Expected)
    }
}

fn read_material(args: &MaterialArgs) -> Result<Material, Error> {
    if let Some(path) = &args.secret_file {
        let secret = Secret::read(path)?;
        if secret.had_newline() {
            say!(
                "note: the line break at the end of `{}` is not part of the secret",
                path.display()
            );
        }
        return Ok(Material::Secret {
            secret,
            path: path.display().to_string(),
        });
    }
    // OK because the group is required: without a secret there is a key.
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

/// The parameters of RFC 7521 section 4.2, encoded as RFC 6749 appendix B asks.
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

/// Encodes a value as application/x-www-form-urlencoded.
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
      private_key_jwt with the `kid` and `iat` that Okta needs
  jwt-assay mint --client-id my-client --audience https://as.example/token \\
      --secret-file secret.txt --form | curl -d @- -d grant_type=client_credentials …
      client_secret_jwt, as the body of a token request
  jwt-assay mint --profile rfc10070 --client-id my-client --issuer https://as.example \\
      --key private.jwk.json --claim 'acr=\"2\"' --lifetime 30
      an assertion for a server that follows RFC 10070";

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
