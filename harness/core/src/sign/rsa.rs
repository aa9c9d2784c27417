//! RSASSA by RFC 8017: the library where it takes the key, plain integer arithmetic for keys and
//! blocks that no library would sign.
//!
//! The arithmetic takes no care of its timing. It works with test keys that are public, and with
//! blocks that are wrong on purpose; a library would rightly sign neither short keys nor such blocks.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
        RSA_PSS_SHA512, RsaEncoding,
    },
};
use num_bigint::BigUint;

use super::hash;
use crate::{
    keys::TestKey,
    model::{Family, Hash},
};

/// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2.1). The library and the arithmetic write the same octets,
/// which a test compares; the library is there for speed.
pub(crate) fn sign_pkcs1(pair: &TestKey, algorithm: Hash, input: &[u8]) -> Vec<u8> {
    by_library(pair, Family::RsaPkcs1, algorithm, input)
        .unwrap_or_else(|| raw_private(pair, &pkcs1_block(algorithm, input, pair.modulus_octets())))
}

fn by_library(pair: &TestKey, family: Family, hash: Hash, input: &[u8]) -> Option<Vec<u8>> {
    let (encoding, key) = (encoding(family, hash)?, pair.prepared.rsa(pair)?);
    let mut signature = vec![0; key.public_modulus_len()];
    // Only PSS draws from the generator, for its salt.
    let signed = key.sign(encoding, &SystemRandom::new(), input, &mut signature);
    signed.is_ok().then_some(signature)
}

/// Padding and hash as the library names them (RFC 7518 sections 3.3 and 3.5).
pub(super) fn encoding(family: Family, hash: Hash) -> Option<&'static dyn RsaEncoding> {
    match (family, hash) {
        (Family::RsaPkcs1, Hash::Sha256) => Some(&RSA_PKCS1_SHA256),
        (Family::RsaPkcs1, Hash::Sha384) => Some(&RSA_PKCS1_SHA384),
        (Family::RsaPkcs1, Hash::Sha512) => Some(&RSA_PKCS1_SHA512),
        (Family::RsaPss, Hash::Sha256) => Some(&RSA_PSS_SHA256),
        (Family::RsaPss, Hash::Sha384) => Some(&RSA_PSS_SHA384),
        (Family::RsaPss, Hash::Sha512) => Some(&RSA_PSS_SHA512),
        (Family::RsaPkcs1 | Family::RsaPss, Hash::Sha1)
        | (Family::Hmac | Family::Ecdsa | Family::EdDsa, _) => None,
    }
}

/// RSASSA-PKCS1-v1_5 over a hash value that stands under the name of another hash.
pub(crate) fn sign_mislabelled(pair: &TestKey, named: Hash, prehash: &[u8]) -> Vec<u8> {
    let prefix = digest_info_prefix(named);
    raw_private(
        pair,
        &pkcs1_pad(&[prefix, prehash].concat(), pair.modulus_octets()),
    )
}

/// RSAES-OAEP with SHA-256 for hash and mask (RFC 8017 section 7.1.1, RFC 7518 section 4.3), the
/// seed given.
pub(crate) fn encrypt_oaep(pair: &TestKey, message: &[u8], seed: &[u8; 32]) -> Vec<u8> {
    let len = pair.modulus_octets();
    let label = hash(Hash::Sha256, b"");
    let zeros = vec![0; len.saturating_sub(message.len() + 2 * label.len() + 2)];
    let block = [&label[..], &zeros, &[1], message].concat();
    let xor = |octets: &[u8], mask: Vec<u8>| -> Vec<u8> {
        octets
            .iter()
            .zip(mask)
            .map(|(octet, mask)| octet ^ mask)
            .collect()
    };
    let masked_block = xor(&block, mgf1(Hash::Sha256, seed, block.len()));
    let masked_seed = xor(seed, mgf1(Hash::Sha256, &masked_block, seed.len()));
    let encoded = BigUint::from_bytes_be(&[masked_seed, masked_block].concat());
    let encrypted = encoded.modpow(&pair.integer("e"), &pair.integer("n"));
    left_pad(&encrypted.to_bytes_be(), len)
}

/// RSASSA-PSS with a salt as long as the hash (RFC 7518 section 3.5), taken from the seed. The
/// fuzzer's own builds leave the salt to the library, as `keys/prepared.rs` says of nonces.
pub(crate) fn sign_pss(pair: &TestKey, algorithm: Hash, input: &[u8], seed: &str) -> Vec<u8> {
    if cfg!(fuzzing)
        && let Some(signature) = by_library(pair, Family::RsaPss, algorithm, input)
    {
        return signature;
    }
    let salt = hash(algorithm, format!("jwt-assay pss salt: {seed}").as_bytes());
    let modulus_bits = usize::try_from(pair.integer("n").bits()).expect("a key fits in memory");
    raw_private(pair, &pss_block(algorithm, input, &salt, modulus_bits - 1))
}

/// RSASP1 (RFC 8017 section 5.2.1) on a block of octets, by the Chinese remainder theorem: four times
/// as fast as one power modulo n, and a suite has thousands of such signatures.
pub(crate) fn raw_private(pair: &TestKey, block: &[u8]) -> Vec<u8> {
    let message = BigUint::from_bytes_be(block);
    let (p, q) = (pair.integer("p"), pair.integer("q"));
    let m1 = message.modpow(&pair.integer("dp"), &p);
    let m2 = message.modpow(&pair.integer("dq"), &q);
    // Numbers here have no sign, so a multiple of p that exceeds m2 is added before m2 is taken away.
    let h = pair.integer("qi") * ((&m1 + &p * (&m2 / &p + 1_u8)) - &m2) % &p;
    left_pad(&(m2 + h * q).to_bytes_be(), pair.modulus_octets())
}

/// EMSA-PKCS1-v1_5 (RFC 8017 section 9.2).
pub(crate) fn pkcs1_block(algorithm: Hash, input: &[u8], len: usize) -> Vec<u8> {
    pkcs1_pad(
        &[digest_info_prefix(algorithm), &hash(algorithm, input)].concat(),
        len,
    )
}

fn pkcs1_pad(digest_info: &[u8], len: usize) -> Vec<u8> {
    let padding = vec![0xff; len.saturating_sub(digest_info.len() + 3)];
    [&[0, 1][..], &padding, &[0], digest_info].concat()
}

/// The DER before the hash value in a DigestInfo (RFC 8017 section 9.2, note 1).
pub(crate) const fn digest_info_prefix(algorithm: Hash) -> &'static [u8] {
    match algorithm {
        Hash::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
        Hash::Sha256 => {
            b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
        }
        Hash::Sha384 => {
            b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30"
        }
        Hash::Sha512 => {
            b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40"
        }
    }
}

pub(crate) fn left_pad(octets: &[u8], len: usize) -> Vec<u8> {
    let mut padded = vec![0; len.saturating_sub(octets.len())];
    padded.extend_from_slice(octets);
    padded
}

/// EMSA-PSS (RFC 8017 section 9.1.1) with MGF1 on the same hash. Where the modulus has no room for the
/// whole salt, as one of 1024 bits has none with SHA-512, the salt is as long as there is room for: no
/// signature by RFC 7518, but the one that a signer with a salt of its own choice would make.
fn pss_block(algorithm: Hash, input: &[u8], salt: &[u8], bits: usize) -> Vec<u8> {
    let len = bits.div_ceil(8);
    let room = len - algorithm.output_len() - 2;
    let salt = &salt[..salt.len().min(room)];
    let m_prime = [&[0; 8][..], &hash(algorithm, input), salt].concat();
    let h = hash(algorithm, &m_prime);
    let mut db = vec![0; room - salt.len()];
    db.push(1);
    db.extend_from_slice(salt);
    let mask = mgf1(algorithm, &h, db.len());
    let mut block: Vec<u8> = db
        .iter()
        .zip(mask)
        .map(|(octet, mask)| octet ^ mask)
        .collect();
    // The block must be below the modulus: its bits beyond those of the modulus, less one, are zero.
    block[0] &= 0xff >> (8 * len - bits);
    block.extend_from_slice(&h);
    block.push(0xbc);
    block
}

/// EMSA-PSS-VERIFY (RFC 8017 section 9.1.2) with a salt as long as the hash. It reads the salt and writes
/// the block again, so that there is no second place in which a check could be forgotten.
pub(crate) fn is_pss_block(algorithm: Hash, input: &[u8], block: &BigUint, bits: u64) -> bool {
    let Ok(bits) = usize::try_from(bits) else {
        return false;
    };
    let len = bits.div_ceil(8);
    let encoded = left_pad(&block.to_bytes_be(), len);
    let hash_len = algorithm.output_len();
    if encoded.len() != len || len < 2 * hash_len + 2 {
        return false;
    }
    let (masked, rest) = encoded.split_at(len - hash_len - 1);
    let mask = mgf1(algorithm, &rest[..hash_len], masked.len());
    let db: Vec<u8> = masked
        .iter()
        .zip(mask)
        .map(|(octet, mask)| octet ^ mask)
        .collect();
    pss_block(algorithm, input, &db[db.len() - hash_len..], bits) == encoded
}

fn mgf1(algorithm: Hash, seed: &[u8], len: usize) -> Vec<u8> {
    let block = |counter: u32| hash(algorithm, &[seed, &counter.to_be_bytes()].concat());
    (0..).flat_map(block).take(len).collect()
}
