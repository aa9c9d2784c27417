//! Judges implementations of JWT client assertions.
//!
//! A [`plan::Plan`] says which vectors of the suite are presented to which implementations;
//! [`run::run`] presents them and says what it saw; an [`assess::Assessor`] judges that and makes
//! [`record::Record`]s, and everything else (the counts, the reports, the exit code) is a function
//! of the records. [`session::judge`] is all of that in one call. The command line is in [`cli`]; [`libtest`] makes one test per vector for
//! `cargo test`.

pub mod assess;
pub mod divergences;
pub mod exchange;
pub mod exit_code;
pub mod filter;
pub mod judge;
pub mod libtest;
pub mod observation;
pub mod outcome;
pub mod plan;
pub mod reasons;
pub mod record;
pub mod reference;
pub mod report;
pub mod run;
pub mod session;
pub mod subject;
pub mod summary;

pub use jwt_assay_core::model;
pub use jwt_assay_implementations::{
    Answer, BuildAnswer, Builder, BuilderDescription, Clock, Description, KeyFormat, Verifier,
};
