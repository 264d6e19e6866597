//! `rolesim completions`: a script that completes commands and options in a shell.

use clap::Args;
use clap_complete::{Shell, generate};

use super::failure::{Exit, Failure};
use super::output::print;

#[derive(Args, Debug)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, mut parser: clap::Command) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    generate(args.shell, &mut parser, "rolesim", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
