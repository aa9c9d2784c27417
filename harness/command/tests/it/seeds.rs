//! `vectors seed-corpus` as a process, and the committed dictionaries.

use std::{fs, path::Path};

use jwt_assay_fuzzing::{
    dictionary, seeds,
    targets::{Keys, TARGETS},
};

use crate::session::Session;

#[test]
fn a_corpus_has_a_file_for_each_seed_and_what_was_there_stays() {
    let session = Session::new();
    let folder = session.folder().join("corpus/keys");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("found-before"), "x").unwrap();
    let run = session.run(&["vectors", "seed-corpus", "corpus", "--target", "keys"]);
    assert_eq!(run.code, 0, "{run:?}");
    let seeds = seeds::of(&Keys);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), seeds.len() + 1);
    for seed in seeds {
        assert_eq!(fs::read(folder.join(&seed.name)).unwrap(), seed.octets);
    }
    assert!(!session.folder().join("corpus/builders").exists());
}

#[test]
fn a_target_that_there_is_not_is_said_with_code_2() {
    let session = Session::new();
    insta::assert_snapshot!(session.transcript(&["vectors", "seed-corpus", "--target", "key"]), @r"
    $ jwt-assay vectors seed-corpus --target key
    exit code 2
    --- stdout
    --- stderr
    error: failed to find fuzz target `key`: the known ones are builders, case_files, keys, mutate_then_sign, pairings, protocol, raw_octets, sequences
    ");
}

#[test]
fn the_dictionaries_that_are_committed_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/dictionaries");
    let mut count = 0;
    for &target in TARGETS {
        let path = folder.join(format!("{}.dict", target.name()));
        let written = fs::read_to_string(&path).ok();
        let current = dictionary::of(target);
        assert!(
            written == current,
            "{} is not current: cargo run --release -- vectors generate",
            path.display()
        );
        count += usize::from(current.is_some());
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), count);
}
