//! Fuzz targets, each in a file of its own: how an input is read, what it is run against, what a fuzzer
//! starts from, and the words that it tries. A new target is a file here, a line in [`TARGETS`], and its
//! program under `fuzz/fuzz_targets`.

mod builders;
mod case_files;
mod judged;
mod keys;
mod mutate_then_sign;
mod pairings;
mod protocol;
mod raw_octets;
mod sequences;

use std::{env, fs, io, path::Path};

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate::{Draw, GeneratorLimits},
    recipe::Recipe,
};

pub use self::{
    builders::Builders, case_files::CaseFiles, keys::Keys, mutate_then_sign::MutateThenSign,
    pairings::Pairings, protocol::Protocol, raw_octets::RawOctets, sequences::Sequences,
};
use crate::{dictionary::Words, seeds::Seed};

/// A fuzz target of this project.
pub trait Target: Sync {
    /// The name, which is that of the program and of the folders of its inputs.
    fn name(&self) -> &'static str;

    /// Reads an input and does with it what the target is about.
    ///
    /// # Panics
    ///
    /// If something is wrong: the finding.
    fn run(&self, octets: &[u8]);

    /// The inputs that a fuzzer starts from; equal ones are left out later.
    fn seeds(&self) -> Vec<Seed>;

    /// The words that a fuzzer puts into inputs; `None` where inputs are made of choices alone.
    fn words(&self) -> Option<Words> {
        None
    }

    /// The recipe that an input stands for, `None` where the inputs end in no token request.
    fn recipe(&self, _draw: &mut Draw<'_, '_>, _within: &GeneratorLimits) -> Option<Recipe> {
        None
    }

    /// True where inputs stand for other recipes when the generator is held to something.
    fn heeds_limits(&self) -> bool {
        false
    }
}

/// Every target, in the order of the names.
pub const TARGETS: &[&dyn Target] = &[
    &Builders,
    &CaseFiles,
    &Keys,
    &MutateThenSign,
    &Pairings,
    &Protocol,
    &RawOctets,
    &Sequences,
];

/// The names of all targets.
#[must_use]
pub fn names() -> Vec<&'static str> {
    TARGETS.iter().map(|target| target.name()).collect()
}

/// The target of a name.
///
/// # Errors
///
/// If no target has it.
pub fn named(text: &str) -> Result<&'static dyn Target, UnknownTarget> {
    let known = TARGETS.iter().copied().find(|target| target.name() == text);
    known.ok_or_else(|| UnknownTarget {
        given: text.to_owned(),
        known: names().join(", "),
    })
}

/// The target whose folder a file lies in, as fuzzers and `fuzz/regressions` keep them; an input that
/// `jwt-assay fuzz` writes is read as `mutate_then_sign` reads it.
#[must_use]
pub fn of_path(path: &Path) -> Option<&'static dyn Target> {
    match path.parent()?.file_name()?.to_str()? {
        "fuzz" => Some(&MutateThenSign),
        folder => named(folder).ok(),
    }
}

/// The recipe that an input of a target stands for: octets that run out read as zeros.
#[must_use]
pub fn recipe(target: &dyn Target, octets: &[u8], within: &GeneratorLimits) -> Option<Recipe> {
    target.recipe(&mut Draw::new(&mut Unstructured::new(octets)), within)
}

/// A name that no target has.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("find fuzz target `{given}`: the known ones are {known}")]
pub struct UnknownTarget {
    given: String,
    known: String,
}

/// Makes a program of a target: libFuzzer's entry point under `cargo fuzz`, else a program that runs the
/// target on the files that it is given.
#[macro_export]
macro_rules! fuzz_target {
    ($target:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
            $crate::targets::Target::run(&$crate::targets::$target, octets);
        });

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            $crate::targets::run_on_files(&$crate::targets::$target)
        }
    };
}

/// Runs a target on every file that the command line names.
///
/// # Errors
///
/// If a file cannot be read.
pub fn run_on_files(target: &dyn Target) -> io::Result<()> {
    for path in env::args_os().skip(1) {
        target.run(&fs::read(path)?);
    }
    Ok(())
}

/// The two zero octets by which targets whose inputs are mostly text take the rest as it is.
pub const AS_IT_IS: [u8; 2] = [0, 0];

/// An input whose text the target takes as it is.
fn as_it_is(text: &str) -> Vec<u8> {
    [&AS_IT_IS, text.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_known_by_the_folder_of_its_inputs() {
        let name = |path: &str| of_path(Path::new(path)).map(Target::name);
        for own in names() {
            assert_eq!(name(&format!("fuzz/artifacts/{own}/crash-1")), Some(own));
            assert_eq!(named(own).map(Target::name), Ok(own));
        }
        let drawn = name("assay-results/fuzz/fuzz-biscuit-crashed");
        assert_eq!(drawn, Some("mutate_then_sign"));
        assert_eq!(name("crash-1"), None);
        assert_eq!(name("elsewhere/crash-1"), None);
    }

    /// Every target on seeded octets of growing length, on stable.
    #[test]
    fn targets_run_on_any_octets() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for round in 0..400 {
            let octets: Vec<u8> = (0..round)
                .map(|_| {
                    // xorshift64: the same octets on every machine.
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    state.to_le_bytes()[0]
                })
                .collect();
            for &target in TARGETS {
                target.run(&octets);
            }
        }
    }
}
