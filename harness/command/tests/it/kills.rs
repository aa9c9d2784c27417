//! Commands that are killed at any moment: no file is torn, and a resumed run equals a whole one.
//!
//! Three kills by default, ten where `JWT_ASSAY_WHOLE` is set; `JWT_ASSAY_KILLS=200 cargo test -p jwt-assay-cli kills` makes more, and then
//! `vectors generate` is among the commands, which takes many seconds. The moments are drawn from
//! `JWT_ASSAY_SEED`, by default 1.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::session::{Session, interruptible};

/// A command that writes, with the check of what a kill leaves.
struct Writer {
    arguments: &'static str,
    /// Puts the files there that it reads and replaces.
    prepare: fn(&Session),
    /// Checks that each file is the old one or the new one.
    check: fn(&Session),
}

const RECORDS: &str = "assay-results/records.jsonl";
const RUN: &str = "run reference --profile okta --jobs 1";

const WRITERS: [Writer; 5] = [
    Writer {
        arguments: RUN,
        prepare: |_| {},
        check: |session| {
            let text = fs::read(session.folder().join(RECORDS)).unwrap_or_default();
            let whole = text
                .iter()
                .rposition(|octet| *octet == b'\n')
                .map_or(0, |end| end + 1);
            for line in str::from_utf8(&text[..whole]).unwrap().lines() {
                serde_json::from_str::<Value>(line).unwrap();
            }
            let arguments: Vec<&str> = RUN.split(' ').chain(["--resume"]).collect();
            let resumed = session.run(&arguments);
            assert_eq!(resumed.code, 0, "{resumed:?}");
            let fresh = Session::new();
            let whole = fresh.run(&RUN.split(' ').collect::<Vec<_>>());
            assert_eq!(resumed.stdout, whole.stdout);
            assert_eq!(records(session), records(&fresh));
        },
    },
    Writer {
        arguments: "keygen --algorithm RS256 --out keys --force",
        prepare: |session| {
            session.run(&["keygen", "--algorithm", "ES256", "--out", "keys"]);
        },
        check: |session| {
            for name in ["private.pem", "public.pem"] {
                let text = session.read(&format!("keys/{name}"));
                let is_whole = text.starts_with("-----BEGIN ") && text.ends_with(" KEY-----\n");
                assert!(is_whole, "{name}: {text}");
            }
            for name in ["private.jwk.json", "public.jwks.json"] {
                let text = session.read(&format!("keys/{name}"));
                serde_json::from_str::<Value>(&text).unwrap();
            }
        },
    },
    Writer {
        arguments: "divergences update known.toml --records r.jsonl",
        prepare: |session| {
            let few = [
                "run",
                "jsonwebtoken",
                "--only",
                "crit-*",
                "--no-divergences",
            ];
            session.run(&[&few[..], &["--records", "r.jsonl"]].concat());
            session.write("known.toml", "# mine\n");
        },
        check: |session| {
            let known = session.read("known.toml");
            assert!(known.starts_with("# mine\n"), "{known}");
            let again = [
                "divergences",
                "update",
                "known.toml",
                "--records",
                "r.jsonl",
            ];
            assert_eq!(session.run(&again).code, 0);
            let updated = session.read("known.toml");
            assert!(known == "# mine\n" || known == updated, "{known}");
        },
    },
    Writer {
        arguments: "report r.jsonl --format junit --output r.xml",
        prepare: |session| {
            session.run(&[
                "run",
                "reference",
                "--only",
                "crit-*",
                "--records",
                "r.jsonl",
            ]);
            session.write("r.xml", "old");
        },
        check: |session| {
            let text = session.read("r.xml");
            assert!(
                text == "old" || text.trim_end().ends_with("</testsuites>"),
                "{text}"
            );
        },
    },
    Writer {
        arguments: "vectors generate --folder vectors --dictionaries dictionaries",
        prepare: |session| {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
            copy(&from.join("vectors"), &session.folder().join("vectors"));
            let dictionaries = session.folder().join("dictionaries");
            copy(&from.join("fuzz/dictionaries"), &dictionaries);
            session.write(
                "vectors/case-ids.txt",
                &session
                    .read("vectors/case-ids.txt")
                    .replacen('\n', "\n#\n", 1),
            );
        },
        check: |session| {
            let arguments = WRITERS[4].arguments;
            let arguments: Vec<&str> = arguments.split(' ').collect();
            assert_eq!(session.run(&arguments).code, 0);
            let check = [
                "vectors",
                "check",
                "--folder",
                "vectors",
                "--dictionaries",
                "dictionaries",
            ];
            assert_eq!(session.run(&check).code, 0);
        },
    },
];

#[test]
fn no_kill_tears_a_file() {
    let number = |name, default| -> usize {
        let given = env::var(name).ok().and_then(|text| text.parse().ok());
        given.unwrap_or(default)
    };
    let usual = env::var_os("JWT_ASSAY_WHOLE").map_or(3, |_| 10);
    let kills = number("JWT_ASSAY_KILLS", usual);
    let mut draw = Draw(number("JWT_ASSAY_SEED", 1).try_into().unwrap());
    let writers = if kills > 10 {
        &WRITERS[..]
    } else {
        &WRITERS[..4]
    };
    let durations: Vec<Duration> = writers.iter().map(duration).collect();
    for kill in 0..kills {
        let index = kill % writers.len();
        let writer = &writers[index];
        let session = Session::new();
        (writer.prepare)(&session);
        let signal = ["KILL", "INT", "TERM", "HUP"][draw.below(4)];
        let micros: usize = durations[index].as_micros().try_into().unwrap();
        let moment = Duration::from_micros(draw.below(micros.max(1)).try_into().unwrap());
        let code = kill_after(&session, writer.arguments, moment, signal);
        println!(
            "{signal} after {moment:?}: {code:?} of {}",
            writer.arguments
        );
        (writer.check)(&session);
        // A killed process cannot take its draft away; the others do.
        if code.is_some() {
            assert_eq!(drafts(session.folder()), 0, "{}", writer.arguments);
        }
    }
}

/// The time that a command takes here, once.
fn duration(writer: &Writer) -> Duration {
    let session = Session::new();
    (writer.prepare)(&session);
    let begun = Instant::now();
    session.run(&writer.arguments.split(' ').collect::<Vec<_>>());
    begun.elapsed()
}

/// The exit code of a command that gets a signal after some time; `None` where the signal ended it.
fn kill_after(session: &Session, arguments: &str, moment: Duration, signal: &str) -> Option<i32> {
    let mut child = interruptible()
        .args(arguments.split(' '))
        .current_dir(session.folder())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(moment);
    let pid = child.id().to_string();
    // Not waited for yet, so the number is still its own; where it has ended, nothing happens.
    Command::new("kill")
        .args(["-s", signal, &pid])
        .status()
        .unwrap();
    let code = child.wait().unwrap().code();
    let codes = [None, Some(0), Some(129), Some(130), Some(143)];
    assert!(codes.contains(&code), "{signal}: {code:?}");
    code
}

fn records(session: &Session) -> Vec<String> {
    let text = session.read(RECORDS);
    let mut records: Vec<String> = text
        .lines()
        .skip(1)
        .map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            line["record"]["run"].take();
            line.to_string()
        })
        .collect();
    records.sort();
    records
}

/// The number of drafts that were left below a folder.
fn drafts(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| match entry.file_type().unwrap().is_dir() {
            true => drafts(&entry.path()),
            false => entry
                .file_name()
                .to_string_lossy()
                .starts_with(".jwt-assay-")
                .into(),
        })
        .sum()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

/// SplitMix64.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }
}
