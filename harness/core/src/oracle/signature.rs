//! The signature: RFC 7515 section 5.2, step 8, RFC 7518 section 3.

mod arithmetic;

use aws_lc_rs::{constant_time, hmac};
use num_bigint::BigUint;

use super::{
    examination::Examination,
    finding::SignatureCheck,
    key::{Candidate, Candidates, Form, KeyProblem, PublicKey, limits},
};
use crate::{
    json::Object,
    model::{Algorithm, Family, Hash, Method, Rule},
    sign::{
        mac_algorithm,
        rsa::{is_pss_block, pkcs1_block},
    },
};

/// The outcome of checking one signature with one key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Check {
    /// It is not the key's signature over these octets.
    Invalid,
    /// It is.
    Valid,
}

impl Examination<'_> {
    /// RFC 7523 section 3, item 9: signed or with a MAC, by the client and no other party.
    pub(super) fn read_signature(
        &mut self,
        header: &Object<'_>,
        algorithm: Option<Algorithm>,
        signature: &[u8],
        input: &[u8],
    ) {
        // Without an algorithm, or a client, there is nothing to check with; the stage that found none
        // has noted why.
        let (Some(algorithm), Some(client)) = (algorithm, self.client) else {
            return;
        };
        let check = match client.method {
            Method::ClientSecretJwt => {
                match header.get("kid", self.reading) {
                    None => self.note(Rule::KidAbsentSecret, "the header has no `kid`"),
                    // It names nothing here, and must be a string all the same.
                    Some(kid) => {
                        self.read_kid(Some(kid), 0);
                    }
                }
                let Some(secret) = client.secret.as_deref() else {
                    return self.note(Rule::NoUsableKey, "the client has no secret");
                };
                self.read_secret(secret, algorithm);
                check_mac(algorithm.hash(), secret.as_bytes(), input, signature)
            }
            Method::PrivateKeyJwt => {
                let Some(check) = self.check_with_keys(header, algorithm, signature, input) else {
                    return;
                };
                check
            }
        };
        self.explanation.signature = match check {
            Check::Valid => SignatureCheck::Valid,
            Check::Invalid => SignatureCheck::Invalid,
        };
        match (check, self.key_parameter(header)) {
            (Check::Valid, _) => {}
            (Check::Invalid, None) => {
                let detail = format!("the {algorithm} signature is not the client's");
                self.note(Rule::Signature, detail);
            }
            // RFC 8725 section 3.10: a server that accepts it has believed the token about its own key.
            (Check::Invalid, Some(parameter)) => {
                let detail =
                    format!("no registered key made the signature, whatever `{parameter}` says");
                self.note(Rule::HeaderKey, detail);
            }
        }
    }

    /// Tries the keys that `kid` chose, those without fault first, then the client's others.
    /// `None` where no key can be tried, or one that is beyond a limit may be the signer's; why not is
    /// noted.
    fn check_with_keys(
        &mut self,
        header: &Object<'_>,
        algorithm: Algorithm,
        signature: &[u8],
        input: &[u8],
    ) -> Option<Check> {
        let client = self.client?;
        let Candidates { mut chosen, others } = self.choose_keys(header, algorithm);
        let mut others = others
            .into_iter()
            .map(|jwk| Candidate::of(jwk, algorithm, client));
        chosen.sort_by_key(|candidate| {
            let mut problems = candidate.problems.iter();
            problems.any(|problem| self.rejects(problem.rule))
        });
        let (mut by_arithmetic, mut unexamined) = (0, None);
        let mut verifies = |candidate: &Candidate| {
            let beyond = candidate
                .problems
                .iter()
                .find(|problem| problem.is_unexamined);
            if let Some(problem) = beyond {
                unexamined.get_or_insert_with(|| problem.clone());
            }
            let Some(key) = &candidate.key else {
                return false;
            };
            if matches!(key.form, Form::Integers { .. }) {
                by_arithmetic += 1;
                if by_arithmetic > limits::BY_ARITHMETIC {
                    unexamined.get_or_insert_with(limits::many_keys);
                    return false;
                }
            }
            check_signature(key, input, signature) == Check::Valid
        };
        let has_keys = !chosen.is_empty();
        let mut can_be_tried = chosen.iter().any(|candidate| candidate.key.is_some());
        let (found, check) = if let Some(signer) = chosen.iter().position(&mut verifies) {
            (Some(chosen.swap_remove(signer)), Check::Valid)
        } else if let Some(signer) = others.find(|candidate| {
            can_be_tried |= candidate.key.is_some();
            verifies(candidate)
        }) {
            self.note(
                Rule::KidMismatch,
                "another key than `kid` names made the signature",
            );
            (Some(signer), Check::Valid)
        } else {
            // The fault of a key comes before the signature, where there is no better one.
            (chosen.into_iter().next(), Check::Invalid)
        };
        if let (Check::Invalid, Some(KeyProblem { rule, detail, .. })) = (check, unexamined) {
            self.note(rule, detail.clone());
            self.explanation.unexamined = Some(detail);
            return None;
        }
        for problem in found.into_iter().flat_map(|candidate| candidate.problems) {
            self.note(problem.rule, problem.detail);
        }
        if !can_be_tried && !has_keys {
            self.note(Rule::NoUsableKey, "the client has no registered key");
        }
        can_be_tried.then_some(check)
    }
}

/// HMAC (RFC 7518 section 3.2): the whole tag, compared in constant time.
#[must_use]
pub fn check_mac(hash: Hash, key: &[u8], input: &[u8], tag: &[u8]) -> Check {
    let own = hmac::sign(&hmac::Key::new(mac_algorithm(hash), key), input);
    match constant_time::verify_slices_are_equal(own.as_ref(), tag) {
        Ok(()) => Check::Valid,
        Err(_) => Check::Invalid,
    }
}

/// RSASSA and ECDSA (RFC 7518 sections 3.3 to 3.5), Ed25519 (RFC 8037 section 3.1). The library
/// demands signatures of exactly the modulus's length, and r and s of exactly the curve's.
#[must_use]
pub fn check_signature(key: &PublicKey, input: &[u8], signature: &[u8]) -> Check {
    let is_valid = match &key.form {
        Form::Library(key) => key.verify_sig(input, signature).is_ok(),
        Form::Integers { n, e } => is_rsa_by_arithmetic(key.algorithm, n, e, input, signature),
    };
    if is_valid {
        Check::Valid
    } else {
        Check::Invalid
    }
}

/// RFC 8017 sections 8.1.2 and 8.2.2 for keys that no library takes: the fault of such a key is a
/// finding of its own, and whether the signature is right must be known apart from it.
fn is_rsa_by_arithmetic(
    algorithm: Algorithm,
    n: &[u8],
    e: &[u8],
    input: &[u8],
    signature: &[u8],
) -> bool {
    if signature.len() != n.len() {
        return false;
    }
    let Some(block) = arithmetic::power(n, e, signature) else {
        return false;
    };
    let bits = BigUint::from_bytes_be(n).bits();
    match algorithm.family() {
        Family::RsaPkcs1 => {
            let expected = pkcs1_block(algorithm.hash(), input, signature.len());
            block == BigUint::from_bytes_be(&expected)
        }
        Family::RsaPss => is_pss_block(algorithm.hash(), input, &block, bits - 1),
        Family::Hmac | Family::Ecdsa | Family::EdDsa => false,
    }
}

#[cfg(test)]
mod third_party;
