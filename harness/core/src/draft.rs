//! An assertion on its way from the valid default to the octets that are sent.

mod material;
mod members;
mod place;
mod plain;
mod signing;
mod spelling;
mod stage;
mod template;
mod values;

use std::{borrow::Cow, fmt::Write, sync::Arc};

use serde_json::Value;

pub use self::{
    material::{KeyRole, Material},
    members::Members,
    place::Place,
    signing::SigningMethod,
    stage::{Edit, Stage},
    template::{Scope, Template, TemplateError},
};
use self::{
    members::Member,
    plain::{Plain, Registered, registered_jwk},
};
pub(crate) use self::{members::json_string, spelling::LOOKALIKES};
use crate::{
    encoding::base64url,
    model::{
        ASSERTION_TYPE, Algorithm, Assertion, Client, Context, Method, Profile, Step, TokenRequest,
        UnixSeconds,
    },
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

    fn set_default_members(&mut self) {
        self.header = plain::header(self.algorithm, &self.signer);
        self.claims = plain::claims(self.client_id(), &self.plain.audience, self.place.jti());
        self.claims.0.extend(times(self.now));
    }
}

/// The claims that are times: one minute to live, as of a second ago.
fn times(now: UnixSeconds) -> [Member<'static>; 3] {
    [("\"exp\"", 60), ("\"nbf\"", -1), ("\"iat\"", -1)]
        .map(|(name, shift)| (name.into(), (now + shift).to_string().into()))
}
