//! See `harness/fuzzing/src/targets/sequences.rs`.
#![cfg_attr(fuzzing, no_main)]
jwt_assay_fuzzing::fuzz_target!(Sequences);
