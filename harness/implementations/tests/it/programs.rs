//! Programs that misbehave, each in one way: what is seen of it, and that it costs its own
//! requests only. The programs are a few lines of shell.

use std::{
    collections::BTreeMap,
    fs,
    ops::ControlFlow,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use jwt_assay_implementations::{
    Answer,
    protocol::Reply,
    reach::process::{Failure, Program, ProgramIncident, Seen, Spec, Task},
};
use serde_json::json;

/// Answers every request, in order, and does `boom` where a request has that word.
fn shell(boom: &str) -> String {
    format!(
        r#"{HELLO}
        while read -r line; do
            case $line in *'"bye"'*) break;; esac
            seq=${{line#*'"seq":'}}; seq=${{seq%%,*}}
            case $line in *boom*) {boom};; esac
            echo '{{"seq":'$seq',"verdict":"reject","reason":"no"}}'
        done"#
    )
}

fn spec(script: &str) -> Spec {
    Spec {
        command: "sh".into(),
        arguments: vec!["-c".into(), script.into()],
        folder: None,
        launcher: None,
        shows_arguments: true,
        timeout: Duration::from_secs(1),
        greeting: Duration::from_secs(20),
    }
}

fn start(script: &str) -> Program {
    Program::start(spec(script)).expect("a program that says hello")
}

/// One task for each text; the steps of a task are divided by a comma.
fn ask(program: &mut Program, texts: &[&str]) -> BTreeMap<usize, Vec<Seen<Answer>>> {
    let tasks = texts.iter().enumerate().map(|(place, text)| {
        let steps: Vec<String> = text.split(',').map(str::to_owned).collect();
        Task {
            place,
            steps: steps.len(),
            line: Box::new(move |step, seq, state| {
                json!({"op": "verify", "seq": seq, "state": state, "text": steps[step]}).to_string()
            }),
            read: Reply::verified,
        }
    });
    let mut seen = BTreeMap::new();
    let flow = program.ask(tasks, &mut |place, steps| {
        assert_eq!(seen.insert(place, steps), None, "{place} was seen twice");
        ControlFlow::Continue(())
    });
    // Whether it was given up shows in the incidents.
    let _: ControlFlow<()> = flow;
    seen
}

fn no() -> Vec<Seen<Answer>> {
    vec![Seen::Answered(Answer::reject("no"))]
}

/// The result of the third of five requests, on which the program does something; the others
/// must be answered, and nothing else must have happened.
fn third_of_five(boom: &str) -> Seen<Answer> {
    let mut program = start(&shell(boom));
    let mut seen = ask(&mut program, &["a", "b", "boom", "d", "e"]);
    let third = seen.remove(&2).expect("something");
    assert_eq!(seen.into_values().collect::<Vec<_>>(), vec![no(); 4]);
    assert_eq!(program.finish(), []);
    third.into_iter().next().expect("a step")
}

#[test]
fn a_program_that_behaves_is_asked_everything_and_ends() {
    let mut program = start(&shell(":"));
    let texts = vec!["a"; 300];
    assert_eq!(ask(&mut program, &texts).len(), 300);
    assert_eq!(program.finish(), []);
}

#[test]
fn answers_may_come_in_any_order() {
    let pairs = format!(
        r#"{HELLO}
        while read -r one && read -r two; do
            for line in "$two" "$one"; do
                seq=${{line#*'"seq":'}}; seq=${{seq%%,*}}
                text=${{line#*'"text":"'}}; text=${{text%%\"*}}
                echo '{{"seq":'$seq',"verdict":"reject","reason":"'$text'"}}'
            done
        done"#
    );
    let mut program = start(&pairs);
    let seen = ask(&mut program, &["a", "b", "c", "d"]);
    for (place, text) in ["a", "b", "c", "d"].into_iter().enumerate() {
        assert_eq!(seen[&place], [Seen::Answered(Answer::reject(text))]);
    }
}

#[test]
fn the_request_that_makes_a_program_crash_is_named_with_its_last_words() {
    let seen = third_of_five("echo first >&2; echo 'out of luck' >&2; exit 7");
    let Seen::Failed(Failure::Crashed(how)) = seen else {
        panic!("{seen:?}");
    };
    assert_eq!(how, "exit status: 7; its last words: first | out of luck");
}

#[test]
fn the_request_that_kills_a_program_is_named_with_the_signal() {
    let seen = third_of_five("kill -ABRT $$");
    let Seen::Failed(Failure::Crashed(how)) = seen else {
        panic!("{seen:?}");
    };
    assert!(how.starts_with("signal: 6 (SIGABRT)"), "{how}");
}

#[test]
fn the_request_that_makes_a_program_hang_is_named() {
    assert_eq!(third_of_five("sleep 1000"), Seen::Failed(Failure::TimedOut));
}

#[test]
fn a_line_that_is_no_answer_is_garbled() {
    let garbled = |boom: &str| match third_of_five(boom) {
        Seen::Failed(Failure::Garbled(what)) => what,
        other => panic!("{other:?}"),
    };
    insta::assert_snapshot!(garbled("echo Traceback; continue"), @"expected value at line 1 column 1: Traceback");
    insta::assert_snapshot!(garbled(r#"echo '{"seq":'$seq',"verdict":"perhaps"}'; continue"#).replace(char::is_numeric, "N"), @r#"there is no verdict `perhaps`: {"seq":N,"verdict":"perhaps"}"#);
    insta::assert_snapshot!(garbled(r#"echo '{"seq":987654,"verdict":"accept"}'; continue"#).replace(char::is_numeric, "N"), @r#"it answers `seq` N under another: {"seq":NNNNNN,"verdict":"accept"}"#);
    insta::assert_snapshot!(garbled("head -c 3000000 /dev/zero | tr '\\0' x; continue"), @"a line of more than a megabyte");
}

#[test]
fn a_second_answer_is_named() {
    let twice = r#"echo '{"seq":'$seq',"verdict":"reject","reason":"no"}'"#;
    let mut program = start(&shell(twice));
    let seen = ask(&mut program, &["a", "b", "boom", "d", "e"]);
    assert_eq!(seen.into_values().collect::<Vec<_>>(), vec![no(); 5]);
    assert_eq!(
        program.finish(),
        [ProgramIncident::SecondAnswer { place: 2 }]
    );
}

#[test]
fn a_crash_that_does_not_happen_again_is_told_with_what_was_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let flag = folder.path().join("crashed");
    let once = format!("[ -e {0} ] || {{ touch {0}; exit 3; }}", flag.display());
    let mut program = start(&shell(&once));
    let seen = ask(&mut program, &["a", "b", "boom", "d", "e"]);
    assert_eq!(seen.into_values().collect::<Vec<_>>(), vec![no(); 5]);
    let incidents = program.finish();
    let [ProgramIncident::NotReproduced { failure, under_way }] = incidents.as_slice() else {
        panic!("{incidents:?}");
    };
    assert!(matches!(failure, Failure::Crashed(how) if how == "exit status: 3"));
    assert!(
        under_way.contains(&2) && under_way.len() > 1,
        "{under_way:?}"
    );
}

#[test]
fn a_task_of_several_steps_begins_again_with_a_new_memory() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let crash = format!(
        "echo $line >> {0}; [ $(grep -c boom {0}) -gt 1 ] || exit 3",
        log.display()
    );
    let mut program = start(&shell(&crash));
    let seen = ask(&mut program, &["boom,boom", "b"]);
    assert_eq!(seen[&0].len(), 2);
    let log = fs::read_to_string(log).unwrap();
    let states: Vec<&str> = log
        .lines()
        .filter_map(|line| line.split("\"state\":\"").nth(1)?.split('"').next())
        .collect();
    assert_eq!(states.len(), 3, "{log}");
    assert_ne!(states[0], states[1]);
    assert_eq!(states[1], states[2]);
}

#[test]
fn a_program_that_never_reads_is_given_up() {
    let mut program = start(&format!("{HELLO}\nsleep 1000"));
    let texts = vec!["a"; 200];
    let started = Instant::now();
    let seen = ask(&mut program, &texts);
    assert!(seen.len() < 200 && started.elapsed() < Duration::from_secs(60));
    assert!(
        seen.values()
            .all(|steps| *steps == [Seen::Failed(Failure::TimedOut)])
    );
    let incidents = program.finish();
    assert!(
        matches!(incidents.as_slice(), [ProgramIncident::Stopped { reason }] if reason.contains("10 times")),
        "{incidents:?}"
    );
}

#[test]
fn a_program_that_will_not_start_again_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let flag = folder.path().join("started");
    let script = format!(
        "[ -e {0} ] && exit 5; touch {0}\n{1}",
        flag.display(),
        shell("exit 1")
    );
    let mut program = start(&script);
    let seen = ask(&mut program, &["boom", "b"]);
    assert!(seen.is_empty(), "{seen:?}");
    let incidents = program.finish();
    assert!(
        matches!(incidents.as_slice(), [ProgramIncident::Stopped { reason }] if reason.contains("exit status: 5")),
        "{incidents:?}"
    );
}

#[test]
fn a_line_after_goodbye_is_an_incident() {
    let script = shell(":") + "\necho and one more thing";
    let mut program = start(&script);
    ask(&mut program, &["a"]);
    let line = "and one more thing".to_owned();
    assert_eq!(program.finish(), [ProgramIncident::WroteAfterBye { line }]);
}

#[test]
fn a_program_that_stays_after_goodbye_is_killed_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let script = format!(
        "sleep 1000 & echo $! $$ > {}\n{}\nsleep 1000",
        pids.display(),
        shell(":")
    );
    let mut program = start(&script);
    ask(&mut program, &["a"]);
    assert_eq!(program.finish(), [ProgramIncident::StillRunning]);
    for pid in fs::read_to_string(pids).unwrap().split_whitespace() {
        assert!(is_gone(pid), "{pid} is still running");
    }
}

#[test]
fn the_fault_of_a_hello_is_said() {
    let problem = |script: &str| {
        let mut spec = spec(script);
        spec.greeting = Duration::from_secs(2);
        let error = Program::start(spec).expect_err("no hello").to_string();
        error
            .split_once("`: ")
            .map(|(_, problem)| problem.to_owned())
            .unwrap()
    };
    insta::assert_snapshot!(problem("echo 'no module named x' >&2; exit 1"), @"it ended before it said hello: exit status: 1; its last words: no module named x");
    insta::assert_snapshot!(problem("sleep 1000"), @"it does not answer hello; its last words: ");
    insta::assert_snapshot!(problem("echo Welcome"), @"its hello cannot be read, expected value at line 1 column 1: Welcome");
    insta::assert_snapshot!(problem(&HELLO.replace(":1", ":2")), @"it speaks protocol 2, not 1");
    insta::assert_snapshot!(problem(&HELLO.replace("verify", "audit")), @"its hello names no role");
    let error = Program::start(Spec {
        command: "no-such-program".into(),
        ..spec("")
    });
    insta::assert_snapshot!(error.expect_err("nothing"), @"start `no-such-program -c `: No such file or directory (os error 2)");
}

/// Tells whether a process ends, or has ended, within a second.
fn is_gone(pid: &str) -> bool {
    let is_gone = || {
        let state = fs::read_to_string(Path::new("/proc").join(pid).join("stat"));
        // A zombie has ended; its parent has not collected it yet.
        state.is_err() || state.is_ok_and(|text| text.contains(") Z "))
    };
    (0..100).any(|_| {
        is_gone() || {
            thread::sleep(Duration::from_millis(10));
            false
        }
    })
}

const HELLO: &str = r#"read -r hello; echo '{"protocol":1,"implementation":{"name":"x","version":"1","language":"sh"},"roles":{"verify":{"layers":[]}},"methods":[],"algorithms":[],"clock":"given","key_formats":[]}'"#;
