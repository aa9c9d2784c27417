//! Every vector of Wycheproof for the primitives of JWS (RFC 7518 section 3.1). A JWS algorithm
//! asks for more than its primitive: what Wycheproof accepts and JWS does not falls under a rule
//! with a name and a clause, never under the number of a vector.

use std::fmt::Debug;

use serde_json::{Map, Value, json};
use wycheproof::{
    EllipticCurve, HashFunction, TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify,
};

use super::{members, point_jwk, rsa_jwk};
use crate::{
    encoding::{base64url, read_base64url},
    model::{
        Algorithm::{self, *},
        Hash, Rule,
    },
    oracle::{
        PublicKey,
        signature::{Check, check_mac, check_signature, is_rsa_by_arithmetic},
    },
};

#[test]
fn ecdsa_is_judged_as_wycheproof_judges_it() {
    use ecdsa::TestName::*;
    for (set, tally) in [
        (EcdsaSecp256r1Sha256P1363, Tally(173, 89, 0)),
        (EcdsaSecp384r1Sha384P1363, Tally(193, 87, 0)),
        (EcdsaSecp521r1Sha512P1363, Tally(231, 87, 0)),
        (EcdsaSecp256k1Sha256P1363, Tally(167, 85, 0)),
    ] {
        assert_eq!(check_ecdsa(set), tally, "{set:?}");
    }
}

#[test]
fn ecdsa_in_der_or_over_another_hash_is_no_signature() {
    use ecdsa::TestName::*;
    for (set, tally) in [
        (EcdsaSecp256r1Sha256, Tally(0, 310, 174)),
        (EcdsaSecp384r1Sha384, Tally(0, 310, 194)),
        (EcdsaSecp521r1Sha512, Tally(0, 310, 232)),
        (EcdsaSecp256k1Sha256, Tally(0, 308, 168)),
        (EcdsaSecp256r1Sha512P1363, Tally(0, 90, 242)),
        (EcdsaSecp384r1Sha512P1363, Tally(0, 88, 230)),
        (EcdsaSecp256k1Sha512P1363, Tally(0, 86, 236)),
    ] {
        assert_eq!(check_ecdsa(set), tally, "{set:?}");
    }
}

#[test]
fn ed25519_is_judged_as_wycheproof_judges_it() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut tally = Tally::default();
    for group in &set.test_groups {
        let x = base64url(&group.key.pk);
        let jwk = members(json!({ "kty": "OKP", "crv": "Ed25519", "x": x }));
        let question = Question::of(&[EdDsa], EdDsa);
        for test in &group.tests {
            let accepts = |own| accepts(own, &jwk, &test.msg, &test.sig);
            tally.note(&question, test.result, test, accepts);
        }
    }
    assert_eq!(tally, Tally(88, 63, 0));
}

#[test]
fn hmac_is_judged_as_wycheproof_judges_it_and_half_a_tag_is_rejected() {
    use mac::TestName::*;
    for (set, algorithm) in [
        (HmacSha256, HS256),
        (HmacSha384, HS384),
        (HmacSha512, HS512),
    ] {
        let mut tally = Tally::default();
        for group in mac::TestSet::load(set).unwrap().test_groups {
            let is_half = group.tag_size < 8 * algorithm.hash().output_len();
            let question = Question {
                stricter: is_half.then_some(Stricter::HalfTag),
                ..Question::of(&[HS256, HS384, HS512], algorithm)
            };
            for test in &group.tests {
                let accepts = |own: Algorithm| {
                    check_mac(own.hash(), &test.key, &test.msg, &test.tag) == Check::Valid
                };
                tally.note(&question, test.result, test, accepts);
            }
        }
        assert_eq!(tally, Tally(33, 108, 33), "{set:?}");
    }
}

#[test]
fn rsa_pkcs1_is_judged_as_wycheproof_judges_it_but_for_the_missing_null() {
    use rsa_pkcs1_verify::TestName::*;
    for (set, tally) in [
        (Rsa2048Sha256, Tally(9, 249, 1)),
        (Rsa2048Sha384, Tally(7, 250, 1)),
        (Rsa2048Sha512, Tally(8, 250, 1)),
        (Rsa3072Sha256, Tally(8, 250, 1)),
        (Rsa3072Sha384, Tally(7, 251, 1)),
        (Rsa3072Sha512, Tally(8, 251, 1)),
        (Rsa4096Sha256, Tally(7, 250, 1)),
        (Rsa4096Sha384, Tally(7, 251, 1)),
        (Rsa4096Sha512, Tally(7, 251, 1)),
        (Rsa8192Sha256, Tally(7, 250, 1)),
        (Rsa8192Sha384, Tally(7, 251, 1)),
        (Rsa8192Sha512, Tally(7, 251, 1)),
    ] {
        assert_eq!(check_pkcs1(set), tally, "{set:?}");
    }
}

#[test]
fn rsa_pkcs1_over_a_hash_that_jws_does_not_have_is_no_signature() {
    use rsa_pkcs1_verify::TestName::*;
    for (set, tally) in [
        (Rsa2048Sha224, Tally(0, 0, 8)),
        (Rsa2048Sha3_256, Tally(0, 0, 8)),
        (Rsa2048Sha512_256, Tally(0, 0, 8)),
        (Rsa3072Sha3_384, Tally(0, 0, 8)),
        (Rsa4096Sha512_256, Tally(0, 0, 8)),
    ] {
        assert_eq!(check_pkcs1(set), tally, "{set:?}");
    }
}

#[test]
fn rsa_pss_is_judged_as_wycheproof_judges_it() {
    use rsa_pss_verify::TestName::*;
    for (set, tally) in [
        (RsaPss2048Sha256Mgf1SaltLen32, Tally(63, 45, 0)),
        (RsaPss2048Sha384Mgf1SaltLen48, Tally(95, 46, 0)),
        (RsaPss3072Sha256Mgf1SaltLen32, Tally(63, 45, 0)),
        (RsaPss4096Sha256Mgf1SaltLen32, Tally(63, 45, 0)),
        (RsaPss4096Sha384Mgf1SaltLen48, Tally(95, 46, 0)),
        (RsaPss4096Sha512Mgf1SaltLen64, Tally(132, 47, 0)),
    ] {
        assert_eq!(check_pss(set), tally, "{set:?}");
    }
}

#[test]
fn rsa_pss_with_another_salt_length_or_mask_is_no_signature() {
    use rsa_pss_verify::TestName::*;
    for (set, tally) in [
        (RsaPss2048Sha256Mgf1SaltLen0, Tally(0, 0, 61)),
        (RsaPss2048Sha256Mgf1Sha1_20, Tally(0, 0, 63)),
        (RsaPss4096Sha512Mgf1SaltLen32, Tally(0, 0, 132)),
        (RsaPssmisc, Tally(3, 0, 147)),
    ] {
        assert_eq!(check_pss(set), tally, "{set:?}");
    }
}

/// A reason for which JWS rejects what the primitive accepts.
#[derive(Clone, Copy, Debug)]
enum Stricter {
    /// RFC 7518 section 3.4: the signature is r and s, each as wide as the curve's order, one
    /// after the other. Wycheproof has the DER of X.509 in other sets.
    Der,
    /// RFC 7518 section 3.2: the MAC that was computed is compared with the one that came, which
    /// is as long as the hash value. Wycheproof also has tags cut to half of it. (Its short keys
    /// are no difference here: the oracle has a rule of their own, `secret-too-short`.)
    HalfTag,
    /// RFC 8017 section 8.2.2 compares encoded blocks, and appendix B.1 excepts EMSA-PKCS1-v1_5
    /// from the leave to omit NULL parameters. Wycheproof calls their absence acceptable.
    MissingNull,
    /// RFC 7518 sections 3.3 and 3.4: SHA-256, SHA-384 or SHA-512, and for ECDSA the one that
    /// belongs to the curve.
    OtherHash,
    /// RFC 7518 section 3.5: one of the three hashes, MGF1 on the same, and a salt as long as its
    /// value.
    OtherPadding,
}

/// The question about the vectors of a group.
#[derive(Clone, Copy, Debug)]
struct Question {
    /// The algorithms with that kind of key.
    family: &'static [Algorithm],
    /// The one whose signatures these are, where JWS has it.
    own: Option<Algorithm>,
    stricter: Option<Stricter>,
}

impl Question {
    fn of(family: &'static [Algorithm], own: Algorithm) -> Self {
        Self {
            family,
            own: Some(own),
            stricter: None,
        }
    }
}

/// Counts of vectors: those that both accept, those that both reject, and those that JWS alone
/// rejects.
#[derive(Debug, Default, PartialEq)]
struct Tally(usize, usize, usize);

impl Tally {
    /// Compares Wycheproof's verdict with the algorithms under which the oracle accepts a vector:
    /// a valid one is its own algorithm's and no other's.
    fn note(
        &mut self,
        question: &Question,
        result: TestResult,
        vector: &impl Debug,
        accepts: impl Fn(Algorithm) -> bool,
    ) {
        let asked = match (result, &question.own) {
            (TestResult::Valid | TestResult::Acceptable, _) => question.family,
            // Some are wrong as they are another algorithm's, so only their own must reject them.
            (TestResult::Invalid, Some(own)) => std::slice::from_ref(own),
            (TestResult::Invalid, None) => return,
        };
        let accepted_by: Vec<_> = asked.iter().copied().filter(|&own| accepts(own)).collect();
        let (count, expected) = match (result, question.stricter, question.own) {
            (TestResult::Invalid, _, _) => (&mut self.1, None),
            (_, Some(_), _) => (&mut self.2, None),
            (TestResult::Valid, None, Some(own)) => (&mut self.0, Some(own)),
            _ => panic!("no rule decides: {question:?} {vector:?}"),
        };
        assert_eq!(
            accepted_by,
            Vec::from_iter(expected),
            "{question:?} {vector:?}"
        );
        *count += 1;
    }
}

fn check_ecdsa(name: ecdsa::TestName) -> Tally {
    let mut tally = Tally::default();
    for group in ecdsa::TestSet::load(name).unwrap().test_groups {
        let (crv, own, family): (_, _, &[Algorithm]) = match group.key.curve {
            EllipticCurve::Secp256r1 => ("P-256", ES256, &[ES256]),
            EllipticCurve::Secp384r1 => ("P-384", ES384, &[ES384]),
            EllipticCurve::Secp521r1 => ("P-521", ES512, &[ES512]),
            EllipticCurve::Secp256k1 => ("secp256k1", ES256K, &[ES256K]),
            other => panic!("JWS has no algorithm on {other:?}"),
        };
        let stricter = if group.test_type != ecdsa::TestGroupTypeId::EcdsaP1363 {
            Some(Stricter::Der)
        } else if hash(group.hash) != Some(own.hash()) {
            Some(Stricter::OtherHash)
        } else {
            None
        };
        let question = Question {
            stricter,
            ..Question::of(family, own)
        };
        let jwk = point_jwk(crv, &group.key.key[1..]);
        let (_, problems) = PublicKey::from_jwk(&jwk, own).unwrap();
        assert_eq!(problems, []);
        for test in &group.tests {
            let accepts = |own| accepts(own, &jwk, &test.msg, &test.sig);
            tally.note(&question, test.result, test, accepts);
        }
    }
    tally
}

fn check_pkcs1(name: rsa_pkcs1_verify::TestName) -> Tally {
    let mut tally = Tally::default();
    for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
        let own = hash(group.hash).map(|hash| of_hash(&RS, hash));
        let jwk = checked_rsa_jwk(&group.key.n, &group.key.e, group.key_size);
        for test in &group.tests {
            let stricter = if own.is_none() {
                Some(Stricter::OtherHash)
            } else if test
                .flags
                .contains(&rsa_pkcs1_verify::TestFlag::MissingNull)
            {
                Some(Stricter::MissingNull)
            } else {
                None
            };
            let question = Question {
                family: &RS,
                own,
                stricter,
            };
            let accepts = |own| accepts(own, &jwk, &test.msg, &test.sig);
            tally.note(&question, test.result, test, accepts);
        }
    }
    tally
}

fn check_pss(name: rsa_pss_verify::TestName) -> Tally {
    let mut tally = Tally::default();
    for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
        let is_of_jws = |hash: &Hash| {
            group.mgf_hash == Some(group.hash) && group.salt_size == hash.output_len()
        };
        let own = hash(group.hash)
            .filter(is_of_jws)
            .map(|hash| of_hash(&PS, hash));
        let question = Question {
            family: &PS,
            own,
            stricter: own.is_none().then_some(Stricter::OtherPadding),
        };
        let jwk = checked_rsa_jwk(&group.key.n, &group.key.e, group.key_size);
        for test in &group.tests {
            let accepts = |own| accepts(own, &jwk, &test.msg, &test.sig);
            tally.note(&question, test.result, test, accepts);
        }
    }
    tally
}

/// The oracle's answer. For RSA the library and the integer arithmetic, which is there for keys
/// that the library does not take, must agree.
fn accepts(algorithm: Algorithm, jwk: &Map<String, Value>, input: &[u8], signature: &[u8]) -> bool {
    let (key, _) = PublicKey::from_jwk(jwk, algorithm).unwrap();
    let accepts = check_signature(&key, input, signature) == Check::Valid;
    if jwk["kty"] == "RSA" {
        let member = |name: &str| read_base64url(jwk[name].as_str().unwrap().as_bytes());
        let (n, e) = (member("n").unwrap().octets, member("e").unwrap().octets);
        let by_arithmetic = is_rsa_by_arithmetic(algorithm, &n, &e, input, signature);
        assert_eq!(by_arithmetic, accepts, "{algorithm} by arithmetic");
    }
    accepts
}

/// The key, in which the oracle must find unusual what is unusual, and nothing else.
fn checked_rsa_jwk(n: &[u8], e: &[u8], bits: usize) -> Map<String, Value> {
    let jwk = rsa_jwk(n, e);
    let (_, problems) = PublicKey::from_jwk(&jwk, RS256).unwrap();
    let mut expected = Vec::new();
    if bits > 4096 {
        expected.push(Rule::RsaLarge);
    }
    if e != [1, 0, 1] {
        expected.push(Rule::RsaExponentUnusual);
    }
    let found: Vec<_> = problems.iter().map(|problem| problem.rule).collect();
    assert_eq!(found, expected);
    jwk
}

fn of_hash(family: &[Algorithm], hash: Hash) -> Algorithm {
    let own = family.iter().find(|algorithm| algorithm.hash() == hash);
    *own.expect("a family has each of the three hashes")
}

/// The hash, where JWS has it.
fn hash(hash: HashFunction) -> Option<Hash> {
    match hash {
        HashFunction::Sha2_256 => Some(Hash::Sha256),
        HashFunction::Sha2_384 => Some(Hash::Sha384),
        HashFunction::Sha2_512 => Some(Hash::Sha512),
        _ => None,
    }
}

const RS: [Algorithm; 3] = [RS256, RS384, RS512];
const PS: [Algorithm; 3] = [PS256, PS384, PS512];
