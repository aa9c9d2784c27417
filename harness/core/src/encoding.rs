//! base64url without padding, read strictly (RFC 7515 section 2, RFC 4648 sections 3 and 5), and
//! the body of a PEM text.

use std::sync::LazyLock;

use base64::{
    DecodeError, Engine,
    alphabet::URL_SAFE,
    engine::{
        DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig,
        general_purpose::{STANDARD, URL_SAFE_NO_PAD},
    },
};

/// A decoded segment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Segment {
    /// The octets.
    pub octets: Vec<u8>,
    /// Set where unused bits of the last character are set (RFC 4648 section 3.5 lets a decoder
    /// reject that).
    pub has_trailing_bits: bool,
}

/// Encodes without padding.
#[must_use]
pub fn base64url(octets: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// Appends the encoding without padding. Nothing is allocated where the text has room for it.
///
/// # Panics
///
/// Never: room is made before.
pub fn append_base64url(text: &mut Vec<u8>, octets: &[u8]) {
    let start = text.len();
    text.resize(start + octets.len().div_ceil(3) * 4, 0);
    let written = WIDE.encode_slice(octets, &mut text[start..]);
    text.truncate(start + written.expect("there is room for the padding too"));
}

/// Decodes what leaves no question open, in place of what the buffer held; `None` where
/// [`read_base64url`] has something to say about it.
pub(crate) fn decode_base64url_into(text: &[u8], buffer: &mut Vec<u8>) -> Option<()> {
    buffer.clear();
    WIDE.decode_vec(text, buffer).ok()
}

/// Decodes one segment. Padding, white space and characters of other alphabets are errors, and so
/// is a length that no octet string has.
///
/// # Errors
///
/// The fault and its place.
pub fn read_base64url(text: &[u8]) -> Result<Segment, NotBase64Url> {
    match URL_SAFE_NO_PAD.decode(text) {
        Ok(octets) => Ok(Segment {
            octets,
            has_trailing_bits: false,
        }),
        Err(DecodeError::InvalidLastSymbol { .. }) => LENIENT_BITS
            .decode(text)
            .map(|octets| Segment {
                octets,
                has_trailing_bits: true,
            })
            .map_err(NotBase64Url),
        Err(error) => Err(NotBase64Url(error)),
    }
}

/// The DER inside a PEM text of the test keys.
pub(crate) fn pem_octets(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    STANDARD
        .decode(lines.collect::<String>())
        .expect("the test keys are PEM, tested")
}

/// Text that is not base64url.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("decode base64url: {0}")]
pub struct NotBase64Url(DecodeError);

/// Encodes many octets at a time, where the machine can.
static WIDE: LazyLock<Wide> = LazyLock::new(|| {
    let config = GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone);
    #[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
    return Wide::url_safe(config);
    #[cfg(not(any(target_arch = "aarch64", target_arch = "x86_64")))]
    return Wide::new(&URL_SAFE, config);
});

#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
type Wide = base64::engine::Simd;
#[cfg(not(any(target_arch = "aarch64", target_arch = "x86_64")))]
type Wide = GeneralPurpose;

const LENIENT_BITS: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_bits_decode_and_are_reported() {
        let clean = Segment {
            octets: b"f".to_vec(),
            has_trailing_bits: false,
        };
        let dirty = Segment {
            octets: b"f".to_vec(),
            has_trailing_bits: true,
        };
        assert_eq!(read_base64url(b"Zg"), Ok(clean));
        assert_eq!(read_base64url(b"Zh"), Ok(dirty));
    }

    #[test]
    fn text_that_decodes_in_place_is_text_without_a_flaw() {
        let mut buffer = b"before".to_vec();
        for length in 0..200 {
            let clean = base64url(vec![0xfb; length]);
            assert_eq!(
                decode_base64url_into(clean.as_bytes(), &mut buffer),
                Some(())
            );
            assert_eq!(buffer, vec![0xfb; length]);
            for flaw in ["=", "+", "\n", "\u{430}", "A", "B"] {
                let text = format!("{clean}{flaw}");
                let read = read_base64url(text.as_bytes());
                let is_clean = read.as_ref().is_ok_and(|read| !read.has_trailing_bits);
                let decoded = decode_base64url_into(text.as_bytes(), &mut buffer);
                assert_eq!(decoded.is_some(), is_clean, "{text:?}");
            }
        }
    }

    #[test]
    fn appended_text_is_the_encoding_at_every_length() {
        let octets: Vec<u8> = (0..=255).cycle().take(700).collect();
        for length in 0..octets.len() {
            let mut text = b"before".to_vec();
            append_base64url(&mut text, &octets[..length]);
            let expected = format!("before{}", base64url(&octets[..length]));
            assert_eq!(String::from_utf8(text).unwrap(), expected);
        }
    }

    #[test]
    fn padding_white_space_other_alphabets_and_dangling_characters_are_errors() {
        for text in ["Zg==", "Z g", "Zg\n", "+/8", "Zm9vY", "Zm9v\u{430}"] {
            assert!(read_base64url(text.as_bytes()).is_err(), "{text:?} decoded");
        }
    }
}
