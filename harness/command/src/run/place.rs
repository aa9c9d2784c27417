//! The choice of the records file where the user names none, so that a partial run does not replace the
//! records of a whole one, which may have taken hours.

use std::{
    cmp::Reverse,
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use super::Args;
use crate::{files::DEFAULT_RECORDS, filter_args::RoleArg};
use jwt_assay::record::{Header, Line};

/// The file for the records of a run with this header. A resumed run goes on in the file that it began.
pub(super) fn records(args: &Args, header: &Header) -> PathBuf {
    if let Some(path) = &args.records {
        return if path == Path::new("-") {
            PathBuf::from("/dev/stdout")
        } else {
            path.clone()
        };
    }
    let [whole, part] = match args.filter.role {
        RoleArg::Build => BUILDERS,
        RoleArg::Verify => DEFAULT_RECORDS,
    }
    .map(PathBuf::from);
    if args.resume {
        let mut begun = [&whole, &part];
        begun.sort_by_key(|path| Reverse(fs::metadata(path).and_then(|it| it.modified()).ok()));
        let own = begun
            .into_iter()
            .find(|path| header_of(path).is_some_and(|there| is_same(&there, header)));
        if let Some(own) = own {
            return own.clone();
        }
    }
    let would_lose = header_of(&whole).is_some_and(|there| loses(&there, header, args.fail_fast));
    if would_lose { part } else { whole }
}

/// True where a run would replace the records of the whole suite by less: by a part of the suite, by
/// fewer or other implementations, by those of the other role, or by a run that stops early.
fn loses(there: &Header, header: &Header, stops_early: bool) -> bool {
    let has_all = names(there).all(|name| names(header).any(|it| it == name));
    there.is_whole
        && (!header.is_whole
            || stops_early
            || !has_all
            || there.role.unwrap_or_default() != header.role.unwrap_or_default())
}

fn is_same(there: &Header, header: &Header) -> bool {
    there.selection == header.selection && names(there).eq(names(header))
}

fn names(header: &Header) -> impl Iterator<Item = &str> {
    header.implementations.iter().map(|it| it.name.as_str())
}

/// The header of a file of records; `None` where there is none, or one of another format.
fn header_of(path: &Path) -> Option<Header> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut line = String::new();
    let file = File::open(path).ok()?.take(LARGEST_HEADER);
    BufReader::new(file).read_line(&mut line).ok()?;
    match serde_json::from_str(&line).ok()? {
        Line::Run(header) => Some(header),
        Line::Incident(_) | Line::Record(_) => None,
    }
}

/// The default files for records of builders, as [`DEFAULT_RECORDS`] for verifiers.
const BUILDERS: [&str; 2] = [
    "assay-results/builders.jsonl",
    "assay-results/builders-partial.jsonl",
];
/// A header has about 400 octets for each implementation.
const LARGEST_HEADER: u64 = 1 << 20;
