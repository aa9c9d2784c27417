//! Recipes of build requests: a valid default for a profile and an algorithm, and the edits of a case.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    keys::{KeyId, SecretId},
    model::{
        Algorithm, BuildKey, BuildRequest, ClientId, Fixed, KeyFormat, Method, Profile, ProfileId,
        Server, UnixSeconds,
    },
    recipe::{EVALUATION_TIME, KeyRole, Material, Place},
};

/// The edits to the valid default request. A member that is left out has the default.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct RequestEdits {
    /// The moment, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<i64>,
    /// `client_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// `aud`, in which `${issuer}` and `${token-endpoint}` stand for the server's names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// The method, where it is not the one that the algorithm belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// The algorithm, odd ones included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// The key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyEdits>,
    /// `kid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// True where the request names no `kid`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_kid: bool,
    /// The lifetime: seconds from now to `exp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<u32>,
    /// `typ`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typ: Option<String>,
    /// True where the assertion must have no `typ`. Without a wish the builder chooses.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_typ: bool,
    /// Further claims beside the registered ones: the text of a JSON object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<String>,
}

/// The edits to the key of a request: another key, another format, other members of its JWK.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct KeyEdits {
    /// The name of a test key; without it, the algorithm's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<KeyId>,
    /// The name of a test secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretId>,
    /// The format; without it, the first that the builder reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<KeyFormat>,
    /// Additional members of the JWK: the text of a JSON object. The format is then JWK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
    /// Members taken out of the JWK. The format is then JWK.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// True where the request has the public half of the key only.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// A test key whose public members replace those of the JWK. The format is then JWK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_of: Option<KeyId>,
    /// The style of a PEM, where it is not the plain one. The format is then a PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<PemStyle>,
}

/// An unusual style of a PEM that RFC 7468 section 2 has every reader accept.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PemStyle {
    /// Lines of text before the block, as some tools write them.
    AfterText,
    /// Lines that end in CR LF.
    CrLf,
    /// A block without a line end after it.
    NoLastLineEnd,
}

impl PemStyle {
    fn apply(self, pem: &str) -> String {
        match self {
            Self::AfterText => format!("{TEXT_BEFORE}{pem}"),
            Self::CrLf => pem.replace('\n', "\r\n"),
            Self::NoLastLineEnd => pem.trim_end().to_owned(),
        }
    }
}

impl RequestEdits {
    /// The edits of both, where these take precedence over the others.
    pub(crate) fn over(&self, other: &Self) -> Self {
        Self {
            now: self.now.or(other.now),
            client_id: self.client_id.clone().or(other.client_id.clone()),
            audience: self.audience.clone().or(other.audience.clone()),
            method: self.method.or(other.method),
            algorithm: self.algorithm.clone().or(other.algorithm.clone()),
            key: self.key.clone().or(other.key.clone()),
            kid: self.kid.clone().or(other.kid.clone()),
            no_kid: self.no_kid || (self.kid.is_none() && other.no_kid),
            lifetime: self.lifetime.or(other.lifetime),
            typ: self.typ.clone().or(other.typ.clone()),
            no_typ: self.no_typ || (self.typ.is_none() && other.no_typ),
            claims: self.claims.clone().or(other.claims.clone()),
        }
    }

    /// The inputs that a builder must take from the request to honour the edits.
    #[must_use]
    pub fn needs(&self) -> Vec<Fixed> {
        let claims = self.claims.as_deref();
        let chooses_jti = claims.is_some_and(|text| text.contains("\"jti\""));
        [
            (self.audience.is_some(), Fixed::Audience),
            (claims.is_some() && !chooses_jti, Fixed::Claims),
            (chooses_jti, Fixed::Jti),
            (self.kid.is_some(), Fixed::Kid),
            (self.lifetime.is_some(), Fixed::Lifetime),
            (self.now.is_some(), Fixed::Now),
            (self.typ.is_some() || self.no_typ, Fixed::Typ),
        ]
        .into_iter()
        .filter_map(|(is_needed, what)| is_needed.then_some(what))
        .collect()
    }

    /// Checks that the texts of claims and JWK members are JSON objects.
    ///
    /// # Errors
    ///
    /// The text that is none, with the parser's message.
    pub(crate) fn check(&self) -> Result<(), String> {
        let key = self.key.as_ref().and_then(|key| key.set.as_ref());
        for text in self.claims.iter().chain(key) {
            serde_json::from_str::<Map<String, Value>>(text)
                .map_err(|error| format!("`{text}` is no JSON object: {error}"))?;
        }
        Ok(())
    }
}

/// The recipe of a build request: a valid default plus edits.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildRecipe {
    /// The profile of the server that gets the assertion.
    pub profile: ProfileId,
    /// The client's algorithm.
    pub algorithm: Algorithm,
    /// The edits that the control has as well.
    pub setup: RequestEdits,
    /// The edits of the case alone.
    pub edits: RequestEdits,
}

impl BuildRecipe {
    /// The request at the test server, for a builder that reads these key formats; `None` where none of
    /// them can hold the key of the case.
    ///
    /// # Panics
    ///
    /// As [`Self::request_in`].
    #[must_use]
    pub fn request(&self, formats: &[KeyFormat]) -> Option<BuildRequest> {
        self.request_in(Place::test(), formats)
    }

    /// The request at a place, for a builder that reads these key formats; `None` where none of them can
    /// hold the key of the case.
    ///
    /// # Panics
    ///
    /// If a text of the case is no JSON object, which the suite's compiler excludes.
    #[must_use]
    pub fn request_in(&self, place: &Place, formats: &[KeyFormat]) -> Option<BuildRequest> {
        let edits = self.all();
        let profile = Profile::get(self.profile);
        let server = place.server();
        let signer = self.signer_in(place);
        let method = edits.method.unwrap_or(Method::of(self.algorithm));
        let key = self.key(&edits, &signer, formats)?;
        let audience = match &edits.audience {
            None => profile.preferred_audience(server).to_owned(),
            Some(text) => text
                .replace("${issuer}", &server.issuer)
                .replace("${token-endpoint}", &server.token_endpoint),
        };
        let default_kid = match &signer {
            Material::Pair(pair) if !edits.no_kid => Some(pair.kid().to_owned()),
            Material::Pair(_) | Material::Secret(_) => None,
        };
        Some(BuildRequest {
            now: edits.now.map_or(EVALUATION_TIME, UnixSeconds),
            client_id: ClientId(
                edits
                    .client_id
                    .unwrap_or_else(|| place.client_id().to_owned()),
            ),
            audience,
            method,
            algorithm: edits
                .algorithm
                .unwrap_or_else(|| self.algorithm.name().to_owned()),
            key,
            kid: edits.kid.or(default_kid),
            lifetime: edits.lifetime.unwrap_or(LIFETIME),
            typ: match (edits.no_typ, edits.typ) {
                (true, _) => Some(None),
                (false, Some(typ)) => Some(Some(typ)),
                (false, None) => None,
            },
            claims: edits.claims.map_or_else(Map::new, |text| {
                serde_json::from_str(&text).expect("checked where the case was read")
            }),
            policy: profile.policy(server, method),
        })
    }

    /// The key or secret that must sign at the test server.
    #[must_use]
    pub fn signer(&self) -> Material {
        self.signer_in(Place::test())
    }

    /// The key or secret that must sign at a place.
    #[must_use]
    pub fn signer_in(&self, place: &Place) -> Material {
        let asked = self.all().key.unwrap_or_default();
        match (asked.id, asked.secret) {
            (Some(id), _) => Material::Pair(place.key(&id)),
            (None, Some(secret)) => Material::Secret(place.secret(&secret).to_owned()),
            (None, None) => place.material(self.algorithm, KeyRole::Own),
        }
    }

    /// The test server.
    #[must_use]
    pub fn server() -> Server {
        Place::test().server().clone()
    }

    /// The inputs that a builder must take from the request to honour the edits.
    #[must_use]
    pub fn needs(&self) -> Vec<Fixed> {
        self.all().needs()
    }

    /// The recipe of the control: the setup, without the edits of the case.
    #[must_use]
    pub fn control(&self) -> Self {
        Self {
            edits: RequestEdits::default(),
            ..self.clone()
        }
    }

    fn all(&self) -> RequestEdits {
        self.edits.over(&self.setup)
    }

    fn key(
        &self,
        edits: &RequestEdits,
        signer: &Material,
        formats: &[KeyFormat],
    ) -> Option<BuildKey> {
        let asked = edits.key.clone().unwrap_or_default();
        let pair = match signer {
            Material::Secret(text) => {
                return match asked.form.unwrap_or(KeyFormat::Secret) {
                    KeyFormat::Secret => Some(BuildKey::Secret(text.clone())),
                    KeyFormat::Jwk => {
                        let k = crate::encoding::base64url(text);
                        let jwk = serde_json::json!({ "kty": "oct", "k": k });
                        Some(BuildKey::Jwk(edited(jwk.as_object()?.clone(), &asked)))
                    }
                    KeyFormat::Pkcs1 | KeyFormat::Pkcs8 | KeyFormat::Sec1 => None,
                }
                .filter(|_| formats.contains(&asked.form.unwrap_or(KeyFormat::Secret)));
            }
            Material::Pair(pair) => pair,
        };
        let is_edited =
            asked.set.is_some() || !asked.remove.is_empty() || asked.public_of.is_some();
        let any = [
            KeyFormat::Jwk,
            KeyFormat::Pkcs1,
            KeyFormat::Sec1,
            KeyFormat::Pkcs8,
        ];
        let only = asked.form.or(is_edited.then_some(KeyFormat::Jwk));
        let forms = only.map_or(any.to_vec(), |only| vec![only]);
        let is_possible = |form: &KeyFormat| {
            formats.contains(form) && (asked.written.is_none() || *form != KeyFormat::Jwk)
        };
        let read = forms.into_iter().filter(is_possible);
        let pem = |text: &str| {
            let written = asked.written;
            BuildKey::Pem(written.map_or_else(|| text.to_owned(), |style| style.apply(text)))
        };
        read.into_iter().find_map(|form| {
            Some(match (form, asked.public) {
                (KeyFormat::Jwk, true) => BuildKey::Jwk(edited(pair.public_jwk(), &asked)),
                (KeyFormat::Jwk, false) => BuildKey::Jwk(edited(pair.private_jwk.clone(), &asked)),
                (KeyFormat::Pkcs8, true) => pem(&pair.spki),
                (KeyFormat::Pkcs8, false) => pem(&pair.pkcs8),
                (KeyFormat::Pkcs1, true) => pem(pair.pkcs1_public.as_ref()?),
                (KeyFormat::Pkcs1, false) => pem(pair.pkcs1.as_ref()?),
                (KeyFormat::Sec1, false) => pem(pair.sec1.as_ref()?),
                (KeyFormat::Sec1, true) | (KeyFormat::Secret, _) => return None,
            })
        })
    }
}

fn edited(mut jwk: Map<String, Value>, edits: &KeyEdits) -> Map<String, Value> {
    if let Some(other) = &edits.public_of {
        let mut members = other.key().public_jwk();
        members.remove("kid");
        jwk.extend(members);
    }
    if let Some(text) = &edits.set {
        let members: Map<String, Value> =
            serde_json::from_str(text).expect("checked where the case was read");
        jwk.extend(members);
    }
    for name in &edits.remove {
        jwk.remove(name);
    }
    jwk
}

/// The default lifetime in seconds: enough for an assertion that is used at once.
const LIFETIME: u32 = 60;
/// The lines that OpenSSL writes before a key from a PKCS#12 file.
const TEXT_BEFORE: &str = "\
Bag Attributes
    friendlyName: public-test-key
Key Attributes: <No Attributes>
";
