//! JSON objects as they were sent: member order, duplicates and number lexemes are kept.

mod number;

use std::{borrow::Cow, collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

pub use self::number::NumericDate;

/// A JSON object with every member that stands in its text, in order.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    members: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Object<'a> {
    /// Reads a text that must be one JSON object and nothing else.
    ///
    /// # Errors
    ///
    /// If the text is no JSON (RFC 8259) or no object; the message says where.
    pub fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The members in the order of the text.
    pub fn members(&self) -> impl Iterator<Item = (&str, Value<'a>)> {
        self.members
            .iter()
            .map(|(name, value)| (name.as_ref(), *value))
    }

    /// The value of a member, under the reading that is asked for.
    #[must_use]
    pub fn get(&self, name: &str, reading: Reading) -> Option<Value<'a>> {
        let mut all = self
            .members
            .iter()
            .filter(|(own, _)| own == name)
            .map(|(_, value)| *value);
        match reading {
            Reading::FirstWins => all.next(),
            Reading::LastWins => all.next_back(),
        }
    }

    /// The first name that has stood before.
    #[must_use]
    pub fn duplicate(&self) -> Option<&str> {
        if self.members.len() <= FEW {
            let members = self.members.iter().enumerate();
            let mut again = members.filter(|(index, (name, _))| {
                let mut earlier = self.members[..*index].iter();
                earlier.any(|(own, _)| own == name)
            });
            return again.next().map(|(_, (name, _))| name.as_ref());
        }
        let mut seen = HashSet::with_capacity(self.members.len());
        let mut names = self.members.iter().map(|(name, _)| name.as_ref());
        names.find(|name| !seen.insert(*name))
    }

    /// The number of members in the text.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Tells if the object has no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// The member that counts among several with one name. RFC 7515 section 4 and RFC 7519 section 4 let a
/// recipient reject duplicates or believe the last, never the first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reading {
    /// Only broken verifiers read like this.
    FirstWins,
    /// The reading that the RFCs allow.
    LastWins,
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Borrowed where nothing in it is escaped.
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(COMMON);
                while let Some((Name(name), value)) = map.next_entry::<Name<'_>, &RawValue>()? {
                    members.push((name, Value { text: value.get() }));
                }
                Ok(Object { members })
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// A JSON value as its text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Value<'a> {
    text: &'a str,
}

impl<'a> Value<'a> {
    /// The text, without white space around it.
    #[must_use]
    pub const fn text(self) -> &'a str {
        self.text
    }

    /// The kind, one of seven.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.text.as_bytes().first() {
            Some(b'"') => Kind::String,
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') => Kind::Null,
            Some(_) | None => Kind::Number,
        }
    }

    /// The text of a string; `None` for other kinds and for strings with a lone surrogate, which
    /// no Unicode text represents.
    #[must_use]
    pub fn as_string(self) -> Option<Cow<'a, str>> {
        if self.kind() != Kind::String {
            return None;
        }
        if self.text.contains('\\') {
            serde_json::from_str(self.text).ok().map(Cow::Owned)
        } else {
            // Without an escape, the text between the quotation marks is the string.
            Some(Cow::Borrowed(&self.text[1..self.text.len() - 1]))
        }
    }

    /// The elements of an array.
    #[must_use]
    pub fn as_array(self) -> Option<Vec<Self>> {
        let elements: Vec<&'a RawValue> = (self.kind() == Kind::Array)
            .then(|| serde_json::from_str(self.text).ok())
            .flatten()?;
        Some(
            elements
                .into_iter()
                .map(|element| Value {
                    text: element.get(),
                })
                .collect(),
        )
    }

    /// The members of an object.
    #[must_use]
    pub fn as_object(self) -> Option<Object<'a>> {
        (self.kind() == Kind::Object)
            .then(|| Object::parse(self.text).ok())
            .flatten()
    }

    /// The strings and numbers in it, however deep, names of members included.
    pub fn scalars(self) -> impl Iterator<Item = Self> {
        let mut rest = self.text;
        std::iter::from_fn(move || {
            let is_start = |c: char| c == '"' || c == '-' || c.is_ascii_digit();
            let found = &rest[rest.find(is_start)?..];
            let len = match found.as_bytes()[0] {
                b'"' => string_len(found),
                _ => found
                    .find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
                    .unwrap_or(found.len()),
            };
            let (text, behind) = found.split_at(len);
            rest = behind;
            Some(Self { text })
        })
    }

    /// The depth: arrays and objects inside one another.
    #[must_use]
    pub fn depth(self) -> usize {
        let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
        for byte in self.text.bytes() {
            match (in_string, byte) {
                (true, _) if escaped => escaped = false,
                (true, b'\\') => escaped = true,
                (_, b'"') => in_string = !in_string,
                (false, b'{' | b'[') => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                (false, b'}' | b']') => depth = depth.saturating_sub(1),
                (true | false, _) => {}
            }
        }
        deepest
    }
}

/// The members of most headers and claims sets, so that reading one allocates once.
const COMMON: usize = 8;
/// Members up to which comparing all names with one another is faster than hashing them.
const FEW: usize = 12;

/// The length of the string that a text begins with, quotation marks included.
fn string_len(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|octet| {
        let is_end = octet == b'"' && !escaped;
        escaped = octet == b'\\' && !escaped;
        is_end
    });
    end.map_or(text.len(), |end| end + 2)
}

/// The kind of a JSON value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// `[…]`
    Array,
    /// `true` or `false`
    Boolean,
    /// `null`
    Null,
    /// A number.
    Number,
    /// `{…}`
    Object,
    /// A string.
    String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_order_duplicates_and_lexemes() {
        let object = Object::parse(r#"{"b":1.50,"\u0061":2,"b": 1e2 }"#).unwrap();
        let members: Vec<_> = object
            .members()
            .map(|(name, value)| (name, value.text()))
            .collect();
        assert_eq!(members, [("b", "1.50"), ("a", "2"), ("b", "1e2")]);
        assert_eq!(object.duplicate(), Some("b"));
        assert_eq!(object.get("b", Reading::LastWins).unwrap().text(), "1e2");
        assert_eq!(object.get("b", Reading::FirstWins).unwrap().text(), "1.50");
    }

    #[test]
    fn the_first_name_that_stands_again_is_found_among_few_and_among_many() {
        for fillers in [0, 3, 40] {
            let filler: String = (0..fillers).map(|n| format!(",\"m{n}\":0")).collect();
            let text = |more: &str| format!("{{\"a\":1,\"b\":2{filler}{more}}}");
            assert_eq!(Object::parse(&text("")).unwrap().duplicate(), None);
            let text = text(",\"\\u0062\":3,\"a\":4");
            let object = Object::parse(&text).unwrap();
            assert_eq!(object.duplicate(), Some("b"), "{text}");
        }
    }

    #[test]
    fn a_string_is_read_with_escapes_and_without() {
        for (text, read) in [
            (r#""""#, Some("")),
            (r#""a é""#, Some("a é")),
            (r#""a\u0062\"""#, Some("ab\"")),
            (r#""\ud800""#, None),
            ("1", None),
        ] {
            let object = format!("{{\"a\":{text}}}");
            let object = Object::parse(&object).unwrap();
            let value = object.get("a", Reading::LastWins).unwrap();
            assert_eq!(value.as_string().as_deref(), read, "{text}");
        }
    }

    #[test]
    fn scalars_are_found_however_deep() {
        let object = Object::parse(r#"{"a":[{"b\\":"\"]"},[-1.5e+3,0],true,null,"{1"]}"#).unwrap();
        let value = object.get("a", Reading::LastWins).unwrap();
        let scalars: Vec<&str> = value.scalars().map(Value::text).collect();
        assert_eq!(scalars, [r#""b\\""#, r#""\"]""#, "-1.5e+3", "0", r#""{1""#]);
    }

    #[test]
    fn text_that_is_not_one_object_is_an_error() {
        for text in [
            "null",
            "[]",
            "\"alg\"",
            "1",
            "",
            "{}x",
            "{}{}",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "{\"a\":01}",
            "{\"a\":+1}",
            "{\"a\":NaN}",
            "{\"a\":0x1}",
            "{\"a\":\"\u{1}\"}",
            "\u{feff}{}",
            "{}\0",
            "{/**/}",
        ] {
            assert!(Object::parse(text).is_err(), "{text:?} parsed");
        }
    }

    #[test]
    fn nesting_of_a_hundred_thousand_neither_overflows_nor_fails() {
        let text = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let object = Object::parse(&text).unwrap();
        assert_eq!(object.get("a", Reading::LastWins).unwrap().depth(), 100_000);
    }
}
