//! Descriptions: how an implementation introduces itself.

pub use jwt_assay_core::model::KeyFormat;
use jwt_assay_core::model::{Algorithm, Layer, Method, Need};
use serde::{Deserialize, Serialize};

/// A description: what an implementation is and what it promises. A rule of a layer that is not
/// claimed is skipped; a method or an algorithm that is not named is not asked for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "DescriptionRecord", into = "DescriptionRecord")]
pub struct Description {
    /// The name people know it by; also the name of its divergence file.
    pub name: String,
    /// The version under test.
    pub version: String,
    /// The language and its version, such as `Python 3.11`.
    pub language: String,
    /// The parts of its toolchain on which its answers depend: each a name and a version, with
    /// commas between, such as `Python 3.11.7, OpenSSL 3.0.19`. `None` where it does not say.
    pub toolchain: Option<String>,
    /// The address of its home page.
    pub url: String,
    /// The layers whose rules it claims to enforce.
    pub layers: Vec<Layer>,
    /// The client authentication methods it has.
    pub methods: Vec<Method>,
    /// The algorithms it has.
    pub algorithms: Vec<Algorithm>,
    /// The source of its time.
    pub clock: Clock,
    /// The key formats it reads.
    pub key_formats: Vec<KeyFormat>,
    /// The needs that it does not meet, beside those that the members above speak of.
    pub lacks: Vec<Need>,
}

impl Description {
    /// Tells whether it promises what a vector needs.
    #[must_use]
    pub fn meets(&self, need: Need) -> bool {
        let is_promised = match need {
            Need::Method(method) => self.methods.contains(&method),
            Need::Algorithm(algorithm) => self.algorithms.contains(&algorithm),
            Need::GivenClock => self.clock == Clock::Given,
            Need::KeyFormat(format) => self.key_formats.contains(&format),
            Need::TwoLeeways => true,
        };
        is_promised && !self.lacks.contains(&need)
    }
}

/// The source of an implementation's time.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// The evaluation time of the request.
    Given,
    /// The machine's clock.
    System,
}

/// A description as records hold it. The second leeway has a member of its own in them, since the first
/// records had it; other needs that are not met stand in `lacks`.
#[derive(Deserialize, Serialize)]
struct DescriptionRecord {
    name: String,
    version: String,
    language: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    toolchain: Option<String>,
    url: String,
    layers: Vec<Layer>,
    methods: Vec<Method>,
    algorithms: Vec<Algorithm>,
    clock: Clock,
    key_formats: Vec<KeyFormat>,
    two_leeways: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lacks: Vec<Need>,
}

impl From<DescriptionRecord> for Description {
    fn from(recorded: DescriptionRecord) -> Self {
        let mut lacks = recorded.lacks;
        if !recorded.two_leeways {
            lacks.push(Need::TwoLeeways);
        }
        Self {
            name: recorded.name,
            version: recorded.version,
            language: recorded.language,
            toolchain: recorded.toolchain,
            url: recorded.url,
            layers: recorded.layers,
            methods: recorded.methods,
            algorithms: recorded.algorithms,
            clock: recorded.clock,
            key_formats: recorded.key_formats,
            lacks,
        }
    }
}

impl From<Description> for DescriptionRecord {
    fn from(description: Description) -> Self {
        let two_leeways = description.meets(Need::TwoLeeways);
        let mut lacks = description.lacks;
        lacks.retain(|need| *need != Need::TwoLeeways);
        Self {
            name: description.name,
            version: description.version,
            language: description.language,
            toolchain: description.toolchain,
            url: description.url,
            layers: description.layers,
            methods: description.methods,
            algorithms: description.algorithms,
            clock: description.clock,
            key_formats: description.key_formats,
            two_leeways,
            lacks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A description as the first records hold it.
    const RECORDED: &str = r#"{"name":"x","version":"1","language":"Rust","url":"","layers":["jws"],"methods":["private_key_jwt"],"algorithms":["RS256"],"clock":"system","key_formats":["jwk"],"two_leeways":false}"#;

    #[test]
    fn an_old_record_is_read_and_written_as_it_was() {
        let description: Description = serde_json::from_str(RECORDED).unwrap();
        assert_eq!(description.lacks, [Need::TwoLeeways]);
        assert_eq!(serde_json::to_string(&description).unwrap(), RECORDED);
        let both = RECORDED.replace("false", "true");
        let description: Description = serde_json::from_str(&both).unwrap();
        assert!(description.meets(Need::TwoLeeways));
        assert_eq!(serde_json::to_string(&description).unwrap(), both);
    }

    #[test]
    fn other_needs_that_are_not_met_have_a_list() {
        let mut description: Description = serde_json::from_str(RECORDED).unwrap();
        description.lacks = vec![Need::Algorithm(Algorithm::RS256), Need::TwoLeeways];
        let text = serde_json::to_string(&description).unwrap();
        assert!(text.ends_with(r#""two_leeways":false,"lacks":[{"algorithm":"RS256"}]}"#));
        assert_eq!(
            serde_json::from_str::<Description>(&text).unwrap(),
            description
        );
    }

    #[test]
    fn a_need_is_met_where_it_is_promised_and_not_lacking() {
        let description: Description = serde_json::from_str(RECORDED).unwrap();
        let unmet = [
            Need::Method(Method::ClientSecretJwt),
            Need::Algorithm(Algorithm::ES256),
            Need::GivenClock,
            Need::TwoLeeways,
            Need::KeyFormat(KeyFormat::Secret),
        ];
        assert!(unmet.iter().all(|need| !description.meets(*need)));
        let met = [
            Need::Method(Method::PrivateKeyJwt),
            Need::Algorithm(Algorithm::RS256),
            Need::KeyFormat(KeyFormat::Jwk),
        ];
        assert!(met.iter().all(|need| description.meets(*need)));
        let lacking = Description {
            lacks: met.to_vec(),
            ..description
        };
        assert!(met.iter().all(|need| !lacking.meets(*need)));
    }
}
