//! A signer of whole assertions, from claims to the compact form, with one key that is prepared once.
//!
//! Two signers stand behind one interface. [`AssertionSigner::deterministic`] gives equal octets for
//! equal claims, with every algorithm, as the vectors need it. [`AssertionSigner::fast`] has the
//! throughput of the primitive; its ECDSA and PSS signatures differ each time.

use serde::Serialize;

use super::{KeyMismatch, SigningKey, fast::FastKey, sign};
use crate::{
    encoding::append_base64url,
    keys::TestKey,
    model::{Algorithm, UnixSeconds},
};

/// The claims that a careful client makes anew for each request, in the order in which they are
/// written.
#[derive(Clone, Copy, Debug)]
pub struct AssertionClaims<'a> {
    /// `iss`, which is the client.
    pub issuer: &'a str,
    /// `sub`, which is the client too.
    pub subject: &'a str,
    /// `aud`, one value.
    pub audience: &'a str,
    /// `jti`, never used before.
    pub jti: &'a str,
    /// `exp`.
    pub expires_at: UnixSeconds,
    /// `iat`.
    pub issued_at: UnixSeconds,
}

impl AssertionClaims<'_> {
    /// Appends the JSON text without white space.
    fn append_json(&self, text: &mut Vec<u8>) {
        text.extend_from_slice(br#"{"iss":"#);
        append_string(text, self.issuer);
        text.extend_from_slice(br#","sub":"#);
        append_string(text, self.subject);
        text.extend_from_slice(br#","aud":"#);
        append_string(text, self.audience);
        text.extend_from_slice(br#","jti":"#);
        append_string(text, self.jti);
        text.extend_from_slice(br#","exp":"#);
        append(text, &self.expires_at.0);
        text.extend_from_slice(br#","iat":"#);
        append(text, &self.issued_at.0);
        text.push(b'}');
    }
}

/// Signs assertions with one key.
pub struct AssertionSigner {
    /// The first segment and the period after it, the same for every assertion of the key.
    header_segment: Vec<u8>,
    primitive: Primitive,
}

enum Primitive {
    Deterministic {
        algorithm: Algorithm,
        key: OwnedKey,
        pss_seed: String,
    },
    Fast(FastKey),
}

enum OwnedKey {
    Pair(Box<TestKey>),
    Secret(Vec<u8>),
}

/// The buffers of a signer. A caller that signs many assertions keeps them, so that nothing is
/// allocated once they have grown to the size of an assertion.
#[derive(Clone, Debug, Default)]
pub struct AssertionBuffer {
    claims: Vec<u8>,
    assertion: Vec<u8>,
}

impl AssertionBuffer {
    /// The assertion that was signed last.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.assertion
    }
}

impl AssertionSigner {
    /// The signer of the vectors: ECDSA by RFC 6979, PSS with a salt that the seed decides. `kid`
    /// stands in the header.
    ///
    /// # Errors
    ///
    /// If the key's type or curve does not fit the algorithm.
    pub fn deterministic(
        algorithm: Algorithm,
        key: SigningKey<'_>,
        kid: &str,
        pss_seed: &str,
    ) -> Result<Self, KeyMismatch> {
        // A key that does not fit is an error here, and not with the first assertion.
        sign(algorithm, key, b"", pss_seed)?;
        let key = match key {
            SigningKey::Pair(pair) => OwnedKey::Pair(Box::new(pair.clone())),
            SigningKey::Secret(octets) => OwnedKey::Secret(octets.to_vec()),
        };
        Ok(Self {
            header_segment: header_segment(algorithm, kid),
            primitive: Primitive::Deterministic {
                algorithm,
                key,
                pss_seed: pss_seed.to_owned(),
            },
        })
    }

    /// The signer for throughput: `aws-lc-rs`, random where the algorithm is. `kid` stands in the
    /// header.
    ///
    /// # Errors
    ///
    /// If the key's type or curve does not fit the algorithm, or the library does not take the key.
    pub fn fast(algorithm: Algorithm, key: SigningKey<'_>, kid: &str) -> Result<Self, KeyMismatch> {
        let header_segment = header_segment(algorithm, kid);
        let primitive = Primitive::Fast(FastKey::prepare(algorithm, key, &header_segment)?);
        Ok(Self {
            header_segment,
            primitive,
        })
    }

    /// Signs claims. The assertion is in the buffer until the next one.
    ///
    /// # Errors
    ///
    /// If the primitive fails, which no prepared key gives a reason for.
    pub fn sign<'b>(
        &self,
        claims: &AssertionClaims<'_>,
        buffer: &'b mut AssertionBuffer,
    ) -> Result<&'b [u8], SigningFailed> {
        buffer.claims.clear();
        claims.append_json(&mut buffer.claims);
        let assertion = &mut buffer.assertion;
        assertion.clear();
        assertion.extend_from_slice(&self.header_segment);
        append_base64url(assertion, &buffer.claims);
        match &self.primitive {
            Primitive::Fast(key) => key.append_signature(self.header_segment.len(), assertion)?,
            Primitive::Deterministic {
                algorithm,
                key,
                pss_seed,
            } => {
                let key = match key {
                    OwnedKey::Pair(pair) => SigningKey::Pair(pair),
                    OwnedKey::Secret(octets) => SigningKey::Secret(octets),
                };
                let signature =
                    sign(*algorithm, key, assertion, pss_seed).map_err(|_| SigningFailed)?;
                assertion.push(b'.');
                append_base64url(assertion, &signature);
            }
        }
        Ok(assertion)
    }
}

/// A primitive that failed with a key that it had taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("sign: the primitive failed; the machine may be out of memory or of randomness")]
pub struct SigningFailed;

fn header_segment(algorithm: Algorithm, kid: &str) -> Vec<u8> {
    let mut header = format!(r#"{{"alg":"{algorithm}","kid":"#).into_bytes();
    append_string(&mut header, kid);
    header.push(b'}');
    let mut segment = Vec::new();
    append_base64url(&mut segment, &header);
    segment.push(b'.');
    segment
}

/// A JSON string. Nearly all hold no character that is escaped, and one look at the octets is cheaper
/// than a serializer.
fn append_string(text: &mut Vec<u8>, value: &str) {
    let needs_escape = |octet: u8| octet < 0x20 || octet == b'"' || octet == b'\\';
    // A fold and not `any`: without an early end the compiler compares many octets at a time.
    let is_plain = !value
        .bytes()
        .fold(false, |found, octet| found | needs_escape(octet));
    if is_plain {
        text.push(b'"');
        text.extend_from_slice(value.as_bytes());
        text.push(b'"');
    } else {
        append(text, value);
    }
}

fn append<T: Serialize + ?Sized>(text: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(text, value).expect("numbers and text are written to memory");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Family, ProfileId},
        oracle,
        recipe::{EVALUATION_TIME, KeyRole, Material, Recipe},
    };

    const CLAIMS: AssertionClaims<'static> = AssertionClaims {
        issuer: "assay-client-a",
        subject: "assay-client-a",
        audience: "https://as.example/oauth2/v1/token",
        jti: "\"one\"\u{7}\\",
        expires_at: UnixSeconds(EVALUATION_TIME.0 + 60),
        issued_at: UnixSeconds(EVALUATION_TIME.0 - 1),
    };

    fn signers(algorithm: Algorithm) -> (AssertionSigner, AssertionSigner) {
        match &Material::of(algorithm, KeyRole::Own) {
            Material::Pair(pair) => {
                let key = SigningKey::Pair(pair);
                (
                    AssertionSigner::deterministic(algorithm, key, pair.kid(), "seed").unwrap(),
                    AssertionSigner::fast(algorithm, key, pair.kid()).unwrap(),
                )
            }
            Material::Secret(text) => {
                let key = SigningKey::Secret(text.as_bytes());
                (
                    AssertionSigner::deterministic(algorithm, key, "a", "seed").unwrap(),
                    AssertionSigner::fast(algorithm, key, "a").unwrap(),
                )
            }
        }
    }

    #[test]
    fn both_signers_give_equal_octets_where_an_algorithm_has_one_signature() {
        let (mut one, mut other) = (AssertionBuffer::default(), AssertionBuffer::default());
        for algorithm in Algorithm::ALL {
            let (deterministic, fast) = signers(algorithm);
            let deterministic = deterministic.sign(&CLAIMS, &mut one).unwrap();
            let fast = fast.sign(&CLAIMS, &mut other).unwrap();
            match algorithm.family() {
                Family::Hmac | Family::RsaPkcs1 | Family::EdDsa => {
                    assert_eq!(fast, deterministic, "{algorithm}");
                }
                Family::Ecdsa | Family::RsaPss => {
                    let input_end = deterministic.iter().rposition(|octet| *octet == b'.');
                    let end = input_end.unwrap();
                    assert_eq!(fast[..=end], deterministic[..=end], "{algorithm}");
                    assert_eq!(fast.len(), deterministic.len(), "{algorithm}");
                    assert_ne!(fast, deterministic, "{algorithm}");
                }
            }
        }
    }

    #[test]
    fn the_oracle_accepts_what_the_fast_signer_signs_and_nothing_that_is_changed() {
        let mut buffer = AssertionBuffer::default();
        for algorithm in Algorithm::CORE
            .into_iter()
            .chain([Algorithm::PS256, Algorithm::EdDsa])
        {
            let (_, fast) = signers(algorithm);
            let recipe = Recipe::valid(ProfileId::Okta, algorithm);
            let mut presented = recipe.present_at(EVALUATION_TIME);
            let (_, check) = reading(&presented);
            assert_eq!(check, oracle::SignatureCheck::Valid, "{algorithm}");
            let signed = fast.sign(&CLAIMS, &mut buffer).unwrap().to_vec();
            for (octets, expected) in [
                (signed.clone(), oracle::SignatureCheck::Valid),
                (changed(signed), oracle::SignatureCheck::Invalid),
            ] {
                presented.steps[0].request.client_assertion = Some(crate::model::Assertion(octets));
                assert_eq!(reading(&presented).1, expected, "{algorithm}");
            }
        }
    }

    fn reading(presented: &crate::model::Presented) -> (String, oracle::SignatureCheck) {
        let mut memory = oracle::Memory::default();
        let explanation = oracle::explain(&mut memory, &presented.steps[0]).unwrap();
        (explanation.payload.unwrap(), explanation.signature)
    }

    /// Another character in the middle of the signature.
    fn changed(mut octets: Vec<u8>) -> Vec<u8> {
        let place = octets.len() - 20;
        octets[place] = if octets[place] == b'A' { b'B' } else { b'A' };
        octets
    }

    #[test]
    fn claims_are_the_json_that_a_serializer_writes() {
        // One character that is escaped at a time, so that none is seen to because of another.
        for jti in [
            "plain",
            "\u{0}",
            "\u{7}",
            "\u{1f}",
            "\"",
            "\\",
            "\u{7f}\u{430}/",
            "",
        ] {
            let claims = AssertionClaims { jti, ..CLAIMS };
            let mut text = Vec::new();
            claims.append_json(&mut text);
            let expected = serde_json::json!({
                "iss": claims.issuer,
                "sub": claims.subject,
                "aud": claims.audience,
                "jti": claims.jti,
                "exp": claims.expires_at.0,
                "iat": claims.issued_at.0,
            });
            assert_eq!(String::from_utf8(text).unwrap(), expected.to_string());
        }
    }

    #[test]
    fn a_key_that_does_not_fit_is_an_error_before_anything_is_signed() {
        let key = SigningKey::Pair(crate::keys::key("p256-a"));
        for signer in [
            AssertionSigner::fast(Algorithm::ES384, key, "a"),
            AssertionSigner::deterministic(Algorithm::ES384, key, "a", "seed"),
        ] {
            let error = signer.err().unwrap().to_string();
            assert_eq!(error, "sign with ES384: key `p256-a` does not fit it");
        }
    }
}
