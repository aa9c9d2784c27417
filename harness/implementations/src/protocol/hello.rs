//! Hello: a program introduces itself.

use jwt_assay_core::model::{Algorithm, Fixed, Layer, Method};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{VERSION, shown, strict};
use crate::{BuilderDescription, Clock, Description, KeyFormat};

/// A program's hello. Members that are not known are ignored.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hello {
    /// The version that the program speaks.
    pub protocol: u32,
    /// The implementation under test.
    pub implementation: Named,
    /// The roles that it has.
    pub roles: Roles,
    /// The client authentication methods it has.
    pub methods: Vec<Method>,
    /// The names of the algorithms it has; others than the harness's own are ignored.
    pub algorithms: Vec<String>,
    /// The source of its time.
    pub clock: Clock,
    /// The key formats it reads.
    pub key_formats: Vec<KeyFormat>,
    /// Tells whether it answers `bench`.
    #[serde(default)]
    pub bench: bool,
}

/// An implementation and where it comes from.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Named {
    /// The name people know it by.
    pub name: String,
    /// The version under test, read from what is installed.
    pub version: String,
    /// Language and version.
    pub language: String,
    /// Its toolchain, read when it is built or run: each part a name and a version,
    /// with commas between, such as `Go 1.26.8` or `Python 3.11.7, OpenSSL 3.0.19`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub toolchain: Option<String>,
    /// The address of its home page.
    #[serde(default)]
    pub url: String,
}

/// The roles of a program; one at least.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Roles {
    /// It judges assertions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<VerifyRole>,
    /// It builds assertions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<BuildRole>,
}

/// A verifier's claims.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyRole {
    /// The layers whose rules it claims to enforce.
    pub layers: Vec<Layer>,
}

/// A builder's claims.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BuildRole {
    /// The layers whose rules it keeps by itself; absent: all. A library whose user composes the
    /// claims keeps none of layer `assertion`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<Layer>>,
    /// The parts of a request that it cannot be told: audience, claims, jti, kid, lifetime, now, typ; others are ignored.
    #[serde(default)]
    pub fixed: Vec<String>,
}

impl Hello {
    /// Reads a program's first line.
    ///
    /// # Errors
    ///
    /// The mistake: it is no JSON object, a name stands in it twice, it is of another version of the
    /// protocol, it names no role, or a text in it is longer than 300 characters.
    pub fn read(line: &[u8]) -> Result<Self, String> {
        let unreadable = |error: serde_json::Error| {
            format!("its hello cannot be read, {error}: {}", shown(line))
        };
        let members = strict::object(line).map_err(unreadable)?;
        let hello = Self::deserialize(Value::Object(members)).map_err(unreadable)?;
        if hello.protocol != VERSION {
            let theirs = hello.protocol;
            return Err(format!("it speaks protocol {theirs}, not {VERSION}"));
        }
        if hello.roles.verify.is_none() && hello.roles.build.is_none() {
            return Err("its hello names no role".to_owned());
        }
        let Named {
            name,
            version,
            language,
            toolchain,
            url,
        } = &hello.implementation;
        let texts = [
            ("name", Some(name)),
            ("version", Some(version)),
            ("language", Some(language)),
            ("toolchain", toolchain.as_ref()),
            ("url", Some(url)),
        ];
        for (member, text) in texts {
            let length = text.map_or(0, |text| text.chars().count());
            if length > LONGEST_TEXT {
                return Err(format!(
                    "its `{member}` has {length} characters, {LONGEST_TEXT} are the limit"
                ));
            }
        }
        if name.trim().is_empty() {
            return Err("its `name` is empty".to_owned());
        }
        Ok(hello)
    }

    /// The description of a verifier; `None` for a program without that role.
    #[must_use]
    pub fn describe_verifier(&self) -> Option<Description> {
        let role = self.roles.verify.as_ref()?;
        Some(self.describe(role.layers.clone()))
    }

    /// The description of a builder; `None` for a program without that role.
    #[must_use]
    pub fn describe_builder(&self) -> Option<BuilderDescription> {
        let role = self.roles.build.as_ref()?;
        let layers = role.layers.clone().unwrap_or_else(|| Layer::ALL.to_vec());
        let is_fixed = |what: &Fixed| role.fixed.iter().any(|name| name == what.name());
        Some(BuilderDescription {
            about: self.describe(layers),
            fixed: Fixed::ALL.into_iter().filter(is_fixed).collect(),
        })
    }

    fn describe(&self, layers: Vec<Layer>) -> Description {
        let known = self.algorithms.iter().filter_map(|name| name.parse().ok());
        Description {
            name: self.implementation.name.clone(),
            version: self.implementation.version.clone(),
            language: self.implementation.language.clone(),
            toolchain: self.implementation.toolchain.clone(),
            url: self.implementation.url.clone(),
            layers,
            methods: self.methods.clone(),
            algorithms: known.collect::<Vec<Algorithm>>(),
            clock: self.clock,
            key_formats: self.key_formats.clone(),
            // The protocol has no word for it: a program with one leeway answers `unsupported`.
            lacks: Vec::new(),
        }
    }
}

/// The longest text of a hello in characters. Every record holds them, so ten thousand times.
const LONGEST_TEXT: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(roles: &str) -> Hello {
        serde_json::from_str(&format!(
            r#"{{"protocol":1,"implementation":{{"name":"x","version":"1","language":"C"}},
                "roles":{roles},"methods":["private_key_jwt"],
                "algorithms":["RS256","RS1"],"clock":"given","key_formats":["jwk"]}}"#
        ))
        .unwrap()
    }

    #[test]
    fn an_algorithm_that_is_not_known_is_no_promise() {
        let description = hello(r#"{"verify":{"layers":["jws"]}}"#)
            .describe_verifier()
            .unwrap();
        assert_eq!(description.algorithms, [Algorithm::RS256]);
    }

    #[test]
    fn an_unknown_fixed_input_of_a_builder_is_ignored() {
        let description = hello(r#"{"build":{"fixed":["now","nbf","jti"]}}"#).describe_builder();
        assert_eq!(
            description.map(|it| it.fixed),
            Some(vec![Fixed::Jti, Fixed::Now])
        );
    }

    #[test]
    fn a_hello_that_is_none_says_why() {
        let line = |name: &str, more: &str| {
            format!(
                r#"{{"protocol":1,"implementation":{{"name":"{name}","version":"1","language":"C"}},
                "roles":{{"verify":{{"layers":["jws"]}}}},"methods":[],"algorithms":[],"clock":"given",
                "key_formats":[]{more}}}"#
            )
        };
        let problem = |line: &str| Hello::read(line.as_bytes()).unwrap_err();
        assert!(Hello::read(line("x", "").as_bytes()).is_ok());
        assert!(problem(&line("x", r#","clock":"system""#)).contains("`clock` stands in it twice"));
        assert!(problem(r#"[1,["x","1","C",null,""],[null,null]]"#).contains("no JSON object"));
        let long = "n".repeat(301);
        insta::assert_snapshot!(problem(&line(&long, "")), @"its `name` has 301 characters, 300 are the limit");
        insta::assert_snapshot!(problem(&line(" ", "")), @"its `name` is empty");
    }

    #[test]
    fn the_toolchain_is_there_where_the_program_says_it() {
        let roles = r#"{"verify":{"layers":["jws"]},"build":{}}"#;
        let mut said = hello(roles);
        let toolchain = |said: &Hello| {
            let verifier = said.describe_verifier().unwrap().toolchain;
            assert_eq!(said.describe_builder().unwrap().about.toolchain, verifier);
            verifier
        };
        assert_eq!(toolchain(&said), None);
        said.implementation.toolchain = Some("Go 1.26.8".to_owned());
        assert_eq!(toolchain(&said).as_deref(), Some("Go 1.26.8"));
    }

    #[test]
    fn a_builder_that_names_no_layers_keeps_the_rules_of_all() {
        let layers = |roles| hello(roles).describe_builder().map(|it| it.about.layers);
        assert_eq!(layers(r#"{"build":{}}"#), Some(Layer::ALL.to_vec()));
        let one = r#"{"build":{"layers":["jws"],"fixed":["now"]}}"#;
        assert_eq!(layers(one), Some(vec![Layer::Jws]));
        assert_eq!(layers(r#"{"verify":{"layers":["jws"]}}"#), None);
    }
}
