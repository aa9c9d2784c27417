//! Samples: many answers to one request, read together for reused nonces, repeated `jti` and rare lengths.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value as Json;

use crate::{
    encoding::read_base64url,
    model::{Algorithm, BuildRequest, Family, Profile, Rule},
    oracle::Finding,
    recipe::Material,
    sign,
};

/// Inspects many assertions that one builder made for the same request.
#[must_use]
pub fn inspect(
    request: &BuildRequest,
    profile: &Profile,
    algorithm: Algorithm,
    signer: &Material,
    assertions: &[String],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |rule: Rule, detail: String| {
        findings.push(Finding {
            rule,
            level: profile.level(rule),
            detail: detail.into(),
        });
    };
    let parsed: Vec<Sample<'_>> = assertions.iter().filter_map(|a| Sample::of(a)).collect();
    if let Some(length) = sign::signature_len(algorithm, signer.signing_key())
        && let Some(odd) = parsed
            .iter()
            .find(|sample| sample.signature.len() != length)
    {
        let octets = odd.signature.len();
        let detail = format!(
            "of {} signatures one has {octets} octets, not {length}",
            parsed.len()
        );
        note(Rule::BuildSignatureLength, detail);
    }
    if algorithm.family() == Family::Ecdsa {
        read_nonces(&parsed, &mut note);
    }
    if !request.claims.contains_key("jti") {
        read_jti(&parsed, &mut note);
    }
    findings
}

/// The parts of an assertion that are compared among samples.
struct Sample<'a> {
    input: &'a str,
    signature: Vec<u8>,
    jti: Option<String>,
}

impl<'a> Sample<'a> {
    fn of(assertion: &'a str) -> Option<Self> {
        let (input, signature) = assertion.rsplit_once('.')?;
        let (_, payload) = input.split_once('.')?;
        let claims = read_base64url(payload.as_bytes()).ok()?.octets;
        let claims: Json = serde_json::from_slice(&claims).ok()?;
        Some(Self {
            input,
            signature: read_base64url(signature.as_bytes()).ok()?.octets,
            jti: claims.get("jti").map(|jti| match jti.as_str() {
                Some(text) => text.to_owned(),
                None => jti.to_string(),
            }),
        })
    }
}

/// Compares the nonces of ECDSA signatures: equal r over different inputs reveals the private key (RFC
/// 6979 section 3).
fn read_nonces(samples: &[Sample<'_>], note: &mut impl FnMut(Rule, String)) {
    let mut inputs_of: HashMap<&[u8], &str> = HashMap::with_capacity(samples.len());
    for sample in samples {
        let r = &sample.signature[..sample.signature.len() / 2];
        if inputs_of
            .insert(r, sample.input)
            .is_some_and(|earlier| earlier != sample.input)
        {
            let detail = format!("among {} signatures one r comes twice", samples.len());
            return note(Rule::BuildNonce, detail);
        }
    }
    let mut signature_of: HashMap<&str, &[u8]> = HashMap::new();
    let varies = |sample: &Sample<'_>, earlier: Option<&[u8]>| {
        earlier.is_some_and(|earlier| earlier != sample.signature)
    };
    for sample in samples {
        let earlier = signature_of.insert(sample.input, &sample.signature);
        if varies(sample, earlier) {
            let detail = "one input has two signatures".to_owned();
            return note(Rule::BuildDeterministic, detail);
        }
    }
}

fn read_jti(samples: &[Sample<'_>], note: &mut impl FnMut(Rule, String)) {
    let all: Vec<&str> = samples.iter().filter_map(|s| s.jti.as_deref()).collect();
    let mut seen = HashSet::with_capacity(all.len());
    if let Some(again) = all.iter().find(|jti| !seen.insert(**jti)) {
        let detail = format!("among {} assertions `jti` {again:?} comes twice", all.len());
        return note(Rule::BuildJtiUnique, detail);
    }
    if all.len() < ENOUGH {
        return;
    }
    let bits = entropy_bound(&all);
    if bits < ENOUGH_BITS {
        let detail = format!("{} values of `jti` vary in {bits:.0} bits", all.len());
        note(Rule::BuildJtiEntropy, detail);
    }
}

/// An upper bound of the entropy in bits: the sum over all places of the logarithm of the number of
/// characters seen there. Counters and times stay below the limit; a hashed counter does not.
fn entropy_bound(all: &[&str]) -> f64 {
    let shortest = all.iter().map(|jti| jti.len()).min().unwrap_or_default();
    let at =
        |place: usize| -> BTreeSet<u8> { all.iter().map(|jti| jti.as_bytes()[place]).collect() };
    let count = |place| f64::from(u32::try_from(at(place).len()).unwrap_or(u32::MAX));
    (0..shortest).map(|place| count(place).log2()).sum()
}

/// The least number of samples for the entropy bound: with fewer, a place does not show all characters.
const ENOUGH: usize = 1000;
/// The least entropy bound in bits, just below the 122 bits of a random UUID.
const ENOUGH_BITS: f64 = 120.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_and_a_time_are_told_from_a_random_value() {
        let counter: Vec<String> = (0..5000).map(|n| format!("{n:032x}")).collect();
        let random: Vec<String> = (0..5000_u32)
            .map(|n| {
                let hash = sign::hash(crate::model::Hash::Sha256, &n.to_be_bytes());
                hash[..16]
                    .iter()
                    .map(|octet| format!("{octet:02x}"))
                    .collect()
            })
            .collect();
        let bound =
            |all: &[String]| entropy_bound(&all.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(bound(&counter) < 20.0);
        assert!(bound(&random) > 127.0);
    }
}
