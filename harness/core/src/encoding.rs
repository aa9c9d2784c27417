//! base64url without padding, read strictly (RFC 7515 section 2, RFC 4648 sections 3 and 5).

use base64::{
    DecodeError, Engine,
    alphabet::URL_SAFE,
    engine::{
        DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::URL_SAFE_NO_PAD,
    },
};

/// What a segment decodes to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Segment {
    /// The octets.
    pub octets: Vec<u8>,
    /// Whether unused bits of the last character are set (RFC 4648 section 3.5 lets a decoder
    /// refuse that).
    pub has_trailing_bits: bool,
}

/// Encodes without padding.
#[must_use]
pub fn base64url(octets: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// Decodes one segment. Padding, white space and characters of other alphabets are errors, and so
/// is a length that no octet string has.
///
/// # Errors
///
/// What is wrong and where.
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

/// Text that is not base64url.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("decode base64url: {0}")]
pub struct NotBase64Url(DecodeError);

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
    fn padding_white_space_other_alphabets_and_dangling_characters_are_errors() {
        for text in ["Zg==", "Z g", "Zg\n", "+/8", "Zm9vY", "Zm9v\u{430}"] {
            assert!(read_base64url(text.as_bytes()).is_err(), "{text:?} decoded");
        }
    }
}
