//! Bounds on the toolchain of an implementation, such as `Go < 1.20`.

use std::{fmt, str::FromStr};

use serde::Deserialize;

/// A bound on one part of a toolchain: all versions before one, or from one on.
///
/// Equality and ranges do not exist, since a behaviour comes with a version and goes with one. So of
/// two divergences of one vector, one bound is always the other's complement.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub struct Bound {
    name: String,
    side: Side,
    /// The numbers without zeros at the end, so that `1.20` and `1.20.0` are one version.
    version: Vec<u64>,
}

/// The side of a version on which a bound holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Side {
    Before,
    From,
}

impl Bound {
    /// Compares a toolchain with the bound: parts with commas between, each a name and a version.
    /// The bound does not hold for a toolchain without its part, so a misspelt name excuses
    /// nothing. `None` where the version of the part cannot be compared, as of a build between two
    /// releases.
    #[must_use]
    pub fn holds_for(&self, toolchain: &str) -> Option<bool> {
        let parts = toolchain.split(',').map(str::trim);
        let mut named = parts.filter_map(|part| part.rsplit_once(' '));
        let Some((_, version)) = named.find(|(name, _)| name.trim() == self.name) else {
            return Some(false);
        };
        let version = leading_numbers(version)?;
        Some(match self.side {
            Side::Before => version < self.version,
            Side::From => version >= self.version,
        })
    }

    /// The bound that holds exactly where this one does not.
    #[must_use]
    pub fn complement(&self) -> Self {
        let side = match self.side {
            Side::Before => Side::From,
            Side::From => Side::Before,
        };
        Self {
            side,
            ..self.clone()
        }
    }
}

/// The form in files.
impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.side {
            Side::Before => "<",
            Side::From => ">=",
        };
        let numbers: Vec<String> = self.version.iter().map(u64::to_string).collect();
        let version = if numbers.is_empty() {
            "0".to_owned()
        } else {
            numbers.join(".")
        };
        write!(f, "{} {sign} {version}", self.name)
    }
}

impl FromStr for Bound {
    type Err = InvalidBound;

    fn from_str(text: &str) -> Result<Self, InvalidBound> {
        let invalid = || InvalidBound(text.to_owned());
        let mut words: Vec<&str> = text.split(' ').collect();
        let version = words.pop().and_then(strict_version).ok_or_else(invalid)?;
        let side = match words.pop() {
            Some("<") => Side::Before,
            Some(">=") => Side::From,
            _ => return Err(invalid()),
        };
        let is_name = |word: &&str| {
            let is_odd = |c: char| c.is_control() || matches!(c, ',' | '<' | '>' | '=');
            !word.is_empty() && !word.contains(is_odd)
        };
        if words.is_empty() || !words.iter().all(is_name) {
            return Err(invalid());
        }
        Ok(Self {
            name: words.join(" "),
            side,
            version,
        })
    }
}

impl TryFrom<String> for Bound {
    type Error = InvalidBound;

    fn try_from(text: String) -> Result<Self, InvalidBound> {
        text.parse()
    }
}

/// Text that is not a bound.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "`{0}` bounds no toolchain: write the name of a part, `<` or `>=`, and a version of numbers, \
     with a space between, such as `Go < 1.20`"
)]
pub struct InvalidBound(String);

fn strict_version(text: &str) -> Option<Vec<u64>> {
    // `parse` alone would take a sign as well.
    let is_number =
        |part: &str| part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u64>().is_ok();
    if text.split('.').all(is_number) {
        leading_numbers(text)
    } else {
        None
    }
}

/// The numbers at the beginning of a version. `1.21rc2` and `1.21.0-dev` count as the release that
/// they lead to, since a candidate behaves as its release does.
fn leading_numbers(text: &str) -> Option<Vec<u64>> {
    let mut numbers = Vec::new();
    for part in text.split('.') {
        let end = part.find(|c: char| !c.is_ascii_digit());
        let digits = &part[..end.unwrap_or(part.len())];
        let Ok(number) = digits.parse() else { break };
        numbers.push(number);
        if end.is_some() {
            break;
        }
    }
    let has_number = !numbers.is_empty();
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    has_number.then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(bound: &str, toolchain: &str) -> Option<bool> {
        bound.parse::<Bound>().unwrap().holds_for(toolchain)
    }

    #[test]
    fn versions_are_compared_number_by_number() {
        for (toolchain, is_before) in [
            ("Go 1.19.13", true),
            ("Go 1.2", true),
            ("Go 1.20", false),
            ("Go 1.20.0", false),
            ("Go 1.20rc3", false),
            ("Go 1.26.8", false),
            ("Go 2", false),
        ] {
            assert_eq!(
                holds("Go < 1.20", toolchain),
                Some(is_before),
                "{toolchain}"
            );
            assert_eq!(
                holds("Go < 1.20.0", toolchain),
                Some(is_before),
                "{toolchain}"
            );
            assert_eq!(
                holds("Go >= 1.20", toolchain),
                Some(!is_before),
                "{toolchain}"
            );
        }
    }

    #[test]
    fn the_part_is_found_by_its_name() {
        let python = "Python 3.11.7, OpenSSL 3.0.19";
        assert_eq!(holds("OpenSSL < 3", python), Some(false));
        assert_eq!(holds("OpenSSL >= 3", python), Some(true));
        assert_eq!(holds("openssl >= 3", python), Some(false));
        assert_eq!(holds("SSL >= 3", python), Some(false));
        assert_eq!(holds("Node.js < 99", python), Some(false));
        assert_eq!(
            holds("Ruby on Rails >= 6.1", "Ruby on Rails 6.1.7"),
            Some(true)
        );
    }

    #[test]
    fn a_version_without_numbers_says_nothing() {
        assert_eq!(holds("Go < 1.20", "Go devel"), None);
        assert_eq!(holds("Go >= 1.20", "Go devel"), None);
    }

    #[test]
    fn a_bound_is_written_in_one_way() {
        for text in [
            "Go < 1.19.8",
            "Go >= 1.2",
            "Go >= 0",
            "Node.js < 20",
            "Ruby on Rails >= 6.1",
        ] {
            assert_eq!(text.parse::<Bound>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "Go",
            "Go <",
            "< 1.20",
            "Go 1.20",
            "Go<1.20",
            "Go  < 1.20",
            " Go < 1.20",
            "Go < 1.20 ",
            "Go <= 1.20",
            "Go > 1.20",
            "Go = 1.20",
            "Go == 1.20",
            "Go < go1.20",
            "Go < 1.20rc1",
            "Go < 1.",
            "Go < .2",
            "Go < 1..2",
            "Go < -1",
            "Go < +1",
            "Go < 1.18, Go >= 1.20",
            "Go >= 1.18 < 1.20",
            "Go, C < 1",
            "Go < 1.99999999999999999999",
        ] {
            assert_eq!(text.parse::<Bound>(), Err(InvalidBound(text.to_owned())));
        }
    }

    #[test]
    fn the_complement_holds_where_the_bound_does_not() {
        let bound: Bound = "Go < 1.20".parse().unwrap();
        assert_eq!(bound.complement().to_string(), "Go >= 1.20");
        assert_eq!(bound.complement().complement(), bound);
    }
}
