//! Escaping of text from implementations and tokens, for the place where it is shown. No text from outside
//! may move the cursor, change a colour, or become markup.

use std::fmt::Write;

/// Escapes text for a terminal: control characters, and characters that reorder or hide text, become
/// `\u{…}`.
#[must_use]
pub fn for_terminal(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            _ if is_invisible(character) => {
                write!(safe, "\\u{{{:x}}}", u32::from(character)).expect("writing to a String");
            }
            _ => safe.push(character),
        }
    }
    safe
}

/// Escapes text for Markdown, inside a table or not: as [`for_terminal`], and every character that
/// Markdown or HTML could read as markup.
#[must_use]
pub fn for_markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in for_terminal(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // Some readers end a table cell at a pipe even after a backslash, so it becomes an entity.
            '|' => safe.push_str("&#124;"),
            '@' => safe.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' => {
                safe.push('\\');
                safe.push(character);
            }
            _ => safe.push(character),
        }
    }
    safe
}

/// Escapes text for XML: as [`for_terminal`], since XML 1.0 can hold few control characters at all. The
/// XML writer escapes the markup.
#[must_use]
pub fn for_xml(text: &str) -> String {
    for_terminal(text)
        .chars()
        .map(|c| {
            if matches!(c, '\u{fffe}' | '\u{ffff}') {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}

/// Shortens text to `limit` characters, with the number of those left out.
#[must_use]
pub fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((end, _)) => {
            let rest = text[end..].chars().count();
            format!("{} … ({rest} more)", &text[..end])
        }
    }
}

/// True for controls, line separators, and format characters that reorder text or have no width.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_never_gets_an_escape_sequence_or_a_line_break() {
        let text = "a\u{1b}[31mred\u{7}\r\nb\u{202e}c\u{9b}2Jd\u{200b}";
        assert_eq!(
            for_terminal(text),
            "a\\u{1b}[31mred\\u{7}\\r\\nb\\u{202e}c\\u{9b}2Jd\\u{200b}"
        );
    }

    #[test]
    fn ordinary_text_of_any_language_passes_a_terminal_unchanged() {
        let text = "größer, 鍵, מפתח, \"quoted\" & <b>";
        assert_eq!(for_terminal(text), text);
    }

    #[test]
    fn markdown_holds_no_markup_from_outside() {
        assert_eq!(
            for_markdown("<img src=x onerror=alert(1)> | `x` [a](b) *c* @all\n# d"),
            "&lt;img src=x onerror=alert(1)&gt; &#124; \\`x\\` \\[a\\](b) \\*c\\* &#64;all\\\\n\\# d"
        );
    }

    #[test]
    fn xml_holds_no_character_that_xml_cannot() {
        assert_eq!(for_xml("a\0b\u{1b}c\u{fffe}"), "a\\u{0}b\\u{1b}c\u{fffd}");
    }

    #[test]
    fn shortened_text_has_the_number_of_missing_characters() {
        assert_eq!(shortened("aäßb", 4), "aäßb");
        assert_eq!(shortened("aäßbcd", 4), "aäßb … (2 more)");
    }
}
