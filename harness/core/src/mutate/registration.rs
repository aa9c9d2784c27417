//! Edits to what the server has registered.

use num_bigint::BigUint;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::signature::prime;
use crate::{
    draft::{Draft, KeyRole, Material, Template},
    encoding::{base64url, read_base64url},
    keys::{KeyId, SecretId},
    model::Rule,
    sign::rsa::left_pad,
};

/// An edit to the client's registration.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum RegistrationEdit {
    /// This key is the client's: registered, and signed with.
    Key(KeyId),
    /// This secret is the client's: registered, and used for the MAC.
    Secret(SecretId),
    /// This text is the client's secret: registered, and used for the MAC.
    SecretText(String),
    /// The client registers one more key.
    AddKey(KeyRole),
    /// The client registers this key too.
    AddKeyId(KeyId),
    /// A change to the first registered JWK.
    Jwk(JwkEdit),
    /// A change to the second registered JWK.
    SecondJwk(JwkEdit),
    /// The client registers this many copies of its second key before its own, each with another `kid`.
    ManyKeys(usize),
    /// A JWK Set as it stands, in JSON.
    Jwks(Template),
    /// The registered keys as an array, without the object around it.
    BareJwks,
    /// The registered `token_endpoint_auth_signing_alg`.
    Alg(String),
    /// No `token_endpoint_auth_signing_alg`, and no `alg` in any JWK.
    AnyAlg,
    /// The client has this identifier, everywhere.
    ClientId(Template),
    /// The client has no key.
    NoKey,
    /// No client of that name is registered; the assertion stays as it is.
    Unregister,
}

impl RegistrationEdit {
    pub(super) fn apply(&self, draft: &mut Draft) {
        match self {
            Self::Key(id) => draft.use_material(Material::Pair(draft.place().key(id))),
            Self::Secret(id) => {
                let text = draft.place().secret(id).to_owned();
                draft.use_material(Material::Secret(text));
            }
            Self::SecretText(text) => draft.use_material(Material::Secret(text.clone())),
            Self::AddKey(role) => draft.register(draft.material(*role)),
            Self::AddKeyId(id) => draft.register(Material::Pair(draft.place().key(id))),
            Self::Jwk(edit) => edit.apply(draft, 0),
            Self::SecondJwk(edit) => edit.apply(draft, 1),
            Self::ManyKeys(count) => {
                let own = std::mem::take(&mut draft.registered).into_owned();
                for number in 0..*count {
                    draft.register(draft.material(KeyRole::Second));
                    let kid = format!("public-test-key-{number}");
                    // A client with a secret has no keys to copy.
                    if let Some((_, jwk)) = draft.registered.to_mut().get_mut(number) {
                        jwk.insert("kid".to_owned(), kid.into());
                    }
                }
                draft.registered.to_mut().extend(own);
            }
            Self::BareJwks => {
                let jwks = draft
                    .registered
                    .iter()
                    .map(|(_, jwk)| Value::Object(jwk.clone()));
                draft.jwks = Some(jwks.collect());
            }
            Self::Jwks(text) => {
                let text = String::from_utf8_lossy(&text.fill(draft)).into_owned();
                draft.jwks = Some(serde_json::from_str(&text).unwrap_or(Value::String(text)));
            }
            Self::Alg(alg) => draft.client().alg = Some(alg.clone()),
            Self::AnyAlg => {
                draft.client().alg = None;
                for (_, jwk) in draft.registered.to_mut() {
                    jwk.remove("alg");
                }
            }
            Self::ClientId(client_id) => {
                let client_id = String::from_utf8_lossy(&client_id.fill(draft)).into_owned();
                draft.rename_client(&client_id);
            }
            Self::NoKey => draft.registered.to_mut().clear(),
            Self::Unregister => draft.unregister(),
        }
    }

    pub(super) fn breaks(&self) -> Option<Rule> {
        match self {
            Self::NoKey => Some(Rule::NoUsableKey),
            Self::Unregister => Some(Rule::UnknownClient),
            Self::AddKey(_)
            | Self::AddKeyId(_)
            | Self::Alg(_)
            | Self::AnyAlg
            | Self::BareJwks
            | Self::ClientId(_)
            | Self::Jwk(_)
            | Self::Jwks(_)
            | Self::Key(_)
            | Self::ManyKeys(_)
            | Self::Secret(_)
            | Self::SecretText(_)
            | Self::SecondJwk(_) => None,
        }
    }
}

/// A change to a registered JWK.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum JwkEdit {
    /// Gives a member this JSON value.
    Set(String, Template),
    /// Removes a member.
    Remove(String),
    /// Adds the private members.
    Private,
    /// Puts a zero octet in front of the octets of a member.
    PrependZero(String),
    /// Drops the zero octets in front of the octets of a member.
    StripZeros(String),
    /// Flips the last bit of the octets of a member.
    FlipLastBit(String),
    /// Adds the prime of the curve to the octets of a member, where the width has room for it.
    AddPrime(String),
    /// Appends the padding that base64 with padding would have, or two characters of it.
    Pad(String),
}

impl JwkEdit {
    fn apply(&self, draft: &mut Draft, index: usize) {
        let value = match self {
            Self::Set(_, template) => {
                let text = String::from_utf8_lossy(&template.fill(draft)).into_owned();
                serde_json::from_str(&text).unwrap_or(Value::String(text))
            }
            Self::Remove(_)
            | Self::Private
            | Self::PrependZero(_)
            | Self::StripZeros(_)
            | Self::FlipLastBit(_)
            | Self::AddPrime(_)
            | Self::Pad(_) => Value::Null,
        };
        let prime = prime(draft.algorithm);
        let Some((material, jwk)) = draft.registered.to_mut().get_mut(index) else {
            return;
        };
        match (self, material) {
            (Self::Set(name, _), _) => {
                jwk.insert(name.clone(), value);
            }
            (Self::Remove(name), _) => {
                jwk.remove(name);
            }
            (Self::Private, Material::Pair(pair)) => {
                jwk.extend(pair.private_jwk.clone());
            }
            (Self::Private, Material::Secret(_)) => {}
            (Self::PrependZero(name), _) => edit_octets(jwk, name, |old| [&[0], old].concat()),
            (Self::StripZeros(name), _) => edit_octets(jwk, name, |old| {
                old.iter()
                    .copied()
                    .skip_while(|octet| *octet == 0)
                    .collect()
            }),
            (Self::FlipLastBit(name), _) => edit_octets(jwk, name, |old| {
                let flipped = old.last().map(|last| last ^ 1);
                old.iter()
                    .copied()
                    .take(old.len().saturating_sub(1))
                    .chain(flipped)
                    .collect()
            }),
            (Self::AddPrime(name), _) => edit_octets(jwk, name, |old| {
                left_pad(
                    &(BigUint::from_bytes_be(old) + &prime).to_bytes_be(),
                    old.len(),
                )
            }),
            (Self::Pad(name), _) => {
                if let Some(Value::String(text)) = jwk.get_mut(name) {
                    text.push_str(["==", "==", "==", "="][text.len() % 4]);
                }
            }
        }
    }
}

/// Changes the octets of a base64url member.
fn edit_octets(jwk: &mut Map<String, Value>, name: &str, edit: impl FnOnce(&[u8]) -> Vec<u8>) {
    let old = jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    let old = read_base64url(old.as_bytes())
        .map(|segment| segment.octets)
        .unwrap_or_default();
    jwk.insert(name.to_owned(), base64url(edit(&old)).into());
}
