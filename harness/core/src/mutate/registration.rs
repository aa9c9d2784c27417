//! Edits to what the server has registered.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    keys::{KeyId, SecretId},
    model::Rule,
    recipe::{Draft, KeyRole, Material, Template},
};

/// An edit to the client's registration.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum RegistrationEdit {
    /// This key is the client's: registered, and signed with.
    Key(KeyId),
    /// This secret is the client's: registered, and used for the MAC.
    Secret(SecretId),
    /// The client registers one more key.
    AddKey(KeyRole),
    /// The client registers this key too.
    AddKeyId(KeyId),
    /// A change to the first registered JWK.
    Jwk(JwkEdit),
    /// A change to the second registered JWK.
    SecondJwk(JwkEdit),
    /// A JWK Set as it stands, in JSON.
    Jwks(Template),
    /// The registered `token_endpoint_auth_signing_alg`.
    Alg(String),
    /// No `token_endpoint_auth_signing_alg`, and no `alg` in any JWK.
    AnyAlg,
    /// The client has this identifier, everywhere.
    ClientId(String),
    /// The client has no key.
    NoKey,
    /// No client of that name is registered; the assertion stays as it is.
    Unregister,
}

impl RegistrationEdit {
    pub(super) fn apply(&self, draft: &mut Draft) {
        match self {
            Self::Key(id) => draft.use_material(Material::Pair(id.key())),
            Self::Secret(id) => draft.use_material(Material::Secret(id.text().to_owned())),
            Self::AddKey(role) => draft.register(Material::of(draft.algorithm, *role)),
            Self::AddKeyId(id) => draft.register(Material::Pair(id.key())),
            Self::Jwk(edit) => edit.apply(draft, 0),
            Self::SecondJwk(edit) => edit.apply(draft, 1),
            Self::Jwks(text) => {
                let text = String::from_utf8_lossy(&text.fill(draft)).into_owned();
                draft.jwks = Some(serde_json::from_str(&text).unwrap_or(Value::String(text)));
            }
            Self::Alg(alg) => draft.client().alg = Some(alg.clone()),
            Self::AnyAlg => {
                draft.client().alg = None;
                for (_, jwk) in &mut draft.registered {
                    jwk.remove("alg");
                }
            }
            Self::ClientId(client_id) => draft.rename_client(client_id),
            Self::NoKey => draft.registered.clear(),
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
            | Self::ClientId(_)
            | Self::Jwk(_)
            | Self::Jwks(_)
            | Self::Key(_)
            | Self::Secret(_)
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
}

impl JwkEdit {
    fn apply(&self, draft: &mut Draft, index: usize) {
        let value = match self {
            Self::Set(_, template) => {
                let text = String::from_utf8_lossy(&template.fill(draft)).into_owned();
                serde_json::from_str(&text).unwrap_or(Value::String(text))
            }
            Self::Remove(_) | Self::Private => Value::Null,
        };
        let Some((material, jwk)) = draft.registered.get_mut(index) else { return };
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
        }
    }
}
