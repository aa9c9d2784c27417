//! The fuzz targets, and which recipe an input of one stands for.

use std::{fmt::Write, path::Path, str::FromStr};

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate::{self, Within},
    model::{Algorithm, ProfileId},
    mutate::Mutation,
    recipe::{Recipe, Template},
};

/// A fuzz target of this project.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// What is asked of builders.
    Builders,
    /// Case files and files of divergences.
    CaseFiles,
    /// Keys in files.
    Keys,
    /// A recipe, edited and then signed.
    MutateThenSign,
    /// Keys and algorithms, fitting or not.
    Pairings,
    /// Lines of the process protocol.
    Protocol,
    /// Any octets as the assertion.
    RawOctets,
    /// Requests one after another.
    Sequences,
}

impl Target {
    /// All of them, in the order of their names.
    pub const ALL: [Self; 8] = [
        Self::Builders,
        Self::CaseFiles,
        Self::Keys,
        Self::MutateThenSign,
        Self::Pairings,
        Self::Protocol,
        Self::RawOctets,
        Self::Sequences,
    ];

    /// The name, which is that of the program and of the folders of its inputs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Builders => "builders",
            Self::CaseFiles => "case_files",
            Self::Keys => "keys",
            Self::MutateThenSign => "mutate_then_sign",
            Self::Pairings => "pairings",
            Self::Protocol => "protocol",
            Self::RawOctets => "raw_octets",
            Self::Sequences => "sequences",
        }
    }

    /// Whether its inputs stand for other recipes where the generator is held to something.
    #[must_use]
    pub fn heeds_limits(self) -> bool {
        self == Self::MutateThenSign
    }

    /// The target whose folder a file lies in, as fuzzers and `fuzz/regressions` keep them; what
    /// `jwt-assay fuzz` writes is read as the first of the structured targets reads it.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.parent()?.file_name()?.to_str()? {
            "fuzz" => Some(Self::MutateThenSign),
            folder => folder.parse().ok(),
        }
    }

    /// The recipe that an input stands for: octets that run out read as zeros. `None` where the
    /// target's inputs end in no token request.
    #[must_use]
    pub fn recipe(self, octets: &[u8]) -> Option<Recipe> {
        self.recipe_within(octets, &Within::default())
    }

    /// The same where the generator was held to something, which [`Self::heeds_limits`] alone is.
    #[must_use]
    pub fn recipe_within(self, octets: &[u8], within: &Within) -> Option<Recipe> {
        let mut u = Unstructured::new(octets);
        match self {
            Self::MutateThenSign => Some(within.recipe(&mut u)),
            Self::Pairings => Some(generate::pairing(&mut u)),
            Self::RawOctets => Some(raw_octets(u)),
            Self::Sequences => Some(generate::sequence(&mut u)),
            Self::Builders | Self::CaseFiles | Self::Keys | Self::Protocol => None,
        }
    }
}

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|target| target.name() == text);
        known.ok_or_else(|| UnknownTarget {
            given: text.to_owned(),
            known: Self::ALL.map(Self::name).join(", "),
        })
    }
}

/// A name that no such target has.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("find fuzz target `{given}`: the known ones are {known}")]
pub struct UnknownTarget {
    given: String,
    known: String,
}

/// A server of some profile with a client of either method, and then the assertion.
fn raw_octets(mut u: Unstructured<'_>) -> Recipe {
    let algorithms = [Algorithm::HS256, Algorithm::ES256];
    let servers = ProfileId::ALL
        .into_iter()
        .flat_map(|profile| algorithms.map(|algorithm| (profile, algorithm)));
    let servers: Vec<(ProfileId, Algorithm)> = servers.collect();
    let server = u.choose(&servers).expect("a short input reads as zeros");
    let mut recipe = Recipe::valid(server.0, server.1);
    recipe.steps[0].edits = vec![Mutation::Token(template(u.take_rest()))];
    recipe
}

/// Text as it is where a template can say it so, else its octets.
fn template(octets: &[u8]) -> Template {
    let text = str::from_utf8(octets).ok().filter(|it| !it.contains("${"));
    let text = text.map_or_else(
        || {
            let digits = octets.iter().fold(String::new(), |mut digits, octet| {
                write!(digits, "{octet:02x}").expect("writing to a String");
                digits
            });
            format!("${{hex:{digits}}}")
        },
        str::to_owned,
    );
    text.parse()
        .expect("text without places, and pairs of hexadecimal digits, are templates")
}

#[cfg(test)]
mod tests {
    use jwt_assay_core::recipe::EVALUATION_TIME;

    use super::*;

    #[test]
    fn a_target_is_known_by_the_folder_of_its_inputs() {
        for target in Target::ALL {
            let path = format!("fuzz/artifacts/{}/crash-1", target.name());
            assert_eq!(Target::of_path(Path::new(&path)), Some(target));
            assert_eq!(target.name().parse(), Ok(target));
        }
        let drawn = Target::of_path(Path::new("assay-results/fuzz/fuzz-biscuit-crashed"));
        assert_eq!(drawn, Some(Target::MutateThenSign));
        assert_eq!(Target::of_path(Path::new("crash-1")), None);
        assert_eq!(Target::of_path(Path::new("elsewhere/crash-1")), None);
    }

    #[test]
    fn raw_octets_are_presented_as_they_are() {
        for token in [&b"a.b.c"[..], b"", b"\xff.\x00.", b"${cid}.${hex:00}.x"] {
            let input = [&[0], token].concat();
            let recipe = Target::RawOctets.recipe(&input).unwrap();
            let presented = recipe.present_at(EVALUATION_TIME);
            let sent = presented.steps[0].request.client_assertion.clone().unwrap();
            assert_eq!(sent.0, token);
        }
    }
}
