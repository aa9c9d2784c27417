//! Seeds lead where they should: each target reads what the seed was made of. The seeds of most targets
//! are tested where they are made.

use jwt_assay_fuzzing::{
    seeds,
    targets::{AS_IT_IS, Protocol, TARGETS},
};
use jwt_assay_implementations::protocol::{Hello, Reply};

#[test]
fn every_target_has_seeds_and_runs_them() {
    for &target in TARGETS {
        let seeds = seeds::of(target);
        assert!(!seeds.is_empty(), "{}", target.name());
        // Of the thousands a sample, spread over all of them.
        for seed in seeds.iter().step_by(1 + seeds.len() / 150) {
            target.run(&seed.octets);
        }
    }
}

#[test]
fn a_line_of_the_protocol_is_a_hello_or_an_answer() {
    let seeds = seeds::of(&Protocol);
    let lines = seeds.iter().filter(|seed| seed.name.starts_with("line-"));
    let (mut hellos, mut answers) = (0, 0);
    for seed in lines {
        let line = &seed.octets[AS_IT_IS.len()..];
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
