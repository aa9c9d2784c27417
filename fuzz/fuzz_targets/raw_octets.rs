//! See `src/raw_octets.rs`.
#![cfg_attr(fuzzing, no_main)]
jwt_assay_fuzz::target!(jwt_assay_fuzz::raw_octets::run);
