//! A library as it is timed.

use jwt_assay_core::model::{BuildKey, KeyFormat};
use serde::{Deserialize, Serialize};

use super::{Call, Order, TimedLibrary};
use crate::timed::{Operation, Task, Timed, Work};

/// The library in the list of what is timed.
pub(super) const fn timed<L: TimedLibrary>() -> Timed {
    Timed {
        name: L::ABOUT.name,
        version: L::ABOUT.version,
        prepare: prepare::<L>,
    }
}

fn prepare<L: TimedLibrary>(operation: Operation, task: &Task) -> Option<Result<Work, String>> {
    let algorithm = task.algorithm;
    // What the library needs once in a process.
    L::new();
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
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) aud: String,
    pub(crate) jti: String,
    pub(crate) exp: u64,
    pub(crate) iat: u64,
}

impl Claims {
    pub(crate) fn of(order: &Order<'_>) -> Self {
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
pub(crate) fn jwk<'a>(call: &Call<'a>) -> Result<&'a serde_json::Value, String> {
    let keys = call.jwks()?.get("keys");
    keys.and_then(|keys| keys.get(0))
        .ok_or_else(|| "the client has no key".to_owned())
}
