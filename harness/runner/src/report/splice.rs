//! Splicing of tables into a page that people write: the text between two markers is replaced, and
//! every other octet stays.

use std::fmt;

use super::{
    Options,
    generated::{Language, note},
    markdown, matrix,
};
use crate::record::Run;

/// Rewrites the parts of a page from a run, and returns the page with the list of its parts.
///
/// # Errors
///
/// Fails if the page has no markers, or a marker without its partner.
pub fn splice(
    page: &str,
    run: &Run,
    options: Options,
    command: &str,
) -> Result<(String, Vec<Part>), SpliceError> {
    let mut text = String::with_capacity(page.len());
    let mut spliced = Vec::new();
    let mut open: Option<Part> = None;
    for line in page.split_inclusive('\n') {
        let marker = Marker::of(line);
        match (open, marker) {
            (None, None) => text.push_str(line),
            (None, Some(Marker::Begin(part))) => {
                if spliced.contains(&part) {
                    return Err(SpliceError::Twice { part });
                }
                text.push_str(line);
                let ends = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
                let content = format!(
                    "{}\n\n{}",
                    note(Language::Markdown, command),
                    part.render(run, options)
                );
                for line in content.trim_end().lines() {
                    text.push_str(line);
                    text.push_str(ends);
                }
                spliced.push(part);
                open = Some(part);
            }
            (Some(part), Some(Marker::End(end))) if part == end => {
                text.push_str(line);
                open = None;
            }
            (Some(_), None) => {}
            (Some(part), Some(_)) => return Err(SpliceError::Unended { part }),
            (None, Some(Marker::End(part))) => return Err(SpliceError::Unbegun { part }),
        }
    }
    match open {
        Some(part) => Err(SpliceError::Unended { part }),
        None if spliced.is_empty() => Err(SpliceError::NoMarkers),
        None => Ok((text, spliced)),
    }
}

/// Puts `content` between the markers of the part with the given name; `None` where the page does not
/// have them.
#[must_use]
pub fn splice_text(page: &str, part: &str, content: &str) -> Option<String> {
    let (begin, end) = (
        format!("<!-- BEGIN: {part} -->\n"),
        format!("<!-- END: {part} -->"),
    );
    let start = page.find(&begin)? + begin.len();
    let length = page[start..].find(&end)?;
    let (head, rest) = (&page[..start], &page[start + length..]);
    Some(format!("{head}{}\n{rest}", content.trim_end()))
}

/// A part of a page that is written from records.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Part {
    /// The matrix of rules and implementations.
    Matrix,
    /// The table of counts.
    Run,
}

impl Part {
    const ALL: [Self; 2] = [Self::Matrix, Self::Run];

    /// The name in the markers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Matrix => "matrix",
            Self::Run => "run",
        }
    }

    fn render(self, run: &Run, options: Options) -> String {
        let table = match self {
            Self::Matrix => matrix::table(run),
            Self::Run => markdown::table(run, options),
        };
        markdown::warning(run) + &table
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Clone, Copy)]
enum Marker {
    Begin(Part),
    End(Part),
}

impl Marker {
    /// Reads a line that is a marker and nothing else; a marker within a sentence is text.
    fn of(line: &str) -> Option<Self> {
        let line = line.trim();
        Part::ALL.into_iter().find_map(|part| {
            if line == format!("<!-- BEGIN: {part} -->") {
                Some(Self::Begin(part))
            } else if line == format!("<!-- END: {part} -->") {
                Some(Self::End(part))
            } else {
                None
            }
        })
    }
}

/// A page that cannot be spliced. Its texts name the fault of the page.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SpliceError {
    /// The page has no marker.
    #[error(
        "it has no markers; put `<!-- BEGIN: run -->` and `<!-- END: run -->`, or the same with \
         `matrix`, each on a line of its own, where the table belongs"
    )]
    NoMarkers,
    /// A part begins twice.
    #[error("`<!-- BEGIN: {part} -->` stands there twice; take one out")]
    Twice {
        /// The part.
        part: Part,
    },
    /// A part ends without a beginning.
    #[error("`<!-- END: {part} -->` stands there without `<!-- BEGIN: {part} -->` before it")]
    Unbegun {
        /// The part.
        part: Part,
    },
    /// A part begins without an end.
    #[error("`<!-- BEGIN: {part} -->` is not followed by `<!-- END: {part} -->`")]
    Unended {
        /// The part.
        part: Part,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{BRIEF, run};

    fn spliced(page: &str) -> Result<(String, Vec<Part>), SpliceError> {
        splice(page, &run(), BRIEF, "jwt-assay report")
    }

    #[test]
    fn the_text_between_the_markers_is_replaced_and_nothing_else() {
        let page = "# a\n<!-- BEGIN: run -->\nold\n<!-- END: run -->\nb, without a line end";
        let (text, parts) = spliced(page).unwrap();
        assert_eq!(parts, [Part::Run]);
        let table = markdown::table(&run(), BRIEF);
        let note = "<!-- GENERATED by `jwt-assay report`; do not edit. -->";
        assert_eq!(
            text,
            format!(
                "# a\n<!-- BEGIN: run -->\n{note}\n\n{table}<!-- END: run -->\nb, without a line end"
            )
        );
        assert_eq!(spliced(&text).unwrap().0, text);
    }

    #[test]
    fn text_goes_between_the_markers_of_its_part() {
        let page = "a\n<!-- BEGIN: throughput -->\nold\n<!-- END: throughput -->\nb";
        let spliced = splice_text(page, "throughput", "new\n\n").unwrap();
        assert_eq!(spliced, page.replace("old", "new"));
        assert_eq!(splice_text(page, "run", "new"), None);
    }

    #[test]
    fn both_parts_are_written_and_the_lines_end_as_those_of_the_page() {
        let page = "<!-- BEGIN: run -->\r\n<!-- END: run -->\r\n\
                    <!-- BEGIN: matrix -->\r\n<!-- END: matrix -->\r\n";
        let (text, parts) = spliced(page).unwrap();
        assert_eq!(parts, [Part::Run, Part::Matrix]);
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    }

    #[test]
    fn markers_that_do_not_come_in_pairs_are_errors() {
        let error = |page: &str| spliced(page).unwrap_err();
        assert_eq!(error("no\n"), SpliceError::NoMarkers);
        // A marker inside a sentence is none.
        assert_eq!(
            error("write `<!-- BEGIN: run -->`\n"),
            SpliceError::NoMarkers
        );
        let part = Part::Run;
        assert_eq!(
            error("<!-- BEGIN: run -->\n"),
            SpliceError::Unended { part }
        );
        assert_eq!(
            error("<!-- BEGIN: run -->\n<!-- END: matrix -->\n"),
            SpliceError::Unended { part }
        );
        assert_eq!(error("<!-- END: run -->\n"), SpliceError::Unbegun { part });
        let pair = "<!-- BEGIN: run -->\n<!-- END: run -->\n";
        assert_eq!(error(&pair.repeat(2)), SpliceError::Twice { part });
    }
}
