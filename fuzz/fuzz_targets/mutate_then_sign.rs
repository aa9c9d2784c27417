//! See `harness/fuzzing/src/targets/mutate_then_sign.rs`.
#![cfg_attr(fuzzing, no_main)]
jwt_assay_fuzzing::fuzz_target!(MutateThenSign);
