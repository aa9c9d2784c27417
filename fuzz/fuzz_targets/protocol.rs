//! See `harness/fuzzing/src/targets/protocol.rs`.
#![cfg_attr(fuzzing, no_main)]
jwt_assay_fuzzing::fuzz_target!(Protocol);
