//! The program: hands its arguments to the command line, and its exit code back.

use std::process::ExitCode;

fn main() -> ExitCode {
    rolesim::cli::main(std::env::args_os()).into()
}
