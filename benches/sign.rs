//! Signing throughput over the nine core algorithms: the deterministic signer of the vectors
//! beside the raw primitive of `aws-lc-rs`, in one group, in assertions per second.

use std::hint::black_box;

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
        ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
        RSA_PKCS1_SHA512, RsaKeyPair,
    },
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jwt_assay_core::{
    encoding::read_base64url,
    keys::TestKey,
    model::{Algorithm, ProfileId},
    recipe::{EVALUATION_TIME, KeyRole, Material, Recipe},
    sign::{self, SigningKey},
};

fn signing(criterion: &mut Criterion) {
    for algorithm in Algorithm::CORE {
        let input = signing_input(algorithm);
        let material = Material::of(algorithm, KeyRole::Own);
        let mut group = criterion.benchmark_group(format!("sign/{algorithm}"));
        group.throughput(Throughput::Elements(1));
        let raw = raw(algorithm, &material);
        group.bench_function("raw aws-lc-rs", |bencher| {
            bencher.iter(|| raw(black_box(&input)))
        });
        group.bench_function("reference, deterministic", |bencher| {
            let key = match &material {
                Material::Pair(pair) => SigningKey::Pair(pair),
                Material::Secret(text) => SigningKey::Secret(text.as_bytes()),
            };
            bencher.iter(|| sign::sign(algorithm, key, black_box(&input), "bench"));
        });
        group.finish();
    }
}

/// Header and payload of a full client assertion, as they are signed.
fn signing_input(algorithm: Algorithm) -> Vec<u8> {
    let presented = Recipe::valid(ProfileId::Rfc7523, algorithm).present_at(EVALUATION_TIME);
    let assertion = presented.steps[0]
        .request
        .client_assertion
        .clone()
        .expect("a valid request");
    let end = assertion
        .0
        .iter()
        .rposition(|octet| *octet == b'.')
        .expect("a compact form");
    assertion.0[..end].to_vec()
}

type Signer = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// The primitive with its key prepared.
fn raw(algorithm: Algorithm, material: &Material) -> Signer {
    let random = SystemRandom::new();
    match (algorithm, material) {
        (_, Material::Secret(text)) => {
            let hash = match algorithm {
                Algorithm::HS256 => hmac::HMAC_SHA256,
                Algorithm::HS384 => hmac::HMAC_SHA384,
                _ => hmac::HMAC_SHA512,
            };
            let key = hmac::Key::new(hash, text.as_bytes());
            Box::new(move |input| hmac::sign(&key, input).as_ref().to_vec())
        }
        (Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512, Material::Pair(pair)) => {
            let encoding = match algorithm {
                Algorithm::RS256 => &RSA_PKCS1_SHA256,
                Algorithm::RS384 => &RSA_PKCS1_SHA384,
                _ => &RSA_PKCS1_SHA512,
            };
            let key = RsaKeyPair::from_pkcs8(&der(&pair.pkcs8)).expect("a test key");
            Box::new(move |input| {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(encoding, &random, input, &mut signature)
                    .expect("a test key");
                signature
            })
        }
        (_, Material::Pair(pair)) => {
            let curve = match algorithm {
                Algorithm::ES384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
                Algorithm::ES512 => &ECDSA_P521_SHA512_FIXED_SIGNING,
                _ => &ECDSA_P256_SHA256_FIXED_SIGNING,
            };
            let (d, x, y) = (member(pair, "d"), member(pair, "x"), member(pair, "y"));
            let point = [&[4], &x[..], &y].concat();
            let key = EcdsaKeyPair::from_private_key_and_public_key(curve, &d, &point)
                .expect("a test key");
            Box::new(move |input| {
                key.sign(&random, input)
                    .expect("a test key")
                    .as_ref()
                    .to_vec()
            })
        }
    }
}

fn member(pair: &TestKey, name: &str) -> Vec<u8> {
    let text = pair.private_jwk[name]
        .as_str()
        .expect("a member that is text");
    read_base64url(text.as_bytes()).expect("base64url").octets
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let url_safe = body.replace('+', "-").replace('/', "_");
    read_base64url(url_safe.trim_end_matches('=').as_bytes())
        .expect("base64")
        .octets
}

criterion_group!(benches, signing);
criterion_main!(benches);
