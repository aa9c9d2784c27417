//! Reference implementations of both roles. The suite must find no fault with them.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use jwt_assay_core::{
    builder::{reference, token_request},
    encoding::base64url,
    model::{Algorithm, BuildRequest, Layer, Lean, Method, Step, Verdict},
    oracle::{self, Memory},
};
use jwt_assay_implementations::{
    Answer, BuildAnswer, Builder, BuilderDescription, Clock, Description, KeyFormat, Verifier,
};

use crate::subject::Subject;

/// The oracle as a verifier. At open points it takes the side that the specifications lean to, and
/// accepts where they lean to neither.
#[derive(Default)]
pub struct Reference {
    memories: Mutex<HashMap<String, Memory>>,
}

impl Reference {
    /// Its name on the command line.
    pub const NAME: &str = "reference";
}

impl Verifier for Reference {
    fn describe(&self) -> Description {
        Description {
            name: Self::NAME.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: "Rust".to_owned(),
            toolchain: None,
            url: String::new(),
            layers: Layer::ALL.to_vec(),
            methods: vec![Method::ClientSecretJwt, Method::PrivateKeyJwt],
            algorithms: Algorithm::ALL.to_vec(),
            clock: Clock::Given,
            key_formats: vec![KeyFormat::Jwk, KeyFormat::Secret],
            lacks: Vec::new(),
        }
    }

    fn verify(&self, state: &str, step: &Step) -> Answer {
        let mut memories = self.memories.lock().unwrap_or_else(PoisonError::into_inner);
        let memory = memories.entry(state.to_owned()).or_default();
        let explanation = match oracle::explain(memory, step) {
            Ok(explanation) => explanation,
            Err(error) => return Answer::unsupported(error),
        };
        match explanation.verdict() {
            Verdict::Accept | Verdict::May(Lean::Accept | Lean::Neither) => {
                accept(&Subject::of(step))
            }
            Verdict::May(Lean::Reject) | Verdict::Reject(_) => {
                let findings = explanation.findings.iter();
                let words = findings.map(|found| format!("{}: {}", found.rule, found.detail));
                Answer::reject(words.collect::<Vec<_>>().join("; "))
            }
        }
    }
}

fn accept(subject: &Subject) -> Answer {
    let client_id = match subject {
        Subject::Client(client_id) => Some(client_id),
        Subject::Registered(clients) => clients.first(),
    };
    match client_id {
        Some(client_id) => Answer::Accept {
            client_id: client_id.to_string(),
        },
        None => Answer::reject("no client is registered"),
    }
}

/// The reference builder. It declines every request that must be declined.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReferenceBuilder;

impl Builder for ReferenceBuilder {
    fn describe(&self) -> BuilderDescription {
        BuilderDescription {
            about: Description {
                name: Reference::NAME.to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                language: "Rust".to_owned(),
                toolchain: None,
                url: String::new(),
                layers: Layer::ALL.to_vec(),
                methods: vec![Method::ClientSecretJwt, Method::PrivateKeyJwt],
                algorithms: Algorithm::ALL.to_vec(),
                clock: Clock::Given,
                key_formats: reference::FORMATS.to_vec(),
                lacks: Vec::new(),
            },
            fixed: Vec::new(),
        }
    }

    fn build(&self, request: &BuildRequest) -> BuildAnswer {
        match reference::build(request, &fresh_jti()) {
            Ok(assertion) => BuildAnswer::Request(token_request(request, &assertion)),
            Err(objection) => BuildAnswer::decline(objection),
        }
    }
}

/// A `jti` of 128 random bits.
fn fresh_jti() -> String {
    let mut octets = [0; 16];
    SystemRandom::new()
        .fill(&mut octets)
        .expect("the machine has a source of randomness");
    base64url(octets)
}
