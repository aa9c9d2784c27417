//! The order of the modules, which the crate's documentation states: each uses those before it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The modules from the bottom up. `lib.rs` shows the same order.
const ORDER: [&str; 12] = [
    "escape", "encoding", "model", "json", "keys", "sign", "oracle", "draft", "mutate", "recipe",
    "builder", "suite",
];

/// The top module: the generator of recipes may use all others.
const TOP: &str = "generate";

#[test]
fn every_module_uses_only_those_before_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut against = BTreeSet::new();
    for file in files(&source) {
        let own = module(file.strip_prefix(&source).unwrap());
        if own == TOP || own == "lib" {
            continue;
        }
        let rank = |name: &str| ORDER.iter().position(|own| *own == name);
        let own_rank = rank(&own).unwrap_or_else(|| panic!("`{own}` has no place in the order"));
        for used in used(&fs::read_to_string(&file).unwrap()) {
            let is_before = rank(&used).is_some_and(|rank| rank < own_rank);
            if used != own && !is_before && (used == TOP || rank(&used).is_some()) {
                against.insert(format!("{own} uses {used}"));
            }
        }
    }
    assert_eq!(against, BTreeSet::new());
}

/// The modules that a file names by `crate::`. Unit tests are left out, since they may use the whole crate.
fn used(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code: Vec<&str> = code.lines().filter(is_code).collect();
    let code = code.join("\n");
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let path = &code[at + "crate::".len()..];
        match path.strip_prefix('{') {
            Some(list) => used.extend(first_names(list)),
            None => used.extend(name(path)),
        }
    }
    used
}

/// The first name of each path in a list of imports.
fn first_names(list: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let (mut depth, mut start) = (0, 0);
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.extend(name(&list[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.extend(name(&list[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    names
}

fn name(path: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit();
    let name: String = path
        .trim_start()
        .chars()
        .take_while(|c| is_part(*c))
        .collect();
    (!name.is_empty()).then_some(name)
}

/// The module of a file: `mutate` for `mutate.rs` and for every file below `mutate/`.
fn module(file: &Path) -> String {
    let first = file.iter().next().map(Path::new);
    let stem = first.and_then(Path::file_stem);
    stem.unwrap_or_default().to_string_lossy().into_owned()
}

/// The source files, without the tree `third_party`, which holds tests only.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the crate has its sources beside its tests");
    let paths = entries.map(|entry| entry.expect("a folder that can be read").path());
    let is_code = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem != "third_party");
    let files_of = |path: PathBuf| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    };
    paths.filter(is_code).flat_map(files_of).collect()
}
