//! The fuzz targets whose inputs end in a token request, and which recipe an input stands for.

use std::{fmt::Write, path::Path, str::FromStr};

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate,
    model::{Algorithm, ProfileId},
    mutate::Mutation,
    recipe::{Recipe, Template},
};

/// A fuzz target whose inputs end in a token request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// A recipe, edited and then signed.
    MutateThenSign,
    /// Any octets as the assertion.
    RawOctets,
}

impl Target {
    /// All of them, in the order of their names.
    pub const ALL: [Self; 2] = [Self::MutateThenSign, Self::RawOctets];

    /// The name, which is that of the program and of the folders of its inputs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MutateThenSign => "mutate_then_sign",
            Self::RawOctets => "raw_octets",
        }
    }

    /// The target whose folder a file lies in, as fuzzers and `fuzz/regressions` keep them.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let folder = path.parent()?.file_name()?.to_str()?;
        Self::ALL.into_iter().find(|target| target.name() == folder)
    }

    /// The recipe that an input stands for. Every input stands for one: octets that run out read as
    /// zeros.
    #[must_use]
    pub fn recipe(self, octets: &[u8]) -> Recipe {
        match self {
            Self::MutateThenSign => mutate_then_sign(octets),
            Self::RawOctets => raw_octets(octets),
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
#[error("find fuzz target `{given}`: those whose inputs end in a token request are {known}")]
pub struct UnknownTarget {
    given: String,
    known: String,
}

fn mutate_then_sign(octets: &[u8]) -> Recipe {
    let mut u = Unstructured::new(octets);
    match u.arbitrary().expect("a short input reads as zeros") {
        true => generate::broken_recipe(&mut u).expect("a short input reads as zeros"),
        false => generate::recipe(&mut u),
    }
}

/// A profile, an algorithm, and then the assertion.
fn raw_octets(octets: &[u8]) -> Recipe {
    let mut u = Unstructured::new(octets);
    let profile = u.choose(&ProfileId::ALL);
    let profile = *profile.expect("a short input reads as zeros");
    let algorithm = u.choose(&[Algorithm::HS256, Algorithm::ES256]);
    let algorithm = *algorithm.expect("a short input reads as zeros");
    let mut recipe = Recipe::valid(profile, algorithm);
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
        assert_eq!(Target::of_path(Path::new("crash-1")), None);
        assert_eq!(Target::of_path(Path::new("elsewhere/crash-1")), None);
    }

    #[test]
    fn raw_octets_are_presented_as_they_are() {
        for token in [&b"a.b.c"[..], b"", b"\xff.\x00.", b"${cid}.${hex:00}.x"] {
            let input = [&[0, 0], token].concat();
            let presented = Target::RawOctets.recipe(&input).present_at(EVALUATION_TIME);
            let sent = presented.steps[0].request.client_assertion.clone().unwrap();
            assert_eq!(sent.0, token);
        }
    }
}
