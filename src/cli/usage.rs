//! What to say of arguments that make no sense.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Error};

use super::args::Cli;
use super::exit::Exit;
use super::output::say;
use crate::model::shown;
use crate::scenario::nearest;

/// Prints help where it was asked for, and else what is wrong with the arguments.
pub(super) fn report(error: &Error) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Nobody may be there to read it; that is no error.
            let _ = error.print();
            return Exit::Done;
        }
        ErrorKind::InvalidSubcommand => {
            if let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) {
                say(&format!("error: {}", unknown_command(typed)));
                return Exit::Wrong;
            }
        }
        _ => {}
    }
    let _ = error.print();
    Exit::Wrong
}

/// Commands of the language that this release does not have.
const LATER: [&str; 7] = ["check", "sweep", "explain", "trace", "init", "schema", "completions"];

fn unknown_command(typed: &str) -> String {
    if LATER.contains(&typed) {
        return format!("{} is in the language, but this release does not have it", shown(typed));
    }
    let command = Cli::command();
    let known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let hint = match nearest(typed, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("commands are {}", known.join(", ")),
    };
    format!("no command is called {}; {hint}", shown(typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_command_is_told_the_nearest() {
        assert_eq!(unknown_command("rnu"), "no command is called `rnu`; did you mean `run`?");
        assert_eq!(
            unknown_command("xyzzy"),
            "no command is called `xyzzy`; commands are run, compare, validate"
        );
    }
}
