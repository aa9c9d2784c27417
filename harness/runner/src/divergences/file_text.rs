//! A file of divergences as text: patterns and entries are taken out and replaced where they
//! stand, and every other octet stays.

use std::ops::Range;

use jwt_assay_core::model::VectorId;
use toml_edit::{Array, Document, Table};

/// What becomes of an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum EntryFate {
    Goes,
    /// A fate for each of its patterns, in their order.
    Narrows(Vec<PatternFate>),
    Stays,
}

/// What becomes of a pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum PatternFate {
    Becomes(Vec<VectorId>),
    Goes,
    Stays,
}

/// The text after the fates of all its entries. `None` where the entries are no `[[divergence]]`
/// tables.
pub(super) fn edited(text: &str, fates: &[EntryFate]) -> Option<String> {
    let document = Document::parse(text).ok()?;
    let entries = match document.as_table().get("divergence") {
        Some(entries) => entries.as_array_of_tables()?,
        None => return Some(text.to_owned()),
    };
    if fates.iter().all(|fate| *fate == EntryFate::Stays) {
        return Some(text.to_owned());
    }
    let mut edits = Vec::new();
    for (table, fate) in entries.iter().zip(fates) {
        match fate {
            EntryFate::Goes => edits.push((entry_range(text, table)?, String::new())),
            EntryFate::Narrows(fates) => {
                let patterns = table.get("vectors")?.as_array()?;
                edits.extend(narrowing(text, patterns, fates)?);
            }
            EntryFate::Stays => {}
        }
    }
    Some(applied(text, edits))
}

/// The text with entries after all others, and an empty line before each.
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

/// Strings in an array, one a line.
pub(super) fn one_a_line<'a>(literals: impl Iterator<Item = &'a str>, end: &str) -> String {
    let lines: String = literals
        .map(|literal| format!("{INDENT}{literal},{end}"))
        .collect();
    format!("[{end}{lines}]")
}

type Edit = (Range<usize>, String);

fn applied(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut applied = String::with_capacity(text.len());
    let mut done = 0;
    for (range, new) in edits {
        applied.push_str(&text[done..range.start]);
        applied.push_str(&new);
        done = range.end;
    }
    applied.push_str(&text[done..]);
    // Where the last entry goes, the line that set it apart goes too.
    applied.truncate(applied.trim_end().len());
    if !applied.is_empty() {
        applied.push_str(line_end(text));
    }
    applied
}

/// An entry with the comment that stands right above it, and the empty lines below.
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
    // A comment at the head of the file speaks of the file.
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

fn narrowing(text: &str, patterns: &Array, fates: &[PatternFate]) -> Option<Vec<Edit>> {
    let whole = patterns.span()?;
    let spans: Vec<Range<usize>> = patterns.iter().map(|p| p.span()).collect::<Option<_>>()?;
    // Without a line feed there is no comment in it, and it can be written anew.
    if !text[whole.clone()].contains('\n') {
        return Some(vec![(whole, in_one_piece(text, &spans, fates))]);
    }
    let mut edits = Vec::new();
    for (index, (span, fate)) in spans.iter().zip(fates).enumerate() {
        match fate {
            PatternFate::Becomes(ids) => {
                let line = &text[line_start(text, span.start)..span.start];
                let indent = match line.trim().is_empty() {
                    true => line,
                    false => INDENT,
                };
                let ids: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
                let between = format!(",{}{indent}", line_end(text));
                edits.push((span.clone(), ids.join(&between)));
            }
            PatternFate::Goes => {
                let next = spans.get(index + 1).map(|next| next.start);
                let next = next.unwrap_or(whole.end - 1);
                let ranges = pattern_ranges(text, span, next);
                edits.extend(ranges.into_iter().map(|range| (range, String::new())));
            }
            PatternFate::Stays => {}
        }
    }
    Some(edits)
}

fn in_one_piece(text: &str, spans: &[Range<usize>], fates: &[PatternFate]) -> String {
    let mut literals = Vec::new();
    for (span, fate) in spans.iter().zip(fates) {
        match fate {
            PatternFate::Becomes(ids) => literals.extend(ids.iter().map(|id| format!("\"{id}\""))),
            PatternFate::Goes => {}
            PatternFate::Stays => literals.push(text[span.clone()].to_owned()),
        }
    }
    let becomes = |fate: &PatternFate| matches!(fate, PatternFate::Becomes(_));
    match fates.iter().any(becomes) {
        true => one_a_line(literals.iter().map(String::as_str), line_end(text)),
        false => format!("[{}]", literals.join(", ")),
    }
}

/// A pattern and the comma after it. `next` is where the next pattern begins, or the bracket
/// stands.
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

/// With the line where nothing else stands there but a comment, which spoke of it; else with the
/// blanks that set it apart.
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

/// The comma in what stands between two values, in which only comments may hold others.
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
    match text.contains("\r\n") {
        true => "\r\n",
        false => "\n",
    }
}

const INDENT: &str = "    ";

#[cfg(test)]
mod tests;
