//! The records file of a run, written line by line, and resumed where it ends.

use std::{
    fs::{self, File},
    io::{self, Write},
    ops::ControlFlow,
    path::Path,
};

use indicatif::{ProgressBar, ProgressStyle};

use super::Args;
use crate::{
    Error,
    files::{create_parent, read_octets},
};
use jwt_assay::{
    record::{Header, Line, Run},
    report::jsonl,
    session::{OtherRun, Position},
};

/// The start of a run.
pub(super) enum Start {
    /// A start with an empty file.
    Anew(Header),
    /// A start behind the records of a run that was stopped.
    After {
        /// The records that are kept.
        kept: Run,
        /// The length of the part of the file with whole lines, in octets.
        length: u64,
    },
}

impl Start {
    /// Reads the kept records where a run is resumed. `belongs` compares them with the planned run.
    pub(super) fn new(
        args: &Args,
        header: Header,
        belongs: impl FnOnce(&Run) -> Result<Vec<Position>, OtherRun>,
    ) -> Result<Self, Error> {
        if !args.resume {
            return Ok(Self::Anew(header));
        }
        let path = args.records();
        // Killed before its first line: there is nothing to keep, and the same command goes on anew.
        let is_missing = match fs::metadata(path) {
            Ok(about) => about.is_file() && about.len() == 0,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if is_missing {
            eprintln!("{}: no records yet, a new run begins", path.display());
            return Ok(Self::Anew(header));
        }
        let (file, octets) = read_octets(path)?;
        let (kept, length) = jsonl::read_unfinished(&file, &octets)?;
        // Compared before the first write, which would spoil the records of another run.
        belongs(&kept).map_err(|what| Error::other_run(args.records(), what))?;
        Ok(Self::After {
            kept,
            length: length.try_into().unwrap_or(u64::MAX),
        })
    }
}

/// The writer of a run's records, which shows each line as progress.
pub(super) struct RecordsWriter<'a> {
    progress: ProgressBar,
    sink: Option<RecordsFile<'a>>,
    stops_early: bool,
    written: Result<(), Error>,
}

impl<'a> RecordsWriter<'a> {
    /// Opens the file. `total` is the number of records of the whole run, kept ones included.
    pub(super) fn new(args: &'a Args, start: &Start, total: usize) -> Result<Self, Error> {
        let sink = match start {
            _ if args.no_records => None,
            Start::Anew(header) => Some(RecordsFile::create(args.records(), header)?),
            Start::After { length, .. } => Some(RecordsFile::reopen(args.records(), *length)?),
        };
        let there = match start {
            Start::Anew(_) => 0,
            Start::After { kept, .. } => kept.records.len(),
        };
        Ok(Self {
            progress: progress(total.saturating_sub(there)),
            sink,
            stops_early: args.fail_fast,
            written: Ok(()),
        })
    }

    /// Writes a line and shows progress; breaks the run after an error, or as `--fail-fast` asks.
    pub(super) fn take(&mut self, line: &Line) -> ControlFlow<()> {
        self.progress.inc(1);
        if let (Some(sink), Ok(())) = (&mut self.sink, &self.written) {
            self.written = sink.write_line(line);
        }
        if self.written.is_err() || (self.stops_early && is_unexpected(line)) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Shows a line of a second run as progress, and writes nothing.
    pub(super) fn pass(&mut self, _: &Line) -> ControlFlow<()> {
        self.progress.inc(1);
        ControlFlow::Continue(())
    }

    /// # Errors
    ///
    /// If a line could not be written.
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
    // indicatif draws on standard error, and only where that is a terminal.
    ProgressBar::new(total.try_into().unwrap_or(u64::MAX))
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// A file of records. Each line is written without delay, so that a run that is killed loses none.
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

    /// Opens an existing file, and cuts off a line that was half written when its run was killed.
    fn reopen(path: &'a Path, length: u64) -> Result<Self, Error> {
        let open = || {
            let file = File::options().append(true).open(path)?;
            file.set_len(length)?;
            Ok(file)
        };
        let file = open().map_err(|source| Error::write(path, source))?;
        Ok(Self { path, file })
    }

    /// Writes a line in one call, so that a killed run leaves half a line at most at the very end.
    fn write_line(&mut self, line: &Line) -> Result<(), Error> {
        let mut text = Vec::new();
        jsonl::write_line(line, &mut text)
            .and_then(|()| self.file.write_all(&text))
            .map_err(|source| Error::write(self.path, source))
    }
}
