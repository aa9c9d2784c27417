//! Keys as people have them: PEM and JSON of any kind, read by the command's reader and by the
//! oracle. Octets alone hardly ever make a key, so most inputs are a test key with an edit.

use arbitrary::{Result, Unstructured};
use jwt_assay_assertion::key_file::Key;
use jwt_assay_core::{keys, model::Algorithm, oracle::PublicKey};
use serde_json::{Map, Value};

/// Reads a key.
///
/// # Errors
///
/// Where the input runs out.
///
/// # Panics
///
/// Where a reader does, or a key that is read shows a private member: the finding.
pub fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let text = text(u)?;
    if let Ok(key) = Key::read_octets("the input", &text, None) {
        for algorithm in Algorithm::ALL {
            // A key that does not fit says so.
            let _ = key.check_fit(algorithm);
        }
        let public = key.public_jwk();
        let is_private = |name: &&str| public.contains_key(*name);
        let shown: Vec<&str> = PRIVATE
            .into_iter()
            .filter(|name| is_private(name))
            .collect();
        assert!(shown.is_empty(), "the public key shows {shown:?}");
        read_as_registered(public);
    }
    if let Ok(Value::Object(jwk)) = serde_json::from_slice(&text) {
        read_as_registered(&jwk);
    }
    Ok(())
}

/// The oracle reads it for every algorithm.
fn read_as_registered(jwk: &Map<String, Value>) {
    for algorithm in Algorithm::ALL {
        // What is no key is a problem, and problems are data.
        let _ = PublicKey::from_jwk(jwk, algorithm);
    }
}

/// A file's octets: a test key in one of its forms with up to three edits, or the input itself.
///
/// # Errors
///
/// Where the input runs out.
pub fn text(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    if u.ratio(1, 4)? {
        return Ok(u.bytes(u.len())?.to_vec());
    }
    let all: Vec<&keys::TestKey> = keys::all()
        .filter(|key| !key.id.contains("16384"))
        .collect();
    let key = *u.choose(&all)?;
    let forms = [
        Some(key.pkcs8.clone()),
        Some(key.spki.clone()),
        key.pkcs1.clone(),
        key.sec1.clone(),
        key.pkcs1_public.clone(),
        Some(Value::Object(key.private_jwk.clone()).to_string()),
        Some(Value::Object(key.public_jwk()).to_string()),
    ];
    let forms: Vec<String> = forms.into_iter().flatten().collect();
    let mut octets = u.choose(&forms)?.clone().into_bytes();
    for _ in 0..u.int_in_range(0..=3)? {
        let at = usize::from(u.arbitrary::<u16>()?) % octets.len().max(1);
        match u.int_in_range(0..=4)? {
            0 => octets[at..]
                .iter_mut()
                .take(1)
                .for_each(|octet| *octet ^= 1),
            1 => octets.truncate(at),
            2 => {
                let len = usize::from(u.arbitrary::<u8>()?).min(u.len());
                let more = u.bytes(len)?;
                octets.splice(at..at, more.iter().copied());
            }
            3 => {
                let end = octets.len().min(at + usize::from(u.arbitrary::<u8>()?));
                octets.drain(at..end);
            }
            _ => octets.extend_from_within(at..),
        }
    }
    Ok(octets)
}

/// Members that RFC 7518 section 6 keeps private.
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

#[test]
fn smoke() {
    crate::smoke(run, 400);
}
