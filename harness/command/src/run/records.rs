//! The records of a run as a file that is written as they come, and taken up where it ends.

use std::{fs::File, io::Write, ops::ControlFlow, path::Path};

use indicatif::{ProgressBar, ProgressStyle};

use super::Args;
use crate::{
    Error,
    files::{create_parent, read_octets},
};
use jwt_assay::{
    record::{Header, Line, Run},
    report::jsonl,
    session::{OtherRun, Place},
};

/// Where a run begins.
pub(super) enum Begun {
    /// At the beginning.
    Anew(Header),
    /// Where another was stopped.
    Before {
        /// What it left.
        kept: Run,
        /// How long the part of its records is that can be kept, in octets.
        length: u64,
    },
}

impl Begun {
    /// `belongs` says whether kept records are of the run that is planned now.
    pub(super) fn new(
        args: &Args,
        header: Header,
        belongs: impl FnOnce(&Run) -> Result<Vec<Place>, OtherRun>,
    ) -> Result<Self, Error> {
        if !args.resume {
            return Ok(Self::Anew(header));
        }
        let (file, octets) = read_octets(args.records())?;
        let (kept, length) = jsonl::read_begun(&file, &octets)?;
        // Before anything is written to the file: it may be of another run.
        belongs(&kept).map_err(|what| Error::other_run(args.records(), what))?;
        Ok(Self::Before {
            kept,
            length: length.try_into().unwrap_or(u64::MAX),
        })
    }
}

/// What is done with each line of a run as it comes.
pub(super) struct Taking<'a> {
    progress: ProgressBar,
    sink: Option<RecordsFile<'a>>,
    stops_early: bool,
    written: Result<(), Error>,
}

impl<'a> Taking<'a> {
    /// `total` is how many records the whole run has.
    pub(super) fn new(args: &'a Args, begun: &Begun, total: usize) -> Result<Self, Error> {
        let sink = match begun {
            _ if args.no_records => None,
            Begun::Anew(header) => Some(RecordsFile::create(args.records(), header)?),
            Begun::Before { length, .. } => Some(RecordsFile::reopen(args.records(), *length)?),
        };
        let there = match begun {
            Begun::Anew(_) => 0,
            Begun::Before { kept, .. } => kept.records.len(),
        };
        Ok(Self {
            progress: progress(total.saturating_sub(there)),
            sink,
            stops_early: args.fail_fast,
            written: Ok(()),
        })
    }

    /// Shows that there is one more, and writes it.
    pub(super) fn take(&mut self, line: &Line) -> ControlFlow<()> {
        self.progress.inc(1);
        if let (Some(sink), Ok(())) = (&mut self.sink, &self.written) {
            self.written = sink.write_line(line);
        }
        match self.written.is_err() || (self.stops_early && is_unexpected(line)) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// # Errors
    ///
    /// Where a line could not be written.
    pub(super) fn finish(self) -> Result<(), Error> {
        self.progress.finish_and_clear();
        self.written
    }
}

fn is_unexpected(line: &Line) -> bool {
    match line {
        Line::Incident(_) => true,
        Line::Record(record) => record.is_unexpected(),
        Line::Run(_) => false,
    }
}

fn progress(total: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len}, {eta} left");
    // Draws on standard error, and only where that is a terminal.
    ProgressBar::new(total.try_into().unwrap_or(u64::MAX))
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// A file that gets a line as soon as there is one, so that a run that is killed loses nothing.
struct RecordsFile<'a> {
    path: &'a Path,
    file: File,
}

impl<'a> RecordsFile<'a> {
    fn create(path: &'a Path, header: &Header) -> Result<Self, Error> {
        create_parent(path)?;
        let file = File::create(path).map_err(|source| Error::write(path, source))?;
        let mut records = Self { path, file };
        records.write_line(&Line::Run(header.clone()))?;
        Ok(records)
    }

    /// Goes on behind what can be kept.
    fn reopen(path: &'a Path, length: u64) -> Result<Self, Error> {
        let open = || {
            let file = File::options().append(true).open(path)?;
            file.set_len(length)?;
            Ok(file)
        };
        let file = open().map_err(|source| Error::write(path, source))?;
        Ok(Self { path, file })
    }

    /// In one write, so that no line is ever half there.
    fn write_line(&mut self, line: &Line) -> Result<(), Error> {
        let mut text = Vec::new();
        jsonl::write_line(line, &mut text)
            .and_then(|()| self.file.write_all(&text))
            .map_err(|source| Error::write(self.path, source))
    }
}
