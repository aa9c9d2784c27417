//! The DigestInfo in a block, and everything that can be wrong with one of its DER elements
//! (RFC 8017 appendix A.2.4, X.690 section 8).

use crate::{model::Hash, sign::rsa::digest_info_prefix};

/// The elements of a DigestInfo (RFC 8017 appendix A.2.4).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Element {
    DigestInfo,
    Algorithm,
    Oid,
    Null,
    Digest,
}

impl Element {
    pub(super) const ALL: [Self; 5] = [
        Self::DigestInfo,
        Self::Algorithm,
        Self::Oid,
        Self::Null,
        Self::Digest,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::DigestInfo => "digest-info",
            Self::Algorithm => "algorithm",
            Self::Oid => "oid",
            Self::Null => "null",
            Self::Digest => "digest",
        }
    }
}

/// A fault of one element, written from its tag and its content.
pub(super) type DerFault = fn(u8, &[u8]) -> Vec<u8>;

/// Faults of one DER element. What stands around it has the length that the fault needs.
pub(super) const DER: &[(&str, DerFault)] = &[
    ("length-81", |t, c| [&[t, 0x81, len(c)], c].concat()),
    ("length-82", |t, c| [&[t, 0x82, 0, len(c)], c].concat()),
    ("length-84", |t, c| {
        [&[t, 0x84, 0, 0, 0, len(c)], c].concat()
    }),
    ("length-over-32-bits", |t, c| {
        [&[t, 0x85, 1, 0, 0, 0, len(c)], c].concat()
    }),
    ("length-over-64-bits", |t, c| {
        [&[t, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, len(c)], c].concat()
    }),
    ("length-plus-1", |t, c| {
        [&[t, len(c).wrapping_add(1)], c].concat()
    }),
    ("length-minus-1", |t, c| {
        [&[t, len(c).wrapping_sub(1)], c].concat()
    }),
    ("length-31-bits", |t, c| {
        [&[t, 0x84, 0x7f, 0xff, 0xff, 0xff], c].concat()
    }),
    ("length-32-bits", |t, c| {
        [&[t, 0x84, 0xff, 0xff, 0xff, 0xff], c].concat()
    }),
    ("length-64-bits", |t, c| {
        [&[t, 0x88], &[0xff; 8][..], c].concat()
    }),
    ("length-reserved", |t, c| [&[t, 0xff], c].concat()),
    ("length-absent", |t, c| [&[t], c].concat()),
    ("length-cut", |t, c| [&[t, 0x81], c].concat()),
    ("length-indefinite", |t, c| {
        [&[t, 0x80], c, &[0, 0]].concat()
    }),
    ("length-endless", |t, c| [&[t, 0x80], c].concat()),
    ("removed", |_, _| Vec::new()),
    ("emptied", |t, _| vec![t, 0]),
    ("tag-alone", |t, _| vec![t]),
    ("as-null", |_, _| vec![0x05, 0]),
    ("zeros-inside-after", |t, c| {
        tagged(t, &[c, &[0, 0]].concat())
    }),
    ("zeros-inside-before", |t, c| {
        tagged(t, &[&[0, 0], c].concat())
    }),
    ("zeros-after", |t, c| [&tagged(t, c)[..], &[0, 0]].concat()),
    ("null-inside-after", |t, c| {
        tagged(t, &[c, &[0x05, 0]].concat())
    }),
    ("garbage-inside-after", |t, c| {
        tagged(t, &[c, &GARBAGE].concat())
    }),
    ("garbage-inside-before", |t, c| {
        tagged(t, &[&GARBAGE, c].concat())
    }),
    ("garbage-after", |t, c| {
        [&tagged(t, c)[..], &GARBAGE].concat()
    }),
    ("undefined-tag-before", |t, c| {
        [&[0xaa, 2, 0x12, 0x34], &tagged(t, c)[..]].concat()
    }),
    ("empty-sequence-before", |t, c| {
        [&[0x30, 0], &tagged(t, c)[..]].concat()
    }),
    ("empty-sequence-after", |t, c| {
        [&tagged(t, c)[..], &[0x30, 0]].concat()
    }),
    ("in-a-sequence", |t, c| tagged(0x30, &tagged(t, c))),
    ("in-indefinite-parts", |t, c| {
        [&[t | 0x20, 0x80], &tagged(t, c)[..], &[0, 0]].concat()
    }),
    ("twice", |t, c| tagged(t, c).repeat(2)),
    ("tag-minus-1", |t, c| tagged(t - 1, c)),
    ("tag-plus-1", |t, c| tagged(t + 1, c)),
    ("tag-ff", |_, c| tagged(0xff, c)),
    ("tag-other-form", |t, c| tagged(t ^ 0x20, c)),
    ("tag-context", |t, c| tagged(t | 0x80, c)),
    ("tag-long", |t, c| {
        [&[(t & 0xe0) | 0x1f, t & 0x1f, len(c)], c].concat()
    }),
    ("first-bit", |t, c| {
        let flipped = c.first().map(|first| first ^ 0x80);
        tagged(
            t,
            &flipped
                .into_iter()
                .chain(c.iter().skip(1).copied())
                .collect::<Vec<u8>>(),
        )
    }),
    ("last-bit", |t, c| {
        let flipped = c.last().map(|last| last ^ 0x10);
        let front = &c[..c.len().saturating_sub(1)];
        tagged(
            t,
            &front.iter().copied().chain(flipped).collect::<Vec<u8>>(),
        )
    }),
    ("cut-front", |t, c| {
        tagged(t, c.get(1..).unwrap_or_default())
    }),
    ("cut-back", |t, c| {
        tagged(t, &c[..c.len().saturating_sub(1)])
    }),
];

const GARBAGE: [u8; 3] = [0x49, 0x81, 0x77];

/// A DigestInfo, with a fault in one element.
pub(super) fn digest_info(
    oid: &[u8],
    digest: &[u8],
    fault: Option<(Element, DerFault)>,
) -> Vec<u8> {
    let write = |element, tag, content: &[u8]| match fault {
        Some((faulty, write)) if faulty == element => write(tag, content),
        Some(_) | None => tagged(tag, content),
    };
    let oid = write(Element::Oid, 0x06, oid);
    let null = write(Element::Null, 0x05, &[]);
    let algorithm = write(Element::Algorithm, 0x30, &[oid, null].concat());
    let digest = write(Element::Digest, 0x04, digest);
    write(Element::DigestInfo, 0x30, &[algorithm, digest].concat())
}

/// The content of the object identifier of a hash, from the DigestInfo that is right.
pub(super) fn oid(hash: Hash) -> &'static [u8] {
    let prefix = digest_info_prefix(hash);
    let len = usize::from(prefix[5]);
    &prefix[6..6 + len]
}

/// An element in DER, for contents below 64 KiB.
pub(super) fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len())
        .unwrap_or(u16::MAX)
        .to_be_bytes();
    let header: &[u8] = match (high, low) {
        (0, 0..=0x7f) => &[tag, low],
        (0, _) => &[tag, 0x81, low],
        (_, _) => &[tag, 0x82, high, low],
    };
    [header, content].concat()
}

fn len(content: &[u8]) -> u8 {
    u8::try_from(content.len()).unwrap_or(u8::MAX)
}
