//! Rejections of valid assertions: signatures, keys, secrets and names.

use jwt_assay_core::model::{Algorithm, Family, Rule};

use super::{Entry, Misreading::Rejects, Scene};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "only the algorithms of RSA and HMAC are known",
        Rule::AlgNotAllowed,
        Rejects(|s| s.alg().starts_with("ES")),
    ),
    (
        "PSS is not known",
        Rule::AlgOutsideCore,
        Rejects(|s| s.alg().starts_with("PS")),
    ),
    (
        "Ed25519 is not known",
        Rule::AlgOutsideCore,
        Rejects(|s| s.alg() == "EdDSA"),
    ),
    (
        "alg is compared before JSON unescaping",
        Rule::AlgUnknown,
        Rejects(|s| {
            let header = s.explanation.header.as_deref().unwrap_or_default();
            s.header["alg"]
                .as_str()
                .is_some_and(|alg| !header.contains(alg))
        }),
    ),
    (
        "r and s lose leading zeros",
        Rule::Baseline,
        Rejects(|s| halves(s).is_some_and(|(r, s)| r[0] == 0 || s[0] == 0)),
    ),
    (
        "s alone loses leading zeros",
        Rule::Baseline,
        Rejects(|s| halves(s).is_some_and(|(_, s)| s[0] == 0)),
    ),
    (
        "r and s are taken for signed integers",
        Rule::Baseline,
        Rejects(|s| halves(s).is_some_and(|(r, s)| r[0] >= 0x80 || s[0] >= 0x80)),
    ),
    (
        "ES512 has 128 octets",
        Rule::Baseline,
        Rejects(|s| s.alg() == "ES512"),
    ),
    (
        "RSA signatures lose leading zeros",
        Rule::Baseline,
        Rejects(|s| is_rsa(s) && s.parts().is_some_and(|(_, o)| o.first() == Some(&0))),
    ),
    (
        "RSA keys have 2048 bits and no more",
        Rule::Baseline,
        Rejects(|s| is_rsa(s) && s.parts().is_some_and(|(_, o)| o.len() > 256)),
    ),
    (
        "RSA keys need more than 2048 bits",
        Rule::Baseline,
        Rejects(|s| is_rsa(s) && s.parts().is_some_and(|(_, o)| o.len() == 256)),
    ),
    (
        "the secret is read as ASCII",
        Rule::Baseline,
        Rejects(|s| used_secret(s).is_some_and(|secret| !secret.is_ascii())),
    ),
    (
        "the secret is form-decoded",
        Rule::Baseline,
        Rejects(|s| used_secret(s).is_some_and(|secret| secret.contains(['+', '%']))),
    ),
    (
        "the secret is cut at the block of the hash",
        Rule::Baseline,
        Rejects(|s| {
            let block = match s.alg() {
                "HS256" => 64,
                _ => 128,
            };
            used_secret(s).is_some_and(|secret| secret.len() > block)
        }),
    ),
    (
        "the secret must be longer than the hash",
        Rule::Baseline,
        Rejects(|s| {
            let needed = s.algorithm().map(|algorithm| algorithm.hash().output_len());
            used_secret(s).is_some_and(|secret| Some(secret.len()) == needed)
        }),
    ),
    (
        "client_id stops at the first colon",
        Rule::Baseline,
        Rejects(|s| s.client_id().contains(':')),
    ),
    (
        "client_id must not stand beside an assertion",
        Rule::ClientIdMismatch,
        Rejects(|s| s.step.request.client_id.is_some()),
    ),
];

fn family(scene: &Scene<'_>) -> Option<Family> {
    scene.algorithm().map(Algorithm::family)
}

fn is_rsa(scene: &Scene<'_>) -> bool {
    matches!(family(scene), Some(Family::RsaPkcs1 | Family::RsaPss))
}

/// The octets of r and of s.
fn halves(scene: &Scene<'_>) -> Option<(Vec<u8>, Vec<u8>)> {
    let width = scene.algorithm()?.scalar_len()?;
    let (_, octets) = scene.parts()?;
    (octets.len() == 2 * width).then(|| (octets[..width].to_vec(), octets[width..].to_vec()))
}

/// The client secret, where the assertion has a MAC.
fn used_secret<'a>(scene: &Scene<'a>) -> Option<&'a str> {
    scene.secret().filter(|_| scene.alg().starts_with("HS"))
}
