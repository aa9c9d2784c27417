//! Where the assertion comes from: the command line, a file, standard input.

use std::{fs::File, io, path::Path};

use serde_json::{Map, Value};

use jwt_assay_assertion::key_file::read_at_most;
use jwt_assay_core::escape::for_terminal;

/// The octets of the assertion. A line break at the end of a file is not part of it, and standard
/// error says so.
pub(super) fn read(argument: &str) -> Result<Vec<u8>, TokenError> {
    let path = argument.strip_prefix('@');
    match path {
        None if argument.is_empty() => Err(TokenError::Empty {
            from: "the argument".to_owned(),
        }),
        None if argument == "-" => {
            from_file("standard input", read_at_most(io::stdin().lock(), LARGEST))
        }
        None if argument.starts_with('-') && !is_key(argument.as_bytes()) => {
            Err(TokenError::Option)
        }
        None if !Path::new(argument).is_file() && !seems_path(argument) => {
            let from = "the argument, which names no file,";
            checked(from, argument.as_bytes().to_vec()).inspect(|_| {
                if !argument.starts_with("ey") {
                    eprintln!("note: the argument names no file and is taken for the assertion");
                }
            })
        }
        Some(_) | None => {
            let path = path.unwrap_or(argument);
            let read = File::open(path).and_then(|file| read_at_most(file, LARGEST));
            from_file(&format!("`{path}`"), read)
        }
    }
}

/// What is wrong with the place of the assertion. What is wrong with the assertion is no error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    /// Nothing there.
    #[error("read an assertion: {from} is empty")]
    Empty {
        /// Where from.
        from: String,
    },
    /// A key, which must not be shown.
    #[error(
        "read an assertion: {from} holds a key; keys are given with --jwks, --key and \
         --secret-file"
    )]
    Key {
        /// Where from.
        from: String,
    },
    /// Text without periods.
    #[error("read an assertion: {from} has no period, as every assertion has")]
    NoPeriod {
        /// Where from.
        from: String,
    },
    /// An option that there is not.
    #[error(
        "read an assertion: it begins with a hyphen, as options do; `jwt-assay check --help` lists them"
    )]
    Option,
    /// A file that cannot be read.
    #[error("read an assertion from {from}: {source}")]
    Read {
        /// Where from.
        from: String,
        /// What the system says.
        source: io::Error,
    },
}

fn from_file(from: &str, read: io::Result<Vec<u8>>) -> Result<Vec<u8>, TokenError> {
    let failed = |source| TokenError::Read {
        from: from.to_owned(),
        source,
    };
    let mut octets = read.map_err(failed)?;
    let ends_in_break = |octets: &[u8]| matches!(octets, [.., b'\n' | b'\r']);
    let had_break = ends_in_break(&octets);
    while ends_in_break(&octets) {
        octets.pop();
    }
    let octets = checked(from, octets)?;
    if had_break {
        eprintln!(
            "note: the line break at the end of {} is left out",
            for_terminal(from)
        );
    }
    Ok(octets)
}

/// Whether there is anything to explain. A text that is not is never shown: it might be a secret.
fn checked(from: &str, octets: Vec<u8>) -> Result<Vec<u8>, TokenError> {
    let from = || from.to_owned();
    if octets.is_empty() {
        Err(TokenError::Empty { from: from() })
    } else if is_key(&octets) {
        Err(TokenError::Key { from: from() })
    } else if !octets.contains(&b'.') {
        Err(TokenError::NoPeriod { from: from() })
    } else {
        Ok(octets)
    }
}

/// Whether an argument is more likely a mistyped name of a file than an assertion.
fn seems_path(argument: &str) -> bool {
    let path = Path::new(argument);
    let extension = path.extension().and_then(|extension| extension.to_str());
    ["/", "./", "../", "~"]
        .iter()
        .any(|start| argument.starts_with(start))
        || matches!(extension, Some("json" | "jwt" | "pem" | "txt"))
}

/// Whether it is PEM, a JWK or a JWK Set, whose private members are nobody's business.
fn is_key(octets: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(octets) else {
        return false;
    };
    let json: Option<Map<String, Value>> = serde_json::from_str(text).ok();
    text.contains("-----BEGIN ")
        || json.is_some_and(|json| json.contains_key("kty") || json.contains_key("keys"))
}

/// Far beyond what any server takes.
const LARGEST: u64 = 16 << 20;
