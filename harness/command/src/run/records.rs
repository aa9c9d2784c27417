//! The records file of a run, written line by line, and resumed where it ends.

use std::{
    fs::{self, File, TryLockError},
    io::{self, BufRead, BufReader, Write},
    ops::ControlFlow,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use indicatif::{ProgressBar, ProgressStyle};

use super::Args;
use crate::{
    Error,
    files::{Identity, create_parent, read_octets},
    signals,
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
        records: Option<&RecordsFile>,
        header: Header,
        belongs: impl FnOnce(&Run) -> Result<Vec<Position>, OtherRun>,
    ) -> Result<Self, Error> {
        let Some(records) = records.filter(|_| args.resume) else {
            return Ok(Self::Anew(header));
        };
        let path = &records.path;
        // Killed before its first line: there is nothing to keep, and the same command goes on anew.
        if fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() == 0) {
            say!("{}: no records yet, a new run begins", path.display());
            return Ok(Self::Anew(header));
        }
        let (file, octets) = read_octets(path)?;
        let (kept, length) = jsonl::read_unfinished(&file, &octets)?;
        // Compared before the first write, which would spoil the records of another run.
        belongs(&kept).map_err(|what| Error::other_run(path, what))?;
        Ok(Self::After {
            kept,
            length: length.try_into().unwrap_or(u64::MAX),
        })
    }
}

/// The writer of a run's records, which shows each line as progress.
pub(super) struct RecordsWriter {
    progress: ProgressBar,
    sink: Option<RecordsFile>,
    stops_early: bool,
    written: Result<(), Error>,
    left_out: Option<Line>,
}

impl RecordsWriter {
    /// Begins to write, or goes on. `total` is the number of records of the whole run, kept ones
    /// included.
    pub(super) fn new(
        args: &Args,
        mut sink: Option<RecordsFile>,
        start: &Start,
        total: usize,
    ) -> Result<Self, Error> {
        if let Some(sink) = &mut sink {
            match start {
                Start::Anew(header) => sink.begin(header)?,
                Start::After { kept, length } => sink.go_on(&kept.header, *length)?,
            }
        }
        let there = match start {
            Start::Anew(_) => 0,
            Start::After { kept, .. } => kept.records.len(),
        };
        Ok(Self {
            progress: progress(total.saturating_sub(there)),
            sink,
            stops_early: args.fail_fast,
            written: Ok(()),
            left_out: None,
        })
    }

    /// Writes a line and shows progress; breaks the run after an error, as `--fail-fast` asks, and after a
    /// signal. That line is not written: Ctrl-C reaches the programs as well, and they may have died of
    /// it.
    pub(super) fn take(&mut self, line: &Line) -> ControlFlow<()> {
        if signals::received().is_some() {
            self.left_out = Some(line.clone());
            return ControlFlow::Break(());
        }
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

    /// Shows a line of a second run as progress, and writes nothing; breaks it after a signal.
    pub(super) fn pass(&mut self) -> ControlFlow<()> {
        self.progress.inc(1);
        match signals::received() {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }

    /// Ends the progress, and takes out of the run what was not written; returns the file for the last
    /// check.
    ///
    /// # Errors
    ///
    /// If a line could not be written.
    pub(super) fn finish(self, run: &mut Run) -> Result<Option<RecordsFile>, Error> {
        self.progress.finish_and_clear();
        match self.left_out {
            Some(Line::Record(left_out)) => run.records.retain(|it| *it != *left_out),
            Some(Line::Incident(left_out)) => run.incidents.retain(|it| *it != left_out),
            Some(Line::Run(_)) | None => {}
        }
        self.written.map(|()| self.sink)
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

/// A file of records, locked while it is open, so that no other run writes into it. Each line is written
/// without delay, so that a run that is killed loses none.
pub(super) struct RecordsFile {
    path: PathBuf,
    file: File,
    /// The octets in the file.
    length: u64,
}

impl RecordsFile {
    /// Opens and locks a file, whatever is in it; creates it and its folder where there is none.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::write(path, source);
        create_parent(path)?;
        let mut options = File::options();
        // Appending: should a program cut the file, the next line does not fill the gap with zeros, and
        // the last check finds the file too short.
        options.append(true).create(true);
        let file = options.open(path).map_err(failed)?;
        // Two runs may share a device or a pipe, such as /dev/null.
        if file.metadata().map_err(failed)?.is_file() {
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::RecordsInUse {
                        file: path.display().to_string(),
                    });
                }
                // A file system without locks, as some that lie on other machines.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            length: 0,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Empties the file, and writes the header.
    fn begin(&mut self, header: &Header) -> Result<(), Error> {
        let failed = |source| Error::write(&self.path, source);
        if self.file.metadata().map_err(failed)?.is_file() {
            self.file.set_len(0).map_err(failed)?;
        }
        self.write_line(&Line::Run(header.clone()))
    }

    /// Cuts off a line that was half written when its run was killed, and goes on behind the others.
    fn go_on(&mut self, header: &Header, length: u64) -> Result<(), Error> {
        let mut text = Vec::new();
        let mut cut = || -> io::Result<()> {
            self.file.set_len(length)?;
            // The header of a report's records says that the run is incomplete, which it is no longer. A
            // shorter header takes its place, and spaces, which JSON permits, fill the rest of the line.
            jsonl::write_line(&Line::Run(header.clone()), &mut text)?;
            let there = first_line(&self.path)?;
            text.pop();
            if text.len() < there {
                text.resize(there, b' ');
                let file = File::options().write(true).open(&self.path)?;
                file.write_all_at(&text, 0)?;
            }
            Ok(())
        };
        cut().map_err(|source| Error::write(&self.path, source))?;
        self.length = length;
        Ok(())
    }

    /// Writes a line in one call, so that a killed run leaves half a line at most at the very end.
    fn write_line(&mut self, line: &Line) -> Result<(), Error> {
        let mut text = Vec::new();
        let _writing = signals::writing();
        jsonl::write_line(line, &mut text)
            .and_then(|()| self.file.write_all(&text))
            .map_err(|source| Error::write(&self.path, source))?;
        self.length += u64::try_from(text.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Checks that the file is still there, and as long as what was written: a program under test runs
    /// with the rights of its user, and may remove, replace or change any file.
    pub(super) fn check(&self) -> Result<(), Error> {
        let lost = |what: &str| Error::RecordsLost {
            file: self.path.display().to_string(),
            what: what.to_owned(),
        };
        let own = self.file.metadata();
        let own = own.map_err(|source| Error::write(&self.path, source))?;
        let Some(identity) = Identity::of_metadata(&own) else {
            return Ok(());
        };
        match fs::metadata(&self.path) {
            Err(error) => Err(lost(&error.to_string())),
            Ok(there) if Identity::of_metadata(&there) != Some(identity) => {
                Err(lost("another file has its name"))
            }
            Ok(there) if there.len() != self.length => Err(lost(&format!(
                "it has {} octets, and {} were written",
                there.len(),
                self.length
            ))),
            Ok(_) => Ok(()),
        }
    }
}

/// The length of the first line of a file, without its line feed.
fn first_line(path: &Path) -> io::Result<usize> {
    let mut line = Vec::new();
    BufReader::new(File::open(path)?).read_until(b'\n', &mut line)?;
    Ok(line.len().saturating_sub(1))
}
