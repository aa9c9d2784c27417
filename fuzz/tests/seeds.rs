//! Seeds lead where they should: each target reads what the seed was made of. The seeds of structured
//! targets and of raw octets are tested where they are made.

use std::collections::BTreeSet;

use arbitrary::Unstructured;
use jwt_assay_core::{keys, suite::case_files};
use jwt_assay_fuzz::{TARGETS, case_files as case_files_target, keys as keys_target};
use jwt_assay_fuzzing::{replay::Target, seeds};
use jwt_assay_implementations::protocol::{Hello, Reply};

#[test]
fn every_target_has_seeds_and_runs_them() {
    let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, Target::ALL.map(Target::name));
    for ((name, run), target) in TARGETS.into_iter().zip(Target::ALL) {
        let seeds = seeds::of(target);
        assert!(!seeds.is_empty(), "{name}");
        // Of the thousands a sample, spread over all of them.
        for seed in seeds.iter().step_by(1 + seeds.len() / 150) {
            let _ = run(&mut Unstructured::new(&seed.octets));
        }
    }
}

#[test]
fn a_key_is_read_as_its_file_holds_it() {
    let mut read = BTreeSet::new();
    for seed in seeds::of(Target::Keys) {
        let text = keys_target::text(&mut Unstructured::new(&seed.octets)).unwrap();
        assert_eq!(text, seed.octets[1..], "{}", seed.name);
        read.insert(text);
    }
    let whole = keys::all().filter(|key| read.contains(key.pkcs8.as_bytes()));
    assert!(whole.count() > 10);
}

#[test]
fn a_case_is_read_as_it_stands_in_its_file() {
    let mut read = String::new();
    for seed in seeds::of(Target::CaseFiles) {
        let text = case_files_target::text(&mut Unstructured::new(&seed.octets)).unwrap();
        assert_eq!(text.as_bytes(), &seed.octets[1..], "{}", seed.name);
        read.push_str(&text);
    }
    let lines = case_files(jwt_assay_core::model::Role::Verify).flat_map(|(_, text)| text.lines());
    let lost: Vec<&str> = lines.filter(|line| !read.contains(line)).collect();
    assert_eq!(lost, Vec::<&str>::new());
}

#[test]
fn a_line_of_the_protocol_is_a_hello_or_an_answer() {
    let seeds = seeds::of(Target::Protocol);
    let lines = seeds.iter().filter(|seed| seed.name.starts_with("line-"));
    let (mut hellos, mut answers) = (0, 0);
    for seed in lines {
        let line = &seed.octets[1..];
        match Reply::read(line) {
            Ok(_) => answers += 1,
            Err(_) => {
                serde_json::from_slice::<Hello>(line).unwrap();
                hellos += 1;
            }
        }
    }
    assert_eq!((hellos, answers), (1, 5));
}
