//! Diagnostics on standard error. Whether anybody reads them changes nothing of what the command does.

/// Writes a line to standard error, as `eprintln!` does, and ignores where it cannot: a closed pipe must
/// not end a command halfway, nor change its exit code.
macro_rules! say {
    ($($argument:tt)*) => {{
        use ::std::io::Write as _;
        drop(writeln!(::std::io::stderr().lock(), $($argument)*));
    }};
}
