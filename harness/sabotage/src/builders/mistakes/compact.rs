//! Mistakes in the compact form.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use jwt_assay_core::model::Rule;

use super::{Entry, Flaw::Finishes};

pub(super) static MISTAKES: &[Entry] = &[
    ("pads the segments", Rule::BuildCompact, Finishes(padded)),
    (
        "writes the alphabet of plain base64",
        Rule::BuildCompact,
        Finishes(plain_alphabet),
    ),
    (
        "ends the answer with a line feed",
        Rule::BuildCompact,
        Finishes(|a| format!("{a}\n")),
    ),
    (
        "writes a fourth segment",
        Rule::BuildCompact,
        Finishes(|a| format!("{a}.")),
    ),
    (
        "says Bearer before it",
        Rule::BuildCompact,
        Finishes(|a| format!("Bearer {a}")),
    ),
];

fn reencoded(assertion: &str, encode: impl Fn(Vec<u8>) -> String) -> String {
    let segments = assertion.split('.').map(|segment| {
        let octets = URL_SAFE_NO_PAD.decode(segment).unwrap_or_default();
        encode(octets)
    });
    segments.collect::<Vec<_>>().join(".")
}

fn padded(assertion: &str) -> String {
    reencoded(assertion, |octets| URL_SAFE.encode(octets))
}

fn plain_alphabet(assertion: &str) -> String {
    reencoded(assertion, |octets| STANDARD.encode(octets))
}
