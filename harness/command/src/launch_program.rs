//! `launch-program`: the hidden launcher that ties an adapter's process to the harness.

use std::ffi::OsString;

use jwt_assay_implementations::reach::process;

use super::Error;
use jwt_assay::exit_code::ExitCode;

/// Becomes an adapter program that ends when the harness is killed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    program: OsString,
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

impl Args {
    /// Replaces this process by the program, and returns only where that fails.
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let error = process::launch(&self.program, &self.arguments);
        Err(Error::read(self.program.as_ref(), error))
    }
}

/// The name under which `reach::process` calls this command.
pub(crate) const NAME: &str = process::LAUNCH;
