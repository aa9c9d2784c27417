//! Keys in files: PEM and JSON of any kind, read by the command's reader and by the oracle. Octets alone hardly ever make a key, so most inputs are a test key with an edit.

use std::sync::LazyLock;

use arbitrary::Unstructured;
use jwt_assay_assertion::key_file::Key;
use jwt_assay_core::{
    generate::{Choices, Draw},
    keys::{self, TestKey},
    model::Algorithm,
    oracle::PublicKey,
};
use serde_json::{Map, Value};

use super::{Target, as_it_is};
use crate::{
    dictionary::{self, Words},
    seeds::{self, Seed},
};

/// Keys in files.
#[derive(Clone, Copy, Debug)]
pub struct Keys;

impl Target for Keys {
    fn name(&self) -> &'static str {
        "keys"
    }

    fn run(&self, octets: &[u8]) {
        let text = text(octets);
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
    }

    fn seeds(&self) -> Vec<Seed> {
        key_files()
    }

    fn words(&self) -> Option<Words> {
        Some(dictionary::words_of_json(&self.seeds()))
    }
}

/// The oracle reads it for every algorithm.
fn read_as_registered(jwk: &Map<String, Value>) {
    for algorithm in Algorithm::ALL {
        // What is no key is a problem, and problems are data.
        let _ = PublicKey::from_jwk(jwk, algorithm);
    }
}

/// A file's octets: a test key in one of its forms with up to three edits, or the input itself.
fn text(octets: &[u8]) -> Vec<u8> {
    let mut input = Unstructured::new(octets);
    let mut draw = Draw::new(&mut input);
    if *draw.of(&KINDS) == KeyFile::AsItIs {
        return draw.rest().to_vec();
    }
    let key = *draw.of(&KEYS);
    let form = draw.of_fit(&FORMS, |form| form(key).is_some());
    let text = form.and_then(|form| form(key)).unwrap_or_default();
    let mut octets = text.into_bytes();
    for _ in 0..draw.below(4) {
        let at = draw.word() as usize % octets.len().max(1);
        match draw.of(&EDITS) {
            Edit::FlipBit => octets[at..]
                .iter_mut()
                .take(1)
                .for_each(|octet| *octet ^= 1),
            Edit::Truncate => octets.truncate(at),
            Edit::Insert => {
                let count = draw.octet().into();
                octets.splice(at..at, draw.up_to(count).iter().copied());
            }
            Edit::Cut => {
                let end = octets.len().min(at + usize::from(draw.octet()));
                octets.drain(at..end);
            }
            Edit::Repeat => octets.extend_from_within(at..),
        }
    }
    octets
}

/// The test keys but those that take long.
static KEYS: LazyLock<Choices<&TestKey>> = LazyLock::new(|| {
    let all = keys::all().filter(|key| !key.id.contains("16384"));
    Choices::even(all.map(|key| (&key.id, key)))
});

type Form = fn(&TestKey) -> Option<String>;

/// The forms of a key, of which not every key has each.
static FORMS: LazyLock<Choices<Form>> = LazyLock::new(|| {
    let forms: [(&str, Form); 7] = [
        ("pkcs8", |key| Some(key.pkcs8.clone())),
        ("spki", |key| Some(key.spki.clone())),
        ("pkcs1", |key| key.pkcs1.clone()),
        ("sec1", |key| key.sec1.clone()),
        ("pkcs1-public", |key| key.pkcs1_public.clone()),
        ("private-jwk", |key| {
            Some(Value::Object(key.private_jwk.clone()).to_string())
        }),
        ("public-jwk", |key| {
            Some(Value::Object(key.public_jwk()).to_string())
        }),
    ];
    Choices::even(forms)
});

/// An edit to a file.
#[derive(Clone, Copy, Debug)]
enum Edit {
    FlipBit,
    Truncate,
    Insert,
    Cut,
    Repeat,
}

static EDITS: LazyLock<Choices<Edit>> = LazyLock::new(|| {
    Choices::even([
        ("flip-bit", Edit::FlipBit),
        ("truncate", Edit::Truncate),
        ("insert", Edit::Insert),
        ("cut", Edit::Cut),
        ("repeat", Edit::Repeat),
    ])
});

/// Members that RFC 7518 section 6 keeps private.
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// The origin of a file with a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum KeyFile {
    /// The rest of the input.
    AsItIs,
    /// A test key with edits.
    Edited,
}

/// The choices of `keys`.
static KINDS: LazyLock<Choices<KeyFile>> = LazyLock::new(|| {
    Choices::weighted([
        ("as-it-is", 1, KeyFile::AsItIs),
        ("edited", 3, KeyFile::Edited),
    ])
});

/// Every test key in every form, as a file holds it.
fn key_files() -> Vec<Seed> {
    let of_key = |key: &'static TestKey| {
        let forms = [
            ("pkcs8", Some(key.pkcs8.clone())),
            ("spki", Some(key.spki.clone())),
            ("pkcs1", key.pkcs1.clone()),
            ("sec1", key.sec1.clone()),
            ("pkcs1-public", key.pkcs1_public.clone()),
            ("certificate", key.certificate.clone()),
            ("openssh", key.openssh.clone()),
            (
                "private-jwk",
                Some(Value::Object(key.private_jwk.clone()).to_string()),
            ),
            (
                "public-jwk",
                Some(Value::Object(key.public_jwk()).to_string()),
            ),
        ];
        forms.into_iter().filter_map(|(form, text)| {
            let octets = as_it_is(&text?);
            (octets.len() <= seeds::LONGEST).then(|| Seed {
                name: format!("{}-{form}", key.id),
                octets,
            })
        })
    };
    keys::all().flat_map(of_key).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::targets::AS_IT_IS;

    #[test]
    fn a_key_is_read_as_its_file_holds_it() {
        let mut read = BTreeSet::new();
        for seed in seeds::of(&Keys) {
            let text = text(&seed.octets);
            assert_eq!(text, seed.octets[AS_IT_IS.len()..], "{}", seed.name);
            read.insert(text);
        }
        let whole = keys::all().filter(|key| read.contains(key.pkcs8.as_bytes()));
        assert!(whole.count() > 10);
    }
}
