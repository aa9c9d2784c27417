//! Which implementations a command is about: built in, known programs, or the user's own.

use std::{env, ffi::OsString, path::PathBuf, sync::Arc, time::Duration};

use jwt_assay_implementations::{
    registered::{Adapter, Registered, Role},
    registry::{self, KNOWN},
    subprocess::{Program, Spec},
};

use super::Error;
use crate::{plan::Implementation, record::Absent, reference::Reference};

/// What the user asked for.
pub(super) struct Choice<'a> {
    /// Names, each built in or in the registry.
    pub(super) names: &'a [String],
    /// Languages; every implementation in one of them.
    pub(super) languages: &'a [String],
    /// A program of the user's own, and its arguments.
    pub(super) command: &'a [OsString],
    /// How long a request may wait.
    pub(super) timeout: Duration,
}

impl Choice<'_> {
    /// The verifiers that are to be judged, and those that are known and cannot be.
    pub(super) fn verifiers(&self) -> Result<(Vec<Implementation>, Vec<Absent>), Error> {
        let registered = Registered::find()?;
        if let Some((program, arguments)) = self.command.split_first() {
            let spec = Spec {
                command: program.clone(),
                arguments: arguments.to_vec(),
                folder: None,
                launcher: launcher(),
                timeout: self.timeout,
                greeting: Spec::GREETING,
            };
            let own = verifier(Program::start(spec)?, None)?;
            let mut all = self.named(registered.as_ref())?;
            all.push(own);
            return Ok((all, Vec::new()));
        }
        if !self.names.is_empty() {
            return Ok((self.named(registered.as_ref())?, Vec::new()));
        }
        self.all(registered.as_ref())
    }

    fn named(&self, registered: Option<&Registered>) -> Result<Vec<Implementation>, Error> {
        // A name that stands twice is asked for once.
        let first = |&(index, name): &(usize, &String)| !self.names[..index].contains(name);
        let names = self.names.iter().enumerate().filter(first);
        names.map(|(_, name)| self.one(name, registered)).collect()
    }

    fn one(&self, name: &str, registered: Option<&Registered>) -> Result<Implementation, Error> {
        if name == Reference::NAME {
            return Ok(Implementation::new(Arc::new(Reference::default())));
        }
        let adapter =
            registered.and_then(|registered| Some((registered, registered.adapter(name)?)));
        if let Some((registered, adapter)) = adapter {
            let spec = registered
                .spec(adapter, launcher(), self.timeout)
                .map_err(|missing| Error::NotBuilt {
                    name: name.to_owned(),
                    reason: missing.to_string(),
                })?;
            return verifier(Program::start(spec)?, Some(name));
        }
        let found = registry::named(name).map(|verifier| Implementation::new(verifier.into()));
        found.map_err(|error| match error {
            registry::UnknownImplementation::NoSuchName { given, .. } => {
                let known = registered.into_iter().flat_map(|known| &known.adapters);
                let known: Vec<&str> = known.map(|adapter| adapter.name.as_str()).collect();
                Error::unknown_implementation(&given, &known)
            }
            registry::UnknownImplementation::NotBuilt { name, reason } => Error::NotBuilt {
                name: name.to_owned(),
                reason: reason.to_owned(),
            },
        })
    }

    /// Everything that is here, or that is here of some languages.
    fn all(
        &self,
        registered: Option<&Registered>,
    ) -> Result<(Vec<Implementation>, Vec<Absent>), Error> {
        let (mut here, mut absent) = (Vec::new(), Vec::new());
        if self.is_wanted("Rust") {
            here.push(Implementation::new(Arc::new(Reference::default())));
            let built_in = registry::in_process().into_iter();
            here.extend(built_in.map(|verifier| Implementation::new(verifier.into())));
            absent.extend(KNOWN.iter().filter_map(|known| {
                Some(Absent {
                    name: known.name.to_owned(),
                    reason: known.missing()?.to_owned(),
                })
            }));
        }
        let Some(registered) = registered else {
            return Ok((here, absent));
        };
        let is_verifier = |adapter: &&Adapter| {
            adapter.roles.contains(&Role::Verify) && self.is_wanted(&adapter.language)
        };
        for adapter in registered.adapters.iter().filter(is_verifier) {
            let reason = match registered.spec(adapter, launcher(), self.timeout) {
                Err(missing) => missing.to_string(),
                Ok(spec) => match Program::start(spec) {
                    Ok(program) => {
                        here.push(verifier(program, Some(&adapter.name))?);
                        continue;
                    }
                    Err(error) => format!("failed to {error}"),
                },
            };
            absent.push(Absent {
                name: adapter.name.clone(),
                reason,
            });
        }
        if here.is_empty() {
            let known = registered
                .adapters
                .iter()
                .map(|adapter| adapter.language.as_str());
            let languages = self.languages.join(", ");
            return Err(Error::no_such_language(&languages, known.chain(["Rust"])));
        }
        Ok((here, absent))
    }

    fn is_wanted(&self, language: &str) -> bool {
        let is_it = |wanted: &String| wanted.eq_ignore_ascii_case(language);
        self.languages.is_empty() || self.languages.iter().any(is_it)
    }
}

fn verifier(program: Program, name: Option<&str>) -> Result<Implementation, Error> {
    let command = program.spec().to_string();
    Implementation::program(program, name).ok_or(Error::NoVerifier { command })
}

/// This command itself, which can become another program.
pub(super) fn launcher() -> Option<PathBuf> {
    env::current_exe().ok()
}
