//! The members of a JSON object as they are written: in order, and as often as they are set.

use std::borrow::Cow;

/// The members of a JSON object in order, name and value as JSON text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members<'p>(pub Vec<Member<'p>>);

/// A name and a value as JSON text, borrowed from the valid default or written for one object.
pub(super) type Member<'p> = (Cow<'p, str>, Cow<'p, str>);

impl<const N: usize> From<[(&str, String); N]> for Members<'_> {
    fn from(members: [(&str, String); N]) -> Self {
        Self(
            members
                .into_iter()
                .map(|(name, value)| (json_string(name).into(), value.into()))
                .collect(),
        )
    }
}

impl<'p> Members<'p> {
    /// The same members without a copy of their text.
    pub(super) fn borrowed(&self) -> impl Iterator<Item = Member<'_>> {
        let members = self.0.iter();
        members.map(|(name, value)| (Cow::Borrowed(&**name), Cow::Borrowed(&**value)))
    }

    /// Replaces the value of a member in its place, or appends it.
    pub fn set(&mut self, name: &str, value: String) {
        let name = json_string(name);
        match self.0.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => *own = value.into(),
            None => self.append(name, value),
        }
    }

    /// Appends a member, even where there is one of that name. Name and value are JSON text.
    pub fn append(&mut self, name: impl Into<Cow<'p, str>>, value: impl Into<Cow<'p, str>>) {
        self.0.push((name.into(), value.into()));
    }

    /// Removes every member of that name.
    pub fn remove(&mut self, name: &str) {
        let name = json_string(name);
        self.0.retain(|(own, _)| *own != name);
    }

    /// The JSON text without any white space.
    #[must_use]
    pub fn to_text(&self) -> Vec<u8> {
        let len: usize = self.0.iter().map(|(n, v)| n.len() + v.len() + 2).sum();
        let mut text = Vec::with_capacity(len + 2);
        text.push(b'{');
        for (index, (name, value)) in self.0.iter().enumerate() {
            if index > 0 {
                text.push(b',');
            }
            text.extend_from_slice(name.as_bytes());
            text.push(b':');
            text.extend_from_slice(value.as_bytes());
        }
        text.push(b'}');
        text
    }
}

/// Text as a JSON string.
pub(crate) fn json_string(text: &str) -> String {
    let mut quoted = Vec::with_capacity(text.len() + 2);
    serde_json::to_writer(&mut quoted, text).expect("text is a JSON string");
    String::from_utf8(quoted).expect("JSON is UTF-8")
}
