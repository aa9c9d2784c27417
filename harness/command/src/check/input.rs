//! The source of the assertion: the command line, a file, or standard input.

use std::{io, path::Path};

use serde_json::{Map, Value};

use jwt_assay_assertion::input::{read_at_most, read_file};
use jwt_assay_core::escape::for_terminal;

/// Reads the octets of the assertion. A line break at the end of a file is dropped, with a note on
/// standard error.
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
                    say!("note: no file has this name, so the argument itself is the assertion");
                }
            })
        }
        Some(_) | None => {
            let path = path.unwrap_or(argument);
            let read = read_file(Path::new(path), LARGEST);
            from_file(&format!("`{path}`"), read)
        }
    }
}

/// An argument or a file without an assertion. Faults of the assertion itself are explained
/// instead.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    /// No octets at all.
    #[error("read an assertion: {from} is empty")]
    Empty {
        /// The source, as messages name it.
        from: String,
    },
    /// A key, which messages must not repeat.
    #[error(
        "read an assertion: {from} holds a key; keys are given with --jwks, --key and \
         --secret-file"
    )]
    Key {
        /// The source, as messages name it.
        from: String,
    },
    /// Text without periods.
    #[error("read an assertion: {from} has no period, as every assertion has")]
    NoPeriod {
        /// The source, as messages name it.
        from: String,
    },
    /// An unknown option in the place of the assertion.
    #[error(
        "read an assertion: it begins with a hyphen, as options do; `jwt-assay check --help` lists them"
    )]
    Option,
    /// A file that cannot be read.
    #[error("read an assertion from {from}: {source}")]
    Read {
        /// The source, as messages name it.
        from: String,
        /// The system's error.
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
        say!(
            "note: the line break at the end of {} is not part of the assertion",
            for_terminal(from)
        );
    }
    Ok(octets)
}

/// Passes on octets that can be explained. No error repeats the others: they might be a secret.
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

/// Tells a mistyped file name from an assertion.
fn seems_path(argument: &str) -> bool {
    let path = Path::new(argument);
    let extension = path.extension().and_then(|extension| extension.to_str());
    ["/", "./", "../", "~"]
        .iter()
        .any(|start| argument.starts_with(start))
        || matches!(extension, Some("json" | "jwt" | "pem" | "txt"))
}

/// Recognizes PEM, a JWK and a JWK Set, whose private members must not reach the terminal.
fn is_key(octets: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(octets) else {
        return false;
    };
    let json: Option<Map<String, Value>> = serde_json::from_str(text).ok();
    text.contains("-----BEGIN ")
        || json.is_some_and(|json| json.contains_key("kty") || json.contains_key("keys"))
}

/// The limit of 16 MiB lies far above what any server reads, and keeps a device from filling
/// memory.
const LARGEST: u64 = 16 << 20;
