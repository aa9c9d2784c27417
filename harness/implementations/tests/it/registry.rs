//! Names, versions, and what is said of a name that is not known.

use std::{collections::BTreeSet, fs, path::Path};

use jwt_assay_implementations::registry::{self, KNOWN, UnknownImplementation};

#[test]
fn descriptions_have_the_known_names_in_order() {
    let described: Vec<String> = registry::in_process()
        .iter()
        .map(|verifier| verifier.describe().name)
        .collect();
    let built: Vec<&str> = KNOWN
        .iter()
        .filter(|known| known.missing().is_none())
        .map(|known| known.name)
        .collect();
    assert_eq!(described, built);
}

#[test]
fn descriptions_have_the_locked_versions() {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    let lock: toml::Table = fs::read_to_string(lock).unwrap().parse().unwrap();
    let locked: BTreeSet<(&str, &str)> = lock["package"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            (
                package["name"].as_str().unwrap(),
                package["version"].as_str().unwrap(),
            )
        })
        .collect();
    for verifier in registry::in_process() {
        let about = verifier.describe();
        let named = (about.name.as_str(), about.version.as_str());
        assert!(locked.contains(&named), "{named:?} is not in Cargo.lock");
    }
}

#[test]
fn a_known_name_starts_or_says_which_feature_it_needs() {
    for known in KNOWN {
        match (registry::named(known.name), known.missing()) {
            (Ok(verifier), None) => assert_eq!(verifier.describe().name, known.name),
            (Err(error), Some(reason)) => {
                assert_eq!(
                    error,
                    UnknownImplementation::NotBuilt {
                        name: known.name,
                        reason
                    }
                );
            }
            (Ok(_), Some(_)) | (Err(_), None) => panic!("{} contradicts itself", known.name),
        }
    }
}

/// What stands in files that are no Rust: a library that is forgotten there is not kept apart from the
/// oracle, or not counted by fuzzers.
#[test]
fn every_library_is_named_to_cargo_deny_and_to_the_fuzzers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let deny: toml::Table = read("deny.toml").parse().unwrap();
    let denied = deny["bans"]["deny"].as_array().unwrap().iter();
    let denied: BTreeSet<&str> = denied.filter_map(|entry| entry["crate"].as_str()).collect();
    assert_eq!(denied, names().into_iter().collect());

    let instrument = read("fuzz/instrument");
    let mut lines = instrument.lines();
    let counted = lines
        .find(|line| line.starts_with("  biscuit |"))
        .and_then(|line| line.split_once(')'))
        .expect("the line of the libraries under test");
    let counted: BTreeSet<&str> = counted.0.split('|').map(str::trim).collect();
    assert_eq!(counted, names().into_iter().collect());
}

fn names() -> Vec<&'static str> {
    KNOWN.iter().map(|known| known.name).collect()
}

#[test]
fn an_unknown_name_lists_the_known_ones_and_the_nearest() {
    let error = registry::named("jsonwebtokens").err().unwrap();
    assert_eq!(
        error.to_string(),
        format!(
            "find implementation `jsonwebtokens`: the nearest is `jsonwebtoken`; the known ones are {}",
            names().join(", ")
        )
    );
}
