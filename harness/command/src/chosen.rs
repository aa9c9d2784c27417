//! The implementations that a user chooses: built in, registered programs, or the user's own.

use std::{env, ffi::OsString, path::PathBuf, sync::Arc, time::Duration};

use jwt_assay_implementations::{
    reach::process::{Program, Spec},
    registered::{Adapter, Registered},
    registry::{self, KNOWN, UnknownImplementation},
};

use super::Error;
use jwt_assay::{
    plan::Implementation,
    record::Absent,
    reference::{Reference, ReferenceBuilder},
};
use jwt_assay_core::model::Role;

/// The user's choice of implementations.
pub(super) struct Choice<'a> {
    /// The role that the implementations play.
    pub(super) role: Role,
    /// Names of implementations, each built in or registered.
    pub(super) names: &'a [String],
    /// Languages, each of which chooses all its implementations.
    pub(super) languages: &'a [String],
    /// The user's own program and its arguments; empty where there is none.
    pub(super) command: &'a [OsString],
    /// True where records and reports may hold the arguments of the user's own program.
    pub(super) shows_arguments: bool,
    /// The time limit of one request.
    pub(super) timeout: Duration,
}

/// The reference implementation in a role.
pub(super) fn reference(role: Role) -> Implementation {
    match role {
        Role::Verify => Implementation::verifier(Arc::new(Reference::default())),
        Role::Build => Implementation::builder(Arc::new(ReferenceBuilder)),
    }
}

/// The built-in libraries that play a role.
pub(super) fn built_in(role: Role) -> Vec<Implementation> {
    match role {
        Role::Verify => {
            let verifiers = registry::in_process().into_iter();
            let verifiers = verifiers.map(|called| Implementation::verifier(called.into()));
            verifiers.collect()
        }
        Role::Build => {
            let builders = registry::builders_in_process().into_iter();
            let builders = builders.map(|called| Implementation::builder(called.into()));
            builders.collect()
        }
    }
}

/// One built-in library, by name.
fn built_in_named(role: Role, name: &str) -> Result<Implementation, UnknownImplementation> {
    Ok(match role {
        Role::Verify => Implementation::verifier(registry::named(name)?.into()),
        Role::Build => Implementation::builder(registry::builder_named(name)?.into()),
    })
}

impl Choice<'_> {
    /// Starts the chosen implementations; names the known ones that cannot be started.
    pub(super) fn find(&self) -> Result<(Vec<Implementation>, Vec<Absent>), Error> {
        let registered = Registered::find()?;
        if let Some((program, arguments)) = self.command.split_first() {
            let spec = Spec {
                command: program.clone(),
                arguments: arguments.to_vec(),
                folder: None,
                launcher: launcher(),
                shows_arguments: self.shows_arguments,
                timeout: self.timeout,
                greeting: Spec::GREETING,
            };
            let own = started(spec, self.role, None)?;
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
        // Two records of one vector and implementation would not be a run: repeated names count
        // once.
        let first = |&(index, name): &(usize, &String)| !self.names[..index].contains(name);
        let names = self.names.iter().enumerate().filter(first);
        names.map(|(_, name)| self.one(name, registered)).collect()
    }

    fn one(&self, name: &str, registered: Option<&Registered>) -> Result<Implementation, Error> {
        if name == Reference::NAME {
            return Ok(reference(self.role));
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
            return started(spec, self.role, Some(name));
        }
        built_in_named(self.role, name).map_err(|error| match error {
            UnknownImplementation::NoSuchName { given, .. } => {
                let known = registered.into_iter().flat_map(|known| &known.adapters);
                let known: Vec<&str> = known.map(|adapter| adapter.name.as_str()).collect();
                Error::unknown_implementation(&given, &known)
            }
            UnknownImplementation::NotBuilt { name, reason } => Error::NotBuilt {
                name: name.to_owned(),
                reason: reason.to_owned(),
            },
        })
    }

    /// All implementations that can be started, or those in the chosen languages.
    fn all(
        &self,
        registered: Option<&Registered>,
    ) -> Result<(Vec<Implementation>, Vec<Absent>), Error> {
        self.check_languages(registered)?;
        let (mut here, mut absent) = (Vec::new(), Vec::new());
        if self.is_wanted("Rust") {
            here.push(reference(self.role));
            here.extend(built_in(self.role));
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
        let has_role = |adapter: &&Adapter| {
            adapter.roles.contains(&self.role) && self.is_wanted(&adapter.language)
        };
        for adapter in registered.adapters.iter().filter(has_role) {
            let reason = match registered.spec(adapter, launcher(), self.timeout) {
                Err(missing) => missing.to_string(),
                Ok(spec) => match Program::start(spec) {
                    Ok(program) => {
                        here.push(in_role(program, self.role, Some(&adapter.name))?);
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
            return Err(Error::NotSetUp {
                languages: self.languages.join(", "),
            });
        }
        Ok((here, absent))
    }

    /// Checks each language by itself: a mistyped one must not go unnoticed beside others.
    fn check_languages(&self, registered: Option<&Registered>) -> Result<(), Error> {
        let known = || {
            let adapters = registered.into_iter().flat_map(|known| &known.adapters);
            adapters
                .map(|adapter| adapter.language.as_str())
                .chain(["Rust"])
        };
        let is_known =
            |wanted: &&String| known().any(|language| language.eq_ignore_ascii_case(wanted));
        match self.languages.iter().find(|wanted| !is_known(wanted)) {
            Some(unknown) => Err(Error::no_such_language(unknown, known())),
            None => Ok(()),
        }
    }

    fn is_wanted(&self, language: &str) -> bool {
        let is_it = |wanted: &String| wanted.eq_ignore_ascii_case(language);
        self.languages.is_empty() || self.languages.iter().any(is_it)
    }
}

fn started(spec: Spec, role: Role, name: Option<&str>) -> Result<Implementation, Error> {
    in_role(Program::start(spec)?, role, name)
}

fn in_role(program: Program, role: Role, name: Option<&str>) -> Result<Implementation, Error> {
    let command = program.spec().to_string();
    Implementation::program(program, role, name).ok_or(Error::NotInRole { command, role })
}

/// The path of this command, which launches programs by `launch-program`.
pub(super) fn launcher() -> Option<PathBuf> {
    env::current_exe().ok()
}
