//! Records as JSON lines: a header, then a record a line. The form in which runs are kept.

use std::io;

use crate::record::{Line, Run};

/// The whole run.
///
/// # Errors
///
/// Where writing fails.
pub fn write(run: &Run, to: &mut impl io::Write) -> io::Result<()> {
    write_line(&Line::Run(run.header.clone()), to)?;
    run.records
        .iter()
        .try_for_each(|record| write_line(&Line::Record(Box::new(record.clone())), to))?;
    run.incidents
        .iter()
        .try_for_each(|incident| write_line(&Line::Incident(incident.clone()), to))
}

/// One line, ended by a line feed.
///
/// # Errors
///
/// Where writing fails.
pub fn write_line(line: &Line, to: &mut impl io::Write) -> io::Result<()> {
    let mut text = serde_json::to_vec(line).map_err(io::Error::other)?;
    text.push(b'\n');
    to.write_all(&text)
}
