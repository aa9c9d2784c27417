//! The whole target: one line.
#![cfg_attr(fuzzing, no_main)]
jwt_assay_fuzzing::fuzz_verifier!(jwt_assay_fuzz_template::ExampleVerifier::with_a_planted_bug());
