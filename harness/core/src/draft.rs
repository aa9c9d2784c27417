//! An assertion on its way from the valid default to the octets that are sent.

use std::{borrow::Cow, fmt::Write, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

mod material;
mod members;
mod place;
mod plain;
mod spelling;
mod stage;
mod template;

pub use self::{
    material::{KeyRole, Material},
    members::Members,
    place::Place,
    stage::{Edit, Stage},
    template::{Scope, Template, TemplateError},
};
use self::{
    members::Member,
    place::split_url,
    plain::{Plain, Registered, registered_jwk},
};
pub(crate) use self::{members::json_string, spelling::LOOKALIKES};
use crate::{
    encoding::{base64url, pem_octets},
    model::{
        ASSERTION_TYPE, Algorithm, Assertion, Client, Context, Hash, Method, Profile, Step,
        TokenRequest, UnixSeconds,
    },
    sign,
};

/// Everything that edits can change, stage by stage.
#[derive(Clone, Debug)]
pub struct Draft<'p> {
    place: &'p Place,
    plain: &'p Plain,
    /// The client's algorithm.
    pub algorithm: Algorithm,
    /// The evaluation time.
    pub now: UnixSeconds,
    /// The server's knowledge; of the client's keys, those of the valid default.
    pub context: Arc<Context>,
    /// The keys that the client registers, each with its JWK as registered; those of the valid
    /// default until an edit changes them.
    pub registered: Cow<'p, [Registered]>,
    /// A JWK Set to register as it stands, instead of those keys.
    pub jwks: Option<Value>,
    /// The members of the JOSE header.
    pub header: Members<'p>,
    /// The members of the claims set.
    pub claims: Members<'p>,
    /// The header's text.
    pub header_text: Vec<u8>,
    /// The claims set's text.
    pub payload_text: Vec<u8>,
    /// The first segment.
    pub header_segment: Vec<u8>,
    /// The second segment.
    pub payload_segment: Vec<u8>,
    /// The key that signs.
    pub signer: Material,
    /// The algorithm that really signs.
    pub signing_algorithm: Algorithm,
    /// The primitive that signs.
    pub signing_method: SigningMethod,
    /// The octets that are signed; `None` for the two segments with a period between.
    pub signing_input: Option<Vec<u8>>,
    /// The octets of the signature.
    pub signature: Vec<u8>,
    /// The third segment.
    pub signature_segment: Vec<u8>,
    /// The whole assertion.
    pub token: Vec<u8>,
    /// The token request.
    pub request: TokenRequest,
    /// Decides what must not repeat, such as PSS salts.
    pub seed: String,
    is_signed: bool,
    is_registered: bool,
}

impl<'p> Draft<'p> {
    /// The valid default at a moment: all registered claims, one minute to live, a key of its own. The
    /// recipe's seed and the number of the step decide what must not repeat.
    pub(crate) fn new(
        place: &'p Place,
        (profile, algorithm): (&'static Profile, Algorithm),
        now: UnixSeconds,
        (seed, step): (&str, usize),
    ) -> Self {
        let plain = place.plain(profile, algorithm);
        let mut own = String::with_capacity(seed.len() + 3);
        write!(own, "{seed}#{step}").expect("a text takes any text");
        Self {
            place,
            plain,
            algorithm: plain.algorithm,
            now,
            context: Arc::clone(&plain.context),
            registered: Cow::Borrowed(&plain.registered),
            jwks: None,
            header: Members(plain.header.borrowed().collect()),
            claims: Members(plain.claims.borrowed().chain(times(now)).collect()),
            header_text: Vec::new(),
            payload_text: Vec::new(),
            header_segment: Vec::new(),
            payload_segment: Vec::new(),
            signer: plain.signer.clone(),
            signing_algorithm: plain.algorithm,
            signing_method: SigningMethod::Standard,
            signing_input: None,
            signature: Vec::new(),
            signature_segment: Vec::new(),
            token: Vec::new(),
            request: TokenRequest::default(),
            seed: own,
            is_signed: false,
            is_registered: true,
        }
    }

    /// Applies edits, which must be in the order of their stages, and does between them what a
    /// careful client does.
    pub fn build(&mut self, edits: &[&impl Edit]) {
        let mut edits = edits.iter().peekable();
        for stage in Stage::ALL {
            self.enter(stage);
            while let Some(edit) = edits.next_if(|edit| edit.stage() == stage) {
                edit.apply(self);
            }
        }
    }

    /// Takes over what an earlier draft signed.
    pub(crate) fn resend(&mut self, earlier: &Self) {
        self.header_segment.clone_from(&earlier.header_segment);
        self.payload_segment.clone_from(&earlier.payload_segment);
        self.signature.clone_from(&earlier.signature);
        self.is_signed = true;
    }

    /// The server and its clients.
    #[must_use]
    pub const fn place(&self) -> &'p Place {
        self.place
    }

    /// The key or secret that a party has for the client's algorithm.
    #[must_use]
    pub fn material(&self, role: KeyRole) -> Material {
        self.place.material(self.algorithm, role)
    }

    /// The client that the assertion is meant to authenticate.
    pub fn client(&mut self) -> &mut Client {
        &mut Arc::make_mut(&mut self.context).clients[0]
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
                let jwk = registered_jwk(pair, self.algorithm);
                self.registered = Cow::Owned(vec![(material.clone(), jwk)]);
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
            self.registered.to_mut().push((material, jwk));
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

    /// The step that is presented.
    #[must_use]
    pub(crate) fn into_step(mut self) -> Step {
        let keys = std::mem::take(&mut self.registered);
        if let Some(jwks) = self.jwks.take() {
            let client = self.client();
            client.jwks = Some(jwks);
            client.pems.clear();
        } else if let Cow::Owned(keys) = keys
            && Method::of(self.algorithm) == Method::PrivateKeyJwt
        {
            let keys = keys.into_iter().filter_map(|(material, jwk)| {
                let pair = material.pair()?;
                Some((Value::Object(jwk), pair.spki.clone()))
            });
            let (jwks, pems): (Vec<Value>, Vec<String>) = keys.unzip();
            let client = self.client();
            client.jwks = Some(serde_json::json!({ "keys": jwks }));
            client.pems = pems;
        }
        if !self.is_registered {
            Arc::make_mut(&mut self.context).clients.remove(0);
        }
        Step {
            now: self.now,
            context: self.context,
            request: self.request,
        }
    }

    /// Does what a careful client does on reaching a stage.
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
        self.header = plain::header(self.algorithm, &self.signer);
        self.claims = plain::claims(self.client_id(), &self.plain.audience);
        self.claims.0.extend(times(self.now));
    }

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

/// The claims that are times: one minute to live, as of a second ago.
fn times(now: UnixSeconds) -> [Member<'static>; 3] {
    [("\"exp\"", 60), ("\"nbf\"", -1), ("\"iat\"", -1)]
        .map(|(name, shift)| (name.into(), (now + shift).to_string().into()))
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
            "jti" => plain::JTI.into(),
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

/// The primitive that signs.
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
