//! The DER form of an ECDSA signature (X9.62), which JWS does not use.

/// SEQUENCE of two INTEGERs, as X9.62 writes a signature.
pub(super) fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |octets: &[u8]| {
        let digits = strip(octets);
        // INTEGERs are signed: a first bit that is set needs a zero octet before it, and so does the
        // number zero, which has no octet of its own.
        let sign: &[u8] = if digits.first().is_none_or(|first| *first >= 0x80) {
            &[0]
        } else {
            &[]
        };
        tagged(0x02, &[sign, digits].concat())
    };
    tagged(0x30, &[integer(r), integer(s)].concat())
}

/// DER whose integers lose octets in front until the whole is as long as r and s together: for verifiers
/// that tell the two forms apart by their length.
pub(super) fn der_of_raw_length(r: &[u8], s: &[u8]) -> Vec<u8> {
    let raw = r.len() + s.len();
    // A sign octet comes and goes with the first bit of an integer, so cutting r alone may step over the
    // length that is wanted.
    let cuts = (0..r.len()).flat_map(|of_r| [(of_r, of_r), (of_r, of_r + 1), (of_r, of_r + 2)]);
    let mut ders = cuts.map(|(of_r, of_s)| der(&r[of_r..], s.get(of_s..).unwrap_or_default()));
    ders.find(|der| der.len() == raw).unwrap_or_default()
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    // Two integers of a curve have at most 67 octets each; those of an RSA signature have more.
    let len = u16::try_from(content.len()).unwrap_or(u16::MAX);
    let [high, low] = len.to_be_bytes();
    let header: &[u8] = match len {
        0..0x80 => &[tag, low],
        0x80..0x100 => &[tag, 0x81, low],
        0x100.. => &[tag, 0x82, high, low],
    };
    [header, content].concat()
}

/// An integer without the zero octets in front.
pub(super) fn strip(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    &octets[zeros..]
}
