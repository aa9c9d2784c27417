//! Facts about the files that bring in other people's programs: workflows, scripts and lock files.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A tag can be moved to another commit; a hash cannot. The comment is for the reader.
#[test]
fn workflows_pin_each_action_by_the_hash_of_a_commit_and_name_its_tag() {
    let mut pins = 0;
    for (place, line) in workflow_lines() {
        let Some((_, action)) = line.split_once("uses:") else {
            continue;
        };
        let pinned = action.split_once('@').and_then(|(_, pin)| {
            let (hash, tag) = pin.split_once(" # v")?;
            let is_hash = hash.len() == 40 && hash.bytes().all(|b| b.is_ascii_hexdigit());
            Some(is_hash && tag.starts_with(|c: char| c.is_ascii_digit()) && tag.contains('.'))
        });
        assert_eq!(pinned, Some(true), "{place}: {line}");
        pins += 1;
    }
    assert!(pins >= 8, "{pins} pins found");
}

/// GitHub writes an expression into the script before a shell reads it, so its text is code there.
#[test]
fn no_shell_line_of_a_workflow_holds_an_expression() {
    let mut inside = None;
    let mut lines = 0;
    for (place, line) in workflow_lines() {
        let indent = line.len() - line.trim_start().len();
        if inside.is_some_and(|start| indent <= start && !line.trim().is_empty()) {
            inside = None;
        }
        let key = line.trim_start().trim_start_matches("- ");
        if key.starts_with("run:") {
            // The column of the key: what lies deeper belongs to the script.
            inside = Some(line.len() - key.len());
        }
        if inside.is_some() {
            lines += 1;
            assert!(!line.contains("${{"), "{place}: {line}");
        }
    }
    assert!(lines >= 8, "{lines} shell lines found");
}

#[test]
fn workflows_may_only_read_and_leave_no_credentials_behind() {
    for file in workflows() {
        let text = fs::read_to_string(&file).unwrap();
        let place = file.display();
        assert!(
            text.contains("\npermissions:\n  contents: read\n\n"),
            "{place}"
        );
        assert_eq!(text.matches("permissions:").count(), 1, "{place}");
        assert_eq!(
            text.matches("actions/checkout@").count(),
            text.matches("persist-credentials: false").count(),
            "{place}"
        );
    }
}

#[test]
fn ci_installs_programs_in_versions_that_are_named() {
    let scripts = [".ci/run", ".ci/advisories", ".ci/lint/run"].map(|name| root().join(name));
    let mut programs = 0;
    for file in workflows().into_iter().chain(scripts) {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let Some((_, words)) = line.split_once("cargo install ") else {
                continue;
            };
            assert!(words.contains("--locked"), "{}: {line}", file.display());
            let words = words.split(';').next().unwrap_or_default();
            for program in words.split(' ').filter(|word| !word.starts_with('-')) {
                assert!(
                    program.contains("@0."),
                    "{}: {program} without a version",
                    file.display()
                );
                programs += 1;
            }
        }
    }
    assert!(programs >= 8, "{programs} programs found");
}

#[test]
fn lock_files_of_python_hash_each_requirement() {
    for name in ["harness/shims/python", ".ci/lint"] {
        let text = read(&format!("{name}/requirements.txt"));
        let requirements: Vec<&str> = text.lines().filter(|line| line.contains("==")).collect();
        assert!(!requirements.is_empty(), "{name}");
        for entry in text.split("\n").collect::<Vec<_>>().windows(2) {
            if entry[0].contains("==") {
                assert!(
                    entry[1].trim_start().starts_with("--hash=sha256:"),
                    "{name}: {}",
                    entry[0]
                );
            }
        }
    }
}

#[test]
fn lock_files_of_node_hash_each_package() {
    let lock: serde_json::Value =
        serde_json::from_str(&read("harness/shims/node/package-lock.json")).unwrap();
    let packages = lock["packages"].as_object().unwrap();
    assert!(packages.len() > 50);
    // The package without a name is the folder itself.
    for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
        let integrity = package["integrity"].as_str().unwrap_or_default();
        assert!(integrity.starts_with("sha512-"), "{name}: {integrity:?}");
    }
}

#[test]
fn lock_files_of_rust_hash_each_package_that_is_not_our_own() {
    for name in ["Cargo.lock", "harness/shims/rust/Cargo.lock"] {
        let lock: toml::Table = read(name).parse().unwrap();
        for package in lock["package"].as_array().unwrap() {
            let own = package["name"].as_str().unwrap().starts_with("jwt-assay");
            assert_eq!(package.get("checksum").is_none(), own, "{name}: {package}");
        }
    }
}

#[test]
fn each_exception_from_the_advisories_has_a_reason() {
    let deny: toml::Table = read("deny.toml").parse().unwrap();
    let ignored = deny["advisories"]["ignore"].as_array().unwrap();
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    let is_locked = |name: &str| {
        let packages = lock["package"].as_array().unwrap();
        packages
            .iter()
            .any(|package| package["name"].as_str() == Some(name))
    };
    for entry in ignored {
        let reason = entry["reason"].as_str().unwrap();
        let subject = reason.split(' ').next().unwrap();
        assert!(is_locked(subject), "{reason:?} begins with no locked crate");
    }
}

/// Lines of all workflows that are no comments, with their places.
fn workflow_lines() -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for file in workflows() {
        let text = fs::read_to_string(&file).unwrap();
        for (at, line) in text.lines().enumerate() {
            if !line.trim_start().starts_with('#') {
                lines.push((format!("{}:{}", file.display(), at + 1), line.to_owned()));
            }
        }
    }
    lines
}

fn workflows() -> Vec<PathBuf> {
    let folder = root().join(".github/workflows");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 2);
    files
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
