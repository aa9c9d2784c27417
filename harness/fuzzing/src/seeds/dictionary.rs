//! Dictionaries for libFuzzer: the words that a target's inputs are made of, as the suite writes
//! them, so that a new case brings its words along.

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write,
};

use jwt_assay_core::{
    encoding::base64url,
    generate, keys,
    model::{ASSERTION_TYPE, Algorithm, Role},
    mutate::{MemberEdit, Mutation, RegisteredClaim},
    suite::{Suite, case_files},
};
use serde_json::Value;

use crate::{replay::Target, seeds};

/// The dictionary of a target, as libFuzzer reads it; `None` where its inputs are made of choices
/// and hold no words.
#[must_use]
pub fn of(target: Target) -> Option<String> {
    let suite = Suite::bundled();
    let words = match target {
        Target::Builders | Target::Pairings | Target::Sequences => return None,
        Target::CaseFiles => words_of_files(),
        Target::Keys | Target::Protocol => words_of_json(target),
        Target::MutateThenSign => case_names(suite),
        Target::RawOctets => segments(suite),
    };
    let mut text = HEAD.to_owned();
    for word in words {
        writeln!(text, "\"{}\"", escaped(&word)).expect("writing to a String");
    }
    Some(text)
}

/// The names that case files are made of.
fn words_of_files() -> BTreeSet<Vec<u8>> {
    let is_prose = |line: &&str| {
        let prose = ["#", "text =", "note =", "title ="];
        prose.iter().any(|start| line.starts_with(start))
    };
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (_, text) in case_files(Role::Verify) {
        for line in text.lines().filter(|line| !is_prose(line)) {
            let is_of_name = |c: char| c.is_ascii_lowercase() || c == '-';
            let names = line.split(|c| !is_of_name(c));
            for name in names.filter(|name| (3..=LONGEST).contains(&name.len())) {
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

/// The names and short texts of the JSON in a target's seeds, and the lines between which PEM stands.
fn words_of_json(target: Target) -> BTreeSet<Vec<u8>> {
    let mut words = BTreeSet::new();
    for seed in seeds::of(target) {
        let text = String::from_utf8_lossy(&seed.octets[1..]).into_owned();
        let labels = text.lines().filter(|line| line.starts_with("-----"));
        words.extend(labels.map(|line| line.as_bytes().to_vec()));
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            read_json(&value, &mut words);
        }
    }
    words
}

fn read_json(value: &Value, words: &mut BTreeSet<Vec<u8>>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                words.insert(format!("\"{name}\":").into_bytes());
                read_json(member, words);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| read_json(item, words)),
        Value::String(text) if text.len() <= LONGEST => {
            words.insert(format!("\"{text}\"").into_bytes());
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The octets by which the generator knows a case: two that are spliced are two cases.
fn case_names(suite: &Suite) -> BTreeSet<Vec<u8>> {
    let mut of_case = HashMap::new();
    for vector in suite.of(Role::Verify) {
        // What stands between the first octet, which says that a case follows, and the profile.
        let seed = generate::seed(vector);
        of_case
            .entry(&vector.case.id)
            .or_insert_with(|| seed[1..5].to_vec());
    }
    of_case.into_values().collect()
}

/// Pieces of assertions: members as JSON text within base64url, in each of the three places that
/// they can have among groups of three octets, and what stands between segments.
fn segments(suite: &Suite) -> BTreeSet<Vec<u8>> {
    let mut words: BTreeSet<Vec<u8>> = [".", "..", "=", "e30", "bnVsbA", "W10"]
        .map(|word| word.as_bytes().to_vec())
        .into();
    let Words { names, values } = Words::of(suite);
    let names = names.iter().map(|name| format!("\"{name}\":"));
    let algorithms = Algorithm::ALL.map(|algorithm| format!("\"alg\":\"{algorithm}\""));
    for text in names.chain(values).chain(algorithms) {
        words.extend((0..3).filter_map(|place| aligned(&text, place)));
    }
    words
}

/// The characters of base64url that the text alone decides, where it begins at the given place of a
/// group of three.
fn aligned(text: &str, place: usize) -> Option<Vec<u8>> {
    let mut octets = vec![0; place];
    octets.extend_from_slice(text.as_bytes());
    let whole = octets.len() / 3 * 3;
    let encoded = base64url(&octets[..whole]).into_bytes();
    let undecided = if place == 0 { 0 } else { 4 };
    let decided = encoded.get(undecided..)?;
    (!decided.is_empty()).then(|| decided.to_vec())
}

/// The words of the suite's assertions.
#[derive(Default)]
struct Words {
    names: BTreeSet<String>,
    values: BTreeSet<String>,
}

impl Words {
    fn of(suite: &Suite) -> Self {
        let mut words = Self::default();
        let claims = RegisteredClaim::ALL.map(|claim| claim.name().to_owned());
        words.names.extend(claims);
        let selected = suite
            .presentations()
            .filter(|(vector, _)| !vector.is_control);
        for (_, own) in selected {
            let steps = own.recipe.steps.iter().flat_map(|step| &step.edits);
            for edit in own.recipe.setup.iter().chain(steps) {
                words.read(edit);
            }
        }
        words.values.insert(format!("\"{ASSERTION_TYPE}\""));
        let kids = keys::all().map(|key| format!("\"{}\"", key.kid()));
        words.values.extend(kids);
        words
    }

    fn read(&mut self, edit: &Mutation) {
        let (Mutation::Claims(edit)
        | Mutation::Header(edit)
        | Mutation::TamperClaims(edit)
        | Mutation::TamperHeader(edit)) = edit
        else {
            return;
        };
        match edit {
            MemberEdit::Set(name, value)
            | MemberEdit::Append(name, value)
            | MemberEdit::Prepend(name, value) => {
                self.name(name);
                let value = value.as_str();
                // What has places to fill in is other text in every assertion.
                if !value.contains("${") && value.len() <= LONGEST {
                    self.values.insert(value.to_owned());
                }
            }
            MemberEdit::Rename(_, name) => self.name(name),
            MemberEdit::Remove(_)
            | MemberEdit::Reverse
            | MemberEdit::AddMany(_)
            | MemberEdit::AddColliding(..)
            | MemberEdit::EscapeSlashes(_) => {}
        }
    }

    fn name(&mut self, name: &str) {
        if name.len() <= LONGEST {
            self.names.insert(name.to_owned());
        }
    }
}

/// As libFuzzer reads it between quotation marks.
fn escaped(word: &[u8]) -> String {
    let mut text = String::new();
    for &octet in word {
        match octet {
            b'"' | b'\\' => write!(text, "\\{}", char::from(octet)),
            0x20..0x7f => write!(text, "{}", char::from(octet)),
            _ => write!(text, "\\x{octet:02x}"),
        }
        .expect("writing to a String");
    }
    text
}

const HEAD: &str = "\
# GENERATED by `cargo run --release -- vectors generate`; do not edit.
";
/// How often a name must stand in the case files to be a word.
const FREQUENT: usize = 4;
/// The most octets of a word; longer ones are seldom met again.
const LONGEST: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_base64url_wherever_it_stands() {
        for before in ["", "{", "{ "] {
            let encoded = base64url(format!("{before}\"exp\":1700000000"));
            let word = String::from_utf8(aligned("\"exp\":", before.len() % 3).unwrap()).unwrap();
            assert!(word.len() >= 4, "{word}");
            assert!(encoded.contains(&word), "{word} in {encoded}");
        }
    }

    #[test]
    fn octets_that_are_no_characters_are_escaped() {
        assert_eq!(escaped(b"a\"\\\x00\xff"), r#"a\"\\\x00\xff"#);
    }

    #[test]
    fn the_words_are_those_of_the_suite() {
        let Words { names, values } = Words::of(Suite::bundled());
        assert!(
            ["crit", "aud", "exp", "x5c"]
                .iter()
                .all(|it| names.contains(*it))
        );
        assert!(
            ["null", "[]", "1e400"]
                .iter()
                .all(|it| values.contains(*it)),
            "{values:?}"
        );
    }
}
