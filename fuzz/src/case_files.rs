//! Case files of both roles and files of divergences: any text, and files that were right before an
//! edit. What cannot be read is an error that names the place.

use arbitrary::{Result, Unstructured};
use jwt_assay::divergences::Divergences;
use jwt_assay_core::{
    generate,
    model::Role,
    suite::{self, Suite, case_files},
};

/// Reads a file with every reader.
///
/// # Errors
///
/// Where the input runs out.
///
/// # Panics
///
/// Where a reader does: the finding.
pub fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let text = text(u)?;
    // A file that cannot be used is an error, and errors are data.
    for role in Role::ALL {
        let _ = Suite::default().with_files(role, [("input.toml", text.as_str())]);
    }
    let _ = Divergences::read("input.toml", &text, Suite::bundled());
    Ok(())
}

/// A file: a case of a generated recipe, a case of the suite, each with up to three edits, or the input
/// itself.
///
/// # Errors
///
/// Where the input runs out.
///
/// # Panics
///
/// Never: the name of the case is a good one.
pub fn text(u: &mut Unstructured<'_>) -> Result<String> {
    Ok(match u.int_in_range(0..=3_u8)? {
        0 => {
            let recipe = generate::recipe(u);
            let id = "found".parse().expect("kebab-case");
            edited(u, suite::case_file(&id, "Found.", &recipe, &[]))?
        }
        1 => {
            let all: Vec<&str> = case_files(Role::Verify).map(|(_, text)| text).collect();
            // One case of a file, with the head of the file.
            let file = u.choose(&all)?;
            let mut cases = file.split("[[case]]");
            let head = cases.next().unwrap_or_default();
            let cases: Vec<&str> = cases.collect();
            let case = u.choose(&cases)?;
            edited(u, format!("{head}[[case]]{case}"))?
        }
        _ => String::from_utf8_lossy(u.bytes(u.len())?).into_owned(),
    })
}

/// Up to three edits at places of the input's choice.
fn edited(u: &mut Unstructured<'_>, mut text: String) -> Result<String> {
    for _ in 0..u.int_in_range(0..=3)? {
        let mut at = usize::from(u.arbitrary::<u16>()?) % (text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match u.int_in_range(0..=2)? {
            0 => text.truncate(at),
            1 => {
                let word = u.choose(&WORDS)?;
                text.insert_str(at, word);
            }
            _ => {
                let rest = text.split_off(at);
                text.extend(rest.chars().skip(usize::from(u.arbitrary::<u8>()?)));
            }
        }
    }
    Ok(text)
}

/// What a case file is made of, and what breaks it.
const WORDS: [&str; 24] = [
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

#[test]
fn smoke() {
    crate::smoke(run, 300);
}
