//! The reference signer for the regression gate: a whole assertion with every algorithm, beside the bare
//! primitive.

#[path = "gate/plant.rs"]
mod plant;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use jwt_assay_core::{
    model::{Algorithm, UnixSeconds},
    recipe::{KeyRole, Material},
    sign::{AssertionBuffer, AssertionClaims, AssertionSigner, FastKey, LONGEST, SigningKey},
};
use jwt_assay_gate::Gate;

fn main() -> ExitCode {
    let plant = match plant::Plant::from_environment() {
        Ok(plant) => plant,
        Err(message) => {
            drop(writeln!(io::stderr(), "error: failed to {message}"));
            return ExitCode::from(2);
        }
    };
    let extra = [Algorithm::PS256, Algorithm::EdDsa];
    let algorithms = Algorithm::CORE.into_iter().chain(extra);
    let gate = algorithms.fold(Gate::default(), |gate, algorithm| {
        let (sign, raw) = (format!("sign/{algorithm}"), format!("raw/{algorithm}"));
        let plant = plant.of(&sign);
        gate.watch(&sign, move || plant.into_work(algorithm))
            .primitive("FastKey::primitive")
            .beside(&raw)
            .watch(&raw, move || bare(algorithm))
    });
    gate.main()
}

/// The fast signer, with its key prepared.
fn signer(algorithm: Algorithm) -> AssertionSigner {
    let signer = match &Material::of(algorithm, KeyRole::Own) {
        Material::Pair(pair) => {
            AssertionSigner::fast(algorithm, SigningKey::Pair(pair), pair.kid())
        }
        Material::Secret(text) => {
            AssertionSigner::fast(algorithm, SigningKey::Secret(text.as_bytes()), SECRET_KID)
        }
    };
    signer.expect("the test keys fit, tested")
}

/// Signs one assertion.
fn assertion(signer: &AssertionSigner, buffer: &mut AssertionBuffer) -> usize {
    let signed = signer.sign(&CLAIMS, buffer);
    signed.expect("the key was prepared").len()
}

/// The primitive, over the signing input of an assertion.
fn bare(algorithm: Algorithm) -> impl FnMut() -> usize {
    let mut buffer = AssertionBuffer::default();
    assertion(&signer(algorithm), &mut buffer);
    let end = buffer.octets().iter().rposition(|octet| *octet == b'.');
    let input = buffer.octets()[..end.expect("a compact form")].to_vec();
    let key = match &Material::of(algorithm, KeyRole::Own) {
        Material::Pair(pair) => FastKey::prepare(algorithm, SigningKey::Pair(pair), b""),
        Material::Secret(text) => {
            FastKey::prepare(algorithm, SigningKey::Secret(text.as_bytes()), b"")
        }
    };
    let key = key.expect("the test keys fit, tested");
    let mut signature = [0; LONGEST];
    move || {
        let signed = key.primitive(0, &input, &mut signature);
        signed.expect("the key was prepared")
    }
}

const SECRET_KID: &str = "public-test-secret";
const CLAIMS: AssertionClaims<'static> = AssertionClaims {
    issuer: "assay-client-a",
    subject: "assay-client-a",
    audience: "https://as.example/oauth2/v1/token",
    jti: "q83vEjRWeJC6nKvN7xI0Vg",
    expires_at: UnixSeconds(1_700_000_060),
    issued_at: UnixSeconds(1_699_999_999),
};
