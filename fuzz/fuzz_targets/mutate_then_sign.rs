//! See `src/mutate_then_sign.rs`.
#![cfg_attr(fuzzing, no_main)]
jwt_assay_fuzz::target!(jwt_assay_fuzz::mutate_then_sign::run);
