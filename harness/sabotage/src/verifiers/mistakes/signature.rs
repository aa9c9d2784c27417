//! Mistakes in checking signatures.

use jwt_assay_core::{
    encoding::{base64url, read_base64url},
    model::{Algorithm, Hash, Rule, Step},
    oracle::{Check, PublicKey, check_signature},
    sign,
};
use serde_json::Value;

use super::{
    Entry,
    Misreading::{Overlooks, Rejects, Repairs},
    Scene, with_token,
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "the signature is not checked",
        Rule::Signature,
        Overlooks(|_| true, &[]),
    ),
    (
        "an empty signature passes",
        Rule::Signature,
        Overlooks(
            |s| s.parts().is_some_and(|(_, signature)| signature.is_empty()),
            &[],
        ),
    ),
    (
        "all zeros pass",
        Rule::Signature,
        Overlooks(
            |s| {
                s.parts().is_some_and(|(_, signature)| {
                    !signature.is_empty() && signature.iter().all(|octet| *octet == 0)
                })
            },
            &[],
        ),
    ),
    (
        "the tag is compared as far as it goes",
        Rule::Signature,
        Overlooks(is_prefix_of_tag, &[]),
    ),
    (
        "a zero before the signature is skipped",
        Rule::Signature,
        Repairs(|s| mend(s, |o, _| o.strip_prefix(&[0]).map(<[u8]>::to_vec))),
    ),
    (
        "a zero behind the signature is skipped",
        Rule::Signature,
        Repairs(|s| mend(s, |o, _| o.strip_suffix(&[0]).map(<[u8]>::to_vec))),
    ),
    (
        "a DER signature is read",
        Rule::Signature,
        Repairs(|s| mend(s, from_der)),
    ),
    (
        "s before r is read",
        Rule::Signature,
        Repairs(|s| {
            mend(s, |o, _| {
                Some([&o[o.len() / 2..], &o[..o.len() / 2]].concat())
            })
        }),
    ),
    (
        "little-endian integers are read",
        Rule::Signature,
        Repairs(|s| {
            mend(s, |o, _| {
                let (r, s) = o.split_at(o.len() / 2);
                Some(r.iter().rev().chain(s.iter().rev()).copied().collect())
            })
        }),
    ),
    (
        "short halves are filled up",
        Rule::Signature,
        Repairs(|s| {
            mend(s, |o, width| {
                let (r, s) = o.split_at(o.len() / 2);
                (r.len() < width && s.len() < width)
                    .then(|| [pad(r, width), pad(s, width)].concat())
            })
        }),
    ),
    (
        "wide halves are cut",
        Rule::Signature,
        Repairs(|s| {
            mend(s, |o, width| {
                let (r, s) = o.split_at(o.len() / 2);
                let cut = r
                    .len()
                    .checked_sub(width)
                    .filter(|cut| *cut > 0 && width > 0 && r.len() == s.len())?;
                Some([&r[cut..], &s[cut..]].concat())
            })
        }),
    ),
    (
        "high s is rejected",
        Rule::Baseline,
        Rejects(|s| {
            s.algorithm().is_some_and(|a| a.scalar_len() == Some(32))
                && s.parts()
                    .is_some_and(|(_, o)| o.get(32).is_some_and(|top| *top >= 0x80))
        }),
    ),
    (
        "another client's key is tried too",
        Rule::Signature,
        Overlooks(
            |s| {
                s.step.context.clients.iter().any(|client| {
                    client
                        .jwks
                        .as_ref()
                        .is_some_and(|set| any_key_verifies(s, &set["keys"]))
                })
            },
            &[],
        ),
    ),
    (
        "an embedded JWK is trusted",
        Rule::HeaderKey,
        Overlooks(|s| verifies_with(s, &s.header["jwk"]), &[]),
    ),
    (
        "an x5c certificate is trusted",
        Rule::HeaderKey,
        Overlooks(|s| s.header.get("x5c").is_some(), &[]),
    ),
    (
        "a jku is followed",
        Rule::HeaderKey,
        Overlooks(|s| s.header.get("jku").is_some(), &[]),
    ),
    (
        "an x5u is followed",
        Rule::HeaderKey,
        Overlooks(|s| s.header.get("x5u").is_some(), &[]),
    ),
];

fn is_prefix_of_tag(scene: &Scene<'_>) -> bool {
    let secret = scene.secret().unwrap_or_default();
    let hash = scene.algorithm().map_or(Hash::Sha256, Algorithm::hash);
    scene.parts().is_some_and(|(input, tag)| {
        !tag.is_empty() && sign::mac(hash, secret.as_bytes(), &input).starts_with(&tag)
    })
}

fn verifies_with(scene: &Scene<'_>, jwk: &Value) -> bool {
    let (Some(algorithm), Some(jwk)) = (scene.algorithm(), jwk.as_object()) else {
        return false;
    };
    let Ok((key, _)) = PublicKey::from_jwk(jwk, algorithm) else {
        return false;
    };
    scene
        .parts()
        .is_some_and(|(input, signature)| check_signature(&key, &input, &signature) == Check::Valid)
}

fn any_key_verifies(scene: &Scene<'_>, keys: &Value) -> bool {
    keys.as_array()
        .is_some_and(|keys| keys.iter().any(|jwk| verifies_with(scene, jwk)))
}

/// Edits the signature octets; the second argument of `edit` is the width of r and s, or 0.
fn mend(step: &Step, edit: fn(&[u8], usize) -> Option<Vec<u8>>) -> Option<Step> {
    let text = step.request.client_assertion.as_ref()?.as_text()?;
    let header = read_base64url(text.split('.').next()?.as_bytes())
        .ok()?
        .octets;
    let header: Value = serde_json::from_slice(&header).ok()?;
    let algorithm: Algorithm = header["alg"].as_str()?.parse().ok()?;
    let (input, signature) = text.rsplit_once('.')?;
    let octets = read_base64url(signature.as_bytes()).ok()?.octets;
    let mended = edit(&octets, algorithm.scalar_len().unwrap_or_default())?;
    Some(with_token(step, format!("{input}.{}", base64url(mended))))
}

/// The integers r and s of a DER SEQUENCE, each padded to full width.
fn from_der(octets: &[u8], width: usize) -> Option<Vec<u8>> {
    let body = match octets {
        [0x30, 0x81, len, body @ ..] | [0x30, len, body @ ..]
            if usize::from(*len) == body.len() =>
        {
            body
        }
        _ => return None,
    };
    let integer = |from: &[u8]| -> Option<(Vec<u8>, usize)> {
        let [0x02, len, rest @ ..] = from else {
            return None;
        };
        let digits = rest.get(..usize::from(*len))?;
        let zeros = digits.iter().take_while(|octet| **octet == 0).count();
        Some((pad(&digits[zeros..], width), 2 + usize::from(*len)))
    };
    let (r, used) = integer(body)?;
    let (s, _) = integer(body.get(used..)?)?;
    Some([r, s].concat())
}

fn pad(octets: &[u8], width: usize) -> Vec<u8> {
    let mut padded = vec![0; width.saturating_sub(octets.len())];
    padded.extend_from_slice(octets);
    padded
}
