//! The logic of the fuzz targets. Each module has a `run` that takes what the fuzzer gives, and a
//! smoke test that feeds it seeded octets on stable.

pub mod builders;
pub mod case_files;
mod judged;
pub mod keys;
pub mod mutate_then_sign;
pub mod pairings;
pub mod protocol;
pub mod raw_octets;
pub mod sequences;

use arbitrary::Unstructured;

/// What a target runs on one input.
pub type Run = fn(&mut Unstructured<'_>) -> arbitrary::Result<()>;

/// Every target with the name of its folder of regressions.
pub const TARGETS: [(&str, Run); 8] = [
    ("builders", builders::run),
    ("case_files", case_files::run),
    ("keys", keys::run),
    ("mutate_then_sign", mutate_then_sign::run),
    ("pairings", pairings::run),
    ("protocol", protocol::run),
    ("raw_octets", raw_octets::run),
    ("sequences", sequences::run),
];

/// Makes a target of a `run`: libFuzzer's entry point under `cargo fuzz`, else a program that
/// replays the files it is given.
#[macro_export]
macro_rules! target {
    ($run:path) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
            // Octets that run out are a short input, not a finding.
            let _ = $run(&mut arbitrary::Unstructured::new(octets));
        });

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            $crate::replay($run)
        }
    };
}

/// Runs a target on every file that the command line names.
///
/// # Errors
///
/// Where a file cannot be read.
pub fn replay(run: Run) -> std::io::Result<()> {
    for path in std::env::args_os().skip(1) {
        let octets = std::fs::read(path)?;
        // Octets that run out are a short input, not a finding.
        let _ = run(&mut Unstructured::new(&octets));
    }
    Ok(())
}

/// Runs a target on seeded octets of growing length.
#[cfg(test)]
fn smoke(run: Run, times: u32) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..times {
        let octets: Vec<u8> = (0..round % 400)
            .map(|_| {
                // xorshift64: the same octets on every machine.
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()[0]
            })
            .collect();
        let _ = run(&mut Unstructured::new(&octets));
    }
}
