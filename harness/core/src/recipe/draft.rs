//! An assertion on its way from the valid default to the octets that are sent.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use super::{KeyRole, Material, Members, Scope, json_string};
use crate::{
    encoding::base64url,
    keys::{self, TestKey},
    model::{
        ASSERTION_TYPE, Algorithm, Assertion, Client, ClientId, Context, Hash, Method, Profile,
        Server, Step, TokenRequest, UnixSeconds,
    },
    mutate::{Mutation, Stage},
    sign,
};

/// Everything that edits can change, stage by stage.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The client's algorithm.
    pub algorithm: Algorithm,
    /// The evaluation time.
    pub now: UnixSeconds,
    /// What the server knows, without the client's keys.
    pub context: Context,
    /// The keys that the client registers, each with its JWK as registered.
    pub registered: Vec<(Material, Map<String, Value>)>,
    /// A JWK Set to register as it stands, instead of those keys.
    pub jwks: Option<Value>,
    /// The members of the JOSE header.
    pub header: Members,
    /// The members of the claims set.
    pub claims: Members,
    /// The header's text.
    pub header_text: Vec<u8>,
    /// The claims set's text.
    pub payload_text: Vec<u8>,
    /// The first segment.
    pub header_segment: Vec<u8>,
    /// The second segment.
    pub payload_segment: Vec<u8>,
    /// What is signed with.
    pub signer: Material,
    /// The algorithm that really signs.
    pub signing_algorithm: Algorithm,
    /// Which primitive signs.
    pub signing_method: SigningMethod,
    /// The octets that are signed; `None` for the two segments with a period between.
    pub signing_input: Option<Vec<u8>>,
    /// The octets of the signature.
    pub signature: Vec<u8>,
    /// The third segment.
    pub signature_segment: Vec<u8>,
    /// The whole assertion.
    pub token: Vec<u8>,
    /// What is sent.
    pub request: TokenRequest,
    /// Decides what must not repeat, such as PSS salts.
    pub seed: String,
    audience: String,
    jti: String,
    is_signed: bool,
    is_registered: bool,
}

impl Draft {
    /// The valid default: all registered claims, one minute to live, a key of its own.
    #[must_use]
    pub fn new(profile: &Profile, algorithm: Algorithm, now: UnixSeconds, seed: String) -> Self {
        let server = test_server();
        let method = Method::of(algorithm);
        let audience = profile.preferred_audience(&server).to_owned();
        let client = |client_id: &str, role| Client {
            client_id: ClientId(client_id.to_owned()),
            method,
            alg: Some(algorithm.name().to_owned()),
            jwks: None,
            pems: Vec::new(),
            secret: match Material::of(algorithm, role) {
                Material::Secret(text) => Some(text),
                Material::Pair(_) => None,
            },
        };
        let mut other = client(OTHER_CLIENT, KeyRole::OtherClient);
        if let Material::Pair(pair) = Material::of(algorithm, KeyRole::OtherClient) {
            let jwk = Value::Object(registered_jwk(pair, algorithm));
            other.jwks = Some(serde_json::json!({ "keys": [jwk] }));
            other.pems = vec![pair.spki.clone()];
        }
        let context = Context {
            policy: profile.policy(&server, method),
            clients: vec![client(CLIENT, KeyRole::Own), other],
            server,
        };
        let signer = Material::of(algorithm, KeyRole::Own);
        let registered = match &signer {
            Material::Pair(pair) => vec![(signer.clone(), registered_jwk(pair, algorithm))],
            Material::Secret(_) => Vec::new(),
        };
        let mut draft = Self {
            algorithm,
            now,
            context,
            registered,
            jwks: None,
            header: Members::default(),
            claims: Members::default(),
            header_text: Vec::new(),
            payload_text: Vec::new(),
            header_segment: Vec::new(),
            payload_segment: Vec::new(),
            signer,
            signing_algorithm: algorithm,
            signing_method: SigningMethod::Standard,
            signing_input: None,
            signature: Vec::new(),
            signature_segment: Vec::new(),
            token: Vec::new(),
            request: TokenRequest::default(),
            seed,
            audience,
            jti: JTI.to_owned(),
            is_signed: false,
            is_registered: true,
        };
        draft.set_default_members();
        draft
    }

    /// Applies edits, which must be in the order of their stages, and does between them what a
    /// careful client does.
    pub fn build(&mut self, edits: &[&Mutation]) {
        let mut edits = edits.iter().peekable();
        for stage in Stage::ALL {
            self.enter(stage);
            while let Some(edit) = edits.next_if(|edit| edit.stage() == stage) {
                edit.apply(self);
            }
        }
    }

    /// Takes over what an earlier draft signed.
    pub(super) fn resend(&mut self, earlier: &Self) {
        self.header_segment.clone_from(&earlier.header_segment);
        self.payload_segment.clone_from(&earlier.payload_segment);
        self.signature.clone_from(&earlier.signature);
        self.is_signed = true;
    }

    /// The client that the assertion is meant to authenticate.
    pub fn client(&mut self) -> &mut Client {
        &mut self.context.clients[0]
    }

    /// The client's identifier.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.context.clients[0].client_id.0
    }

    /// Renames the client everywhere before anything is built from its name.
    pub fn rename_client(&mut self, client_id: &str) {
        client_id.clone_into(&mut self.client().client_id.0);
        self.set_default_members();
    }

    /// Makes a key the client's own: registered, and signed with.
    pub fn use_material(&mut self, material: Material) {
        match &material {
            Material::Pair(pair) => {
                self.registered = vec![(material.clone(), registered_jwk(pair, self.algorithm))];
            }
            Material::Secret(text) => self.client().secret = Some(text.clone()),
        }
        self.signer = material;
        self.set_default_members();
    }

    /// Takes the client out of the registry; everything is built as if it were there.
    pub fn unregister(&mut self) {
        self.is_registered = false;
    }

    /// Registers one more key of the client.
    pub fn register(&mut self, material: Material) {
        if let Material::Pair(pair) = &material {
            let jwk = registered_jwk(pair, self.algorithm);
            self.registered.push((material, jwk));
        }
    }

    /// The three segments with periods between.
    #[must_use]
    pub fn compact(&self) -> Vec<u8> {
        [
            &self.header_segment[..],
            b".",
            &self.payload_segment,
            b".",
            &self.signature_segment,
        ]
        .concat()
    }

    /// What is presented.
    #[must_use]
    pub(super) fn into_step(mut self) -> Step {
        let keys = self
            .registered
            .drain(..)
            .filter_map(|(material, jwk)| match material {
                Material::Pair(pair) => Some((Value::Object(jwk), pair.spki.clone())),
                Material::Secret(_) => None,
            });
        let (jwks, pems): (Vec<Value>, Vec<String>) = keys.unzip();
        let client = &mut self.context.clients[0];
        if let Some(jwks) = self.jwks {
            client.jwks = Some(jwks);
        } else if client.method == Method::PrivateKeyJwt {
            client.jwks = Some(serde_json::json!({ "keys": jwks }));
            client.pems = pems;
        }
        if !self.is_registered {
            self.context.clients.remove(0);
        }
        Step {
            now: self.now,
            context: Arc::new(self.context),
            request: self.request,
        }
    }

    /// What a careful client does on reaching a stage.
    fn enter(&mut self, stage: Stage) {
        match stage {
            Stage::Registration | Stage::Members | Stage::Signing => {}
            Stage::Text => {
                self.header_text = self.header.to_text();
                self.payload_text = self.claims.to_text();
            }
            Stage::Segment if !self.is_signed => {
                self.header_segment = base64url(&self.header_text).into_bytes();
                self.payload_segment = base64url(&self.payload_text).into_bytes();
            }
            Stage::Signature if !self.is_signed => self.sign(),
            Stage::Segment | Stage::Signature => {}
            Stage::Sealed => self.signature_segment = base64url(&self.signature).into_bytes(),
            Stage::Token => self.token = self.compact(),
            Stage::Request => {
                self.request = TokenRequest {
                    client_assertion_type: Some(ASSERTION_TYPE.to_owned()),
                    client_assertion: Some(Assertion(std::mem::take(&mut self.token))),
                    client_id: Some(self.client_id().to_owned()),
                };
            }
        }
    }

    fn sign(&mut self) {
        let input = self
            .signing_input
            .take()
            .unwrap_or_else(|| [&self.header_segment[..], b".", &self.payload_segment].concat());
        self.signature = self.sign_octets(&input);
    }

    /// Signs octets as the draft signs its own.
    #[must_use]
    pub(crate) fn sign_octets(&self, input: &[u8]) -> Vec<u8> {
        // A key that does not fit signs with what fits it: the edit that chose it is the fault
        // under test, and no signature at all would be another.
        let fitting = self.signer.fitting(self.signing_algorithm);
        let standard = || {
            sign::sign(fitting, self.signer.signing_key(), input, &self.seed)
                .expect("the algorithm was chosen to fit the key")
        };
        match (&self.signing_method, &self.signer) {
            (SigningMethod::Standard, _) => standard(),
            (SigningMethod::Mac(hash, key), _) => sign::mac(*hash, key, input),
            (SigningMethod::WithHash(hash), Material::Secret(text)) => {
                sign::mac(*hash, text.as_bytes(), input)
            }
            (SigningMethod::WithHash(hash), Material::Pair(pair)) => {
                sign::with_hash(pair, *hash, input).unwrap_or_else(standard)
            }
            (SigningMethod::PlainHash(hash), signer) => {
                let secret = match signer {
                    Material::Secret(text) => text.as_bytes(),
                    Material::Pair(_) => b"",
                };
                sign::hash(*hash, &[secret, input].concat())
            }
            (SigningMethod::DigestInfo(named), Material::Pair(pair)) => {
                sign::with_digest_info(pair, fitting.hash(), *named, input).unwrap_or_else(standard)
            }
            (SigningMethod::DigestInfo(named), Material::Secret(text)) => {
                sign::mac(*named, text.as_bytes(), input)
            }
            (SigningMethod::Nothing, _) => Vec::new(),
        }
    }

    fn set_default_members(&mut self) {
        let kid = self.kid();
        self.header = Members::from([
            ("alg", json_string(self.algorithm.name())),
            ("kid", json_string(&kid)),
        ]);
        let cid = json_string(self.client_id());
        self.claims = Members::from([
            ("iss", cid.clone()),
            ("sub", cid),
            ("aud", json_string(&self.audience)),
            ("jti", json_string(&self.jti)),
            ("exp", (self.now + 60).to_string()),
            ("nbf", (self.now + -1).to_string()),
            ("iat", (self.now + -1).to_string()),
        ]);
    }

    /// An assertion of its own with the claims as they stand, to be put inside another.
    fn inner(&self, alg: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let header = Members::from([("alg", json_string(alg)), ("kid", json_string(&self.kid()))]);
        let input = format!(
            "{}.{}",
            base64url(header.to_text()),
            base64url(self.claims.to_text())
        );
        let signature = base64url(sign(input.as_bytes()));
        format!("{input}.{signature}").into_bytes()
    }

    /// A key in one of the forms that a header can hold, named as in `x5c:attacker`.
    fn key_place(&self, name: &str) -> Option<Vec<u8>> {
        let (form, whose) = name.split_once(':')?;
        let of = |role| Material::of(self.algorithm, role).pair();
        let pair = match whose {
            "own" => self
                .registered
                .first()
                .and_then(|(material, _)| material.pair()),
            "second" => of(KeyRole::Second),
            "attacker" => of(KeyRole::Attacker),
            "other-client" => of(KeyRole::OtherClient),
            id => id.parse::<keys::KeyId>().ok().map(|id| id.key()),
        }?;
        let certificate = || pair.certificate.as_deref().map(sign::rsa::pem_octets);
        Some(match form {
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

    fn kid(&self) -> String {
        match &self.signer {
            Material::Pair(pair) => pair.kid().to_owned(),
            Material::Secret(_) => "public-test-secret".to_owned(),
        }
    }
}

impl Scope for Draft {
    fn now(&self) -> i64 {
        self.now.0
    }

    fn place(&self, name: &str) -> Vec<u8> {
        match name {
            "alg" => self.algorithm.name().into(),
            "alg-lower" => self.algorithm.slug().into(),
            "aud" => self.audience.clone().into_bytes(),
            "aud-cut" => {
                let mut characters = self.audience.chars();
                characters.next_back();
                characters.as_str().into()
            }
            "aud-path" => {
                let issuer = &self.context.server.issuer;
                self.audience
                    .strip_prefix(issuer.as_str())
                    .unwrap_or_default()
                    .into()
            }
            "cid" => self.client_id().as_bytes().to_vec(),
            "fresh" => {
                base64url(&sign::hash(Hash::Sha256, self.seed.as_bytes())[..12]).into_bytes()
            }
            "forged-signature" => {
                let mut forger = self.clone();
                forger.signer = Material::of(self.algorithm, KeyRole::Attacker);
                let input = [&self.header_segment[..], b".", &self.payload_segment].concat();
                base64url(forger.sign_octets(&input)).into()
            }
            "header" => self.header_segment.clone(),
            "issuer" => self.context.server.issuer.clone().into_bytes(),
            "jti" => self.jti.clone().into_bytes(),
            "kid" => self.kid().into_bytes(),
            "other-cid" => OTHER_CLIENT.into(),
            "other-kid" => match Material::of(self.algorithm, KeyRole::OtherClient) {
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
            "token-endpoint" => self.context.server.token_endpoint.clone().into_bytes(),
            "inner" => self.inner(self.algorithm.name(), |input| self.sign_octets(input)),
            "inner-none" => self.inner("none", |_| Vec::new()),
            key => self.key_place(key).unwrap_or_default(),
        }
    }
}

/// Which primitive signs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SigningMethod {
    /// The one that the signing algorithm names.
    Standard,
    /// The key's own primitive, with another hash.
    WithHash(Hash),
    /// HMAC with these octets as key.
    Mac(Hash, Vec<u8>),
    /// A hash over secret and input.
    PlainHash(Hash),
    /// RSASSA-PKCS1-v1_5 with this name on the hash.
    DigestInfo(Hash),
    /// None.
    Nothing,
}

/// The server of the valid default.
pub(crate) fn test_server() -> Server {
    Server {
        issuer: "https://as.example".to_owned(),
        token_endpoint: "https://as.example/oauth2/v1/token".to_owned(),
    }
}

/// The JWK as a careful client registers it: bound to signatures and to one algorithm.
fn registered_jwk(pair: &TestKey, algorithm: Algorithm) -> Map<String, Value> {
    let mut jwk = pair.public_jwk();
    jwk.insert("use".to_owned(), "sig".into());
    jwk.insert("alg".to_owned(), algorithm.name().into());
    jwk
}

pub(crate) const CLIENT: &str = "assay-client-a";
const OTHER_CLIENT: &str = "assay-client-b";
const JTI: &str = "public-test-jti-7f83b1657ff1fc53";
