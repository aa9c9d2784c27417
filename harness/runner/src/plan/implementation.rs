//! An implementation in a plan, in either role, and the way in which it is reached.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use jwt_assay_core::model::{Fixed, Role};
use jwt_assay_implementations::{Builder, Description, Verifier, reach::process::Program};

/// An implementation in a plan.
pub struct Implementation {
    /// Its description of itself.
    pub description: Description,
    /// The parts of a request that a builder cannot be told; none for a verifier.
    pub fixed: Vec<Fixed>,
    /// The way in which it is reached.
    pub reach: Reach,
    /// The command that was given for it, where it has no name that can be asked for.
    pub command: Option<String>,
}

/// The way in which an implementation is reached.
pub enum Reach {
    /// A verifier that is called.
    Verifier(Arc<dyn Verifier>),
    /// A builder that is called.
    Builder(Arc<dyn Builder>),
    /// A program that is written to; there is none once it has been asked.
    Program(Box<Mutex<Option<Program>>>),
}

impl Reach {
    /// A program that has introduced itself.
    #[must_use]
    pub fn program(program: Program) -> Self {
        Self::Program(Box::new(Mutex::new(Some(program))))
    }

    /// The program, for the thread that asks it and ends it; `None` where there is none, or none any
    /// more.
    #[must_use]
    pub fn take(&self) -> Option<Program> {
        match self {
            Self::Verifier(_) | Self::Builder(_) => None,
            Self::Program(program) => program
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        }
    }

    /// Whether it is written to.
    #[must_use]
    pub const fn is_program(&self) -> bool {
        matches!(self, Self::Program(_))
    }
}

impl Implementation {
    /// A verifier in process.
    #[must_use]
    pub fn verifier(verifier: Arc<dyn Verifier>) -> Self {
        Self {
            description: verifier.describe(),
            fixed: Vec::new(),
            reach: Reach::Verifier(verifier),
            command: None,
        }
    }

    /// A builder in process.
    #[must_use]
    pub fn builder(builder: Arc<dyn Builder>) -> Self {
        let description = builder.describe();
        Self {
            description: description.about,
            fixed: description.fixed,
            reach: Reach::Builder(builder),
            command: None,
        }
    }

    /// A program that has introduced itself in a role; `None` where it does not have the role. A
    /// program of the registry keeps the name that it is registered under, whatever it calls itself;
    /// of another one the command is the name to repeat.
    #[must_use]
    pub fn program(program: Program, role: Role, name: Option<&str>) -> Option<Self> {
        let (mut description, fixed) = match role {
            Role::Verify => (program.hello.describe_verifier()?, Vec::new()),
            Role::Build => {
                let described = program.hello.describe_builder()?;
                (described.about, described.fixed)
            }
        };
        let command = match name {
            Some(name) => {
                name.clone_into(&mut description.name);
                None
            }
            None => Some(program.spec().to_string()),
        };
        Some(Self {
            description,
            fixed,
            command,
            reach: Reach::program(program),
        })
    }

    /// The command that repeats one vector alone.
    #[must_use]
    pub fn rerun(&self, role: Role, id: impl fmt::Display) -> String {
        let role = match role {
            Role::Verify => "",
            Role::Build => " --role build",
        };
        match &self.command {
            Some(command) => format!("jwt-assay run{role} --only {id} -- {command}"),
            None => format!("jwt-assay run {}{role} --only {id}", self.description.name),
        }
    }
}

impl fmt::Debug for Implementation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Implementation")
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}
