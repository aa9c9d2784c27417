//! Replay memories with the wrong key: too narrow, too wide, or ambiguous.

use jwt_assay_core::model::Rule;

use super::{Entry, Misreading::ReplayKey, Scene};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "replays are known by the text of the assertion",
        Rule::Replay,
        ReplayKey(token),
    ),
    (
        "replays are known by the signature",
        Rule::Replay,
        ReplayKey(signature),
    ),
    (
        "replays are known by the claims set",
        Rule::Replay,
        ReplayKey(|s| s.explanation.payload.clone().unwrap_or_default()),
    ),
    (
        "jti is remembered for all clients together, for ever",
        Rule::ReplayOtherClient,
        ReplayKey(jti),
    ),
    (
        "client and jti are joined by a colon",
        Rule::ReplayOtherClient,
        ReplayKey(|s| format!("{}:{}", s.client_id(), jti(s))),
    ),
    (
        "jti is remembered by its first 32 characters",
        Rule::ReplayOtherJti,
        ReplayKey(|s| {
            let start: String = jti(s).chars().take(32).collect();
            format!("{} {start}", s.client_id())
        }),
    ),
];

fn token(scene: &Scene<'_>) -> String {
    let assertion = scene.step.request.client_assertion.as_ref();
    let text = assertion.and_then(|assertion| assertion.as_text());
    text.unwrap_or_default().to_owned()
}

fn signature(scene: &Scene<'_>) -> String {
    let token = token(scene);
    token.rsplit('.').next().unwrap_or_default().to_owned()
}

/// The `jti`; without one the whole assertion, so that two assertions never share a key.
fn jti(scene: &Scene<'_>) -> String {
    match scene.claims["jti"].as_str() {
        Some(jti) => jti.to_owned(),
        None => token(scene),
    }
}
