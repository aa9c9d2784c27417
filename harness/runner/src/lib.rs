//! Tests of JWT client assertions for your own server or client: more than a thousand vectors with
//! the verdicts of RFC 7523, OpenID Connect, FAPI 2.0 and others, each a test of its own under
//! `cargo test`.
//!
//! A server implements [`Verifier`], and [`verifier_tests!`] makes the test program. It needs
//! `harness = false` under `[[test]]` in `Cargo.toml`.
//!
//! ```no_run
//! use jwt_assay::{
//!     Answer, Clock, Description, KeyFormat, Verifier,
//!     model::{Algorithm, Layer, Method, Step},
//! };
//!
//! struct Server;
//!
//! impl Verifier for Server {
//!     fn describe(&self) -> Description {
//!         Description {
//!             name: "my-server".into(),
//!             version: env!("CARGO_PKG_VERSION").into(),
//!             language: "Rust".into(),
//!             toolchain: None,
//!             url: String::new(),
//!             // Vectors of other layers, methods and algorithms are ignored.
//!             layers: vec![Layer::Jws, Layer::Jwt],
//!             methods: vec![Method::PrivateKeyJwt],
//!             algorithms: vec![Algorithm::ES256],
//!             clock: Clock::Given,
//!             key_formats: vec![KeyFormat::Jwk],
//!             lacks: Vec::new(),
//!         }
//!     }
//!
//!     fn verify(&self, _state: &str, step: &Step) -> Answer {
//!         // The token request, the server's policy, its clients and their keys, and the time.
//!         let (_request, _context, _now) = (&step.request, &step.context, step.now);
//!         Answer::reject("call the server here")
//!     }
//! }
//!
//! jwt_assay::verifier_tests!(Server);
//! ```
//!
//! A client implements [`Builder`], and [`builder_tests!`] makes the test program.
//!
//! ```no_run
//! use jwt_assay::{
//!     BuildAnswer, Builder, BuilderDescription, Clock, Description, KeyFormat,
//!     model::{Algorithm, BuildRequest, Layer, Method},
//! };
//!
//! struct Client;
//!
//! impl Builder for Client {
//!     fn describe(&self) -> BuilderDescription {
//!         BuilderDescription {
//!             about: Description {
//!                 name: "my-client".into(),
//!                 version: env!("CARGO_PKG_VERSION").into(),
//!                 language: "Rust".into(),
//!                 toolchain: None,
//!                 url: String::new(),
//!                 layers: vec![Layer::Jws, Layer::Jwt],
//!                 methods: vec![Method::PrivateKeyJwt],
//!                 algorithms: vec![Algorithm::ES256],
//!                 clock: Clock::Given,
//!                 key_formats: vec![KeyFormat::Jwk],
//!                 lacks: Vec::new(),
//!             },
//!             // The parts of a request that the client cannot be told.
//!             fixed: Vec::new(),
//!         }
//!     }
//!
//!     fn build(&self, _request: &BuildRequest) -> BuildAnswer {
//!         BuildAnswer::decline("call the client here")
//!     }
//! }
//!
//! jwt_assay::builder_tests!(Client);
//! ```
//!
//! What is wrong today need not stay red: `JWT_ASSAY_UPDATE=1 cargo test` writes it to
//! `divergences.toml` beside your `Cargo.toml`, for you to explain, and from then on a test fails where
//! anything changes in either direction. Several test programs of one package name a file each, by
//! [`libtest::Tests::divergences`].
//!
//! - [`libtest`] has the options of the test program: profiles, known divergences, samples.
//! - [`model`] has the types of requests and descriptions.
//! - [`divergences`] reads the files of known deviations, which do not fail a test.
//! - [`stages`] and [`results`] are for programs that drive a run themselves, as the command
//!   `jwt-assay` does.

#[doc(hidden)]
pub mod assess;
pub mod divergences;
#[doc(hidden)]
pub mod exchange;
#[doc(hidden)]
pub mod exit_code;
#[doc(hidden)]
pub mod filter;
#[doc(hidden)]
pub mod judge;
pub mod libtest;
#[doc(hidden)]
pub mod observation;
#[doc(hidden)]
pub mod outcome;
#[doc(hidden)]
pub mod plan;
#[doc(hidden)]
pub mod reasons;
#[doc(hidden)]
pub mod record;
#[doc(hidden)]
pub mod reference;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod run;
#[doc(hidden)]
pub mod session;
#[doc(hidden)]
pub mod subject;
#[doc(hidden)]
pub mod summary;

pub use jwt_assay_core::model;
pub use jwt_assay_implementations::{
    Answer, BuildAnswer, Builder, BuilderDescription, Clock, Description, KeyFormat, Verifier,
};

/// The stages of a run, in their order.
///
/// A [`plan::Plan`] selects vectors and implementations, [`run::run`] puts the vectors to them and
/// sends what it observes, and an [`assess::Assessor`] judges that and makes records.
/// [`session::judge`] is all of them in one call.
pub mod stages {
    #[doc(inline)]
    pub use crate::{
        assess, exchange, filter, judge, observation, outcome, plan, reference, run, session,
        subject,
    };
}

/// The results of a run. Counts, reports and the exit code are functions of the [`record::Record`]s.
pub mod results {
    #[doc(inline)]
    pub use crate::{exit_code, reasons, record, report, summary};
}
