//! See `harness/fuzzing/src/targets/case_files.rs`.
#![cfg_attr(fuzzing, no_main)]
jwt_assay_fuzzing::fuzz_target!(CaseFiles);
