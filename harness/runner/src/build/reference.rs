//! The reference builder as an implementation: what the suite must find no fault with.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use jwt_assay_core::{
    build::reference,
    encoding::base64url,
    model::{Algorithm, BuildRequest, Layer, Method},
};
use jwt_assay_implementations::{BuildAnswer, Builder, BuilderDescription, Clock, Description};

/// The reference builder. It declines whatever must be declined.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReferenceBuilder;

impl Builder for ReferenceBuilder {
    fn describe(&self) -> BuilderDescription {
        BuilderDescription {
            about: Description {
                name: crate::reference::Reference::NAME.to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                language: "Rust".to_owned(),
                toolchain: None,
                url: String::new(),
                layers: Layer::ALL.to_vec(),
                methods: vec![Method::ClientSecretJwt, Method::PrivateKeyJwt],
                algorithms: Algorithm::ALL.to_vec(),
                clock: Clock::Given,
                key_formats: reference::FORMATS.to_vec(),
                two_leeways: true,
            },
            fixed: Vec::new(),
        }
    }

    fn build(&self, request: &BuildRequest) -> BuildAnswer {
        match reference::build(request, &fresh_jti()) {
            Ok(assertion) => BuildAnswer::Assertion(assertion),
            Err(objection) => BuildAnswer::refuse(objection),
        }
    }
}

/// 128 random bits.
pub(super) fn fresh_jti() -> String {
    let mut octets = [0; 16];
    SystemRandom::new()
        .fill(&mut octets)
        .expect("the machine has a source of randomness");
    base64url(octets)
}
