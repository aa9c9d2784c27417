//! The plausible ways of building an assertion wrongly.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use jwt_assay_core::{
    build::reference::Unsigned,
    encoding::base64url,
    model::{Algorithm, BuildKey, BuildRequest, Family, Hash, Rule, UnixSeconds},
    sign,
};
use serde_json::Value;

use super::Twist;

/// One way of building an assertion wrongly.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// What the broken builder does, in a few words.
    pub name: &'static str,
    /// The rule that it breaks.
    pub rule: Rule,
    /// How.
    pub(super) twist: Twist,
}

const fn way(name: &'static str, rule: Rule, twist: Twist) -> Way {
    Way { name, rule, twist }
}

use Twist::{Asks, Composes, Declines, Finishes, Jti, Says, Signs};

/// Every way.
pub const WAYS: &[Way] = &[
    // The octets.
    way("pads the segments", Rule::BuildCompact, Finishes(padded)),
    way(
        "writes the alphabet of plain base64",
        Rule::BuildCompact,
        Finishes(plain_alphabet),
    ),
    way(
        "ends the answer with a line feed",
        Rule::BuildCompact,
        Finishes(|a| format!("{a}\n")),
    ),
    way(
        "writes a fourth segment",
        Rule::BuildCompact,
        Finishes(|a| format!("{a}.")),
    ),
    way(
        "says Bearer before it",
        Rule::BuildCompact,
        Finishes(|a| format!("Bearer {a}")),
    ),
    // The header.
    way(
        "writes alg in lower case",
        Rule::BuildAlg,
        Composes(|r, u| {
            header(u, "alg", &text(&r.algorithm.to_lowercase()));
        }),
    ),
    way(
        "writes alg RS256 whatever signs",
        Rule::BuildAlg,
        Composes(|_, u| header(u, "alg", "\"RS256\"")),
    ),
    way(
        "writes alg none over a signature",
        Rule::BuildAlg,
        Composes(|_, u| header(u, "alg", "\"none\"")),
    ),
    way(
        "leaves alg out",
        Rule::BuildAlg,
        Composes(|_, u| u.header.remove("alg")),
    ),
    way(
        "leaves kid out",
        Rule::BuildKid,
        Composes(|_, u| u.header.remove("kid")),
    ),
    way(
        "writes the JWK's kid over the one asked for",
        Rule::BuildKid,
        Asks(|r| {
            if let BuildKey::Jwk(jwk) = &r.key
                && jwk.contains_key("kid")
            {
                r.kid = None;
            }
        }),
    ),
    way(
        "writes one kid for all keys",
        Rule::BuildKid,
        Composes(|_, u| header(u, "kid", "\"key-1\"")),
    ),
    way(
        "joins the header together as text",
        Rule::BuildKid,
        Composes(|r, u| {
            if let Some(kid) = &r.kid {
                header(u, "kid", &format!("\"{kid}\""));
            }
        }),
    ),
    way(
        "always writes typ JWT",
        Rule::BuildTyp,
        Composes(|_, u| header(u, "typ", "\"JWT\"")),
    ),
    way(
        "never writes typ",
        Rule::BuildTyp,
        Composes(|_, u| u.header.remove("typ")),
    ),
    way(
        "joins typ together as text",
        Rule::BuildTyp,
        Composes(|r, u| {
            if let Some(Some(typ)) = &r.typ {
                header(u, "typ", &format!("\"{typ}\""));
            }
        }),
    ),
    way(
        "writes typ JWT where none is asked for",
        Rule::BuildTypDefault,
        Composes(|r, u| {
            if r.typ.is_none() {
                header(u, "typ", "\"JWT\"");
            }
        }),
    ),
    way(
        "writes crit",
        Rule::BuildHeaderExtension,
        Composes(|_, u| header(u, "crit", "[\"exp\"]")),
    ),
    way(
        "writes b64",
        Rule::BuildHeaderExtension,
        Composes(|_, u| header(u, "b64", "true")),
    ),
    way(
        "writes cty JWT",
        Rule::BuildHeaderExtension,
        Composes(|_, u| header(u, "cty", "\"JWT\"")),
    ),
    way(
        "writes zip",
        Rule::BuildHeaderExtension,
        Composes(|_, u| header(u, "zip", "\"DEF\"")),
    ),
    way(
        "takes claims for header parameters",
        Rule::BuildHeaderExtension,
        Composes(|r, u| {
            for (name, value) in &r.claims {
                header(u, name, &value.to_string());
            }
        }),
    ),
    way(
        "puts the private JWK into the header",
        Rule::BuildPrivateKey,
        Composes(|r, u| {
            if let BuildKey::Jwk(jwk) = &r.key {
                header(u, "jwk", &Value::from(jwk.clone()).to_string());
            }
        }),
    ),
    way(
        "spreads the members of the JWK over the header",
        Rule::BuildPrivateKey,
        Composes(|r, u| {
            if let BuildKey::Jwk(jwk) = &r.key {
                for (name, value) in jwk
                    .iter()
                    .filter(|(name, _)| *name != "alg" && *name != "kid")
                {
                    header(u, name, &value.to_string());
                }
            }
        }),
    ),
    way(
        "writes alg twice",
        Rule::BuildDuplicateMember,
        Composes(|_, u| {
            let alg = u.header.0[0].clone();
            u.header.0.push(alg);
        }),
    ),
    // The claims.
    way(
        "appends claims that are there already",
        Rule::BuildDuplicateMember,
        Composes(|r, u| {
            let claims = r.claims.iter();
            u.claims
                .0
                .extend(claims.map(|(name, value)| (text(name), value.to_string())));
        }),
    ),
    way(
        "lets itself be overruled by claims",
        Rule::IssMismatch,
        Composes(|r, u| {
            for (name, value) in &r.claims {
                u.claims.set(name, value.to_string());
            }
        }),
    ),
    way(
        "joins the claims together as text",
        Rule::SubMismatch,
        Composes(|r, u| {
            let quoted = format!("\"{}\"", r.client_id.0);
            u.claims.set("iss", quoted.clone());
            u.claims.set("sub", quoted);
        }),
    ),
    way(
        "leaves iss out",
        Rule::IssMissing,
        Composes(|_, u| u.claims.remove("iss")),
    ),
    way(
        "leaves sub out",
        Rule::SubMissing,
        Composes(|_, u| u.claims.remove("sub")),
    ),
    way(
        "leaves aud out",
        Rule::AudMissing,
        Composes(|_, u| u.claims.remove("aud")),
    ),
    way(
        "writes the audience as iss",
        Rule::IssMismatch,
        Composes(|r, u| {
            u.claims.set("iss", text(&r.audience));
        }),
    ),
    way(
        "writes the client_id in lower case",
        Rule::IssMismatch,
        Asks(|r| r.client_id.0 = r.client_id.0.to_lowercase()),
    ),
    way(
        "trims the client_id",
        Rule::IssMismatch,
        Asks(|r| r.client_id.0 = r.client_id.0.trim().to_owned()),
    ),
    way(
        "drops what is not ASCII",
        Rule::IssMismatch,
        Asks(|r| r.client_id.0.retain(|c| c.is_ascii())),
    ),
    way(
        "drops control characters",
        Rule::IssMismatch,
        Asks(|r| r.client_id.0.retain(|c| !c.is_control())),
    ),
    way(
        "stops at U+0000",
        Rule::IssMismatch,
        Asks(|r| {
            r.client_id.0 = r
                .client_id
                .0
                .split('\0')
                .next()
                .unwrap_or_default()
                .to_owned();
        }),
    ),
    way(
        "escapes for HTML",
        Rule::IssMismatch,
        Asks(|r| r.client_id.0 = r.client_id.0.replace('<', "&lt;")),
    ),
    way(
        "writes a client_id of digits as a number",
        Rule::IssType,
        Composes(|r, u| {
            if r.client_id.0.bytes().all(|octet| octet.is_ascii_digit())
                && !r.client_id.0.is_empty()
            {
                u.claims
                    .set("iss", r.client_id.0.trim_start_matches('0').to_owned());
            }
        }),
    ),
    way(
        "names the server twice in aud",
        Rule::BuildAudience,
        Composes(|r, u| {
            let audience = text(&r.audience);
            u.claims
                .set("aud", format!("[{audience},\"https://as.example\"]"));
        }),
    ),
    way(
        "writes aud as an array",
        Rule::BuildAudienceString,
        Composes(|r, u| {
            u.claims.set("aud", format!("[{}]", text(&r.audience)));
        }),
    ),
    way(
        "always writes the issuer as aud",
        Rule::BuildAudience,
        Composes(|_, u| {
            u.claims.set("aud", "\"https://as.example\"".to_owned());
        }),
    ),
    way(
        "always writes the token endpoint as aud",
        Rule::BuildAudience,
        Composes(|_, u| {
            u.claims
                .set("aud", "\"https://as.example/oauth2/v1/token\"".to_owned());
        }),
    ),
    way(
        "ends aud with a slash",
        Rule::BuildAudience,
        Composes(|r, u| {
            u.claims.set("aud", text(&format!("{}/", r.audience)));
        }),
    ),
    way(
        "leaves exp out",
        Rule::ExpMissing,
        Composes(|_, u| u.claims.remove("exp")),
    ),
    way(
        "writes exp as a string",
        Rule::ExpType,
        Composes(|r, u| {
            u.claims.set("exp", text(&exp(r).to_string()));
        }),
    ),
    way(
        "writes times as doubles",
        Rule::BuildIntegerTime,
        Composes(|r, u| {
            u.claims.set("exp", format!("{}.0", exp(r)));
        }),
    ),
    way(
        "writes times with an exponent",
        Rule::BuildIntegerTime,
        Composes(|r, u| {
            u.claims.set("exp", format!("{}e0", exp(r)));
        }),
    ),
    way(
        "writes exp in milliseconds",
        Rule::BuildSeconds,
        Composes(|r, u| {
            u.claims.set("exp", format!("{}000", exp(r)));
        }),
    ),
    way(
        "writes iat in milliseconds",
        Rule::BuildSeconds,
        Composes(|r, u| {
            u.claims.set("iat", format!("{}000", r.now.0));
        }),
    ),
    way(
        "writes the lifetime as exp",
        Rule::BuildExpFuture,
        Composes(|r, u| {
            u.claims.set("exp", r.lifetime.to_string());
        }),
    ),
    way(
        "lives an hour whatever is asked for",
        Rule::BuildLifetime,
        Asks(|r| r.lifetime = r.lifetime.max(3600)),
    ),
    way(
        "takes the lifetime for minutes",
        Rule::BuildLifetime,
        Composes(|r, u| {
            u.claims
                .set("exp", (r.now + 60 * i64::from(r.lifetime)).to_string());
        }),
    ),
    way(
        "adds a minute of grace to exp",
        Rule::BuildLifetime,
        Composes(|r, u| {
            u.claims.set("exp", (exp(r) + 60).to_string());
        }),
    ),
    way(
        "asks its own clock",
        Rule::BuildClock,
        Asks(|r| r.now = UnixSeconds(1_750_000_000)),
    ),
    way(
        "counts in 31 bits",
        Rule::BuildClock,
        Asks(|r| r.now = UnixSeconds(r.now.0 & 0x7fff_ffff)),
    ),
    way(
        "counts in 32 bits",
        Rule::BuildClock,
        Asks(|r| r.now = UnixSeconds(r.now.0 & 0xffff_ffff)),
    ),
    way(
        "never goes back in time",
        Rule::BuildClock,
        Asks(|r| r.now = r.now.max(UnixSeconds(1_650_000_000))),
    ),
    way(
        "writes local time",
        Rule::BuildClock,
        Composes(|r, u| {
            u.claims.set("iat", (r.now + 7200).to_string());
        }),
    ),
    way(
        "issues a moment ahead",
        Rule::BuildIssuedAhead,
        Composes(|r, u| {
            u.claims.set("iat", (r.now + 5).to_string());
        }),
    ),
    way(
        "is not good before a moment ahead",
        Rule::BuildNotBefore,
        Composes(|r, u| {
            u.claims.set("nbf", (r.now + 5).to_string());
        }),
    ),
    way(
        "writes exp as nbf",
        Rule::BuildNotBefore,
        Composes(|r, u| {
            u.claims.set("nbf", exp(r).to_string());
        }),
    ),
    way(
        "drops the other claims",
        Rule::BuildClaims,
        Asks(|r| r.claims.clear()),
    ),
    way(
        "drops claims that are null",
        Rule::BuildClaims,
        Asks(|r| r.claims.retain(|_, v| !v.is_null())),
    ),
    way(
        "reads numbers as doubles",
        Rule::BuildClaims,
        Composes(|r, u| {
            for (name, value) in &r.claims {
                if let Some(number) = value.as_f64() {
                    u.claims.set(name, Value::from(number).to_string());
                }
            }
        }),
    ),
    way(
        "writes other claims as strings",
        Rule::BuildClaims,
        Composes(|r, u| {
            for (name, value) in r.claims.iter().filter(|(_, value)| !value.is_string()) {
                u.claims.set(name, text(&value.to_string()));
            }
        }),
    ),
    // `jti`.
    way(
        "leaves jti out",
        Rule::JtiMissing,
        Composes(|_, u| u.claims.remove("jti")),
    ),
    way(
        "writes jti as a number",
        Rule::BuildJtiString,
        Composes(|r, u| {
            u.claims.set("jti", r.now.to_string());
        }),
    ),
    way(
        "writes an empty jti",
        Rule::BuildJtiString,
        Jti(|_, _| String::new()),
    ),
    way(
        "writes one jti for ever",
        Rule::BuildJtiUnique,
        Jti(|_, _| "public-test-jti".to_owned()),
    ),
    way(
        "writes the time as jti",
        Rule::BuildJtiUnique,
        Jti(|r, _| r.now.to_string()),
    ),
    way(
        "counts jti from its start",
        Rule::BuildJtiUnique,
        Jti(|_, since| format!("jti-{since}")),
    ),
    way(
        "draws jti from a seed of its start",
        Rule::BuildJtiUnique,
        Jti(|_, since| base64url(&sign::hash(Hash::Sha256, &since.to_be_bytes())[..16])),
    ),
    way(
        "draws jti from eight bits",
        Rule::BuildJtiUnique,
        Jti(|_, since| base64url(&sign::hash(Hash::Sha256, &since.to_be_bytes())[..1])),
    ),
    way(
        "makes jti of client_id and time",
        Rule::BuildJtiUnique,
        Jti(|r, _| {
            base64url(sign::hash(
                Hash::Sha256,
                format!("{}{}", r.client_id, r.now).as_bytes(),
            ))
        }),
    ),
    // The signature.
    way(
        "writes ECDSA signatures as DER",
        Rule::BuildSignatureLength,
        Signs(|_, u, input| {
            let raw = u.signature(input.as_bytes());
            match u.algorithm.family() {
                Family::Ecdsa => der(&raw),
                Family::Hmac | Family::RsaPkcs1 | Family::RsaPss | Family::EdDsa => raw,
            }
        }),
    ),
    way(
        "drops the zeros of r and s",
        Rule::BuildSignatureLength,
        Signs(|_, u, input| {
            let raw = u.signature(input.as_bytes());
            match u.algorithm.family() {
                Family::Ecdsa => {
                    let (r, s) = raw.split_at(raw.len() / 2);
                    [without_zeros(r), without_zeros(s)].concat()
                }
                Family::Hmac | Family::RsaPkcs1 | Family::RsaPss | Family::EdDsa => raw,
            }
        }),
    ),
    way(
        "drops the zeros of an RSA signature",
        Rule::BuildSignatureLength,
        Signs(|_, u, input| {
            let raw = u.signature(input.as_bytes());
            match u.algorithm.family() {
                Family::RsaPkcs1 | Family::RsaPss => without_zeros(&raw).to_vec(),
                Family::Hmac | Family::Ecdsa | Family::EdDsa => raw,
            }
        }),
    ),
    way(
        "cuts a MAC in half",
        Rule::BuildSignatureLength,
        Signs(|_, u, input| {
            let raw = u.signature(input.as_bytes());
            match u.algorithm.family() {
                Family::Hmac => raw[..raw.len() / 2].to_vec(),
                Family::RsaPkcs1 | Family::RsaPss | Family::Ecdsa | Family::EdDsa => raw,
            }
        }),
    ),
    way(
        "signs with another hash",
        Rule::BuildSignature,
        Composes(|_, u| {
            u.algorithm = match u.algorithm {
                Algorithm::RS256 => Algorithm::RS512,
                Algorithm::PS256 => Algorithm::PS512,
                other => other,
            };
        }),
    ),
    way(
        "signs PS where RS is asked for",
        Rule::BuildSignature,
        Composes(|_, u| {
            u.algorithm = match u.algorithm {
                Algorithm::RS256 => Algorithm::PS256,
                other => other,
            };
        }),
    ),
    way(
        "signs the payload without the header",
        Rule::BuildSignature,
        Signs(|_, u, input| {
            let (_, payload) = input.split_once('.').unwrap_or_default();
            u.signature(payload.as_bytes())
        }),
    ),
    way(
        "changes the payload after it has signed",
        Rule::BuildSignature,
        Signs(|_, u, input| u.signature(input.to_lowercase().as_bytes())),
    ),
    way(
        "decodes the secret as base64url",
        Rule::BuildSignature,
        Signs(|r, u, input| {
            with_secret(r, u, input, |text| {
                let cut = text.len() / 4 * 4;
                URL_SAFE_NO_PAD.decode(&text[..cut]).ok()
            })
        }),
    ),
    way(
        "decodes the secret as hexadecimal digits",
        Rule::BuildSignature,
        Signs(|r, u, input| {
            with_secret(r, u, input, |text| {
                let pairs = (0..text.len()).step_by(2).map(|at| text.get(at..at + 2));
                pairs
                    .map(|pair| u8::from_str_radix(pair?, 16).ok())
                    .collect()
            })
        }),
    ),
    way(
        "reads the secret as Latin-1",
        Rule::BuildSignature,
        Signs(|r, u, input| {
            with_secret(r, u, input, |text| {
                text.chars()
                    .map(|character| u8::try_from(character).ok())
                    .collect()
            })
        }),
    ),
    way(
        "stops in the secret at U+0000",
        Rule::BuildSignature,
        Signs(|r, u, input| {
            with_secret(r, u, input, |text| {
                text.split('\0').next().map(|t| t.as_bytes().to_vec())
            })
        }),
    ),
    way(
        "decodes percent signs in the secret",
        Rule::BuildSignature,
        Signs(|r, u, input| {
            with_secret(r, u, input, |text| {
                Some(text.replace("%2B", "+").replace('+', " ").into_bytes())
            })
        }),
    ),
    way(
        "cuts the secret at 64 octets",
        Rule::BuildSignature,
        Signs(|r, u, input| with_secret(r, u, input, |text| Some(text.bytes().take(64).collect()))),
    ),
    way(
        "uses one nonce for all signatures",
        Rule::BuildNonce,
        Signs(|_, u, input| {
            let mut raw = u.signature(input.as_bytes());
            if u.algorithm.family() == Family::Ecdsa {
                let half = raw.len() / 2;
                raw[..half].fill(7);
            }
            raw
        }),
    ),
    // What it says, and what it will not do.
    way(
        "shows the key where it declines",
        Rule::BuildSecretShown,
        Says(|r| match &r.key {
            BuildKey::Jwk(jwk) => format!("no algorithm for {}", Value::from(jwk.clone())),
            BuildKey::Pem(text) | BuildKey::Secret(text) => format!("no algorithm for {text}"),
        }),
    ),
    way(
        "takes no JWK",
        Rule::BuildPrivateKey,
        Declines(|r| matches!(r.key, BuildKey::Jwk(_))),
    ),
    way(
        "takes no PKCS#8",
        Rule::BuildSignature,
        Declines(
            |r| matches!(&r.key, BuildKey::Pem(pem) if pem.starts_with("-----BEGIN PRIVATE KEY-----")),
        ),
    ),
    way(
        "takes no kid with a space or a mark in it",
        Rule::BuildKid,
        Declines(|r| {
            r.kid
                .as_ref()
                .is_some_and(|kid| kid.contains(['&', '%', '"']))
        }),
    ),
    way(
        "takes no typ but JWT",
        Rule::BuildTyp,
        Declines(|r| matches!(&r.typ, Some(Some(typ)) if typ != "JWT")),
    ),
    way(
        "takes no other claims",
        Rule::BuildClaims,
        Declines(|r| !r.claims.is_empty()),
    ),
    way(
        "takes no time after 2038",
        Rule::BuildClock,
        Declines(|r| r.now.0 > 0x7fff_ffff),
    ),
    way(
        "takes no lifetime over five minutes",
        Rule::BuildLifetime,
        Declines(|r| r.lifetime > 300),
    ),
    way(
        "takes no RSA key over 3072 bits",
        Rule::BuildSignature,
        Declines(|r| match &r.key {
            BuildKey::Jwk(jwk) => jwk
                .get("n")
                .and_then(Value::as_str)
                .is_some_and(|n| n.len() > 512),
            BuildKey::Pem(_) | BuildKey::Secret(_) => false,
        }),
    ),
    way(
        "asks secrets for one octet more than it must",
        Rule::BuildSignature,
        Declines(|r| {
            let needed = r
                .algorithm
                .parse::<Algorithm>()
                .map(|a| a.hash().output_len());
            matches!((&r.key, needed), (BuildKey::Secret(text), Ok(needed)) if text.len() <= needed)
        }),
    ),
    way(
        "takes no client_id that is no word",
        Rule::IssMismatch,
        Declines(|r| r.client_id.0.contains([':', '{', ' '])),
    ),
    way(
        "declines the other name of the server",
        Rule::BuildAudience,
        Declines(|r| r.audience != "https://as.example/oauth2/v1/token"),
    ),
];

fn header(unsigned: &mut Unsigned, name: &str, value: &str) {
    unsigned.header.set(name, value.to_owned());
}

/// Text as a JSON string.
fn text(text: &str) -> String {
    Value::from(text).to_string()
}

fn exp(request: &BuildRequest) -> UnixSeconds {
    request.now + i64::from(request.lifetime)
}

fn reencoded(assertion: &str, encode: impl Fn(Vec<u8>) -> String) -> String {
    let segments = assertion.split('.').map(|segment| {
        let octets = URL_SAFE_NO_PAD.decode(segment).unwrap_or_default();
        encode(octets)
    });
    segments.collect::<Vec<_>>().join(".")
}

fn padded(assertion: &str) -> String {
    reencoded(assertion, |octets| URL_SAFE.encode(octets))
}

fn plain_alphabet(assertion: &str) -> String {
    reencoded(assertion, |octets| STANDARD.encode(octets))
}

/// Signed with other octets for the secret, where the text can be read as these.
fn with_secret(
    request: &BuildRequest,
    unsigned: &Unsigned,
    input: &str,
    read: impl Fn(&str) -> Option<Vec<u8>>,
) -> Vec<u8> {
    let octets = match &request.key {
        BuildKey::Secret(text) => read(text),
        BuildKey::Jwk(_) | BuildKey::Pem(_) => None,
    };
    match octets {
        Some(octets) => sign::mac(unsigned.algorithm.hash(), &octets, input.as_bytes()),
        None => unsigned.signature(input.as_bytes()),
    }
}

fn without_zeros(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    &octets[zeros..]
}

/// ECDSA-Sig-Value (RFC 3279 section 2.2.3).
fn der(raw: &[u8]) -> Vec<u8> {
    let integer = |octets: &[u8]| {
        let octets = without_zeros(octets);
        let sign = if octets.first().is_some_and(|first| *first >= 0x80) {
            &[0][..]
        } else {
            &[]
        };
        let body = [sign, octets].concat();
        [&[2, u8::try_from(body.len()).unwrap_or(u8::MAX)][..], &body].concat()
    };
    let (r, s) = raw.split_at(raw.len() / 2);
    let body = [integer(r), integer(s)].concat();
    let length = u8::try_from(body.len()).unwrap_or(u8::MAX);
    match length < 0x80 {
        true => [&[0x30, length][..], &body].concat(),
        false => [&[0x30, 0x81, length][..], &body].concat(),
    }
}
