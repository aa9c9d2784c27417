//! The command `jwt-assay`: a file per subcommand, and the arguments that they share.

// First, for its macro.
#[macro_use]
mod diagnostics;

mod bench;
mod check;
mod chosen;
mod divergences;
mod doctor;
mod error;
mod files;
mod filter_args;
mod fuzz;
mod keygen;
mod launch_program;
mod list;
mod mint;
mod new_adapter;
mod replay;
mod report;
mod run;
mod sabotage;
mod setup;
mod show;
mod signals;
mod vectors;

use std::{
    io::{self, Write},
    panic, process,
};

use clap::{Parser, Subcommand};

use self::error::Error;
use jwt_assay::exit_code::ExitCode;

/// Declares the enum of subcommands, and runs each by the method `run` of its arguments.
///
/// The `mod` lines above stay outside of the list, since rustfmt finds no module inside a macro.
macro_rules! subcommands {
    ($($(#[$attribute:meta])* $name:ident($args:ty),)+) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($(#[$attribute])* $name($args),)+
        }

        impl Command {
            fn run(&self) -> Result<ExitCode, Error> {
                match self {
                    $(Self::$name(args) => args.run(),)+
                }
            }
        }
    };
}

subcommands! {
    Bench(bench::Args),
    #[command(hide = true, name = bench::PROCESS)]
    BenchProcess(bench::ProcessArgs),
    Check(check::Args),
    Divergences(divergences::Args),
    Doctor(doctor::Args),
    Fuzz(fuzz::Args),
    Keygen(keygen::Args),
    List(list::Args),
    Mint(mint::Args),
    NewAdapter(new_adapter::Args),
    Replay(replay::Args),
    Report(report::Args),
    Run(run::Args),
    Sabotage(sabotage::Args),
    Setup(setup::Args),
    Show(show::Args),
    Vectors(vectors::Args),
}

fn main() -> process::ExitCode {
    if let Some(code) = launch_program::run_if_asked() {
        return code;
    }
    let Cli { command } = Cli::parse();
    // A panic is a fault of the harness, and a script must not take it for a result.
    let result = panic::catch_unwind(|| command.run());
    let code = match result {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            say!("error: failed to {error}");
            error.exit_code()
        }
        Err(_) => ExitCode::Fault,
    };
    // Whatever came of the rest, the user asked for the end.
    match signals::received() {
        Some(signal) => signal.exit_code(),
        None => code.into(),
    }
}

/// Writes data to standard output. A reader that closes early, as `head` does, is no error.
fn print(text: &str) -> Result<(), Error> {
    written(anstream::stdout().lock().write_all(text.as_bytes()))
}

/// Writes octets to standard output as they are.
fn print_octets(octets: &[u8]) -> Result<(), Error> {
    let mut output = io::stdout().lock();
    written(output.write_all(octets).and_then(|()| output.flush()))
}

fn written(result: io::Result<()>) -> Result<(), Error> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|source| Error::write("standard output", source)),
    }
}

/// Tests implementations of JWT client assertions (RFC 7523) against the specifications.
#[derive(Debug, Parser)]
#[command(version, after_help = after_help(), max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn after_help() -> String {
    let codes = ExitCode::ALL.map(|(code, says)| format!("  {}  {says}", code as u8));
    format!(
        "Exit codes:\n{}\n  129, 130, 143  ended by SIGHUP, Ctrl-C or SIGTERM, what was there is kept",
        codes.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
