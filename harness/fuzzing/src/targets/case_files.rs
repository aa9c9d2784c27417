//! Case files of both roles and files of divergences: any text, and files that were right before an
//! edit. What cannot be read is an error that names the place.

use std::{collections::HashMap, sync::LazyLock};

use arbitrary::Unstructured;
use jwt_assay::divergences::Divergences;
use jwt_assay_core::{
    generate::{Choices, Draw, GeneratorLimits},
    model::Role,
    suite::{self, Suite, case_files},
};

use super::{Target, as_it_is};
use crate::{
    dictionary::{self, Words},
    seeds::Seed,
};

/// Case files and files of divergences.
#[derive(Clone, Copy, Debug)]
pub struct CaseFiles;

impl Target for CaseFiles {
    fn name(&self) -> &'static str {
        "case_files"
    }

    fn run(&self, octets: &[u8]) {
        let text = text(octets);
        // A file that cannot be used is an error, and errors are data.
        for role in Role::ALL {
            let _ = Suite::default().with_files(role, [("input.toml", text.as_str())]);
        }
        let _ = Divergences::read("input.toml", &text, Suite::bundled());
    }

    fn seeds(&self) -> Vec<Seed> {
        case_texts()
    }

    fn words(&self) -> Option<Words> {
        Some(words_of_files())
    }
}

/// A file: a case of a generated recipe, a case of the suite, each with up to three edits, or the input
/// itself.
fn text(octets: &[u8]) -> String {
    let mut input = Unstructured::new(octets);
    let mut draw = Draw::new(&mut input);
    match draw.of(&KINDS) {
        CaseFile::Generated => {
            let recipe = GeneratorLimits::default().recipe(&mut draw);
            let id = "found".parse().expect("kebab-case");
            edited(&mut draw, suite::case_file(&id, "Found.", &recipe, &[]))
        }
        CaseFile::Suite => {
            let (head, case) = *draw.of(&CASES);
            edited(&mut draw, format!("{head}[[case]]{case}"))
        }
        CaseFile::AsItIs => String::from_utf8_lossy(draw.rest()).into_owned(),
    }
}

/// Every case of the suite by its id, with the head of its file.
static CASES: LazyLock<Choices<(&str, &str)>> = LazyLock::new(|| {
    let cases = case_files(Role::Verify).flat_map(|(_, text)| {
        let mut parts = text.split("[[case]]");
        let head = parts.next().unwrap_or_default();
        parts.map(move |case| {
            (
                case.lines().find(|line| line.starts_with("id")),
                (head, case),
            )
        })
    });
    Choices::even(cases.map(|(id, case)| (id.unwrap_or_default(), case)))
});

/// Up to three edits at places of the input's choice.
fn edited(draw: &mut Draw<'_, '_>, mut text: String) -> String {
    for _ in 0..draw.below(4) {
        let mut at = draw.word() as usize % (text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match draw.of(&EDITS) {
            Edit::Truncate => text.truncate(at),
            Edit::Insert => {
                let word = *draw.of(&WORDS);
                text.insert_str(at, word);
            }
            Edit::Cut => {
                let rest = text.split_off(at);
                text.extend(rest.chars().skip(draw.octet().into()));
            }
        }
    }
    text
}

/// An edit to a text.
#[derive(Clone, Copy, Debug)]
enum Edit {
    Truncate,
    Insert,
    Cut,
}

static EDITS: LazyLock<Choices<Edit>> = LazyLock::new(|| {
    Choices::even([
        ("truncate", Edit::Truncate),
        ("insert", Edit::Insert),
        ("cut", Edit::Cut),
    ])
});

/// Words that case files are made of, and such as break them.
static WORDS: LazyLock<Choices<&str>> = LazyLock::new(|| {
    let words = [
        "${",
        "}",
        "${now+9223372036854775807}",
        "${repeat:a:99999999999}",
        "${hex:0}",
        "${x5c:own}",
        "\"",
        "'",
        "=",
        "[[case]]",
        "[[case.steps]]",
        "times = 4294967296",
        "every = 0",
        "at = -9223372036854775808",
        "resend = 0",
        "resend = 9",
        "reject",
        "may+",
        "{",
        "]",
        "\n",
        "\u{0}",
        "-1",
        "1e400",
    ];
    Choices::even(words.map(|word| (word, word)))
});

/// The origin of a case file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum CaseFile {
    /// The rest of the input.
    AsItIs,
    /// A generated recipe with edits to its text.
    Generated,
    /// A case of the suite with edits to its text.
    Suite,
}

/// The choices of `case_files`.
static KINDS: LazyLock<Choices<CaseFile>> = LazyLock::new(|| {
    Choices::weighted([
        ("as-it-is", 2, CaseFile::AsItIs),
        ("generated", 1, CaseFile::Generated),
        ("suite", 1, CaseFile::Suite),
    ])
});

/// Each case of the suite, with the head of its file.
fn case_texts() -> Vec<Seed> {
    let of_file = |(name, text): (&str, &str)| {
        let mut parts = text.split("[[case]]");
        let head = parts.next().unwrap_or_default().to_owned();
        let name = name.trim_end_matches(".toml").to_owned();
        let parts: Vec<String> = parts.map(str::to_owned).collect();
        let seed = move |(number, case): (usize, String)| Seed {
            name: format!("{name}-{number:02}"),
            octets: as_it_is(&format!("{head}[[case]]{case}")),
        };
        parts.into_iter().enumerate().map(seed)
    };
    case_files(Role::Verify).flat_map(of_file).collect()
}

/// The names that case files are made of.
fn words_of_files() -> Words {
    let is_prose = |line: &&str| {
        let prose = ["#", "text =", "note =", "title ="];
        prose.iter().any(|start| line.starts_with(start))
    };
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (_, text) in case_files(Role::Verify) {
        for line in text.lines().filter(|line| !is_prose(line)) {
            let is_of_name = |c: char| c.is_ascii_lowercase() || c == '-';
            let names = line.split(|c| !is_of_name(c));
            for name in names.filter(|name| (3..=dictionary::LONGEST).contains(&name.len())) {
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    let frequent = counts.into_iter().filter(|(_, count)| *count >= FREQUENT);
    let frequent = frequent.map(|(name, _)| name.as_bytes().to_vec());
    let signs = [
        "[[case]]",
        "= [",
        "{ set = [",
        "${now",
        "${json}",
        "${repeat:",
    ];
    frequent
        .chain(signs.map(|sign| sign.as_bytes().to_vec()))
        .collect()
}

/// A name must stand in the case files this many times to be a word.
const FREQUENT: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{seeds, targets::AS_IT_IS};

    #[test]
    fn a_case_is_read_as_it_stands_in_its_file() {
        let mut read = String::new();
        for seed in seeds::of(&CaseFiles) {
            let text = text(&seed.octets);
            assert_eq!(
                text.as_bytes(),
                &seed.octets[AS_IT_IS.len()..],
                "{}",
                seed.name
            );
            read.push_str(&text);
        }
        let lines = case_files(Role::Verify).flat_map(|(_, text)| text.lines());
        let lost: Vec<&str> = lines.filter(|line| !read.contains(line)).collect();
        assert_eq!(lost, Vec::<&str>::new());
    }
}
