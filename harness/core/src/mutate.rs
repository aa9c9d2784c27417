//! Mutations: the one vocabulary of edits, for the suite, the fuzzers and the reports.
//!
//! A mutation belongs to a stage, and stages follow one another as in a client that builds an
//! assertion. Most mutations promise which rule they break; the promise and the oracle are two
//! independent sources, and the tests compare them. Those that write free text promise nothing,
//! and the case that uses them names the rule.

mod encoding;
mod encryption;
mod members;
mod registration;
mod request;
mod rsa_padding;
mod signature;

use serde::{Deserialize, Serialize};

pub use self::{
    encoding::{PayloadEncoding, SegmentEdit, SegmentName},
    encryption::EncryptionEdit,
    members::{MemberEdit, RegisteredClaim, TimeEdit},
    registration::{JwkEdit, RegistrationEdit},
    request::RequestEdit,
    rsa_padding::{RsaPadding, UnknownPadding},
    signature::{Octets, RsaEdit, Scalar, SignatureEdit, SignatureForm, SigningEdit},
};
pub use crate::draft::Stage;
use crate::{
    draft::{Draft, Edit, Template},
    model::{Level, Rule},
};

/// One edit to a valid default.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Mutation {
    /// The client's registration.
    Client(RegistrationEdit),
    /// A member of the claims set.
    Claims(MemberEdit),
    /// A member of the JOSE header.
    Header(MemberEdit),
    /// A time claim, moved by seconds from the evaluation time.
    Time(TimeEdit),
    /// The header's JSON text; `${json}` is what it was.
    HeaderText(Template),
    /// The claims set's JSON text; `${json}` is what it was.
    PayloadText(Template),
    /// The character encoding of the claims set.
    PayloadEncoding(PayloadEncoding),
    /// A segment, before it is signed: the signature covers the edit.
    SignedSegment(SegmentEdit),
    /// The way of signing.
    Signing(SigningEdit),
    /// The octets of the signature.
    Signature(SignatureEdit),
    /// A segment, after signing.
    Segment(SegmentEdit),
    /// A member of the claims set, after signing.
    TamperClaims(MemberEdit),
    /// A member of the header, after signing.
    TamperHeader(MemberEdit),
    /// The whole assertion; `${token}` is what it was.
    Token(Template),
    /// The whole assertion in lines of 64 characters, as PEM writes text.
    TokenLines,
    /// The character encoding of the whole assertion: UTF-16, little-endian.
    TokenUtf16,
    /// The assertion as a JWE.
    Encrypt(EncryptionEdit),
    /// A parameter of the token request.
    Request(RequestEdit),
}

impl Mutation {
    /// The stage at which it is applied; inherent, so that callers need no trait in scope.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        match self {
            Self::Client(_) => Stage::Registration,
            Self::Claims(_) | Self::Header(_) | Self::Time(_) => Stage::Members,
            Self::HeaderText(_) | Self::PayloadText(_) | Self::PayloadEncoding(_) => Stage::Text,
            Self::SignedSegment(_) => Stage::Segment,
            Self::Signing(_) => Stage::Signing,
            Self::Signature(_) => Stage::Signature,
            Self::Segment(_) | Self::TamperClaims(_) | Self::TamperHeader(_) => Stage::Sealed,
            Self::Token(_) | Self::TokenLines | Self::TokenUtf16 | Self::Encrypt(_) => Stage::Token,
            Self::Request(_) => Stage::Request,
        }
    }

    /// The one rule it breaks when it is the only edit to a valid default; `None` where that
    /// depends on the text it writes, or where it breaks none.
    #[must_use]
    pub fn breaks(&self) -> Option<Rule> {
        match self {
            Self::Client(edit) => edit.breaks(),
            Self::Claims(edit) => edit.breaks_in_claims(),
            Self::Header(edit) => edit.breaks_in_header(),
            Self::Time(edit) => edit.breaks(),
            // Each character is ASCII and followed by a NUL, which is UTF-8 and no JSON.
            Self::PayloadEncoding(PayloadEncoding::Utf16Le) => Some(Rule::PayloadJson),
            Self::PayloadEncoding(_) => Some(Rule::Utf8),
            // After signing, another text is a wrong signature, and other bits of the same text are too.
            Self::Segment(SegmentEdit::TrailingBits(
                SegmentName::Header | SegmentName::Payload,
            )) => Some(Rule::Signature),
            Self::Segment(edit) => edit.breaks().map(|rule| match rule {
                Rule::PayloadJson => Rule::Signature,
                rule => rule,
            }),
            Self::SignedSegment(edit) => edit.breaks(),
            Self::Signing(edit) => edit.breaks(),
            Self::Signature(edit) => edit.breaks(),
            Self::TamperClaims(_) => Some(Rule::Signature),
            // A server reads the header before it checks the signature, so the header's rule comes first.
            Self::TamperHeader(edit) if edit.is_about_header() => edit
                .breaks_in_header()
                .filter(|rule| rule.info().level == Level::Reject),
            Self::TamperHeader(edit) => edit.is_json().then_some(Rule::Signature),
            Self::Request(edit) => edit.breaks(),
            // The periods stay where they are, so the text between them is at fault and not the form.
            Self::TokenLines | Self::TokenUtf16 => Some(Rule::Base64url),
            Self::Encrypt(edit) => edit.breaks(),
            Self::HeaderText(_) | Self::PayloadText(_) | Self::Token(_) => None,
        }
    }
}

impl Edit for Mutation {
    fn stage(&self) -> Stage {
        self.stage()
    }

    fn apply(&self, draft: &mut Draft) {
        match self {
            Self::Client(edit) => edit.apply(draft),
            Self::Claims(edit) => {
                let mut members = std::mem::take(&mut draft.claims);
                edit.apply(&mut members, draft);
                draft.claims = members;
            }
            Self::Header(edit) => {
                let mut members = std::mem::take(&mut draft.header);
                edit.apply(&mut members, draft);
                draft.header = members;
            }
            Self::Time(edit) => edit.apply(draft),
            Self::HeaderText(text) => {
                draft.header_text = encoding::fill_json(text, draft, &draft.header_text);
            }
            Self::PayloadText(text) => {
                draft.payload_text = encoding::fill_json(text, draft, &draft.payload_text);
            }
            Self::PayloadEncoding(encoding) => {
                draft.payload_text = encoding.encode(&draft.payload_text);
            }
            Self::SignedSegment(edit) | Self::Segment(edit) => edit.apply(draft),
            Self::Signing(edit) => edit.apply(draft),
            Self::Signature(edit) => edit.apply(draft),
            Self::TamperClaims(edit) => {
                let mut members = draft.claims.clone();
                edit.apply(&mut members, draft);
                draft.payload_segment = crate::encoding::base64url(members.to_text()).into_bytes();
            }
            Self::TamperHeader(edit) => {
                let mut members = draft.header.clone();
                edit.apply(&mut members, draft);
                draft.header_segment = crate::encoding::base64url(members.to_text()).into_bytes();
            }
            Self::Token(text) => draft.token = text.fill(draft),
            Self::TokenLines => {
                let lines: Vec<&[u8]> = draft.token.chunks(64).collect();
                draft.token = lines.join(&b"\r\n"[..]);
            }
            Self::TokenUtf16 => {
                draft.token = PayloadEncoding::Utf16Le.encode(&draft.token);
            }
            Self::Encrypt(edit) => edit.apply(draft),
            Self::Request(edit) => edit.apply(draft),
        }
    }
}

/// A family of edits that are too many to be written down one by one.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EditFamily {
    /// ECDSA: every pair of values at an edge, for r and s.
    EcdsaScalars,
    /// RSASSA-PKCS1-v1_5: every faulty block.
    RsaPadding,
    /// Single bits all over the signature.
    SignatureBits,
}

impl EditFamily {
    /// The edits, each with a name for a variant.
    #[must_use]
    pub fn members(self) -> Vec<(String, Mutation)> {
        let signature = Mutation::Signature;
        match self {
            Self::EcdsaScalars => {
                let pairs = Scalar::EDGES
                    .into_iter()
                    .flat_map(|r| Scalar::EDGES.into_iter().map(move |s| (r, s)));
                let edit = |(r, s): (Scalar, Scalar)| {
                    let name = format!("r-{}-s-{}", r.name(), s.name());
                    (name, signature(SignatureEdit::Scalars(r, s)))
                };
                pairs.map(edit).collect()
            }
            Self::RsaPadding => RsaPadding::all()
                .map(|padding| {
                    let edit = SignatureEdit::Rsa(RsaEdit::Padding(padding.clone()));
                    (padding.name(), signature(edit))
                })
                .collect(),
            Self::SignatureBits => (0..64)
                .map(|bit| {
                    (
                        format!("bit-{bit:02}"),
                        signature(SignatureEdit::FlipSpread(bit)),
                    )
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Algorithm, ProfileId, Verdict},
        oracle::{self, Memory},
        recipe::{EVALUATION_TIME, Recipe},
    };

    #[test]
    fn a_tampered_header_promises_a_wrong_signature_where_it_is_json_and_nothing_reads_the_member()
    {
        let promised = |edit: &str| {
            let edit = format!("tamper-header = {edit}");
            let mutation: Mutation = toml::from_str(&edit).unwrap();
            mutation.breaks()
        };
        let wrong = Some(Rule::Signature);
        assert_eq!(promised(r#"{ set = ["x", "1"] }"#), wrong);
        assert_eq!(promised(r#"{ rename = ["x", "y"] }"#), wrong);
        assert_eq!(promised(r#"{ remove = "alg" }"#), Some(Rule::AlgMissing));
        for read in [
            r#"{ set = ["x", "'a'"] }"#,
            r#"{ append = ['x"', "1"] }"#,
            r#"{ rename = ["x", '\'] }"#,
            r#"{ set = ["crit", '["x"]'] }"#,
            r#"{ append = ["b64", "false"] }"#,
            r#"{ rename = ["x", "jwk"] }"#,
            r#"{ remove = "kid" }"#,
        ] {
            assert_eq!(promised(read), None, "{read}");
        }
    }

    #[test]
    fn the_oracle_finds_the_rule_that_an_edit_promises() {
        for (edit, rule) in [
            ("time = { expired-for = 300 }", Rule::Expired),
            ("time = { valid-in = 3500 }", Rule::NotYetValid),
            (r#"payload-encoding = "utf16""#, Rule::Utf8),
            (r#"payload-encoding = "utf16-le""#, Rule::PayloadJson),
            (r#"signed-segment = { hex = "payload" }"#, Rule::PayloadJson),
            (r#"segment = { hex = "payload" }"#, Rule::Signature),
            (r#"segment = { encode-again = "payload" }"#, Rule::Signature),
            (r#"segment = { encode-again = "header" }"#, Rule::HeaderJson),
        ] {
            let mutation: Mutation = toml::from_str(edit).unwrap();
            assert_eq!(mutation.breaks(), Some(rule), "{edit}");
            for profile in ProfileId::ALL {
                let mut recipe = Recipe::valid(profile, Algorithm::ES256);
                recipe.steps[0].edits.push(mutation.clone());
                let step = &recipe.present_at(EVALUATION_TIME).steps[0];
                let found = oracle::explain(&mut Memory::default(), step).unwrap();
                assert_eq!(found.verdict(), Verdict::Reject(rule), "{profile}: {edit}");
            }
        }
        // Where `exp` is more than an hour ahead, some profile finds that first.
        let far: Mutation = toml::from_str("time = { valid-in = 3601 }").unwrap();
        assert_eq!(far.breaks(), None);
    }
}
