//! The command `jwt-assay`: a file per subcommand, and the arguments that they share.

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
mod list;
mod mint;
mod new_adapter;
mod replay;
mod report;
mod run;
mod sabotage;
mod setup;
mod show;
mod vectors;

use std::{
    ffi::OsString,
    io::{self, Write},
    panic, process,
};

use clap::{Parser, Subcommand};
use jwt_assay_implementations::reach;

use self::error::Error;
use jwt_assay::exit_code::ExitCode;

fn main() -> process::ExitCode {
    let Cli { command } = Cli::parse();
    // A panic is a fault of the harness, and a script must not take it for a result.
    let result = panic::catch_unwind(|| match command {
        Command::Bench(args) => bench::bench(&args),
        Command::BenchProcess(args) => bench::process(&args),
        Command::Check(args) => check::check(&args),
        Command::Divergences(args) => divergences::divergences(&args),
        Command::Doctor(args) => doctor::doctor(&args),
        Command::Fuzz(args) => fuzz::fuzz(&args),
        Command::Keygen(args) => keygen::keygen(&args),
        Command::LaunchProgram { program, arguments } => {
            // Comes back only where the program cannot be started.
            let error = reach::process::launch(&program, &arguments);
            Err(Error::read(program.as_ref(), error))
        }
        Command::List(args) => list::list(&args),
        Command::Mint(args) => mint::mint(&args),
        Command::NewAdapter(args) => new_adapter::new_adapter(&args),
        Command::Replay(args) => replay::replay(&args),
        Command::Report(args) => report::report(&args),
        Command::Run(args) => run::run(&args),
        Command::Sabotage(args) => sabotage::sabotage(&args),
        Command::Setup(args) => setup::setup(&args),
        Command::Show(args) => show::show(&args),
        Command::Vectors(args) => vectors::vectors(&args),
    });
    let code = match result {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            eprintln!("error: failed to {error}");
            error.exit_code()
        }
        Err(_) => ExitCode::Fault,
    };
    code.into()
}

/// Writes data to standard output. A reader that goes away early, as `head` does, is no error.
fn print(text: &str) -> Result<(), Error> {
    match anstream::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|source| Error::write("standard output", source)),
    }
}

/// Judges implementations of JWT client assertions.
#[derive(Debug, Parser)]
#[command(version, about, after_help = after_help(), max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Bench(bench::Args),
    /// Measures as one of several processes
    #[command(hide = true, name = bench::PROCESS)]
    BenchProcess(bench::ProcessArgs),
    Check(check::Args),
    Divergences(divergences::Args),
    Doctor(doctor::Args),
    Fuzz(fuzz::Args),
    Keygen(keygen::Args),
    /// Becomes a program that ends where the harness is killed
    #[command(hide = true, name = reach::process::LAUNCH)]
    LaunchProgram {
        program: OsString,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
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

fn after_help() -> String {
    let codes = ExitCode::ALL.map(|(code, says)| format!("  {}  {says}", code as u8));
    format!("Exit codes:\n{}", codes.join("\n"))
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
