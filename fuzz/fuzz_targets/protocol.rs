//! See `src/protocol.rs`.
#![cfg_attr(fuzzing, no_main)]
jwt_assay_fuzz::target!(jwt_assay_fuzz::protocol::run);
