//! The values that placeholders have in a draft.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{Draft, KeyRole, Material, Members, Scope, json_string, place::split_url, spelling};
use crate::{
    encoding::{base64url, pem_octets},
    model::Hash,
    sign,
};

impl Draft<'_> {
    /// An assertion of its own with the claims as they stand, to be put inside another.
    fn inner(&self, alg: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let header = Members::from([
            ("alg", json_string(alg)),
            ("kid", json_string(self.signer.kid())),
        ]);
        let input = format!(
            "{}.{}",
            base64url(header.to_text()),
            base64url(self.claims.to_text())
        );
        let signature = base64url(sign(input.as_bytes()));
        format!("{input}.{signature}").into_bytes()
    }

    /// A key in one of the forms that a header can hold, named as in `x5c:attacker`.
    fn key_placeholder(&self, name: &str) -> Option<Vec<u8>> {
        let (form, whose) = name.split_once(':')?;
        let of = |role| self.material(role).pair();
        let pair = match whose {
            "own" => self
                .registered
                .first()
                .and_then(|(material, _)| material.pair()),
            "second" => of(KeyRole::Second),
            "attacker" => of(KeyRole::Attacker),
            "other-client" => of(KeyRole::OtherClient),
            id => id.parse().ok().map(|id| self.place.key(&id)),
        }?;
        let certificate = || pair.certificate.as_deref().map(pem_octets);
        Some(match form {
            "kid" => pair.kid().into(),
            "jwk" => Value::Object(pair.public_jwk()).to_string().into_bytes(),
            "private-jwk" => Value::Object(pair.private_jwk.clone())
                .to_string()
                .into_bytes(),
            "x5c" => STANDARD.encode(certificate()?).into_bytes(),
            "x5c-url" => base64url(certificate()?).into_bytes(),
            "x5t" => base64url(sign::hash(Hash::Sha256, &certificate()?)).into_bytes(),
            _ => return None,
        })
    }
}

impl Scope for Draft<'_> {
    fn now(&self) -> i64 {
        self.now.0
    }

    fn placeholder(&self, name: &str) -> Vec<u8> {
        match name {
            "alg" => self.algorithm.name().into(),
            "alg-lower" => self.algorithm.slug().into(),
            "aud" => self.plain.audience.clone().into_bytes(),
            "aud-cut" => {
                let mut characters = self.plain.audience.chars();
                characters.next_back();
                characters.as_str().into()
            }
            "aud-host" => split_url(&self.plain.audience).0.into(),
            "aud-host-escaped" => spelling::escaped(split_url(&self.plain.audience).0).into(),
            "aud-host-lookalike" => spelling::lookalike(split_url(&self.plain.audience).0).into(),
            "aud-host-undotted" => split_url(&self.plain.audience)
                .0
                .replacen('.', "x", 1)
                .into(),
            "aud-host-upper" => split_url(&self.plain.audience)
                .0
                .to_ascii_uppercase()
                .into(),
            "aud-path" => split_url(&self.plain.audience).1.into(),
            "aud-path-escaped" => spelling::escaped_last(split_url(&self.plain.audience).1).into(),
            "cid" => self.client_id().as_bytes().to_vec(),
            "cid-cut" => spelling::cut(self.client_id()).into(),
            "cid-head" => spelling::split(self.client_id()).0.into(),
            "cid-tail" => spelling::split(self.client_id()).1.into(),
            "cid-upper" => self.client_id().to_uppercase().into(),
            "fresh" => {
                base64url(&sign::hash(Hash::Sha256, self.seed.as_bytes())[..12]).into_bytes()
            }
            "forged-signature" => {
                let mut forger = self.clone();
                forger.signer = self.material(KeyRole::Attacker);
                let input = [&self.header_segment[..], b".", &self.payload_segment].concat();
                base64url(forger.sign_octets(&input)).into()
            }
            "header" => self.header_segment.clone(),
            "issuer" => self.context.server.issuer.clone().into_bytes(),
            "jti" => self.place.jti().into(),
            "kid" => self.signer.kid().into(),
            "other-cid" => self.place.other_client_id().into(),
            "other-kid" => match self.material(KeyRole::OtherClient) {
                Material::Pair(pair) => pair.kid().into(),
                Material::Secret(_) => b"public-test-secret-b".to_vec(),
            },
            "payload" => self.payload_segment.clone(),
            "signature" => self.signature_segment.clone(),
            "token" => self.compact(),
            "unsigned-payload" => {
                let mut claims = self.claims.clone();
                claims.set("jti", "\"another\"".to_owned());
                base64url(claims.to_text()).into()
            }
            "token-endpoint-path" => split_url(&self.context.server.token_endpoint).1.into(),
            "token-endpoint" => self.context.server.token_endpoint.clone().into_bytes(),
            "inner" => self.inner(self.algorithm.name(), |input| self.sign_octets(input)),
            "inner-none" => self.inner("none", |_| Vec::new()),
            key => self.key_placeholder(key).unwrap_or_default(),
        }
    }
}
