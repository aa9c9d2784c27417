//! The adapter that all libraries share: their descriptions, and the calls that they take.

pub(crate) mod call;
mod order;
pub(crate) mod timed;

use jwt_assay_core::model::{Algorithm, BuildRequest, KeyFormat, Layer, Method, Need, Step};

pub(crate) use self::{
    call::Call,
    order::{Order, words},
};
use super::Parts;
use crate::{
    Answer, BuildAnswer, Builder, BuilderDescription, Clock, Description, Verifier,
    reach::call::CatchPanics, timed::Work,
};

/// A JWT library.
pub(crate) trait Library: Send + Sync + Sized + 'static {
    /// The part of its description that is its own.
    const ABOUT: About;

    /// Sets up what the library needs once in a process.
    fn new() -> Self;
}

/// A library that verifies JWTs.
pub(crate) trait VerifyingLibrary: Library {
    /// Hands the assertion to the library.
    ///
    /// # Errors
    ///
    /// The library's reason to reject, in its own words.
    fn check(&self, call: &Call<'_>) -> Result<(), String>;
}

/// A library that signs JWTs, with the algorithms that it verifies them with.
pub(crate) trait SigningLibrary: Library {
    /// The forms in which it takes private keys and secrets.
    const KEY_FORMATS: &'static [KeyFormat];

    /// Hands the claims and the key to the library.
    ///
    /// # Errors
    ///
    /// The library's reason to decline, in its own words.
    fn sign(&self, order: &Order<'_>) -> Result<String, String>;
}

/// A library whose calls can be repeated with everything prepared.
pub(crate) trait TimedLibrary: Library {
    /// The form in which it takes an RSA key.
    const RSA_FORMAT: KeyFormat = KeyFormat::Pkcs8;

    /// Signs the order's claims again and again, with a key that is read once.
    ///
    /// # Errors
    ///
    /// The library's reason to decline, in its own words.
    fn signing(order: &Order<'_>) -> Result<Work, String>;

    /// Verifies the call's assertion again and again, with a key and expected values that are
    /// read once.
    ///
    /// # Errors
    ///
    /// The library's reason to reject, in its own words.
    fn verifying(call: &Call<'_>) -> Result<Work, String>;
}

impl Parts {
    /// The uses of a library.
    pub(super) const fn of<L: VerifyingLibrary + SigningLibrary + TimedLibrary>() -> Self {
        Self {
            verifier: || Box::new(CatchPanics(AsVerifier(L::new()))),
            builder: || Box::new(CatchPanics(AsBuilder(L::new()))),
            timed: timed::timed::<L>(),
        }
    }
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
    /// The description of the library as a verifier.
    fn description(&self) -> Description {
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
            // Each has one leeway for both directions.
            lacks: vec![Need::TwoLeeways],
        }
    }
}

/// A library as a verifier.
struct AsVerifier<L>(L);

impl<L: VerifyingLibrary> Verifier for AsVerifier<L> {
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

/// A library as a builder: it signs what its user composes.
///
/// None of them knows what a client assertion is. The claims are the user's part, and are composed
/// in [`Order`] once for all; the library's own file hands them over in the types that the library
/// has for them, takes the key in the forms that it reads, and adds no objection of its own. So
/// none claims layer `assertion`.
struct AsBuilder<L>(L);

impl<L: SigningLibrary> Builder for AsBuilder<L> {
    fn describe(&self) -> BuilderDescription {
        BuilderDescription {
            about: Description {
                layers: vec![Layer::Jws, Layer::Key, Layer::Jwt],
                // The moment is a claim like the others.
                clock: Clock::Given,
                key_formats: L::KEY_FORMATS.to_vec(),
                ..L::ABOUT.description()
            },
            fixed: Vec::new(),
        }
    }

    fn build(&self, request: &BuildRequest) -> BuildAnswer {
        let named = L::ABOUT
            .algorithms
            .iter()
            .find(|algorithm| algorithm.name() == request.algorithm);
        let Some(&algorithm) = named else {
            return BuildAnswer::Unsupported {
                reason: format!("it has no algorithm {:?}", request.algorithm),
            };
        };
        match self.0.sign(&Order { request, algorithm }) {
            Ok(assertion) => BuildAnswer::Assertion(assertion),
            Err(reason) => BuildAnswer::Declined { reason },
        }
    }
}
