//! The stages of building an assertion, and what an edit is to a draft.

use super::Draft;

/// A change to a draft, made at one stage of building it.
pub trait Edit {
    /// The stage at which it is applied.
    fn stage(&self) -> Stage;

    /// Changes the draft.
    fn apply(&self, draft: &mut Draft);
}

/// A stage of building an assertion, in the order of the work.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Stage {
    /// Before anything is built: clients and keys.
    Registration,
    /// Header and claims set as members.
    Members,
    /// Header and claims set as JSON text.
    Text,
    /// Header and payload as segments that will be signed.
    Segment,
    /// The way of signing.
    Signing,
    /// The signature as octets.
    Signature,
    /// The segments once the signature is made.
    Sealed,
    /// The assertion as a whole.
    Token,
    /// The token request.
    Request,
}

impl Stage {
    /// All stages in order.
    pub const ALL: [Self; 9] = [
        Self::Registration,
        Self::Members,
        Self::Text,
        Self::Segment,
        Self::Signing,
        Self::Signature,
        Self::Sealed,
        Self::Token,
        Self::Request,
    ];
}
