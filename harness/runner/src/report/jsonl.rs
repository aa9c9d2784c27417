//! Records as JSON lines: a header, then one record a line. This is the form in which runs are kept.

use std::{collections::HashSet, io};

use jwt_assay_core::{escape::for_terminal, model::VectorId};
use serde::Deserialize;

use crate::{
    conclusion,
    record::{Header, Line, Run},
};

/// Writes the whole run. The header of an incomplete run says so.
///
/// # Errors
///
/// Fails if writing fails.
pub fn write(run: &Run, to: &mut impl io::Write) -> io::Result<()> {
    let header = Header {
        incomplete: conclusion::incomplete(run),
        ..run.header.clone()
    };
    write_line(&Line::Run(header), to)?;
    run.records
        .iter()
        .try_for_each(|record| write_line(&Line::Record(Box::new(record.clone())), to))?;
    run.incidents
        .iter()
        .try_for_each(|incident| write_line(&Line::Incident(incident.clone()), to))
}

/// Writes one line with its line feed.
///
/// # Errors
///
/// Fails if writing fails.
pub fn write_line(line: &Line, to: &mut impl io::Write) -> io::Result<()> {
    let mut text = serde_json::to_vec(line).map_err(io::Error::other)?;
    text.push(b'\n');
    to.write_all(&text)
}

/// Reads a finished run, with its records in the order of the file. Error messages call the file
/// `name`.
///
/// # Errors
///
/// Fails if the text is not a records file, has another version of the format, holds several runs,
/// or has a header and no record.
pub fn read(name: &str, text: &str) -> Result<Run, RecordsError> {
    let run = read_lines(name, text)?;
    if run.records.is_empty() {
        Err(RecordsError::Empty {
            file: name.to_owned(),
        })
    } else {
        Ok(run)
    }
}

/// Reads the records of a run that was killed, with the number of octets read. A last line without
/// its line feed is left out, since the run was killed within it; there may be no record yet.
///
/// # Errors
///
/// Fails if the octets are not the beginning of a records file.
pub fn read_unfinished(name: &str, octets: &[u8]) -> Result<(Run, usize), RecordsError> {
    let last_end = octets.iter().rposition(|&octet| octet == b'\n');
    let length = last_end.map_or(0, |end| end + 1);
    let text = str::from_utf8(&octets[..length]).map_err(|error| RecordsError::Broken {
        file: name.to_owned(),
        line: octets[..error.valid_up_to()]
            .split(|&octet| octet == b'\n')
            .count(),
        message: "it is not UTF-8".to_owned(),
    })?;
    Ok((read_lines(name, text)?, length))
}

fn read_lines(name: &str, text: &str) -> Result<Run, RecordsError> {
    let broken = |line: usize, message: String| RecordsError::Broken {
        file: name.to_owned(),
        line,
        message,
    };
    let mut lines = (1..).zip(text.lines());
    let (_, first) = lines
        .next()
        .ok_or_else(|| broken(1, "not one whole line is there".to_owned()))?;
    // The version is read alone first: in another format the rest of the header may differ, and the
    // error must name the version and not a missing member.
    let AnyLine { run: any } = serde_json::from_str(first)
        .map_err(|error| broken(1, format!("no header of a run: {}", explained(&error))))?;
    if any.format != Header::FORMAT {
        return Err(RecordsError::Format {
            file: name.to_owned(),
            found: any.format,
        });
    }
    let header = match serde_json::from_str(first) {
        Ok(Line::Run(header)) => header,
        Ok(Line::Incident(_) | Line::Record(_)) => {
            return Err(broken(1, "a record before the header".to_owned()));
        }
        Err(error) => return Err(broken(1, explained(&error))),
    };
    let (mut records, mut incidents) = (Vec::new(), Vec::new());
    let mut known: HashSet<(String, VectorId)> = HashSet::new();
    for (number, line) in lines {
        match serde_json::from_str(line) {
            Ok(Line::Incident(incident)) => incidents.push(incident),
            Ok(Line::Record(record)) if record.run == header.run => {
                // Counted twice, it would hide that another record is missing.
                if !known.insert((record.implementation.clone(), record.vector.clone())) {
                    let name = for_terminal(&record.implementation);
                    let message = format!("a second record of `{}` and `{name}`", record.vector);
                    return Err(broken(number, message));
                }
                records.push(*record);
            }
            Ok(Line::Record(_) | Line::Run(_)) => {
                return Err(broken(number, "a second run begins".to_owned()));
            }
            Err(error) => return Err(broken(number, explained(&error))),
        }
    }
    Ok(Run {
        header,
        records,
        incidents,
    })
}

/// A file of records that cannot be used. Its texts fit after "failed to".
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RecordsError {
    /// A line is broken, or out of place.
    #[error("read records `{file}`, line {line}: {message}; `jwt-assay run` writes them anew")]
    Broken {
        /// The file's name.
        file: String,
        /// The number of the line, from 1.
        line: usize,
        /// The fault of the line.
        message: String,
    },
    /// The file has a header and no record.
    #[error(
        "read records `{file}`: a header and no record, so nothing was judged; let `jwt-assay run` \
         finish"
    )]
    Empty {
        /// The file's name.
        file: String,
    },
    /// The file has another version of the format.
    #[error(
        "read records `{file}`, line 1: they are in format {found}, and this jwt-assay reads \
         format {}; `jwt-assay run` writes them anew",
        Header::FORMAT
    )]
    Format {
        /// The file's name.
        file: String,
        /// The version of the file.
        found: u32,
    },
    /// The file does not exist.
    #[error("read records `{file}`: there is no such file; `jwt-assay run` writes one")]
    Missing {
        /// The file's name.
        file: String,
    },
}

/// The part of the first line that every version of the format has.
#[derive(Deserialize)]
struct AnyLine {
    run: AnyHeader,
}

#[derive(Deserialize)]
struct AnyHeader {
    format: u32,
}

/// The text of a parser's error with its column. Its line is dropped: the parser sees one line only.
fn explained(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text
        .rsplit_once(" at line ")
        .map_or(&*text, |(text, _)| text);
    format!("{message} (column {})", error.column())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::run;

    fn written() -> String {
        let mut text = Vec::new();
        write(&run(), &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn error(text: &str) -> String {
        read("r.jsonl", text).unwrap_err().to_string()
    }

    #[test]
    fn records_of_another_format_are_rejected_whatever_else_the_header_holds() {
        insta::assert_snapshot!(error("{\"run\":{\"format\":2,\"new\":true}}\n"), @"read records `r.jsonl`, line 1: they are in format 2, and this jwt-assay reads format 1; `jwt-assay run` writes them anew");
    }

    #[test]
    fn a_header_alone_is_an_error() {
        let header = written().lines().next().unwrap().to_owned();
        insta::assert_snapshot!(error(&header), @"read records `r.jsonl`: a header and no record, so nothing was judged; let `jwt-assay run` finish");
    }

    #[test]
    fn an_empty_file_is_an_error() {
        insta::assert_snapshot!(error(""), @"read records `r.jsonl`, line 1: not one whole line is there; `jwt-assay run` writes them anew");
    }

    #[test]
    fn records_without_a_header_are_an_error() {
        insta::assert_snapshot!(error("{\"record\":{}}\n"), @"read records `r.jsonl`, line 1: no header of a run: missing field `run` (column 13); `jwt-assay run` writes them anew");
    }

    #[test]
    fn half_a_line_is_an_error_that_names_the_line() {
        let two: String = written().split_inclusive('\n').take(2).collect();
        insta::assert_snapshot!(error(&(two + "{\"record\":{\"run\":\"1")), @"read records `r.jsonl`, line 3: EOF while parsing a string (column 19); `jwt-assay run` writes them anew");
    }

    #[test]
    fn the_file_of_a_killed_run_is_read_without_its_unfinished_line() {
        let text = written().replace("too late", "trop t\u{f4}t");
        let whole: Vec<&str> = text.split_inclusive('\n').collect();
        // Cut anywhere in the third record, even amid a character.
        let (before, half) = (whole[..2].concat(), whole[2]);
        for cut in 0..half.len() {
            let octets = [before.as_bytes(), &half.as_bytes()[..cut]].concat();
            let (run, length) = read_unfinished("r.jsonl", &octets).unwrap();
            assert_eq!((run.records.len(), length), (1, before.len()), "{cut}");
        }
        let (run, length) = read_unfinished("r.jsonl", whole[0].as_bytes()).unwrap();
        assert_eq!((run.records.len(), length), (0, whole[0].len()));
    }

    #[test]
    fn a_killed_run_without_its_header_is_an_error() {
        let text = written();
        let half = &text.as_bytes()[..40];
        let error = read_unfinished("r.jsonl", half).unwrap_err().to_string();
        insta::assert_snapshot!(error, @"read records `r.jsonl`, line 1: not one whole line is there; `jwt-assay run` writes them anew");
    }

    #[test]
    fn a_second_record_of_one_vector_is_an_error_that_names_its_line() {
        let text = written();
        let again = text.lines().nth(2).unwrap();
        insta::assert_snapshot!(error(&format!("{text}{again}\n")), @"read records `r.jsonl`, line 16: a second record of `expired/okta/es256` and `careful`; `jwt-assay run` writes them anew");
    }

    #[test]
    fn two_runs_in_one_file_are_an_error() {
        let other = written().replace("\"run\":\"1\"", "\"run\":\"2\"");
        insta::assert_snapshot!(error(&(written() + &other)), @"read records `r.jsonl`, line 16: a second run begins; `jwt-assay run` writes them anew");
        let (_, records) = other.split_once('\n').unwrap();
        assert!(error(&(written() + records)).contains("a second run begins"));
    }
}
