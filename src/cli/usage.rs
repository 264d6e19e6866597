//! What to say of arguments that make no sense.

use std::ffi::OsString;

use clap::builder::Styles;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Error, Parser};

use super::args::Cli;
use super::complain;
use super::exit::{Exit, Failure};
use crate::model::{escape_cut, shown};
use crate::scenario::nearest;

/// Whether errors are wanted as JSON, as far as arguments that make no sense can tell.
fn wants_json(arguments: &[OsString]) -> bool {
    let follows = |pair: &[OsString]| pair[0] == "--format" && pair[1] == "json";
    arguments.windows(2).any(follows) || arguments.iter().any(|argument| argument == "--format=json")
}

/// Prints help where it was asked for, and else what is wrong with the arguments.
pub(super) fn report(arguments: &[OsString]) -> Exit {
    // Parsed once more without colours: what was typed may hold commands to a terminal, and those must show.
    let error = match Cli::command().styles(Styles::plain()).try_get_matches_from(arguments) {
        Err(error) if error.use_stderr() => error,
        _ => {
            if let Err(help) = Cli::try_parse_from(arguments) {
                // Nobody may be there to read it; that is no error.
                let _ = help.print();
            }
            return Exit::Done;
        }
    };
    let typed = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(typed)) => Some(typed.as_str()),
        _ => None,
    };
    let lines = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            vec![format!("no command is given; {}", known(&parent(&error)))]
        }
        ErrorKind::InvalidSubcommand => vec![unknown_command(&parent(&error), typed.unwrap_or_default())],
        _ => told(&error),
    };
    let mut lines = lines.into_iter();
    let failure = Failure::usage(lines.next().unwrap_or_default()).with(lines);
    complain(&failure, wants_json(arguments));
    Exit::Wrong
}

/// The parser's own words, line by line, made safe to show.
fn told(error: &Error) -> Vec<String> {
    let text = error.render().ansi().to_string();
    let lines = text.lines().map(|line| line.strip_prefix("error: ").unwrap_or(line).trim());
    lines.filter(|line| !line.is_empty()).map(|line| escape_cut(line, LINE_LENGTH)).collect()
}

/// So many characters of a line are shown.
const LINE_LENGTH: usize = 240;

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
    let hint = match nearest(typed, names(command).iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => known(command),
    };
    format!("no command is called {}; {hint}", shown(typed))
}

fn names(command: &clap::Command) -> Vec<String> {
    command.get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

fn known(command: &clap::Command) -> String {
    format!("commands are {}", names(command).join(", "))
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
