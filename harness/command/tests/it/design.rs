//! `DESIGN.md` has a line for every file, and none for a file that is gone.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

#[test]
fn the_design_has_a_line_for_every_file_with_its_own_first_words() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let design = fs::read_to_string(root.join("DESIGN.md")).unwrap();
    let mut missing = Vec::new();
    for folder in [
        "harness/core/src",
        "harness/core/tests",
        "harness/implementations/src",
        "harness/implementations/tests",
        "harness/runner/src",
        "harness/runner/tests",
        "fuzz",
        "benches",
    ] {
        let section = section(&design, folder);
        let named: BTreeSet<&str> = section
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        let mut files = BTreeSet::new();
        collect(&root.join(folder), &root.join(folder), &mut files);
        assert!(!files.is_empty(), "{folder} has no files");
        let unnamed = files.iter().filter(|file| !named.contains(file.as_str()));
        missing.extend(unnamed.map(|file| format!("{folder}: `{file}` has no line")));
        let gone = named.iter().filter(|name| !files.contains(**name));
        missing.extend(gone.map(|name| format!("{folder}: `{name}` is no file")));
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// The part of the page under the heading that names a folder.
fn section<'a>(design: &'a str, folder: &str) -> &'a str {
    let heading = format!("### `{folder}`");
    let start = design
        .find(&heading)
        .unwrap_or_else(|| panic!("no heading `{heading}`"));
    let rest = &design[start + heading.len()..];
    rest.split("\n### ").next().unwrap_or_default()
}

fn collect(folder: &Path, base: &Path, files: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_built = path.ends_with("target") || path.ends_with("corpus");
        if path.is_dir() && !is_built {
            collect(&path, base, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(path.strip_prefix(base).unwrap().display().to_string());
        }
    }
}
