//! A valid default request for a profile and an algorithm, and what a case asks for instead.

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

/// What is asked for instead of the valid default. Everything that is not said is the default.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ask {
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
    pub key: Option<AskedKey>,
    /// `kid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// No `kid` is asked for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_kid: bool,
    /// Seconds to `exp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<u32>,
    /// `typ`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typ: Option<String>,
    /// No `typ` is asked for, which is more than not to ask for one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_typ: bool,
    /// Claims beside the registered ones: the text of a JSON object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<String>,
}

/// Which key, in which form, and what its JWK says.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct AskedKey {
    /// The name of a test key; the algorithm's own where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<KeyId>,
    /// The name of a test secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretId>,
    /// The form; any that the builder reads where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<KeyFormat>,
    /// Members that the JWK has besides, the text of a JSON object; then the form is JWK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
    /// Members that the JWK lacks; then the form is JWK.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// The public half only.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// A test key whose public members stand in the JWK in place of its own; then the form is JWK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_of: Option<KeyId>,
    /// How a PEM is written otherwise than in the plain way; then the form is a PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<Written>,
}

/// How a PEM is written: RFC 7468 section 2 has readers take each of these.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Written {
    /// Lines of text stand before the block, as some tools write them.
    AfterText,
    /// Lines end in CR LF.
    CrLf,
    /// No line end follows the block.
    NoLastLineEnd,
}

impl Written {
    fn over(self, pem: &str) -> String {
        match self {
            Self::AfterText => format!("{TEXT_BEFORE}{pem}"),
            Self::CrLf => pem.replace('\n', "\r\n"),
            Self::NoLastLineEnd => pem.trim_end().to_owned(),
        }
    }
}

impl Ask {
    /// These wishes where they say something, else the others.
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

    /// What a builder must let itself be told.
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

    /// That the texts in it are what they must be.
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub(crate) fn check(&self) -> Result<(), String> {
        let key = self.key.as_ref().and_then(|key| key.set.as_ref());
        for text in self.claims.iter().chain(key) {
            serde_json::from_str::<Map<String, Value>>(text)
                .map_err(|error| format!("`{text}` is no JSON object: {error}"))?;
        }
        Ok(())
    }
}

/// How a request is made.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildRecipe {
    /// Which server the assertion is for.
    pub profile: ProfileId,
    /// The client's algorithm.
    pub algorithm: Algorithm,
    /// What the control asks for as well.
    pub setup: Ask,
    /// What the case asks for.
    pub ask: Ask,
}

impl BuildRecipe {
    /// The request at the test server, for a builder that reads these forms of keys; `None` where it
    /// reads none that the case can be asked with.
    ///
    /// # Panics
    ///
    /// As [`Self::request_in`].
    #[must_use]
    pub fn request(&self, formats: &[KeyFormat]) -> Option<BuildRequest> {
        self.request_in(Place::test(), formats)
    }

    /// The request at a place, for a builder that reads these forms of keys; `None` where it reads
    /// none that the case can be asked with.
    ///
    /// # Panics
    ///
    /// Where a text of the case is no JSON object, which the
    /// suite's compiler excludes.
    #[must_use]
    pub fn request_in(&self, place: &Place, formats: &[KeyFormat]) -> Option<BuildRequest> {
        let ask = self.all();
        let profile = Profile::get(self.profile);
        let server = place.server();
        let signer = self.signer_in(place);
        let method = ask.method.unwrap_or(Method::of(self.algorithm));
        let key = self.key(&ask, &signer, formats)?;
        let audience = match &ask.audience {
            None => profile.preferred_audience(server).to_owned(),
            Some(text) => text
                .replace("${issuer}", &server.issuer)
                .replace("${token-endpoint}", &server.token_endpoint),
        };
        let default_kid = match &signer {
            Material::Pair(pair) if !ask.no_kid => Some(pair.kid().to_owned()),
            Material::Pair(_) | Material::Secret(_) => None,
        };
        Some(BuildRequest {
            now: ask.now.map_or(EVALUATION_TIME, UnixSeconds),
            client_id: ClientId(
                ask.client_id
                    .unwrap_or_else(|| place.client_id().to_owned()),
            ),
            audience,
            method,
            algorithm: ask
                .algorithm
                .unwrap_or_else(|| self.algorithm.name().to_owned()),
            key,
            kid: ask.kid.or(default_kid),
            lifetime: ask.lifetime.unwrap_or(LIFETIME),
            typ: match (ask.no_typ, ask.typ) {
                (true, _) => Some(None),
                (false, Some(typ)) => Some(Some(typ)),
                (false, None) => None,
            },
            claims: ask.claims.map_or_else(Map::new, |text| {
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

    /// What a builder must let itself be told.
    #[must_use]
    pub fn needs(&self) -> Vec<Fixed> {
        self.all().needs()
    }

    /// The recipe of the control: with the one thing undone.
    #[must_use]
    pub fn control(&self) -> Self {
        Self {
            ask: Ask::default(),
            ..self.clone()
        }
    }

    fn all(&self) -> Ask {
        self.ask.over(&self.setup)
    }

    fn key(&self, ask: &Ask, signer: &Material, formats: &[KeyFormat]) -> Option<BuildKey> {
        let asked = ask.key.clone().unwrap_or_default();
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
            BuildKey::Pem(written.map_or_else(|| text.to_owned(), |how| how.over(text)))
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

fn edited(mut jwk: Map<String, Value>, asked: &AskedKey) -> Map<String, Value> {
    if let Some(other) = &asked.public_of {
        let mut members = other.key().public_jwk();
        members.remove("kid");
        jwk.extend(members);
    }
    if let Some(text) = &asked.set {
        let members: Map<String, Value> =
            serde_json::from_str(text).expect("checked where the case was read");
        jwk.extend(members);
    }
    for name in &asked.remove {
        jwk.remove(name);
    }
    jwk
}

/// Seconds: what is recommended for assertions that are used at once.
const LIFETIME: u32 = 60;
/// What OpenSSL writes before a key that it takes out of a PKCS#12 file.
const TEXT_BEFORE: &str = "\
Bag Attributes
    friendlyName: public-test-key
Key Attributes: <No Attributes>
";
