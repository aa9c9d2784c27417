//! Bare primitives of `aws-lc-rs`, called as directly as the library allows: the time by which all other
//! times are divided.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P256K1_SHA256_FIXED,
        ECDSA_P256K1_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
        ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED, ECDSA_P521_SHA512_FIXED_SIGNING,
        ED25519, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, ParsedPublicKey,
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
        RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_2048_8192_SHA256,
        RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
        RSA_PSS_SHA512, RsaEncoding, RsaKeyPair, VerificationAlgorithm,
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jwt_assay_core::{
    keys::TestKey,
    model::{Algorithm, Family},
    recipe::Material,
    sign::mac_algorithm,
};

use super::{Operation, Task, Work};

pub(super) fn prepare(operation: Operation, task: &Task) -> Option<Result<Work, String>> {
    let (input, signature) = task.parts();
    let input = input.to_vec();
    let prepared = match (task.material(), operation) {
        (Material::Secret(secret), Operation::Sign) => mac_key(task.algorithm, &secret)
            .map(|key| -> Work { Box::new(move || Ok(hmac::sign(&key, &input).as_ref().len())) }),
        (Material::Secret(secret), Operation::Verify) => {
            mac_key(task.algorithm, &secret).map(|key| -> Work {
                Box::new(move || {
                    let verified = hmac::verify(&key, &input, &signature);
                    verified.map(|()| signature.len()).map_err(words)
                })
            })
        }
        (Material::Pair(pair), Operation::Sign) => signing(task.algorithm, pair, input),
        (Material::Pair(pair), Operation::Verify) => {
            verifying(task.algorithm, pair, input, signature)
        }
    };
    Some(prepared)
}

fn mac_key(algorithm: Algorithm, secret: &str) -> Result<hmac::Key, String> {
    if !algorithm.is_symmetric() {
        return Err(format!("{algorithm} takes no secret"));
    }
    let algorithm = mac_algorithm(algorithm.hash());
    Ok(hmac::Key::new(algorithm, secret.as_bytes()))
}

fn signing(algorithm: Algorithm, pair: &TestKey, input: Vec<u8>) -> Result<Work, String> {
    let random = SystemRandom::new();
    let pkcs8 = der(pair)?;
    Ok(match algorithm.family() {
        Family::RsaPkcs1 | Family::RsaPss => {
            let (encoding, _) = rsa(algorithm)?;
            let key = RsaKeyPair::from_pkcs8(&pkcs8).map_err(words)?;
            let mut signature = vec![0; key.public_modulus_len()];
            Box::new(move || {
                let signed = key.sign(encoding, &random, &input, &mut signature);
                signed.map(|()| signature.len()).map_err(words)
            })
        }
        Family::Ecdsa => {
            let (curve, _) = curve(algorithm)?;
            let key = EcdsaKeyPair::from_pkcs8(curve, &pkcs8).map_err(words)?;
            Box::new(move || {
                let signed = key.sign(&random, &input).map_err(words)?;
                Ok(signed.as_ref().len())
            })
        }
        Family::EdDsa => {
            let key = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(words)?;
            Box::new(move || Ok(key.sign(&input).as_ref().len()))
        }
        Family::Hmac => return Err(format!("{algorithm} takes no key pair")),
    })
}

fn verifying(
    algorithm: Algorithm,
    pair: &TestKey,
    input: Vec<u8>,
    signature: Vec<u8>,
) -> Result<Work, String> {
    let pkcs8 = der(pair)?;
    let der = |key: Result<PublicKeyX509Der<'_>, aws_lc_rs::error::Unspecified>| {
        key.map(|key| key.as_ref().to_vec()).map_err(words)
    };
    let (scheme, spki): (&'static dyn VerificationAlgorithm, Vec<u8>) = match algorithm.family() {
        Family::RsaPkcs1 | Family::RsaPss => {
            let key = RsaKeyPair::from_pkcs8(&pkcs8).map_err(words)?;
            (rsa(algorithm)?.1, der(key.public_key().as_der())?)
        }
        Family::Ecdsa => {
            let (signing, scheme) = curve(algorithm)?;
            let key = EcdsaKeyPair::from_pkcs8(signing, &pkcs8).map_err(words)?;
            (scheme, der(key.public_key().as_der())?)
        }
        Family::EdDsa => {
            let key = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(words)?;
            (&ED25519, der(key.public_key().as_der())?)
        }
        Family::Hmac => return Err(format!("{algorithm} takes no key pair")),
    };
    let key = ParsedPublicKey::new(scheme, &spki).map_err(words)?;
    Ok(Box::new(move || {
        let verified = key.verify_sig(&input, &signature);
        verified.map(|()| signature.len()).map_err(words)
    }))
}

fn curve(
    algorithm: Algorithm,
) -> Result<
    (
        &'static EcdsaSigningAlgorithm,
        &'static dyn VerificationAlgorithm,
    ),
    String,
> {
    Ok(match algorithm {
        Algorithm::ES256 => (&ECDSA_P256_SHA256_FIXED_SIGNING, &ECDSA_P256_SHA256_FIXED),
        Algorithm::ES384 => (&ECDSA_P384_SHA384_FIXED_SIGNING, &ECDSA_P384_SHA384_FIXED),
        Algorithm::ES512 => (&ECDSA_P521_SHA512_FIXED_SIGNING, &ECDSA_P521_SHA512_FIXED),
        Algorithm::ES256K => (
            &ECDSA_P256K1_SHA256_FIXED_SIGNING,
            &ECDSA_P256K1_SHA256_FIXED,
        ),
        other => return Err(format!("{other} is not on a curve of ECDSA")),
    })
}

fn rsa(
    algorithm: Algorithm,
) -> Result<(&'static dyn RsaEncoding, &'static dyn VerificationAlgorithm), String> {
    Ok(match algorithm {
        Algorithm::RS256 => (&RSA_PKCS1_SHA256, &RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => (&RSA_PKCS1_SHA384, &RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => (&RSA_PKCS1_SHA512, &RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => (&RSA_PSS_SHA256, &RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => (&RSA_PSS_SHA384, &RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => (&RSA_PSS_SHA512, &RSA_PSS_2048_8192_SHA512),
        other => return Err(format!("{other} is not of RSA")),
    })
}

fn der(pair: &TestKey) -> Result<Vec<u8>, String> {
    let lines = pair.pkcs8.lines();
    let body: String = lines.filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).map_err(words)
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
