//! The assertion from its members to its signature, and its check by the oracle before it is handed
//! out.

use jwt_assay_core::{
    encoding::base64url,
    model::{Algorithm, Level, Profile, Rule, Server, UnixSeconds},
    oracle::{Finding, Memory, explain},
};
use serde_json::{Value, json};

use super::{
    MintError,
    choice::{ChoiceError, Material},
    claim::ExtraClaim,
};
use crate::explain::{Registration, prefers_issuer};
use crate::key_file::Signer;

/// The members of an assertion to be signed.
#[derive(Debug)]
pub struct Assertion<'a> {
    /// The profile whose server must accept it.
    pub profile: &'static Profile,
    /// The signature algorithm.
    pub algorithm: Algorithm,
    /// The `kid` of the header.
    pub kid: Option<String>,
    /// The `typ` of the header.
    pub typ: Option<String>,
    /// The value of `iss` and `sub`.
    pub client_id: String,
    /// The value of `aud`.
    pub audience: String,
    /// The time of issue.
    pub now: UnixSeconds,
    /// The seconds from the time of issue to `exp`.
    pub lifetime: u32,
    /// The value of `jti`.
    pub jti: String,
    /// Claims beside the registered ones.
    pub claims: &'a [ExtraClaim],
}

impl Assertion<'_> {
    /// Signs the assertion and writes its compact form.
    ///
    /// # Errors
    ///
    /// If the key does not fit the algorithm, or the library fails to sign.
    pub fn sign(&self, material: &Material) -> Result<String, ChoiceError> {
        let signer = match material {
            Material::Key(key) => Signer::of_key(key, self.algorithm)?,
            Material::Secret { secret, .. } => Signer::of_secret(secret, self.algorithm),
        };
        let input = format!("{}.{}", base64url(self.header()), base64url(self.payload()));
        let signature = signer.sign(input.as_bytes()).map_err(MintError::from)?;
        Ok(format!("{input}.{}", base64url(signature)))
    }

    /// Asks the oracle to read the finished assertion as a server of the profile would. Returns a
    /// note for each reason for which a server may reject it.
    ///
    /// # Errors
    ///
    /// If a server of the profile must reject it.
    ///
    /// # Panics
    ///
    /// If the oracle has no answer for a profile's own policy, which its tests exclude.
    pub fn check(&self, material: &Material, token: &str) -> Result<Vec<String>, MintError> {
        let step = self.registration(material).step(
            self.profile,
            self.server(),
            token.as_bytes(),
            self.now,
        );
        let explanation =
            explain(&mut Memory::default(), &step).expect("the policy is a profile's own");
        let in_words = |finding: &Finding| {
            let says = finding.rule.info().says;
            format!("{}: {says} (found: {})", finding.rule, finding.detail)
        };
        let profile = self.profile.id;
        let broken: Vec<String> = explanation.rejections().map(in_words).collect();
        if !broken.is_empty() {
            return Err(MintError::Rejected {
                profile,
                broken: broken.join("; "),
            });
        }
        let is_open = |finding: &&Finding| {
            matches!(finding.level, Level::May(_)) && !is_harmless(finding.rule)
        };
        let open = explanation.findings.iter().filter(is_open);
        Ok(open
            .map(|finding| format!("{profile} leaves open {}", in_words(finding)))
            .collect())
    }

    fn header(&self) -> String {
        let mut members = vec![("alg", json!(self.algorithm.name()))];
        members.extend(self.kid.as_ref().map(|kid| ("kid", json!(kid))));
        members.extend(self.typ.as_ref().map(|typ| ("typ", json!(typ))));
        object(
            members
                .into_iter()
                .map(|(name, value)| (name, value.to_string())),
        )
    }

    /// The claims of RFC 7523 section 3, without `nbf`: the assertion is to be used at once.
    fn payload(&self) -> String {
        // Okta asks for an `iat` before the time at which it receives the request.
        let is_now_sure = self.profile.level(Rule::IatNow) == Level::Accept;
        let issued = if is_now_sure { self.now } else { self.now + -1 };
        let registered: [(&str, Value); 6] = [
            ("iss", json!(self.client_id)),
            ("sub", json!(self.client_id)),
            ("aud", json!(self.audience)),
            ("jti", json!(self.jti)),
            ("exp", json!((self.now + i64::from(self.lifetime)).0)),
            ("iat", json!(issued.0)),
        ];
        let registered = registered
            .into_iter()
            .map(|(name, value)| (name, value.to_string()));
        let extra = self
            .claims
            .iter()
            .map(|claim| (claim.name.as_str(), claim.value.clone()));
        object(registered.chain(extra))
    }

    /// The client as a careful person registers it: one key, bound to one algorithm.
    fn registration(&self, material: &Material) -> Registration {
        let (jwks, secret) = match material {
            Material::Secret { secret, .. } => (None, Some(secret.text().to_owned())),
            Material::Key(key) => {
                let mut jwk = key.public_jwk().clone();
                jwk.insert("alg".to_owned(), self.algorithm.name().into());
                if let Some(kid) = &self.kid {
                    jwk.insert("kid".to_owned(), kid.clone().into());
                }
                (Some(json!({ "keys": [jwk] })), None)
            }
        };
        Registration {
            client_id: self.client_id.clone(),
            method: material.method(),
            alg: Some(self.algorithm.name().to_owned()),
            jwks,
            secret,
        }
    }

    /// The server that the assertion is for. Its other name is a placeholder, since `aud` has one.
    fn server(&self) -> Server {
        let (audience, other) = (self.audience.clone(), "urn:jwt-assay:other-name".to_owned());
        if prefers_issuer(self.profile) {
            Server {
                issuer: audience,
                token_endpoint: other,
            }
        } else {
            Server {
                issuer: other,
                token_endpoint: audience,
            }
        }
    }
}

/// Recognizes open points that every assertion with default options has, and that need no note.
fn is_harmless(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::KidAbsent
            | Rule::KidAbsentSecret
            | Rule::KeyAlgAbsent
            | Rule::TypClientAuthentication
    )
}

/// Joins members, whose values are JSON already, to an object in the given order.
fn object<'a>(members: impl Iterator<Item = (&'a str, String)>) -> String {
    let members: Vec<String> = members
        .map(|(name, value)| format!("{}:{value}", json!(name)))
        .collect();
    format!("{{{}}}", members.join(","))
}
