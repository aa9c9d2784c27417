//! The valid default of each profile, parameter set and algorithm at a place, without its times.
//!
//! It is made once and shared by all drafts until an edit changes something: a fuzzer presents tens of
//! thousands of recipes a second, and most of them leave the registration as it is.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use serde_json::{Map, Value, json};

use super::{KeyRole, Material, Members, Place, json_string};
use crate::{
    keys::TestKey,
    model::{Algorithm, Client, ClientId, Context, Method, Profile},
};

/// The beginning of every draft of one kind.
#[derive(Debug)]
pub(crate) struct Plain {
    /// The client's algorithm.
    pub(super) algorithm: Algorithm,
    /// The audience that the profile prefers.
    pub(super) audience: String,
    /// The server's knowledge, the client's keys included.
    pub(super) context: Arc<Context>,
    /// The keys that the client registers, each with its JWK as registered.
    pub(super) registered: Vec<Registered>,
    /// The key that signs.
    pub(super) signer: Material,
    /// The members of the JOSE header.
    pub(super) header: Members<'static>,
    /// The claims that are no times.
    pub(super) claims: Members<'static>,
}

/// A key and its JWK as the client registers it.
pub(super) type Registered = (Material, Map<String, Value>);

/// The valid defaults of one place, each made when it is first needed and then shared.
#[derive(Default)]
pub(super) struct Plains(OnceLock<Vec<(&'static Profile, Algorithm, OnceLock<Plain>)>>);

impl Plains {
    pub(super) fn get(
        &self,
        place: &Place,
        profile: &'static Profile,
        algorithm: Algorithm,
    ) -> &Plain {
        let kinds = self.0.get_or_init(|| {
            let kinds = Profile::all().flat_map(|profile| {
                let kind = move |algorithm| (profile, algorithm, OnceLock::new());
                Algorithm::ALL.into_iter().map(kind)
            });
            kinds.collect()
        });
        let mut kinds = kinds.iter();
        let own = kinds.find(|kind| std::ptr::eq(kind.0, profile) && kind.1 == algorithm);
        let (_, _, plain) = own.expect("the table has every profile and every algorithm");
        plain.get_or_init(|| Plain::new(place, profile, algorithm))
    }
}

/// A copy of a place makes its own.
impl Clone for Plains {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Plains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plains")
    }
}

impl Plain {
    fn new(place: &Place, profile: &Profile, algorithm: Algorithm) -> Self {
        let server = place.server().clone();
        let signer = place.material(algorithm, KeyRole::Own);
        let other = place.material(algorithm, KeyRole::OtherClient);
        let audience = profile.preferred_audience(&server).to_owned();
        let clients = [
            (place.client_id(), &signer),
            (place.other_client_id(), &other),
        ]
        .map(|(client_id, material)| client(client_id, material, algorithm));
        let context = Context {
            policy: profile.policy(&server, Method::of(algorithm)),
            clients: clients.into(),
            server,
        };
        let registered = match &signer {
            Material::Pair(pair) => vec![(signer.clone(), registered_jwk(pair, algorithm))],
            Material::Secret(_) => Vec::new(),
        };
        Self {
            algorithm,
            context: Arc::new(context),
            registered,
            header: header(algorithm, &signer),
            claims: claims(place.client_id(), &audience, place.jti()),
            audience,
            signer,
        }
    }
}

/// A client with one key, or with a secret.
fn client(client_id: &str, material: &Material, algorithm: Algorithm) -> Client {
    let mut client = Client {
        client_id: ClientId(client_id.to_owned()),
        method: Method::of(algorithm),
        alg: Some(algorithm.name().to_owned()),
        jwks: None,
        pems: Vec::new(),
        secret: None,
    };
    match material {
        Material::Pair(pair) => {
            client.jwks = Some(json!({ "keys": [registered_jwk(pair, algorithm)] }));
            client.pems = vec![pair.spki.clone()];
        }
        Material::Secret(text) => client.secret = Some(text.clone()),
    }
    client
}

/// The JWK as a careful client registers it: bound to signatures and to one algorithm.
pub(super) fn registered_jwk(pair: &TestKey, algorithm: Algorithm) -> Map<String, Value> {
    let mut jwk = pair.public_jwk();
    jwk.insert("use".to_owned(), "sig".into());
    jwk.insert("alg".to_owned(), algorithm.name().into());
    jwk
}

/// The members of the JOSE header.
pub(super) fn header(algorithm: Algorithm, signer: &Material) -> Members<'static> {
    Members::from([
        ("alg", json_string(algorithm.name())),
        ("kid", json_string(signer.kid())),
    ])
}

/// The claims that are no times.
pub(super) fn claims(client_id: &str, audience: &str, jti: &str) -> Members<'static> {
    Members::from([
        ("iss", json_string(client_id)),
        ("sub", json_string(client_id)),
        ("aud", json_string(audience)),
        ("jti", json_string(jti)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::ProfileId,
        recipe::{EVALUATION_TIME, Recipe},
    };

    #[test]
    fn a_shared_context_is_what_an_edit_of_everything_back_to_it_makes() {
        for algorithm in Algorithm::ALL {
            let plain = Recipe::valid(ProfileId::Okta, algorithm);
            let shared = &plain.present_at(EVALUATION_TIME).steps[0];
            let mut rewritten = plain;
            let edits = match Material::of(algorithm, KeyRole::Own) {
                Material::Pair(pair) => format!("client = {{ key = {:?} }}", pair.id),
                Material::Secret(text) => format!("client = {{ secret-text = {text:?} }}"),
            };
            let edit = toml::from_str(&edits).unwrap();
            rewritten.steps[0].edits.push(edit);
            let rewritten = &rewritten.present_at(EVALUATION_TIME).steps[0];
            assert!(!Arc::ptr_eq(&shared.context, &rewritten.context));
            assert_eq!(shared, rewritten, "{algorithm}");
        }
    }
}
