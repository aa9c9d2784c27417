//! An implementation in a plan, in either role, and the way in which it is reached.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use jwt_assay_core::model::{Fixed, Role};
use jwt_assay_implementations::{Builder, Description, Verifier, reach::process::Program};

/// An implementation in a plan.
pub struct Implementation {
    /// The implementation's description of itself.
    pub description: Description,
    /// The parts of a request that a builder cannot be told; none for a verifier.
    pub fixed: Vec<Fixed>,
    /// The way in which it is reached.
    pub reach: Reach,
    /// The command of a program outside the registry, which has no name to select it by.
    pub command: Option<String>,
}

/// The way in which an implementation is reached.
pub enum Reach {
    /// A verifier in process.
    Verifier(Arc<dyn Verifier>),
    /// A builder in process.
    Builder(Arc<dyn Builder>),
    /// A program over pipes; `None` once a thread has taken it.
    Program(Box<Mutex<Option<Program>>>),
}

impl Reach {
    /// A program that has introduced itself.
    #[must_use]
    pub fn program(program: Program) -> Self {
        Self::Program(Box::new(Mutex::new(Some(program))))
    }

    /// Takes the program, for the one thread that asks and ends it; `None` for a call in process, and
    /// after the first time.
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

    /// True for a program.
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

    /// A program in one of the roles of its hello; `None` where it does not have the role. A
    /// program of the registry keeps its registered name, so that divergences and `--only` find it;
    /// for another one the command stands in for the name.
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
