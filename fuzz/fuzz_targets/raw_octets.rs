//! See `harness/fuzzing/src/targets/raw_octets.rs`.
#![cfg_attr(fuzzing, no_main)]
jwt_assay_fuzzing::fuzz_target!(RawOctets);
