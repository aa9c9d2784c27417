//! The programs that are known by name: `harness/implementations.toml`.

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use jwt_assay_core::model::{Layer, Role};
use serde::Deserialize;

use crate::reach::process::Spec;

/// The registry of programs, read.
#[derive(Debug)]
pub struct Registered {
    /// The ecosystems, by name.
    pub ecosystems: BTreeMap<String, Ecosystem>,
    /// The adapters, in the order of reports.
    pub adapters: Vec<Adapter>,
}

/// A folder of adapters that are set up together.
#[derive(Clone, Debug)]
pub struct Ecosystem {
    /// The folder with the adapters, in which everything runs.
    pub folder: PathBuf,
    /// The commands that set it up, in order.
    pub setup: Vec<Vec<String>>,
    /// The programs that must be there before.
    pub needs: Vec<String>,
    ready: PathBuf,
    from: Vec<PathBuf>,
}

/// A program that is known by name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adapter {
    /// The name that its hello has.
    pub name: String,
    /// The ecosystem that sets it up.
    pub ecosystem: String,
    /// The language of the library.
    pub language: String,
    /// The library's home page.
    pub url: String,
    /// The roles that it has.
    pub roles: Vec<Role>,
    /// The layers that its verifier claims.
    #[serde(default)]
    pub layers: Vec<Layer>,
    run: Vec<String>,
}

impl Registered {
    /// The registry of the working folder, or of the nearest one above it that has one.
    ///
    /// # Errors
    ///
    /// If there is a file and it cannot be used.
    pub fn find() -> Result<Option<Self>, RegistryError> {
        let here = env::current_dir().unwrap_or_default();
        let path = here
            .ancestors()
            .map(|folder| folder.join(FILE))
            .find(|path| path.exists());
        path.map(|path| Self::read(&path)).transpose()
    }

    /// Reads a file; the folders of ecosystems lie in `shims` beside it.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is malformed, or names what it does not have.
    pub fn read(path: &Path) -> Result<Self, RegistryError> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|source| RegistryError::Read {
            path: name.clone(),
            source,
        })?;
        let malformed = |message: String| RegistryError::Malformed {
            path: name.clone(),
            message,
        };
        let file: File = toml::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        let shims = path.with_file_name("shims");
        let located = file.ecosystem.into_iter().map(|(name, ecosystem)| {
            let folder = shims.join(&name);
            let located = Ecosystem {
                ready: folder.join(ecosystem.ready),
                from: ecosystem
                    .from
                    .iter()
                    .map(|path| folder.join(path))
                    .collect(),
                folder,
                setup: ecosystem.setup,
                needs: ecosystem.needs,
            };
            (name, located)
        });
        let ecosystems: BTreeMap<_, _> = located.collect();
        for adapter in &file.implementation {
            if !ecosystems.contains_key(&adapter.ecosystem) {
                let (name, ecosystem) = (&adapter.name, &adapter.ecosystem);
                return Err(malformed(format!(
                    "`{name}` is of the ecosystem `{ecosystem}`, which is not described"
                )));
            }
            if adapter.run.is_empty() {
                return Err(malformed(format!("`{}` has nothing to run", adapter.name)));
            }
        }
        Ok(Self {
            ecosystems,
            adapters: file.implementation,
        })
    }

    /// The adapter of a name.
    #[must_use]
    pub fn adapter(&self, name: &str) -> Option<&Adapter> {
        self.adapters.iter().find(|adapter| adapter.name == name)
    }

    /// The command that starts an adapter.
    ///
    /// # Errors
    ///
    /// The command that sets it up, where it is not set up.
    pub fn spec(
        &self,
        adapter: &Adapter,
        launcher: Option<PathBuf>,
        timeout: Duration,
    ) -> Result<Spec, NotSetUp> {
        let not_set_up = || NotSetUp {
            name: adapter.name.clone(),
            ecosystem: adapter.ecosystem.clone(),
        };
        let ecosystem = self
            .ecosystems
            .get(&adapter.ecosystem)
            .filter(|ecosystem| ecosystem.is_ready())
            .ok_or_else(not_set_up)?;
        let mut words = adapter.run.iter().map(Into::into);
        Ok(Spec {
            command: words.next().ok_or_else(not_set_up)?,
            arguments: words.collect(),
            folder: Some(ecosystem.folder.clone()),
            launcher,
            // The registry is public.
            shows_arguments: true,
            timeout,
            greeting: Spec::GREETING,
        })
    }
}

impl Ecosystem {
    /// Tells whether it has been set up.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready.exists()
    }

    /// Tells whether nothing that it is set up from has changed since. A file that cannot be looked at
    /// counts as changed, so that `setup` runs and names it.
    #[must_use]
    pub fn is_current(&self) -> bool {
        let changed = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
        let Some(ready) = changed(&self.ready) else {
            return false;
        };
        let mut due = self.from.clone();
        while let Some(path) = due.pop() {
            if changed(&path).is_none_or(|changed| changed > ready) {
                return false;
            }
            if let Ok(entries) = fs::read_dir(&path) {
                due.extend(entries.flatten().map(|entry| entry.path()));
            }
        }
        true
    }

    /// The programs that are needed and not there.
    #[must_use]
    pub fn missing(&self) -> Vec<&str> {
        let path = env::var_os("PATH").unwrap_or_default();
        let is_there =
            |program: &str| env::split_paths(&path).any(|folder| folder.join(program).is_file());
        let needs = self.needs.iter().map(String::as_str);
        needs.filter(|program| !is_there(program)).collect()
    }
}

/// An adapter whose ecosystem was never set up here.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not set up; `jwt-assay setup {ecosystem}` does it")]
pub struct NotSetUp {
    /// The adapter.
    pub name: String,
    /// The ecosystem to set up.
    pub ecosystem: String,
}

/// A registry that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// It cannot be read.
    #[error("read `{path}`: {source}")]
    Read {
        /// The file.
        path: String,
        /// The system's own words.
        source: io::Error,
    },
    /// It is not in the format.
    #[error("read `{path}`: {message}")]
    Malformed {
        /// The file.
        path: String,
        /// The mistake and its place.
        message: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    ecosystem: BTreeMap<String, EcosystemInFile>,
    #[serde(default)]
    implementation: Vec<Adapter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EcosystemInFile {
    setup: Vec<Vec<String>>,
    ready: PathBuf,
    #[serde(default)]
    from: Vec<PathBuf>,
    #[serde(default)]
    needs: Vec<String>,
}

const FILE: &str = "harness/implementations.toml";

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn an_ecosystem_is_current_until_a_file_that_it_is_set_up_from_changes() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("src")).unwrap();
        fs::write(at("src/lib.rs"), "").unwrap();
        let ecosystem = Ecosystem {
            folder: folder.path().to_owned(),
            setup: Vec::new(),
            needs: Vec::new(),
            ready: at("ready"),
            from: vec![at("src")],
        };
        assert!(!ecosystem.is_current());
        fs::write(at("ready"), "").unwrap();
        assert!(ecosystem.is_current());
        let later = SystemTime::now() + Duration::from_secs(5);
        let source = fs::File::options()
            .write(true)
            .open(at("src/lib.rs"))
            .unwrap();
        source.set_modified(later).unwrap();
        assert!(!ecosystem.is_current());
    }
}
