//! Every kept input has a sentence in the README beside it that says what it found, and every sentence
//! an input.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use super::regressions;

#[test]
fn every_kept_input_has_a_sentence_and_every_sentence_an_input() {
    let regressions = regressions();
    let mut wrong = Vec::new();
    let mut count = 0;
    for folder in fs::read_dir(&regressions).unwrap() {
        let folder = folder.unwrap().path();
        let target = folder.file_name().unwrap().to_string_lossy().into_owned();
        let readme = fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        let sentences = sentences(&readme);
        let mut inputs = BTreeSet::new();
        for entry in fs::read_dir(&folder).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            // The case that an input is read as stands beside it.
            if !name.ends_with(".toml") && name != "README.md" {
                inputs.insert(name);
            }
        }
        count += inputs.len();
        let is_sentence = |text: &&String| text.ends_with('.') && text.split(' ').count() > 4;
        let unsaid = inputs
            .iter()
            .filter(|name| sentences.get(*name).filter(is_sentence).is_none());
        wrong.extend(unsaid.map(|name| format!("{target}/{name}: no sentence in the README")));
        let gone = sentences.keys().filter(|name| !inputs.contains(*name));
        wrong.extend(gone.map(|name| format!("{target}: `{name}` is no input")));
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(count > 0, "nothing is kept in {}", regressions.display());
}

/// The lines that begin with the name of an input, each with those that go on with it.
fn sentences(readme: &str) -> BTreeMap<String, String> {
    let mut sentences: BTreeMap<String, String> = BTreeMap::new();
    let mut current = None;
    for line in readme.lines() {
        match line
            .strip_prefix("- `")
            .and_then(|rest| rest.split_once("`: "))
        {
            Some((name, text)) => {
                sentences.insert(name.to_owned(), text.to_owned());
                current = Some(name.to_owned());
            }
            None => {
                let text = current.as_ref().and_then(|name| sentences.get_mut(name));
                if let Some(text) = text.filter(|_| line.starts_with("  ")) {
                    text.push(' ');
                    text.push_str(line.trim());
                }
            }
        }
    }
    sentences
}
