//! The reference builder: it signs assertions without a fault, and declines every request that a careful
//! client must not sign. It knows the test keys by their material, and signs with no others.

use serde_json::{Map, Value};

use super::inspect::{REGISTERED, block_of};
use crate::{
    encoding::{base64url, read_base64url},
    keys::{self, TestKey},
    model::{
        Algorithm, BuildKey, BuildRequest, Family, KeyFormat, Level, Method, Profile, Rule,
        UnixSeconds,
    },
    recipe::{Material, Members, json_string},
    sign,
};

/// The key formats that the reference builder reads.
pub const FORMATS: [KeyFormat; 5] = [
    KeyFormat::Jwk,
    KeyFormat::Pkcs1,
    KeyFormat::Pkcs8,
    KeyFormat::Sec1,
    KeyFormat::Secret,
];

/// The reason for declining a request.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{rule}: {detail}")]
pub struct Objection {
    /// The rule that signing would break.
    pub rule: Rule,
    /// The details, without any secret.
    pub detail: String,
}

/// An assertion before it is signed.
#[derive(Clone, Debug)]
pub struct Unsigned {
    /// The algorithm that signs.
    pub algorithm: Algorithm,
    /// The key or secret that signs.
    pub signer: Material,
    /// The members of the header.
    pub header: Members<'static>,
    /// The members of the claims set.
    pub claims: Members<'static>,
}

/// Builds an assertion. `jti` must be a fresh value.
///
/// # Errors
///
/// The reason for declining.
pub fn build(request: &BuildRequest, jti: &str) -> Result<String, Objection> {
    match objections(request).into_iter().next() {
        Some(objection) => Err(objection),
        None => Ok(compose(request, jti)?.sign()),
    }
}

/// The objections to signing, in the order of the rules.
#[must_use]
pub fn objections(request: &BuildRequest) -> Vec<Objection> {
    let mut all = Vec::new();
    let profile = Profile::of_policy(&request.policy);
    let mut object = |rule: Rule, detail: String| {
        // A rule that the profile leaves open is no reason to decline.
        let level = profile.map_or(Level::Reject, |profile| profile.level(rule));
        if level == Level::Reject {
            all.push(Objection { rule, detail });
        }
    };
    let Ok(algorithm) = request.algorithm.parse::<Algorithm>() else {
        let rule = if request.algorithm.eq_ignore_ascii_case("none") {
            Rule::AlgNone
        } else {
            Rule::AlgUnknown
        };
        object(
            rule,
            format!("there is no algorithm {:?}", request.algorithm),
        );
        return all;
    };
    if Method::of(algorithm) != request.method {
        let detail = format!("{algorithm} is not of {}", request.method);
        object(Rule::BuildMethod, detail);
    } else if !request.policy.algorithms.contains(&algorithm) {
        let detail = format!("{algorithm} is not in {}", request.policy.profile);
        object(Rule::BuildAlgInProfile, detail);
    }
    if !request.policy.audience.contains(&request.audience) {
        let detail = format!("no server of {} has this name", request.policy.profile);
        object(Rule::BuildAudienceInProfile, detail);
    }
    if request.lifetime == 0 {
        object(Rule::BuildNoLife, "it would have no life".to_owned());
    }
    let cap = request.policy.max_lifetime;
    if let Some(cap) = cap.filter(|cap| request.lifetime > *cap) {
        object(Rule::Lifetime, format!("the profile allows {cap} seconds"));
    }
    if let Some(name) = REGISTERED
        .iter()
        .find(|name| **name != "jti" && request.claims.contains_key(**name))
    {
        object(
            Rule::BuildDuplicateMember,
            format!("`{name}` is set already"),
        );
    }
    let jti = request.claims.get("jti").map(Value::as_str);
    if jti.is_some_and(|jti| jti.is_none_or(str::is_empty)) {
        let detail = "the `jti` that is asked for is no text, or is empty".to_owned();
        object(Rule::BuildJtiString, detail);
    }
    object_to_key(&request.key, algorithm, &mut object);
    all
}

fn object_to_key(key: &BuildKey, algorithm: Algorithm, object: &mut impl FnMut(Rule, String)) {
    let no_fit = || format!("the key is no key for {algorithm}");
    let octets = match key {
        BuildKey::Secret(secret) => Some(secret.len()),
        BuildKey::Jwk(jwk) => symmetric(jwk).map(|octets| octets.len()),
        BuildKey::Pem(_) => None,
    };
    if let Some(octets) = octets {
        if !algorithm.is_symmetric() {
            return object(Rule::KeyType, no_fit());
        }
        let needed = algorithm.hash().output_len();
        if octets < LEAST_SECRET {
            object(
                Rule::SecretTrivial,
                format!("the secret has {octets} octets"),
            );
        } else if octets < needed {
            let detail = format!("the secret has {octets} octets, {algorithm} needs {needed}");
            object(Rule::SecretTooShort, detail);
        }
    }
    if let BuildKey::Jwk(jwk) = key {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if text("use").is_some_and(|own| own != "sig") {
            object(Rule::KeyUse, "the key is not for signatures".to_owned());
        }
        let operations = jwk.get("key_ops").and_then(Value::as_array);
        if operations.is_some_and(|own| !own.iter().any(|name| name == "sign")) {
            object(Rule::KeyOps, "the key is not for signing".to_owned());
        }
        if text("alg").is_some_and(|own| own != algorithm.name()) {
            object(Rule::KeyAlg, "the key is for another algorithm".to_owned());
        }
    }
    if octets.is_some() {
        return;
    }
    let Some(pair) = pair_of(key) else {
        return object(Rule::KeyMalformed, "this is no private key".to_owned());
    };
    let text = |name: &str| pair.private_jwk.get(name).and_then(Value::as_str);
    let fits = match algorithm.family() {
        Family::Hmac => false,
        Family::RsaPkcs1 | Family::RsaPss => text("kty") == Some("RSA"),
        Family::Ecdsa => text("crv") == algorithm.curve().map(|curve| curve.name),
        Family::EdDsa => text("crv") == Some("Ed25519"),
    };
    if !fits {
        return object(Rule::KeyType, no_fit());
    }
    if text("kty") == Some("RSA") && pair.integer("n").bits() < 2048 {
        object(
            Rule::RsaTooShort,
            "the modulus has less than 2048 bits".to_owned(),
        );
    }
}

/// Composes header, claims and key, without raising objections.
///
/// # Errors
///
/// If the request has no key that can sign.
pub fn compose(request: &BuildRequest, jti: &str) -> Result<Unsigned, Objection> {
    let signer = signer_of(&request.key).ok_or_else(|| Objection {
        rule: Rule::KeyMalformed,
        detail: "this is no private key".to_owned(),
    })?;
    let profile = Profile::of_policy(&request.policy);
    let level = |rule| profile.map(|profile| profile.level(rule));
    let mut header = Members::from([("alg", json_string(&request.algorithm))]);
    let own = match &request.key {
        BuildKey::Jwk(jwk) => jwk.get("kid").and_then(Value::as_str),
        BuildKey::Pem(_) | BuildKey::Secret(_) => None,
    };
    if let Some(kid) = request.kid.as_deref().or(own) {
        header.set("kid", json_string(kid));
    }
    let typ = match &request.typ {
        Some(asked) => asked.as_deref(),
        None if level(Rule::TypClientAuthentication) == Some(Level::Accept) => {
            Some("client-authentication+jwt")
        }
        None => None,
    };
    if let Some(typ) = typ {
        header.set("typ", json_string(typ));
    }
    // Okta requires an `iat` before the moment at which it receives the request.
    let is_now_sure = level(Rule::IatNow) == Some(Level::Accept);
    let issued = if is_now_sure {
        request.now
    } else {
        request.now + -1
    };
    let exp: UnixSeconds = request.now + i64::from(request.lifetime);
    let mut claims = Members::from([
        ("iss", json_string(&request.client_id.0)),
        ("sub", json_string(&request.client_id.0)),
        ("aud", json_string(&request.audience)),
        ("jti", json_string(chosen_jti(request).unwrap_or(jti))),
        ("exp", exp.to_string()),
        ("iat", issued.to_string()),
    ]);
    for (name, value) in &request.claims {
        if !REGISTERED.contains(&name.as_str()) {
            claims.set(name, value.to_string());
        }
    }
    Ok(Unsigned {
        // `objections` names an unknown algorithm. A sabotage that skips them still has to sign.
        algorithm: request.algorithm.parse().unwrap_or(Algorithm::HS256),
        signer,
        header,
        claims,
    })
}

impl Unsigned {
    /// The compact form, signed.
    #[must_use]
    pub fn sign(&self) -> String {
        let input = self.input();
        let signature = self.signature(input.as_bytes());
        format!("{input}.{}", base64url(signature))
    }

    /// The signing input.
    #[must_use]
    pub fn input(&self) -> String {
        let (header, claims) = (self.header.to_text(), self.claims.to_text());
        format!("{}.{}", base64url(header), base64url(claims))
    }

    /// The signature. A key that does not fit the algorithm signs with one that it fits.
    #[must_use]
    pub fn signature(&self, input: &[u8]) -> Vec<u8> {
        let key = self.signer.signing_key();
        let fitting = self.signer.fitting(self.algorithm);
        let signed = sign::sign(self.algorithm, key, input, "build");
        signed
            .or_else(|_| sign::sign(fitting, key, input, "build"))
            .unwrap_or_default()
    }
}

/// The `jti` of the request, whose sender is responsible for its freshness.
fn chosen_jti(request: &BuildRequest) -> Option<&str> {
    request.claims.get("jti").and_then(Value::as_str)
}

/// The secret or the test key that signs; `None` where a key is no test key.
fn signer_of(key: &BuildKey) -> Option<Material> {
    match key {
        BuildKey::Secret(text) => Some(Material::Secret(text.clone())),
        BuildKey::Jwk(jwk) => match symmetric(jwk) {
            Some(octets) => String::from_utf8(octets).ok().map(Material::Secret),
            None => pair_of(key).map(Material::Pair),
        },
        BuildKey::Pem(_) => pair_of(key).map(Material::Pair),
    }
}

fn pair_of(key: &BuildKey) -> Option<&'static TestKey> {
    match key {
        BuildKey::Pem(pem) => keys::all().find(|own| {
            let forms = [Some(&own.pkcs8), own.pkcs1.as_ref(), own.sec1.as_ref()];
            let mut forms = forms.into_iter().flatten();
            forms.any(|form| block_of(form).eq(block_of(pem)))
        }),
        BuildKey::Jwk(jwk) => {
            let members = ["kty", "crv", "d", "n", "x", "y"];
            jwk.get("d")?;
            keys::all().find(|own| {
                members
                    .iter()
                    .all(|name| own.private_jwk.get(*name) == jwk.get(*name))
            })
        }
        BuildKey::Secret(_) => None,
    }
}

/// The octets of a symmetric JWK.
fn symmetric(jwk: &Map<String, Value>) -> Option<Vec<u8>> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    if text("kty") != Some("oct") {
        return None;
    }
    let k = text("k").unwrap_or_default();
    read_base64url(k.as_bytes()).ok().map(|read| read.octets)
}

/// The least length of a secret in octets: 128 bits (RFC 8725 section 3.5).
const LEAST_SECRET: usize = 16;
