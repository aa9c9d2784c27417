//! What an adapter says about its library, and the part of a verification that all share.

use jwt_assay_core::model::{Algorithm, Layer, Method, Step};

pub(super) use super::call::Call;
use crate::{Answer, Clock, Description, KeyFormat, Verifier};

/// A library that verifies JWTs.
pub(crate) trait Library: Send + Sync {
    /// What it is and has.
    const ABOUT: About;

    /// Hands the assertion to the library.
    ///
    /// # Errors
    ///
    /// The library's reason to refuse, in its own words.
    fn check(&self, call: &Call<'_>) -> Result<(), String>;
}

/// The part of a [`Description`] in which libraries differ.
pub(crate) struct About {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) url: &'static str,
    pub(crate) layers: &'static [Layer],
    pub(crate) algorithms: &'static [Algorithm],
    pub(crate) clock: Clock,
}

impl About {
    /// As a verifier introduces itself.
    pub(super) fn description(&self) -> Description {
        Description {
            name: self.name.to_owned(),
            version: self.version.to_owned(),
            language: "Rust".to_owned(),
            toolchain: None,
            url: self.url.to_owned(),
            layers: self.layers.to_vec(),
            methods: vec![Method::ClientSecretJwt, Method::PrivateKeyJwt],
            algorithms: self.algorithms.to_vec(),
            clock: self.clock,
            key_formats: vec![KeyFormat::Jwk, KeyFormat::Secret],
            two_leeways: false,
        }
    }
}

/// A library as a verifier.
pub(crate) struct Adapter<L>(pub(crate) L);

impl<L: Library> Verifier for Adapter<L> {
    fn describe(&self) -> Description {
        L::ABOUT.description()
    }

    fn verify(&self, _state: &str, step: &Step) -> Answer {
        let call = match Call::prepare(step, L::ABOUT.algorithms) {
            Ok(call) => call,
            Err(answer) => return answer,
        };
        match self.0.check(&call) {
            Ok(()) => Answer::Accept {
                client_id: call.client_id().to_owned(),
            },
            Err(reason) => Answer::Reject { reason },
        }
    }
}
