//! The filter of a run: patterns on ids, and the role, profile, layer, algorithm and shard.

use std::{fmt, str::FromStr};

use globset::{Glob, GlobMatcher};
use jwt_assay_core::{
    model::{Algorithm, Layer, ProfileId, Role, VectorId},
    suite::{Suite, Vector},
};

/// A selection of vectors. The default selects all vectors for verifiers; an empty list restricts
/// nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The role of the vectors.
    pub role: Role,
    /// Patterns of which an id must match one.
    pub only: Vec<IdPattern>,
    /// Patterns that exclude an id.
    pub skip: Vec<IdPattern>,
    /// Profiles of the vectors.
    pub profiles: Vec<ProfileId>,
    /// Layers that answer for the vectors.
    pub layers: Vec<Layer>,
    /// Algorithms of the clients.
    pub algorithms: Vec<Algorithm>,
    /// The share of the vectors that the other filters leave.
    pub shard: Option<Shard>,
}

impl Filter {
    /// True where the filter selects the vector.
    #[must_use]
    pub fn selects(&self, vector: &Vector) -> bool {
        let is_among = |list: &[IdPattern]| list.iter().any(|pattern| pattern.matches(&vector.id));
        vector.role() == self.role
            && (self.only.is_empty() || is_among(&self.only))
            && !is_among(&self.skip)
            && (self.profiles.is_empty() || self.profiles.contains(&vector.profile))
            && (self.layers.is_empty() || self.layers.contains(&vector.layer()))
            && (self.algorithms.is_empty() || self.algorithms.contains(&vector.algorithm))
            && self.shard.is_none_or(|shard| shard.holds(&vector.id))
    }

    /// True where the filter selects every vector of its role.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.only.is_empty()
            && self.skip.is_empty()
            && self.profiles.is_empty()
            && self.layers.is_empty()
            && self.algorithms.is_empty()
            && self.shard.is_none()
    }

    /// The first pattern that fits no vector of the role, by itself. Most likely it is a typo.
    #[must_use]
    pub fn unmatched(&self, suite: &Suite) -> Option<&IdPattern> {
        let patterns = self.only.iter().chain(&self.skip);
        let fits = |pattern: &IdPattern| {
            let mut vectors = suite.of(self.role);
            vectors.any(|vector| pattern.matches(&vector.id))
        };
        patterns.into_iter().find(|pattern| !fits(pattern))
    }
}

/// A pattern on vector ids. With a slash it is a glob on the whole id, in which `*` does not stop
/// at a slash; without one it is a glob on the case id.
#[derive(Clone, Debug)]
pub struct IdPattern {
    matcher: GlobMatcher,
}

impl IdPattern {
    /// True where the id fits the pattern.
    #[must_use]
    pub fn matches(&self, id: &VectorId) -> bool {
        if self.as_str().contains('/') {
            self.matcher.is_match(id.as_str())
        } else {
            self.matcher.is_match(id.case())
        }
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.matcher.glob().glob()
    }

    /// The id most like the pattern: of a vector where the pattern has a slash, else of
    /// a case.
    #[must_use]
    pub fn nearest<'v>(&self, vectors: impl Iterator<Item = &'v Vector>) -> String {
        let is_of_vector = self.as_str().contains('/');
        let ids = vectors.map(|vector| {
            if is_of_vector {
                vector.id.as_str()
            } else {
                vector.id.case()
            }
        });
        jwt_assay_core::nearest(self.as_str(), ids)
    }
}

impl FromStr for IdPattern {
    type Err = IdPatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let glob = Glob::new(text).map_err(|error| IdPatternError {
            given: text.to_owned(),
            why: error.kind().to_string(),
        })?;
        Ok(Self {
            matcher: glob.compile_matcher(),
        })
    }
}

impl fmt::Display for IdPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text that is not a glob.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("parse pattern `{given}`: {why}")]
pub struct IdPatternError {
    given: String,
    why: String,
}

/// One of several equal shares of the suite. Which share a vector falls into depends on its id
/// alone, so it stays there when other vectors come or go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Shard {
    number: u64,
    of: u64,
}

impl Shard {
    /// True where the vector falls into this share.
    #[must_use]
    pub fn holds(self, id: &VectorId) -> bool {
        fnv1a(id.as_str().as_bytes()) % self.of == self.number - 1
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text
            .split_once('/')
            .and_then(|(m, n)| Some((m.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((number, of)) if 1 <= number && number <= of => Ok(Self { number, of }),
            Some(_) | None => Err(ShardError {
                given: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// Text that is not a share.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("parse shard `{given}`: expected `m/n` with 1 <= m <= n, such as `2/8`")]
pub struct ShardError {
    given: String,
}

/// Hashes octets with FNV-1a of 64 bits.
#[must_use]
pub fn fnv1a(octets: &[u8]) -> u64 {
    let mut hash = Fnv1a::default();
    hash.add(octets);
    hash.0
}

/// FNV-1a with 64 bits. Shards and the hash in records must be the same on every machine and in every
/// version, which the hashers of the standard library do not promise.
#[derive(Debug)]
pub(crate) struct Fnv1a(pub(crate) u64);

impl Fnv1a {
    fn add(&mut self, octets: &[u8]) {
        for &octet in octets {
            self.0 = (self.0 ^ u64::from(octet)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

impl Default for Fnv1a {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl fmt::Write for Fnv1a {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.add(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> VectorId {
        text.parse().unwrap()
    }

    fn matches(pattern: &str, vector: &str) -> bool {
        pattern.parse::<IdPattern>().unwrap().matches(&id(vector))
    }

    #[test]
    fn a_case_id_matches_all_its_vectors_and_no_longer_name() {
        assert!(matches("b64-padding", "b64-padding/okta/es256/payload"));
        assert!(!matches("b64-padding", "b64-padding-more/okta/es256"));
    }

    #[test]
    fn a_star_does_not_stop_at_a_slash() {
        assert!(matches("b64-*", "b64-padding/okta/es256/payload"));
        assert!(matches("b64-padding/*", "b64-padding/okta/es256/payload"));
        assert!(matches("*/okta/*", "b64-padding/okta/es256/payload"));
        assert!(!matches("*/okta/*", "b64-padding/rfc7523/es256"));
        assert!(matches("{b64,aud}-*/okta/es*", "aud-missing/okta/es512"));
    }

    #[test]
    fn a_broken_glob_is_an_error_that_names_it() {
        let error = "b64-[".parse::<IdPattern>().unwrap_err().to_string();
        assert!(error.starts_with("parse pattern `b64-[`: "), "{error}");
    }

    #[test]
    fn shards_are_disjoint_complete_and_stable() {
        let ids: Vec<_> = (0..200)
            .map(|n| id(&format!("case-{n}/okta/es256")))
            .collect();
        for id in &ids {
            let holders = (1..=3).filter(|m| format!("{m}/3").parse::<Shard>().unwrap().holds(id));
            assert_eq!(holders.count(), 1, "{id}");
        }
        // FNV-1a of "a" as its authors publish it.
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn shard_rejects_zero_and_more_than_there_are() {
        for given in ["0/3", "4/3", "1", "1/0", "a/b", "", "-1/3", "1/2/3"] {
            let error = ShardError {
                given: given.to_owned(),
            };
            assert_eq!(given.parse::<Shard>(), Err(error));
        }
    }
}
