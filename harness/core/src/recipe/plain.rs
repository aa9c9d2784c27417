//! The valid default of each profile, parameter set and algorithm, as far as it knows no time: made
//! once, and shared by all drafts until an edit changes something.

use std::sync::{Arc, LazyLock, OnceLock};

use serde_json::{Map, Value, json};

use super::{KeyRole, Material, Members, json_string};
use crate::{
    keys::TestKey,
    model::{Algorithm, Client, ClientId, Context, Method, Profile, Server},
};

/// What every draft of one kind begins with.
#[derive(Debug)]
pub(super) struct Plain {
    /// The client's algorithm.
    pub(super) algorithm: Algorithm,
    /// The audience that the profile prefers.
    pub(super) audience: String,
    /// What the server knows, the client's keys included.
    pub(super) context: Arc<Context>,
    /// The keys that the client registers, each with its JWK as registered.
    pub(super) registered: Vec<Registered>,
    /// What is signed with.
    pub(super) signer: Material,
    /// The members of the JOSE header.
    pub(super) header: Members,
    /// The claims that are no times.
    pub(super) claims: Members,
}

/// A key and its JWK as the client registers it.
pub(super) type Registered = (Material, Map<String, Value>);

impl Plain {
    /// The one of a profile, with its parameter set, and an algorithm.
    pub(super) fn of(profile: &'static Profile, algorithm: Algorithm) -> &'static Self {
        static MADE: LazyLock<Vec<(&Profile, Algorithm, OnceLock<Plain>)>> = LazyLock::new(|| {
            let kinds = Profile::all().flat_map(|profile| {
                let kind = move |algorithm| (profile, algorithm, OnceLock::new());
                Algorithm::ALL.into_iter().map(kind)
            });
            kinds.collect()
        });

        let mut made = MADE.iter();
        let own = made.find(|kind| std::ptr::eq(kind.0, profile) && kind.1 == algorithm);
        let (_, _, plain) = own.expect("the table has every profile and every algorithm");
        plain.get_or_init(|| Self::new(profile, algorithm))
    }

    fn new(profile: &Profile, algorithm: Algorithm) -> Self {
        let server = test_server();
        let signer = Material::of(algorithm, KeyRole::Own);
        let other = Material::of(algorithm, KeyRole::OtherClient);
        let audience = profile.preferred_audience(&server).to_owned();
        let clients = [(CLIENT, &signer), (OTHER_CLIENT, &other)]
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
            claims: claims(CLIENT, &audience),
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
pub(super) fn header(algorithm: Algorithm, signer: &Material) -> Members {
    Members::from([
        ("alg", json_string(algorithm.name())),
        ("kid", json_string(signer.kid())),
    ])
}

/// The claims that are no times.
pub(super) fn claims(client_id: &str, audience: &str) -> Members {
    Members::from([
        ("iss", json_string(client_id)),
        ("sub", json_string(client_id)),
        ("aud", json_string(audience)),
        ("jti", json_string(JTI)),
    ])
}

/// The server of the valid default.
pub(crate) fn test_server() -> Server {
    Server {
        issuer: "https://as.example".to_owned(),
        token_endpoint: "https://as.example/oauth2/v1/token".to_owned(),
    }
}

pub(crate) const CLIENT: &str = "assay-client-a";
pub(super) const OTHER_CLIENT: &str = "assay-client-b";
pub(super) const JTI: &str = "public-test-jti-7f83b1657ff1fc53";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::ProfileId,
        recipe::{EVALUATION_TIME, Recipe},
    };

    #[test]
    fn what_is_shared_is_what_an_edit_of_everything_back_to_it_makes() {
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
