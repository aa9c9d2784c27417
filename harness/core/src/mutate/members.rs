//! Edits to the members of the header and of the claims set.

use serde::{Deserialize, Serialize};

use crate::{
    draft::{Draft, Members, Scope, Template},
    json::{Kind, NumericDate},
    model::Rule,
};

/// An edit to the members of a JSON object.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum MemberEdit {
    /// Gives a member this JSON value, in its place or at the end.
    Set(String, Template),
    /// Adds a member at the end, whatever is there already. The name is JSON string text.
    Append(String, Template),
    /// Adds a member at the beginning. The name is JSON string text.
    Prepend(String, Template),
    /// Removes a member.
    Remove(String),
    /// Writes another name for a member. The new name is JSON string text.
    Rename(String, String),
    /// Turns the order round.
    Reverse,
    /// Adds this many members `x0`, `x1`, … with the value 0.
    AddMany(u32),
    /// Adds this many members whose names are rows of two pieces of the same length: where a hash
    /// takes the pieces for the same, it takes all the names for the same.
    AddColliding(String, String, u32),
    /// Writes every slash in a member's value as `\/`.
    EscapeSlashes(String),
}

impl MemberEdit {
    pub(super) fn apply(&self, members: &mut Members, draft: &Draft) {
        match self {
            Self::Set(name, value) => members.set(name, json(value, draft)),
            Self::Append(name, value) => members.append(quoted(name), json(value, draft)),
            Self::Prepend(name, value) => {
                let member = (quoted(name).into(), json(value, draft).into());
                members.0.insert(0, member);
            }
            Self::Remove(name) => members.remove(name),
            Self::Rename(from, to) => {
                let from = quoted(from);
                for (name, _) in members.0.iter_mut().filter(|(name, _)| *name == from) {
                    *name = quoted(to).into();
                }
            }
            Self::Reverse => members.0.reverse(),
            Self::AddMany(count) => {
                (0..*count).for_each(|n| members.append(format!("\"x{n}\""), "0"));
            }
            Self::AddColliding(zero, one, count) => {
                let bits = u32::BITS - count.leading_zeros();
                let piece = |n: u32, bit: u32| if n >> bit & 1 == 0 { &zero[..] } else { one };
                let name = |n| (0..bits).map(|bit| piece(n, bit)).collect::<String>();
                (0..*count).for_each(|n| members.append(quoted(&name(n)), "0"));
            }
            Self::EscapeSlashes(name) => {
                let name = quoted(name);
                for (_, value) in members.0.iter_mut().filter(|(own, _)| *own == name) {
                    *value = value.replace('/', "\\/").into();
                }
            }
        }
    }

    /// The rule that it breaks among the claims: a missing claim, or one of the wrong JSON type.
    pub(super) fn breaks_in_claims(&self) -> Option<Rule> {
        match self {
            Self::Remove(name) => RegisteredClaim::named(name)?.rule_when_missing(),
            Self::Set(name, value) => {
                let claim = RegisteredClaim::named(name)?;
                let kind = kind_of(value.as_str())?;
                let fits = match claim {
                    RegisteredClaim::Iss | RegisteredClaim::Sub | RegisteredClaim::Jti => {
                        kind == Kind::String
                    }
                    RegisteredClaim::Aud => matches!(kind, Kind::String | Kind::Array),
                    RegisteredClaim::Exp | RegisteredClaim::Nbf | RegisteredClaim::Iat => {
                        kind == Kind::Number
                    }
                };
                (!fits).then(|| claim.rule_when_of_type(kind))
            }
            Self::Append(..)
            | Self::Prepend(..)
            | Self::Rename(..)
            | Self::Reverse
            | Self::AddMany(_)
            | Self::AddColliding(..)
            | Self::EscapeSlashes(_) => None,
        }
    }

    /// Tells if it touches a member that a server reads in a header.
    pub(super) fn is_about_header(&self) -> bool {
        let is_read = |name: &String| HEADER_PARAMETERS.contains(&name.as_str());
        match self {
            Self::Set(name, _)
            | Self::Append(name, _)
            | Self::Prepend(name, _)
            | Self::Remove(name)
            | Self::EscapeSlashes(name) => is_read(name),
            Self::Rename(from, to) => is_read(from) || is_read(to),
            Self::Reverse | Self::AddMany(_) | Self::AddColliding(..) => false,
        }
    }

    /// Tells if it writes JSON, placeholders taken as they stand.
    pub(super) fn is_json(&self) -> bool {
        let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        let is_name = |name: &str| is_json(&quoted(name));
        match self {
            Self::Set(_, value) => is_json(value.as_str()),
            Self::Append(name, value) | Self::Prepend(name, value) => {
                is_name(name) && is_json(value.as_str())
            }
            Self::Rename(_, to) => is_name(to),
            Self::AddColliding(zero, one, _) => is_name(zero) && is_name(one),
            Self::Remove(_) | Self::Reverse | Self::AddMany(_) | Self::EscapeSlashes(_) => true,
        }
    }

    /// The rule that it breaks in the header.
    pub(super) fn breaks_in_header(&self) -> Option<Rule> {
        match self {
            Self::Remove(name) if name == "alg" => Some(Rule::AlgMissing),
            Self::Set(name, value) => match (name.as_str(), kind_of(value.as_str())?) {
                ("alg", Kind::String) if value.as_str() == "\"none\"" => Some(Rule::AlgNone),
                ("alg", Kind::String) => None,
                ("alg", _) => Some(Rule::AlgType),
                ("kid", Kind::String) => None,
                ("kid", Kind::Null) => Some(Rule::KidNull),
                ("kid", _) => Some(Rule::KidType),
                _ => None,
            },
            Self::Remove(_)
            | Self::Append(..)
            | Self::Prepend(..)
            | Self::Rename(..)
            | Self::Reverse
            | Self::AddMany(_)
            | Self::AddColliding(..)
            | Self::EscapeSlashes(_) => None,
        }
    }
}

/// RFC 7515 section 4.1, RFC 7797 section 3, RFC 7516 section 4.1.3.
const HEADER_PARAMETERS: [&str; 13] = [
    "alg", "b64", "crit", "cty", "jku", "jwk", "kid", "typ", "x5c", "x5t", "x5t#S256", "x5u", "zip",
];

/// A claim that RFC 7519 section 4.1 registers.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "generate", derive(arbitrary::Arbitrary))]
#[serde(rename_all = "kebab-case")]
pub enum RegisteredClaim {
    /// `iss`
    Iss,
    /// `sub`
    Sub,
    /// `aud`
    Aud,
    /// `exp`
    Exp,
    /// `nbf`
    Nbf,
    /// `iat`
    Iat,
    /// `jti`
    Jti,
}

impl RegisteredClaim {
    /// All seven, in the order of RFC 7519.
    pub const ALL: [Self; 7] = [
        Self::Iss,
        Self::Sub,
        Self::Aud,
        Self::Exp,
        Self::Nbf,
        Self::Iat,
        Self::Jti,
    ];

    /// The claim's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iss => "iss",
            Self::Sub => "sub",
            Self::Aud => "aud",
            Self::Exp => "exp",
            Self::Nbf => "nbf",
            Self::Iat => "iat",
            Self::Jti => "jti",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|claim| claim.name() == name)
    }

    const fn rule_when_missing(self) -> Option<Rule> {
        match self {
            Self::Iss => Some(Rule::IssMissing),
            Self::Sub => Some(Rule::SubMissing),
            Self::Aud => Some(Rule::AudMissing),
            Self::Exp => Some(Rule::ExpMissing),
            Self::Iat => Some(Rule::IatOptional),
            Self::Jti => Some(Rule::JtiMissing),
            // No rule is about an absent `nbf`.
            Self::Nbf => None,
        }
    }

    const fn rule_when_of_type(self, kind: Kind) -> Rule {
        match (self, kind) {
            (Self::Nbf, Kind::Null) => Rule::NbfNull,
            (Self::Iat, Kind::Null) => Rule::IatNull,
            (Self::Jti, Kind::Null) => Rule::JtiNull,
            (Self::Iss, _) => Rule::IssType,
            (Self::Sub, _) => Rule::SubType,
            (Self::Aud, _) => Rule::AudType,
            (Self::Exp, _) => Rule::ExpType,
            (Self::Nbf, _) => Rule::NbfType,
            (Self::Iat, _) => Rule::IatType,
            (Self::Jti, _) => Rule::JtiType,
        }
    }
}

/// A time claim moved by seconds from the evaluation time.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "generate", derive(arbitrary::Arbitrary))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum TimeEdit {
    /// `exp` so long ago; 0 is the first moment at which it has passed.
    ExpiredFor(u32),
    /// `exp` so far ahead.
    ExpiresIn(u32),
    /// `nbf` so far ahead, and `exp` one minute after it.
    ValidIn(u32),
    /// `iat` so far ahead.
    IssuedIn(u32),
    /// `iat` so long ago.
    IssuedAgo(u32),
}

impl TimeEdit {
    pub(super) fn apply(self, draft: &mut Draft) {
        let at = |seconds: i64| (draft.now + seconds).to_string();
        let (name, value) = match self {
            Self::ExpiredFor(seconds) => ("exp", at(-i64::from(seconds))),
            Self::ExpiresIn(seconds) => ("exp", at(i64::from(seconds))),
            Self::ValidIn(seconds) => {
                let exp = at(i64::from(seconds) + 60);
                let nbf = at(i64::from(seconds));
                draft.claims.set("exp", exp);
                ("nbf", nbf)
            }
            Self::IssuedIn(seconds) => ("iat", at(i64::from(seconds))),
            Self::IssuedAgo(seconds) => ("iat", at(-i64::from(seconds))),
        };
        draft.claims.set(name, value);
    }

    /// Five minutes late is late and as much early is early, under every profile; where `exp` is more
    /// than an hour ahead, the lifetime is too long as well.
    pub(super) const fn breaks(self) -> Option<Rule> {
        match self {
            Self::ExpiredFor(300..) => Some(Rule::Expired),
            Self::ValidIn(300..=3500) => Some(Rule::NotYetValid),
            Self::ExpiredFor(_)
            | Self::ExpiresIn(_)
            | Self::ValidIn(_)
            | Self::IssuedIn(_)
            | Self::IssuedAgo(_) => None,
        }
    }
}

/// The kind of JSON value that a template writes, where its first character tells and the rest is
/// JSON as well. A number that is no finite time counts as no number.
fn kind_of(text: &str) -> Option<Kind> {
    if !text.contains("${") && serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return None;
    }
    Some(match text.as_bytes().first()? {
        b'"' => Kind::String,
        b'{' => Kind::Object,
        b'[' => Kind::Array,
        b't' | b'f' => Kind::Boolean,
        b'n' => Kind::Null,
        b'0'..=b'9' | b'-' => match NumericDate::parse(text) {
            _ if text.contains("${") => Kind::Number,
            Some(_) => Kind::Number,
            None => return None,
        },
        b'$' if text.starts_with("${now") => Kind::Number,
        _ => return None,
    })
}

/// A member name as the file gives it, between quotation marks: escapes stay as they are.
fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// Fills a template for a place inside JSON text: octets that are no UTF-8 do not belong here.
fn json(template: &Template, draft: &Draft) -> String {
    struct InJson<'a>(&'a Draft<'a>);

    impl Scope for InJson<'_> {
        fn now(&self) -> i64 {
            self.0.now()
        }

        fn placeholder(&self, name: &str) -> Vec<u8> {
            let text = String::from_utf8_lossy(&self.0.placeholder(name)).into_owned();
            // Keys are JSON already, and so is the one host that is written with an escape.
            let is_json = ["jwk:", "private-jwk:", "aud-host-lookalike"];
            if is_json.iter().any(|json| name.starts_with(json)) {
                return text.into_bytes();
            }
            let quoted = crate::draft::json_string(&text);
            quoted.as_bytes()[1..quoted.len() - 1].to_vec()
        }
    }

    String::from_utf8_lossy(&template.fill(&InJson(draft))).into_owned()
}
