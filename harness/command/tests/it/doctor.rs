//! `doctor`: missing implementations and tools, each with its remedy.

use serde_json::Value;

use crate::session::{Ran, Session};

/// A checkout with one ecosystem that is set up, one that is not, and one that cannot be.
const REGISTRY: &str = r#"
[ecosystem.here]
setup = [["true"]]
ready = "ready"
needs = ["sh"]

[ecosystem.empty]
setup = [["true"]]
ready = "ready"
needs = ["sh"]

[ecosystem.hopeless]
setup = [["true"]]
ready = "ready"
needs = ["no-such-program"]

[[implementation]]
name = "polite"
ecosystem = "here"
language = "sh"
url = ""
roles = ["verify"]
run = ["sh", "polite.sh"]

[[implementation]]
name = "broken"
ecosystem = "here"
language = "sh"
url = ""
roles = ["verify"]
run = ["sh", "-c", "exit 3"]

[[implementation]]
name = "later"
ecosystem = "empty"
language = "sh"
url = ""
roles = ["verify"]
run = ["sh", "later.sh"]
"#;

const POLITE: &str = r#"
read hello
echo '{"protocol":1,"implementation":{"name":"polite","version":"4.5","language":"sh","toolchain":"dash 0.5.12"},"roles":{"verify":{"layers":["jws"]}},"methods":["client_secret_jwt"],"algorithms":["HS256"],"clock":"given","key_formats":["secret"]}'
read bye
"#;

fn checkout(registry: &str) -> Session {
    let session = Session::new();
    for folder in ["harness/shims/here", "harness/shims/empty"] {
        std::fs::create_dir_all(session.folder().join(folder)).unwrap();
    }
    session.write("harness/implementations.toml", registry);
    session.write("harness/shims/here/ready", "");
    session.write("harness/shims/here/polite.sh", POLITE);
    session
}

/// The findings without tools, which differ between machines.
fn said(ran: &Ran) -> String {
    let of_a_tool = |line: &&str| TOOLS.iter().any(|tool| line[9..].starts_with(tool));
    let lines = ran.stdout.lines().filter(|line| !of_a_tool(line));
    lines.map(|line| line.to_owned() + "\n").collect()
}

const TOOLS: [&str; 3] = ["openssl, the command", "cargo-fuzz", "a nightly toolchain"];

#[cfg(unix)]
#[test]
fn missing_implementations_are_listed_with_remedies() {
    let ran = checkout(REGISTRY).run(&["doctor"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    let said = said(&ran);
    // The rows of built-in libraries depend on the features of the build.
    let adapters: String = said
        .lines()
        .skip_while(|line| !line.contains("ecosystem"))
        .map(|line| line.to_owned() + "\n")
        .collect();
    insta::assert_snapshot!(adapters, @r"
    missing  ecosystem empty: not set up; `jwt-assay setup empty` does it
    ok       ecosystem here: set up
    missing  ecosystem hopeless: not set up, and no-such-program is not found; install no-such-program, then `jwt-assay setup hopeless`
    ok       polite: says hello: 4.5 sh, with dash 0.5.12
    missing  broken: failed to start `sh -c exit 3`: it ended before it said hello: exit status: 3; `jwt-assay setup here --again` may help
    missing  later: not set up; `jwt-assay setup empty` does it
    ");
    assert!(
        said.starts_with("ok       jsonwebtoken: built in\n"),
        "{said}"
    );
    for tool in TOOLS {
        assert!(ran.stdout.contains(tool), "{}", ran.stdout);
    }
}

#[cfg(unix)]
#[test]
fn notes_leave_the_exit_code_zero() {
    let (all_ready, _) = REGISTRY.split_once("[ecosystem.empty]").unwrap();
    let (_, adapters) = REGISTRY.split_once("[[implementation]]").unwrap();
    let (polite, _) = adapters.split_once("[[implementation]]").unwrap();
    let ran = checkout(&format!("{all_ready}[[implementation]]{polite}"))
        .run(&["doctor", "--format", "json"]);
    let findings: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    let missing: Vec<&str> = findings
        .iter()
        .filter(|finding| finding["standing"] == "missing")
        .map(|finding| finding["what"].as_str().unwrap())
        .collect();
    let of_this_build: &[&str] = if cfg!(feature = "openssl") {
        &[]
    } else {
        &["josekit", "jwtk"]
    };
    assert_eq!(missing, of_this_build);
    assert_eq!(ran.code, i32::from(!missing.is_empty()));
    let polite = findings.iter().find(|finding| finding["what"] == "polite");
    assert_eq!(
        polite.unwrap()["says"],
        "says hello: 4.5 sh, with dash 0.5.12"
    );
}

#[test]
fn outside_of_a_checkout_adapters_are_a_note() {
    let ran = Session::new().run(&["doctor"]);
    assert!(said(&ran).contains("note     adapters: no `harness/implementations.toml` here"));
}
