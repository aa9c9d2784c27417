//! Edits of the text of a divergence file: patterns and entries are replaced in place, and every
//! other octet stays, since comments and layout are a person's work that no serializer would keep.

use std::ops::Range;

use jwt_assay_core::model::VectorId;
use toml_edit::{Array, Document, Table};

/// The edit of an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum EntryEdit {
    Keep,
    /// An edit for each of its patterns, in their order.
    Narrow(Vec<PatternEdit>),
    Remove,
}

/// The edit of a pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum PatternEdit {
    Keep,
    Remove,
    Replace(Vec<VectorId>),
}

/// The text after an edit for each of its entries, in their order. `None` where the entries are not
/// `[[divergence]]` tables.
pub(super) fn edited(text: &str, entry_edits: &[EntryEdit]) -> Option<String> {
    let document = Document::parse(text).ok()?;
    let entries = match document.as_table().get("divergence") {
        Some(entries) => entries.as_array_of_tables()?,
        None => return Some(text.to_owned()),
    };
    if entry_edits.iter().all(|edit| *edit == EntryEdit::Keep) {
        return Some(text.to_owned());
    }
    let mut edits = Vec::new();
    for (table, edit) in entries.iter().zip(entry_edits) {
        match edit {
            EntryEdit::Remove => edits.push((entry_range(text, table)?, String::new())),
            EntryEdit::Narrow(pattern_edits) => {
                let patterns = table.get("vectors")?.as_array()?;
                edits.extend(narrowing(text, patterns, pattern_edits)?);
            }
            EntryEdit::Keep => {}
        }
    }
    Some(applied(text, edits))
}

/// Appends entries to the text, with an empty line before each.
pub(super) fn extended(text: &str, entries: &[String]) -> String {
    let mut extended = text.to_owned();
    let end = line_end(text);
    for entry in entries {
        let entry = entry.replace('\n', end);
        let rest = extended.trim_end().len();
        extended.truncate(rest);
        if rest > 0 {
            extended.push_str(&end.repeat(2));
        }
        extended.push_str(&entry);
    }
    extended
}

/// An array of strings, one on each line.
pub(super) fn one_a_line<'a>(literals: impl Iterator<Item = &'a str>, end: &str) -> String {
    let lines: String = literals
        .map(|literal| format!("{INDENT}{literal},{end}"))
        .collect();
    format!("[{end}{lines}]")
}

type TextEdit = (Range<usize>, String);

fn applied(text: &str, mut edits: Vec<TextEdit>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut applied = String::with_capacity(text.len());
    let mut done = 0;
    for (range, new) in edits {
        applied.push_str(&text[done..range.start]);
        applied.push_str(&new);
        done = range.end;
    }
    applied.push_str(&text[done..]);
    // Removing the last entry leaves the empty line that set it apart.
    applied.truncate(applied.trim_end().len());
    if !applied.is_empty() {
        applied.push_str(line_end(text));
    }
    applied
}

/// The range of an entry with the comment right above it and the empty lines below.
fn entry_range(text: &str, table: &Table) -> Option<Range<usize>> {
    let header = line_start(text, table.span()?.start);
    let mut start = header;
    while start > 0 {
        let above = line_start(text, start - 1);
        if !text[above..start].trim_start().starts_with('#') {
            break;
        }
        start = above;
    }
    // A comment at the head of the file is about the file.
    if start == 0 {
        start = header;
    }
    let values = table.iter().filter_map(|(_, value)| value.span());
    let mut end = next_line(text, values.map(|span| span.end).max()?);
    while end < text.len() && text[end..next_line(text, end)].trim().is_empty() {
        end = next_line(text, end);
    }
    Some(start..end)
}

fn narrowing(text: &str, patterns: &Array, pattern_edits: &[PatternEdit]) -> Option<Vec<TextEdit>> {
    let whole = patterns.span()?;
    let spans: Vec<Range<usize>> = patterns.iter().map(|p| p.span()).collect::<Option<_>>()?;
    // An array on one line holds no comment, so rewriting it loses nothing.
    if !text[whole.clone()].contains('\n') {
        return Some(vec![(whole, in_one_piece(text, &spans, pattern_edits))]);
    }
    let mut edits = Vec::new();
    for (index, (span, edit)) in spans.iter().zip(pattern_edits).enumerate() {
        match edit {
            PatternEdit::Replace(ids) => {
                let line = &text[line_start(text, span.start)..span.start];
                let indent = if line.trim().is_empty() { line } else { INDENT };
                let ids: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
                let between = format!(",{}{indent}", line_end(text));
                edits.push((span.clone(), ids.join(&between)));
            }
            PatternEdit::Remove => {
                let next = spans.get(index + 1).map(|next| next.start);
                let next = next.unwrap_or(whole.end - 1);
                let ranges = pattern_ranges(text, span, next);
                edits.extend(ranges.into_iter().map(|range| (range, String::new())));
            }
            PatternEdit::Keep => {}
        }
    }
    Some(edits)
}

fn in_one_piece(text: &str, spans: &[Range<usize>], pattern_edits: &[PatternEdit]) -> String {
    let mut literals = Vec::new();
    for (span, edit) in spans.iter().zip(pattern_edits) {
        match edit {
            PatternEdit::Replace(ids) => literals.extend(ids.iter().map(|id| format!("\"{id}\""))),
            PatternEdit::Remove => {}
            PatternEdit::Keep => literals.push(text[span.clone()].to_owned()),
        }
    }
    let is_replaced = |edit: &PatternEdit| matches!(edit, PatternEdit::Replace(_));
    if pattern_edits.iter().any(is_replaced) {
        one_a_line(literals.iter().map(String::as_str), line_end(text))
    } else {
        format!("[{}]", literals.join(", "))
    }
}

/// The ranges of a pattern and of the comma after it. `next` is the start of the next pattern, or of
/// the closing bracket.
fn pattern_ranges(text: &str, pattern: &Range<usize>, next: usize) -> Vec<Range<usize>> {
    let Range { start, end } = *pattern;
    match comma(&text[end..next]).map(|comma| end + comma) {
        Some(comma) if text[end..comma].contains('\n') => {
            vec![taken(text, start..end), taken(text, comma..comma + 1)]
        }
        Some(comma) => vec![taken(text, start..comma + 1)],
        None => vec![taken(text, start..end)],
    }
}

/// A range extended to its whole line where nothing else is on it but a comment, which was about the
/// pattern; else extended by the blanks that set it apart.
fn taken(text: &str, Range { start, end }: Range<usize>) -> Range<usize> {
    let line = line_start(text, start)..next_line(text, end);
    let before = text[line.start..start].trim_end();
    let after = text[end..line.end].trim_start();
    match (
        before.is_empty(),
        after.is_empty() || after.starts_with('#'),
    ) {
        (true, true) => line,
        (true, false) => start..line.end - after.len(),
        (false, _) => line.start + before.len()..end,
    }
}

/// The index of the comma between two values; commas in comments do not count.
fn comma(between: &str) -> Option<usize> {
    let mut is_comment = false;
    between.char_indices().find_map(|(index, character)| {
        is_comment = character != '\n' && (is_comment || character == '#');
        (!is_comment && character == ',').then_some(index)
    })
}

fn line_start(text: &str, index: usize) -> usize {
    text[..index].rfind('\n').map_or(0, |feed| feed + 1)
}

fn next_line(text: &str, index: usize) -> usize {
    text[index..]
        .find('\n')
        .map_or(text.len(), |feed| index + feed + 1)
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

const INDENT: &str = "    ";

#[cfg(test)]
mod tests;
