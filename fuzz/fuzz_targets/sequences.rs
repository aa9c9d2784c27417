//! See `src/sequences.rs`.
#![cfg_attr(fuzzing, no_main)]
jwt_assay_fuzz::target!(jwt_assay_fuzz::sequences::run);
