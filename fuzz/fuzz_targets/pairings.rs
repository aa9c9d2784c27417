//! See `src/pairings.rs`.
#![cfg_attr(fuzzing, no_main)]
jwt_assay_fuzz::target!(jwt_assay_fuzz::pairings::run);
