//! What to say of arguments that make no sense.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Error};

use super::args::Cli;
use super::complain;
use super::exit::{Exit, Failure};
use crate::model::shown;
use crate::scenario::nearest;

/// Whether errors are wanted as JSON, as far as arguments that make no sense can tell.
pub(super) fn wants_json(arguments: &[OsString]) -> bool {
    let follows = |pair: &[OsString]| pair[0] == "--format" && pair[1] == "json";
    arguments.windows(2).any(follows) || arguments.iter().any(|argument| argument == "--format=json")
}

/// Prints help where it was asked for, and else what is wrong with the arguments.
pub(super) fn report(error: &Error, as_json: bool) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Nobody may be there to read it; that is no error.
            let _ = error.print();
            return Exit::Done;
        }
        ErrorKind::InvalidSubcommand => {
            if let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) {
                complain(&Failure::new(Exit::Wrong, unknown_command(&parent(error), typed)), as_json);
                return Exit::Wrong;
            }
        }
        _ => {}
    }
    if as_json {
        let text = error.render().to_string();
        let line = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        complain(&Failure::new(Exit::Wrong, line), true);
    } else {
        let _ = error.print();
    }
    Exit::Wrong
}

/// The command whose subcommand is wrong: the one that the usage line names, if it has subcommands, else the program.
fn parent(error: &Error) -> clap::Command {
    let program = Cli::command();
    let text = error.render().to_string();
    let named = |command: &&clap::Command| {
        command.has_subcommands() && text.contains(&format!("rolesim {} ", command.get_name()))
    };
    let found = program.get_subcommands().find(named).cloned();
    found.unwrap_or(program)
}

fn unknown_command(command: &clap::Command, typed: &str) -> String {
    let known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let hint = match nearest(typed, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("commands are {}", known.join(", ")),
    };
    format!("no command is called {}; {hint}", shown(typed))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn a_misspelt_command_is_told_the_nearest() {
        let of_program = |typed| unknown_command(&Cli::command(), typed);
        assert_eq!(of_program("rnu"), "no command is called `rnu`; did you mean `run`?");
        assert_eq!(
            of_program("xyzzy"),
            "no command is called `xyzzy`; commands are run, compare, check, sweep, explain, trace, validate, init, schema, completions"
        );
        let error = Cli::try_parse_from(["rolesim", "trace", "inof"]).unwrap_err();
        let said = unknown_command(&parent(&error), "inof");
        assert_eq!(said, "no command is called `inof`; did you mean `info`?");
    }
}
