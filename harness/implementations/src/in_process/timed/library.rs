//! What a library under test adds to be timed, and the part that all share.

use jwt_assay_core::model::{BuildKey, KeyFormat};
use serde::{Deserialize, Serialize};

use super::{Operation, Task, Timed, Work};
use crate::in_process::{
    builders::{Order, SigningLibrary},
    call::Call,
};

/// A library whose calls can be repeated with everything prepared.
pub(super) trait Repeatable: SigningLibrary {
    /// Sets up what the library needs once in a process.
    fn install() {}

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
    /// The library's reason to refuse, in its own words.
    fn verifying(call: &Call<'_>) -> Result<Work, String>;
}

/// A library as it is timed.
pub(super) fn timed<L: Repeatable>() -> Timed {
    let about = L::ABOUT;
    Timed {
        name: about.name,
        version: about.version,
        prepare: prepare::<L>,
    }
}

fn prepare<L: Repeatable>(operation: Operation, task: &Task) -> Option<Result<Work, String>> {
    let algorithm = task.algorithm;
    L::install();
    match operation {
        Operation::Sign => {
            let has = L::ABOUT.algorithms.contains(&algorithm);
            let mut request = task.build.clone();
            match (L::RSA_FORMAT, task.pkcs1(), task.jwk()) {
                (KeyFormat::Pkcs1, Some(pkcs1), _) => request.key = BuildKey::Pem(pkcs1),
                (KeyFormat::Jwk, Some(_), Some(jwk)) => request.key = BuildKey::Jwk(jwk),
                _ => {}
            }
            let request = &request;
            has.then(|| L::signing(&Order { request, algorithm }))
        }
        Operation::Verify => {
            let algorithms = L::ABOUT.algorithms;
            let has = algorithms.contains(&algorithm);
            has.then(|| match Call::prepare(&task.verify, algorithms) {
                Ok(call) => L::verifying(&call),
                Err(answer) => Err(format!("{answer:?}")),
            })
        }
    }
}

/// The claims as a user of a library with typed claims writes them down.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) sub: String,
    pub(super) aud: String,
    pub(super) jti: String,
    pub(super) exp: u64,
    pub(super) iat: u64,
}

impl Claims {
    pub(super) fn of(order: &Order<'_>) -> Self {
        Self {
            iss: order.client_id().to_owned(),
            sub: order.client_id().to_owned(),
            aud: order.request.audience.clone(),
            jti: order.jti(),
            exp: order.exp(),
            iat: order.iat(),
        }
    }
}

/// The only key of the only client that is asked about.
pub(super) fn jwk<'a>(call: &Call<'a>) -> Result<&'a serde_json::Value, String> {
    let keys = call.jwks()?.get("keys");
    keys.and_then(|keys| keys.get(0))
        .ok_or_else(|| "the client has no key".to_owned())
}
