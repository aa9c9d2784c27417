//! `keygen`: generates a key pair, or a secret, in the forms that clients and servers read.

mod files;

use std::path::PathBuf;

use clap::{ValueEnum, builder::NonEmptyStringValueParser};
use jwt_assay_core::{
    model::{Algorithm, TestKeys},
    nearest,
};
use serde_json::{Map, Value, json};

pub(crate) use self::files::KeygenError;
use self::files::{NewFile, Readers};
use super::{
    Error, print,
    signals::{Ending, watch},
};
use jwt_assay::exit_code::ExitCode;
use jwt_assay_assertion::key_file::{self, Generated, RsaBits, Secret};

/// Generates a key pair for an algorithm, or a client secret, and prints it or writes it to files.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Signature algorithm: RS256 to RS512, PS256 to PS512, ES256, ES384, ES512 or EdDSA; HS256 to
    /// HS512 for a secret
    #[arg(long, value_name = "ALGORITHM", value_parser = algorithm)]
    algorithm: Algorithm,
    /// Length of an RSA key in bits: 2048, 3072, 4096 or 8192; default: 2048
    #[arg(long, value_name = "BITS")]
    bits: Option<RsaBits>,
    /// `kid` of the key; default: its RFC 7638 thumbprint
    #[arg(long, value_name = "KID", value_parser = NonEmptyStringValueParser::new())]
    kid: Option<String>,
    /// Form of the printed key; default: jwk, and for a secret its text
    #[arg(long, value_enum, conflicts_with = "out")]
    format: Option<Format>,
    /// Folder for the private and the public key, each as JSON and PEM; nothing is printed
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Replaces existing files
    #[arg(long, requires = "out")]
    force: bool,
}

/// The form of the printed key, which is the private one in all three.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Format {
    /// The private key as JWK
    Jwk,
    /// A JWK Set with the private key
    Jwks,
    /// The private key as PKCS#8 PEM
    Pem,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        watch(Ending::AtOnce, "the same command begins anew");
        let algorithm = self.algorithm;
        let is_rsa = matches!(algorithm.name().get(..2), Some("RS" | "PS"));
        if self.bits.is_some() && !is_rsa {
            return Err(KeygenError::BitsWithoutRsa { algorithm }.into());
        }
        if algorithm.is_symmetric() {
            if self.kid.is_some() && self.format.is_none() {
                return Err(KeygenError::KidOfSecret.into());
            }
            return write_secret(self, &key_file::generate_secret(algorithm)?);
        }
        // Checked before, since a key of 8192 bits takes seconds to generate.
        if let Some(folder) = &self.out {
            files::check(folder, &KEY_FILES, self.force)?;
        }
        let bits = self.bits.unwrap_or_default();
        write_key(
            self,
            &key_file::generate(algorithm, bits, self.kid.as_deref())?,
        )
    }
}

fn write_secret(args: &Args, secret: &Secret) -> Result<ExitCode, Error> {
    let text = format!("{}\n", secret.text());
    if let Some(folder) = &args.out {
        let file = NewFile {
            name: SECRET_FILE,
            text,
            readers: Readers::Owner,
        };
        files::check(folder, &[SECRET_FILE], args.force)?;
        files::write(folder, &[file], args.force)?;
        return Ok(ExitCode::Expected);
    }
    match args.format {
        None => print(&text)?,
        Some(Format::Pem) => return Err(KeygenError::SecretAsPem.into()),
        Some(format) => {
            let mut jwk = Map::from_iter([
                ("kty".to_owned(), "oct".into()),
                (
                    "k".to_owned(),
                    jwt_assay_core::encoding::base64url(secret.text()).into(),
                ),
                ("alg".to_owned(), args.algorithm.name().into()),
            ]);
            jwk.extend(args.kid.clone().map(|kid| ("kid".to_owned(), kid.into())));
            print(&json_text(format, jwk))?;
        }
    }
    Ok(ExitCode::Expected)
}

fn write_key(args: &Args, generated: &Generated) -> Result<ExitCode, Error> {
    let private = generated.key.private_jwk()?.clone();
    let Some(folder) = &args.out else {
        match args.format.unwrap_or(Format::Jwk) {
            Format::Pem => print(generated.private_pem())?,
            format => print(&json_text(format, private))?,
        }
        return Ok(ExitCode::Expected);
    };
    let public = generated.key.public_jwk().clone();
    let texts = [
        json_text(Format::Jwk, private),
        generated.private_pem().to_owned(),
        json_text(Format::Jwks, public),
        generated.public_pem().to_owned(),
    ];
    let readers = [
        Readers::Owner,
        Readers::Owner,
        Readers::Everyone,
        Readers::Everyone,
    ];
    let files = KEY_FILES.into_iter().zip(texts).zip(readers);
    let files: Vec<NewFile> = files
        .map(|((name, text), readers)| NewFile {
            name,
            text,
            readers,
        })
        .collect();
    files::write(folder, &files, args.force)?;
    say!(
        "note: register {} or {} with the server",
        KEY_FILES[2],
        KEY_FILES[3]
    );
    Ok(ExitCode::Expected)
}

/// One JWK, or a JWK Set of one.
fn json_text(format: Format, jwk: Map<String, Value>) -> String {
    let json = match format {
        Format::Jwk | Format::Pem => Value::Object(jwk),
        Format::Jwks => json!({ "keys": [jwk] }),
    };
    format!("{json:#}\n")
}

/// False for an algorithm that no profile accepts.
fn is_of_assertions(algorithm: Algorithm) -> bool {
    !matches!(algorithm.info().test_keys, TestKeys::Single(_))
}

/// Parses an algorithm as headers write it, in upper or lower case.
pub(super) fn algorithm(text: &str) -> Result<Algorithm, String> {
    let known = || {
        Algorithm::ALL
            .into_iter()
            .filter(|known| is_of_assertions(*known))
    };
    let names = || known().map(Algorithm::name);
    known()
        .find(|known| known.name().eq_ignore_ascii_case(text))
        .ok_or_else(|| {
            let nearest = nearest(text, names());
            let names = names().collect::<Vec<_>>().join(", ");
            format!(
                "no signature algorithm of assertions has that name; the nearest is `{nearest}`; the \
                 known ones are {names}"
            )
        })
}

/// The files of a key pair: private as JWK and PEM, public as JWK Set and PEM.
const KEY_FILES: [&str; 4] = [
    "private.jwk.json",
    "private.pem",
    "public.jwks.json",
    "public.pem",
];
const SECRET_FILE: &str = "secret.txt";

const EXAMPLES: &str = "\
Examples:
  jwt-assay keygen --algorithm ES256 --out keys
      keys/private.jwk.json and keys/private.pem to sign with, readable by you alone;
      keys/public.jwks.json and keys/public.pem to register with the server
  jwt-assay keygen --algorithm PS256 --bits 3072 --kid 2026-01 --format pem > private.pem
      the private key alone
  jwt-assay keygen --algorithm HS512 > secret.txt
      a client secret of 512 random bits";
