//! The list of report formats. A format is a file beside this one, its module, and a row here.

use std::io;

use super::{Options, findings, generated::Language, jsonl, markdown, matrix};
use crate::record::Run;

/// A report format.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The name on command lines.
    pub name: &'static str,
    /// The contents in a line.
    pub about: &'static str,
    /// The language of the note at the head of a file; `None` where a note would break the format.
    pub language: Option<Language>,
    render: fn(&Run, Options) -> io::Result<String>,
}

impl Format {
    /// The format of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Renders the whole run.
    ///
    /// # Errors
    ///
    /// If the format cannot hold the run.
    pub fn render(&self, run: &Run, options: Options) -> io::Result<String> {
        (self.render)(run, options)
    }
}

/// All report formats, by name.
pub const FORMATS: &[Format] = &[
    Format {
        name: "findings",
        about: "Deviations of each implementation by severity, with clause and reason",
        language: Some(Language::Markdown),
        render: |run, _| Ok(findings::render(run)),
    },
    Format {
        name: "jsonl",
        about: "Records, one JSON object per line",
        language: None,
        render: |run, _| {
            let mut text = Vec::new();
            jsonl::write(run, &mut text)?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        },
    },
    #[cfg(feature = "junit")]
    Format {
        name: "junit",
        about: "JUnit XML, for CI services",
        language: Some(Language::Xml),
        render: |run, _| super::junit::render(run).map_err(io::Error::other),
    },
    Format {
        name: "markdown",
        about: "Tables in Markdown, for pull requests",
        language: Some(Language::Markdown),
        render: |run, options| Ok(markdown::render(run, options)),
    },
    Format {
        name: "matrix",
        about: "Table of rules by implementations",
        language: Some(Language::Markdown),
        render: |run, _| Ok(matrix::render(run)),
    },
    #[cfg(feature = "terminal")]
    Format {
        name: "terminal",
        about: "Text for people",
        language: Some(Language::Text),
        render: |run, options| Ok(super::terminal::render(run, options)),
    },
];
