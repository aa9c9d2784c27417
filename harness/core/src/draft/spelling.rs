//! Other spellings of names: those that servers take for the name itself when they normalise URLs or
//! compare parts of an identifier.

/// Text whose first character is percent-encoded.
pub(super) fn escaped(text: &str) -> String {
    let Some(first) = text.bytes().next() else {
        return String::new();
    };
    // Names of servers are ASCII; another first character would be cut in two.
    let rest = text.get(1..).unwrap_or_default();
    format!("%{first:02x}{rest}")
}

/// A path whose last part begins with a percent-encoded character.
pub(super) fn escaped_last(path: &str) -> String {
    let start = path.rfind('/').map_or(0, |slash| slash + 1);
    let (front, last) = path.split_at(start);
    format!("{front}{}", escaped(last))
}

/// A name up to its last hyphen; without its last character where it has none.
pub(super) fn cut(name: &str) -> &str {
    let last = name.char_indices().next_back().map_or(0, |(at, _)| at);
    &name[..name.rfind('-').unwrap_or(last)]
}

/// A name in two after its first hyphen; after its first character where it has none.
pub(super) fn split(name: &str) -> (&str, &str) {
    let first = name.chars().next().map_or(0, char::len_utf8);
    name.split_at(name.find('-').map_or(first, |hyphen| hyphen + 1))
}

/// Text with a Cyrillic letter in place of the first Latin one that looks like it, written as JSON
/// escapes it: inside a string no other character of a host needs an escape.
pub(super) fn lookalike(text: &str) -> String {
    let twin = |octet: u8| LOOKALIKES.into_iter().find(|(latin, _)| *latin == octet);
    let found = text
        .bytes()
        .enumerate()
        .find_map(|(at, octet)| Some((at, twin(octet)?.1)));
    let Some((at, cyrillic)) = found else {
        return text.to_owned();
    };
    let letter = cyrillic
        .chars()
        .map(|letter| format!("\\u{:04x}", u32::from(letter)));
    let letter: String = letter.collect();
    format!("{}{letter}{}", &text[..at], &text[at + 1..])
}

/// Latin letters, and Cyrillic ones that look the same.
pub(crate) const LOOKALIKES: [(u8, &str); 18] = [
    (b'a', "\u{430}"),
    (b'c', "\u{441}"),
    (b'e', "\u{435}"),
    (b'o', "\u{43e}"),
    (b'p', "\u{440}"),
    (b'x', "\u{445}"),
    (b'y', "\u{443}"),
    (b'A', "\u{410}"),
    (b'B', "\u{412}"),
    (b'C', "\u{421}"),
    (b'E', "\u{415}"),
    (b'H', "\u{41d}"),
    (b'K', "\u{41a}"),
    (b'M', "\u{41c}"),
    (b'O', "\u{41e}"),
    (b'P', "\u{420}"),
    (b'T', "\u{422}"),
    (b'X', "\u{425}"),
];
