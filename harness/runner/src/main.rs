//! The command `jwt-assay`.

use std::process::ExitCode;

fn main() -> ExitCode {
    jwt_assay::cli::main()
}
