//! Tests of JWT client assertions for your own server or client: thousands of vectors with the
//! verdicts of RFC 7523, OpenID Connect, FAPI 2.0 and others, each a test of its own under
//! `cargo test`.
//!
//! Implement [`Verifier`] for a server; [`verifier_tests!`] makes the test program, which needs
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
//!         // The token request; the server's policy, clients and keys; the time.
//!         let (_request, _context, _now) = (&step.request, &step.context, step.now);
//!         Answer::reject("call the server here")
//!     }
//! }
//!
//! jwt_assay::verifier_tests!(Server);
//! ```
//!
//! Implement [`Builder`] for a client; [`builder_tests!`] makes the test program.
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
//! Known deviations need not fail your tests: `JWT_ASSAY_UPDATE=1 cargo test` writes the present ones to
//! `divergences.toml` beside your `Cargo.toml`, for you to explain. From then on a test fails where a new
//! deviation appears or a recorded one no longer happens. Where a package has several test programs, each
//! names a file of its own by [`libtest::Tests::divergences`].
//!
//! - [`libtest`]: the options of the test program, such as profiles, known divergences and samples.
//! - [`model`]: the types of requests and descriptions.
//! - [`divergences`]: the files of known deviations.
//! - [`stages`] and [`results`]: the parts of a run, for programs that drive one themselves, as the
//!   command `jwt-assay` does.

#[doc(hidden)]
pub mod assess;
#[doc(hidden)]
pub mod conclusion;
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
    pub use crate::{conclusion, exit_code, reasons, record, report, summary};
}
