//! Which implementations a command is about: built in, known programs, or the user's own.

use std::{env, ffi::OsString, path::PathBuf, sync::Arc, time::Duration};

use jwt_assay_implementations::{
    registered::{Adapter, Registered, Role},
    registry::{self, KNOWN, UnknownImplementation},
    subprocess::{Program, Spec},
};

use super::Error;
use jwt_assay::{
    build::{BuilderImplementation, ReferenceBuilder},
    plan::Implementation,
    record::Absent,
    reference::Reference,
};

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

/// An implementation in one of the roles that there are.
pub(super) trait InRole: Sized {
    /// Which one.
    const ROLE: Role;

    /// The reference.
    fn reference() -> Self;

    /// All that are built in.
    fn built_in() -> Vec<Self>;

    /// One that is built in.
    ///
    /// # Errors
    ///
    /// Where there is none of that name.
    fn named(name: &str) -> Result<Self, UnknownImplementation>;

    /// A program, known by a name or not; `None` where its hello has no such role.
    fn program(program: Program, name: Option<&str>) -> Option<Self>;
}

impl InRole for Implementation {
    const ROLE: Role = Role::Verify;

    fn reference() -> Self {
        Self::new(Arc::new(Reference::default()))
    }

    fn built_in() -> Vec<Self> {
        let verifiers = registry::in_process().into_iter();
        verifiers
            .map(|verifier| Self::new(verifier.into()))
            .collect()
    }

    fn named(name: &str) -> Result<Self, UnknownImplementation> {
        registry::named(name).map(|verifier| Self::new(verifier.into()))
    }

    fn program(program: Program, name: Option<&str>) -> Option<Self> {
        Self::program(program, name)
    }
}

impl InRole for BuilderImplementation {
    const ROLE: Role = Role::Build;

    fn reference() -> Self {
        Self::new(Arc::new(ReferenceBuilder))
    }

    fn built_in() -> Vec<Self> {
        let builders = registry::builders_in_process().into_iter();
        builders.map(|builder| Self::new(builder.into())).collect()
    }

    fn named(name: &str) -> Result<Self, UnknownImplementation> {
        registry::builder_named(name).map(|builder| Self::new(builder.into()))
    }

    fn program(program: Program, name: Option<&str>) -> Option<Self> {
        Self::program(program, name)
    }
}

impl Choice<'_> {
    /// Those that are asked, and those that are known and cannot be.
    pub(super) fn find<I: InRole>(&self) -> Result<(Vec<I>, Vec<Absent>), Error> {
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
            let own = started(spec, None)?;
            let mut all = self.named(registered.as_ref())?;
            all.push(own);
            return Ok((all, Vec::new()));
        }
        if !self.names.is_empty() {
            return Ok((self.named(registered.as_ref())?, Vec::new()));
        }
        self.all(registered.as_ref())
    }

    fn named<I: InRole>(&self, registered: Option<&Registered>) -> Result<Vec<I>, Error> {
        // A name that stands twice is asked for once.
        let first = |&(index, name): &(usize, &String)| !self.names[..index].contains(name);
        let names = self.names.iter().enumerate().filter(first);
        names.map(|(_, name)| self.one(name, registered)).collect()
    }

    fn one<I: InRole>(&self, name: &str, registered: Option<&Registered>) -> Result<I, Error> {
        if name == Reference::NAME {
            return Ok(I::reference());
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
            return started(spec, Some(name));
        }
        I::named(name).map_err(|error| match error {
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

    /// Everything that is here, or that is here of some languages.
    fn all<I: InRole>(
        &self,
        registered: Option<&Registered>,
    ) -> Result<(Vec<I>, Vec<Absent>), Error> {
        self.check_languages(registered)?;
        let (mut here, mut absent) = (Vec::new(), Vec::new());
        if self.is_wanted("Rust") {
            here.push(I::reference());
            here.extend(I::built_in());
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
            adapter.roles.contains(&I::ROLE) && self.is_wanted(&adapter.language)
        };
        for adapter in registered.adapters.iter().filter(has_role) {
            let reason = match registered.spec(adapter, launcher(), self.timeout) {
                Err(missing) => missing.to_string(),
                Ok(spec) => match Program::start(spec) {
                    Ok(program) => {
                        here.push(in_role(program, Some(&adapter.name))?);
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

    /// A language that is mistyped must not go unnoticed beside others.
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

fn started<I: InRole>(spec: Spec, name: Option<&str>) -> Result<I, Error> {
    in_role(Program::start(spec)?, name)
}

fn in_role<I: InRole>(program: Program, name: Option<&str>) -> Result<I, Error> {
    let command = program.spec().to_string();
    I::program(program, name).ok_or(Error::NotInRole {
        command,
        role: I::ROLE,
    })
}

/// This command itself, which can become another program.
pub(super) fn launcher() -> Option<PathBuf> {
    env::current_exe().ok()
}
