//! Faulty blocks for RSASSA-PKCS1-v1_5: a lax reader takes them for what RFC 8017 section 9.2 writes.
//!
//! Each has one fault, in the padding or in one DER element of the DigestInfo. The private key signs
//! them as they stand: the arithmetic of RSA is right, and a verifier can reject them only by reading
//! the block. That is the whole of Bleichenbacher's forgery against keys with the exponent 3
//! (CVE-2006-4339): a reader that skips parameters, lengths or what follows the hash leaves room for a
//! block that needs no private key. A verifier that encodes the block again and compares, as RFC 8017
//! section 8.2.2 asks, rejects all of them with one line of code.

mod digest_info;

use std::{fmt, str::FromStr, sync::LazyLock};

use serde::{Deserialize, Serialize};

use self::digest_info::{DER, Element, digest_info, oid, tagged};
use crate::{model::Hash, sign};

/// The name of a faulty block, such as `block-type-02` or `null-removed`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct RsaPadding(Fault);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    /// A row of [`BLOCKS`].
    Block(usize),
    /// A row of [`DER`], in one element.
    Der(Element, usize),
}

impl RsaPadding {
    /// Every faulty block, each once: where two faults write the same, the first has the name.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().cloned()
    }

    /// The permanent name.
    #[must_use]
    pub fn name(&self) -> String {
        match self.0 {
            Fault::Block(row) => BLOCKS[row].0.to_owned(),
            Fault::Der(element, row) => format!("{}-{}", element.name(), DER[row].0),
        }
    }

    /// The block for an input, of as many octets as the modulus.
    pub(super) fn block(&self, hash: Hash, input: &[u8], len: usize) -> Vec<u8> {
        let block = Block {
            hash,
            digest: sign::hash(hash, input),
            input,
            len,
        };
        match self.0 {
            Fault::Block(row) => BLOCKS[row].1(&block),
            Fault::Der(element, row) => {
                let info = digest_info(oid(hash), &block.digest, Some((element, DER[row].1)));
                block.padded(&info)
            }
        }
    }
}

static ALL: LazyLock<Vec<RsaPadding>> = LazyLock::new(|| {
    let in_elements = Element::ALL
        .into_iter()
        .flat_map(|element| (0..DER.len()).map(move |row| Fault::Der(element, row)));
    let faults = (0..BLOCKS.len()).map(Fault::Block).chain(in_elements);
    let mut written = vec![sign::rsa::pkcs1_block(Hash::Sha256, b"", 256)];
    let is_new = |padding: &RsaPadding| {
        let block = padding.block(Hash::Sha256, b"", 256);
        let is_new = !written.contains(&block);
        written.push(block);
        is_new
    };
    faults.map(RsaPadding).filter(is_new).collect()
});

/// The parts of a block.
struct Block<'a> {
    hash: Hash,
    digest: Vec<u8>,
    input: &'a [u8],
    len: usize,
}

impl Block<'_> {
    /// The DigestInfo without fault.
    fn info(&self) -> Vec<u8> {
        digest_info(oid(self.hash), &self.digest, None)
    }

    /// The right padding before some other DigestInfo.
    fn padded(&self, info: &[u8]) -> Vec<u8> {
        self.filled(&[0, 1], &[0], info)
    }

    /// A block with octets FF between front and separator, up to the length of the modulus.
    fn filled(&self, front: &[u8], separator: &[u8], info: &[u8]) -> Vec<u8> {
        let others = front.len() + separator.len() + info.len();
        let padding = vec![0xff; self.len.saturating_sub(others)];
        [front, &padding, separator, info].concat()
    }

    /// The right block with one octet changed, counted from its front.
    fn with_octet(&self, at: usize, octet: u8) -> Vec<u8> {
        let mut block = self.padded(&self.info());
        block[at] = octet;
        block
    }

    /// The right block with other octets for the padding.
    fn with_padding(&self, block_type: u8, octet: impl Fn(usize) -> u8) -> Vec<u8> {
        let info = self.info();
        let padding: Vec<u8> = (0..self.len - 3 - info.len()).map(octet).collect();
        [&[0, block_type][..], &padding, &[0], &info].concat()
    }

    /// A few octets FF, the DigestInfo, and the rest of the block after it: the form of the forgery,
    /// where the rest is chosen so that the whole is a cube.
    fn early(&self, padding: usize, rest: impl Fn(usize) -> u8) -> Vec<u8> {
        let mut block = [&[0, 1][..], &vec![0xff; padding], &[0], &self.info()].concat();
        block.extend((block.len()..self.len).map(rest));
        block
    }

    /// A few octets FF, and zeros before the block type, for readers that skip zeros as if the block
    /// were an integer.
    fn late(&self, padding: usize) -> Vec<u8> {
        let block = [&[1][..], &vec![0xff; padding], &[0], &self.info()].concat();
        sign::rsa::left_pad(&block, self.len)
    }

    /// The place of the last octet of the padding.
    fn last_padding(&self) -> usize {
        self.len - self.info().len() - 2
    }

    /// The genuine block of another hash of the same input.
    fn of_hash(&self, hash: Hash) -> Vec<u8> {
        sign::rsa::pkcs1_block(hash, self.input, self.len)
    }

    /// The hash value under the name of another hash.
    fn named(&self, oid: &[u8]) -> Vec<u8> {
        self.padded(&digest_info(oid, &self.digest, None))
    }

    /// The two hashes of JWS beside this one: a verifier that trusts the name in the block signs for them
    /// too.
    const fn others(&self) -> [Hash; 2] {
        match self.hash {
            Hash::Sha256 | Hash::Sha1 => [Hash::Sha384, Hash::Sha512],
            Hash::Sha384 => [Hash::Sha256, Hash::Sha512],
            Hash::Sha512 => [Hash::Sha256, Hash::Sha384],
        }
    }

    /// Parameters of the algorithm that fill the block up to a padding of eight octets, the fewest that
    /// RFC 8017 section 9.2 permits: the other place where garbage can hide.
    fn filled_parameters(&self) -> Vec<u8> {
        let with = |garbage: usize| {
            let parameters = tagged(0x04, &(0..garbage).map(scattered).collect::<Vec<u8>>());
            let algorithm = tagged(
                0x30,
                &[&tagged(0x06, oid(self.hash))[..], &parameters].concat(),
            );
            tagged(0x30, &[algorithm, tagged(0x04, &self.digest)].concat())
        };
        let space = self.len.saturating_sub(11);
        let infos = (1..space).rev().map(with);
        let info = infos
            .into_iter()
            .find(|info| info.len() <= space)
            .unwrap_or_default();
        self.padded(&info)
    }
}

/// Writes a block wrongly as a whole.
type BlockFault = fn(&Block<'_>) -> Vec<u8>;

/// Faults of the block as a whole.
const BLOCKS: &[(&str, BlockFault)] = &[
    ("first-octet-01", |b| b.with_octet(0, 1)),
    ("first-octet-absent", |b| b.filled(&[1], &[0], &b.info())),
    ("block-type-00", |b| b.with_octet(1, 0)),
    ("block-type-00-zeros", |b| b.with_padding(0, |_| 0)),
    ("block-type-02", |b| b.with_padding(2, scattered)),
    ("block-type-02-ff", |b| b.with_octet(1, 2)),
    ("block-type-03", |b| b.with_octet(1, 3)),
    ("block-type-81", |b| b.with_octet(1, 0x81)),
    ("block-type-ff", |b| b.with_octet(1, 0xff)),
    ("padding-first-fe", |b| b.with_octet(2, 0xfe)),
    ("padding-first-00", |b| b.with_octet(2, 0)),
    ("padding-middle-fe", |b| b.with_octet(60, 0xfe)),
    ("padding-middle-00", |b| b.with_octet(60, 0)),
    ("padding-last-fe", |b| b.with_octet(b.last_padding(), 0xfe)),
    ("padding-last-00", |b| b.with_octet(b.last_padding(), 0)),
    ("padding-all-00", |b| b.with_padding(1, |_| 0)),
    ("padding-all-01", |b| b.with_padding(1, |_| 1)),
    ("padding-all-fe", |b| b.with_padding(1, |_| 0xfe)),
    ("padding-scattered", |b| b.with_padding(1, scattered)),
    ("separator-01", |b| b.with_octet(b.last_padding() + 1, 1)),
    ("separator-80", |b| b.with_octet(b.last_padding() + 1, 0x80)),
    ("separator-ff", |b| b.with_octet(b.last_padding() + 1, 0xff)),
    ("padding-0-then-garbage", |b| b.early(0, scattered)),
    ("padding-1-then-garbage", |b| b.early(1, scattered)),
    ("padding-7-then-garbage", |b| b.early(7, scattered)),
    ("padding-7-then-zeros", |b| b.early(7, |_| 0)),
    ("padding-8-then-garbage", |b| b.early(8, scattered)),
    ("padding-8-then-zeros", |b| b.early(8, |_| 0)),
    ("padding-8-then-ff", |b| b.early(8, |_| 0xff)),
    ("zeros-then-padding-0", |b| b.late(0)),
    ("zeros-then-padding-7", |b| b.late(7)),
    ("zeros-then-padding-8", |b| b.late(8)),
    ("one-octet-after", |b| {
        b.padded(&[&b.info()[..], &[0x5a]].concat())
    }),
    ("zero-octet-after", |b| {
        b.padded(&[&b.info()[..], &[0]].concat())
    }),
    ("zero-octet-before", |b| {
        b.padded(&[&[0], &b.info()[..]].concat())
    }),
    ("no-digest-info", |b| b.padded(&b.digest)),
    ("digest-alone-in-octet-string", |b| {
        b.padded(&tagged(4, &b.digest))
    }),
    ("digest-info-alone", |b| {
        sign::rsa::left_pad(&b.info(), b.len)
    }),
    ("digest-reversed", |b| {
        let reversed: Vec<u8> = b.digest.iter().rev().copied().collect();
        b.padded(&digest_info(oid(b.hash), &reversed, None))
    }),
    ("digest-of-zeros", |b| {
        b.padded(&digest_info(oid(b.hash), &vec![0; b.digest.len()], None))
    }),
    ("digest-of-digest", |b| {
        b.padded(&digest_info(
            oid(b.hash),
            &sign::hash(b.hash, &b.digest),
            None,
        ))
    }),
    ("other-hash-sha1", |b| b.of_hash(Hash::Sha1)),
    ("other-hash-first", |b| b.of_hash(b.others()[0])),
    ("other-hash-second", |b| b.of_hash(b.others()[1])),
    ("named-md5", |b| {
        b.named(b"\x2a\x86\x48\x86\xf7\x0d\x02\x05")
    }),
    ("named-sha1", |b| b.named(oid(Hash::Sha1))),
    ("named-sha224", |b| {
        b.named(b"\x60\x86\x48\x01\x65\x03\x04\x02\x04")
    }),
    ("named-sha3-256", |b| {
        b.named(b"\x60\x86\x48\x01\x65\x03\x04\x02\x08")
    }),
    ("named-sha256-with-rsa", |b| {
        b.named(b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b")
    }),
    ("named-other-first", |b| b.named(oid(b.others()[0]))),
    ("named-other-second", |b| b.named(oid(b.others()[1]))),
    ("parameters-filled", |b| b.filled_parameters()),
];

/// Octets without pattern and without zero, which would end the padding.
fn scattered(at: usize) -> u8 {
    const EVERY: [u8; 16] = *b"\x9d\x37\x5b\xe1\x1c\xa6\x72\xcd\x48\xf3\x2e\x85\xba\x61\x14\xd7";
    EVERY[at % 16] ^ u8::try_from(at / 16 % 16).unwrap_or_default()
}

impl fmt::Display for RsaPadding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl FromStr for RsaPadding {
    type Err = UnknownPadding;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::all()
            .find(|padding| padding.name() == text)
            .ok_or_else(|| {
                let names: Vec<String> = Self::all().map(|padding| padding.name()).collect();
                UnknownPadding {
                    given: text.to_owned(),
                    nearest: crate::nearest(text, names.iter().map(String::as_str)),
                }
            })
    }
}

impl TryFrom<String> for RsaPadding {
    type Error = UnknownPadding;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RsaPadding> for String {
    fn from(padding: RsaPadding) -> Self {
        padding.name()
    }
}

/// A name that no faulty block has.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("find RSA padding `{given}`: the nearest is `{nearest}`")]
pub struct UnknownPadding {
    given: String,
    nearest: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_is_wrong_in_its_own_way_and_of_full_length() {
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            let mut seen = vec![sign::rsa::pkcs1_block(hash, b"input", 256)];
            for padding in RsaPadding::all() {
                let block = padding.block(hash, b"input", 256);
                assert_eq!(block.len(), 256, "{padding} {hash:?}");
                assert!(
                    !seen.contains(&block),
                    "{padding} {hash:?} writes what another writes"
                );
                assert!(
                    block[0] < 0x80,
                    "{padding}: the block must be below any modulus"
                );
                seen.push(block);
            }
        }
    }

    #[test]
    fn names_are_unique_and_read_back() {
        for padding in RsaPadding::all() {
            assert_eq!(padding.name().parse(), Ok(padding));
        }
    }
}
