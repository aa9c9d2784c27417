//! Mistakes in signing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_assay_core::{
    builder::reference::Unsigned,
    model::{Algorithm, BuildKey, BuildRequest, Family, Rule},
    sign,
};

use super::{
    Entry,
    Flaw::{Composes, Signs},
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "writes ECDSA signatures as DER",
        Rule::BuildSignatureLength,
        Signs(|_, u, input| {
            let raw = u.signature(input.as_bytes());
            match u.algorithm.family() {
                Family::Ecdsa => der(&raw),
                Family::Hmac | Family::RsaPkcs1 | Family::RsaPss | Family::EdDsa => raw,
            }
        }),
    ),
    (
        "drops the zeros of r and s",
        Rule::BuildSignatureLength,
        Signs(|_, u, input| {
            let raw = u.signature(input.as_bytes());
            match u.algorithm.family() {
                Family::Ecdsa => {
                    let (r, s) = raw.split_at(raw.len() / 2);
                    [without_zeros(r), without_zeros(s)].concat()
                }
                Family::Hmac | Family::RsaPkcs1 | Family::RsaPss | Family::EdDsa => raw,
            }
        }),
    ),
    (
        "drops the zeros of an RSA signature",
        Rule::BuildSignatureLength,
        Signs(|_, u, input| {
            let raw = u.signature(input.as_bytes());
            match u.algorithm.family() {
                Family::RsaPkcs1 | Family::RsaPss => without_zeros(&raw).to_vec(),
                Family::Hmac | Family::Ecdsa | Family::EdDsa => raw,
            }
        }),
    ),
    (
        "cuts a MAC in half",
        Rule::BuildSignatureLength,
        Signs(|_, u, input| {
            let raw = u.signature(input.as_bytes());
            match u.algorithm.family() {
                Family::Hmac => raw[..raw.len() / 2].to_vec(),
                Family::RsaPkcs1 | Family::RsaPss | Family::Ecdsa | Family::EdDsa => raw,
            }
        }),
    ),
    (
        "signs with another hash",
        Rule::BuildSignature,
        Composes(|_, u| {
            u.algorithm = match u.algorithm {
                Algorithm::RS256 => Algorithm::RS512,
                Algorithm::PS256 => Algorithm::PS512,
                other => other,
            };
        }),
    ),
    (
        "signs PS where RS is asked for",
        Rule::BuildSignature,
        Composes(|_, u| {
            u.algorithm = match u.algorithm {
                Algorithm::RS256 => Algorithm::PS256,
                other => other,
            };
        }),
    ),
    (
        "signs the payload without the header",
        Rule::BuildSignature,
        Signs(|_, u, input| {
            let (_, payload) = input.split_once('.').unwrap_or_default();
            u.signature(payload.as_bytes())
        }),
    ),
    (
        "changes the payload after it has signed",
        Rule::BuildSignature,
        Signs(|_, u, input| u.signature(input.to_lowercase().as_bytes())),
    ),
    (
        "signs other octets than it sends where a text is beyond ASCII",
        Rule::BuildSignature,
        Signs(|_, u, _| {
            let mut escaped = u.clone();
            for (_, value) in &mut escaped.claims.0 {
                value.to_mut().retain(|character| character.is_ascii());
            }
            u.signature(escaped.input().as_bytes())
        }),
    ),
    (
        "decodes the secret as base64url",
        Rule::BuildSignature,
        Signs(|r, u, input| {
            with_secret(r, u, input, |text| {
                let cut = text.len() / 4 * 4;
                URL_SAFE_NO_PAD.decode(&text[..cut]).ok()
            })
        }),
    ),
    (
        "decodes the secret as hexadecimal digits",
        Rule::BuildSignature,
        Signs(|r, u, input| {
            with_secret(r, u, input, |text| {
                let pairs = (0..text.len()).step_by(2).map(|at| text.get(at..at + 2));
                pairs
                    .map(|pair| u8::from_str_radix(pair?, 16).ok())
                    .collect()
            })
        }),
    ),
    (
        "reads the secret as Latin-1",
        Rule::BuildSignature,
        Signs(|r, u, input| {
            with_secret(r, u, input, |text| {
                text.chars()
                    .map(|character| u8::try_from(character).ok())
                    .collect()
            })
        }),
    ),
    (
        "stops in the secret at U+0000",
        Rule::BuildSignature,
        Signs(|r, u, input| {
            with_secret(r, u, input, |text| {
                text.split('\0').next().map(|t| t.as_bytes().to_vec())
            })
        }),
    ),
    (
        "decodes percent signs in the secret",
        Rule::BuildSignature,
        Signs(|r, u, input| {
            with_secret(r, u, input, |text| {
                Some(text.replace("%2B", "+").replace('+', " ").into_bytes())
            })
        }),
    ),
    (
        "cuts the secret at 64 octets",
        Rule::BuildSignature,
        Signs(|r, u, input| with_secret(r, u, input, |text| Some(text.bytes().take(64).collect()))),
    ),
    (
        "uses one nonce for all signatures",
        Rule::BuildNonce,
        Signs(|_, u, input| {
            let mut raw = u.signature(input.as_bytes());
            if u.algorithm.family() == Family::Ecdsa {
                let half = raw.len() / 2;
                raw[..half].fill(7);
            }
            raw
        }),
    ),
];

/// Signs with other octets of the secret, where `read` gives any.
fn with_secret(
    request: &BuildRequest,
    unsigned: &Unsigned,
    input: &str,
    read: impl Fn(&str) -> Option<Vec<u8>>,
) -> Vec<u8> {
    let octets = match &request.key {
        BuildKey::Secret(text) => read(text),
        BuildKey::Jwk(_) | BuildKey::Pem(_) => None,
    };
    match octets {
        Some(octets) => sign::mac(unsigned.algorithm.hash(), &octets, input.as_bytes()),
        None => unsigned.signature(input.as_bytes()),
    }
}

fn without_zeros(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    &octets[zeros..]
}

/// Encodes an ECDSA signature as ECDSA-Sig-Value (RFC 3279 section 2.2.3).
fn der(raw: &[u8]) -> Vec<u8> {
    let integer = |octets: &[u8]| {
        let octets = without_zeros(octets);
        let sign = if octets.first().is_some_and(|first| *first >= 0x80) {
            &[0][..]
        } else {
            &[]
        };
        let body = [sign, octets].concat();
        [&[2, u8::try_from(body.len()).unwrap_or(u8::MAX)][..], &body].concat()
    };
    let (r, s) = raw.split_at(raw.len() / 2);
    let body = [integer(r), integer(s)].concat();
    let length = u8::try_from(body.len()).unwrap_or(u8::MAX);
    if length < 0x80 {
        [&[0x30, length][..], &body].concat()
    } else {
        [&[0x30, 0x81, length][..], &body].concat()
    }
}
