//! What to say of arguments that make no sense.

use std::error::Error as _;
use std::ffi::OsString;

use clap::builder::Styles;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use super::failure::{Exit, Failure};
use super::output::{colours, complain, print};
use crate::model::{escape_cut, instead, shown};
use crate::scenario::nearest;

/// Whether errors are wanted as JSON, as far as arguments that make no sense can tell.
fn wants_json(arguments: &[OsString]) -> bool {
    let follows = |pair: &[OsString]| pair[0] == "--format" && pair[1] == "json";
    arguments.windows(2).any(follows) || arguments.iter().any(|argument| argument == "--format=json")
}

/// Prints help if it was asked for, else what is wrong with the arguments.
pub(super) fn report(parser: &Command, arguments: &[OsString]) -> Exit {
    let failure = match parser.clone().try_get_matches_from(arguments) {
        Err(error) if error.use_stderr() => wrong(parser, arguments),
        Err(help) => {
            let text = help.render();
            let text = if colours() { text.ansi().to_string() } else { text.to_string() };
            match print(&text) {
                Ok(()) => return Exit::Done,
                Err(failure) => failure,
            }
        }
        Ok(_) => return Exit::Done,
    };
    complain(&failure, wants_json(arguments));
    failure.exit
}

/// What is wrong with the arguments.
fn wrong(parser: &Command, arguments: &[OsString]) -> Failure {
    // Parsed without colours: what was typed may hold commands to a terminal, and those must show.
    let Err(error) = parser.clone().styles(Styles::plain()).try_get_matches_from(arguments) else {
        return Failure::usage("the arguments make no sense");
    };
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    let lines = match (error.kind(), context(ContextKind::InvalidValue)) {
        (ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, _) => {
            vec![format!("no command is given; {}", known(&parent(parser, arguments)))]
        }
        (ErrorKind::InvalidSubcommand, _) => {
            vec![unknown_command(&parent(parser, arguments), context(ContextKind::InvalidSubcommand))]
        }
        (ErrorKind::ValueValidation | ErrorKind::InvalidValue, value) if !value.is_empty() => {
            vec![unknown_value(context(ContextKind::InvalidArg), value, &error)]
        }
        _ => told(&error),
    };
    let mut lines = lines.into_iter();
    Failure::usage(lines.next().unwrap_or_default()).with(lines)
}

/// A value that its option does not take. `argument` is as the help writes it, with the name of its value.
fn unknown_value(argument: &str, value: &str, error: &Error) -> String {
    let why = match (error.source(), error.get(ContextKind::ValidValue)) {
        (Some(why), _) => escape_cut(&why.to_string(), LINE_LENGTH),
        (None, Some(ContextValue::Strings(known))) => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let right = instead(value, &known);
            format!("is none of the words that can stand here, found {}; {right}", shown(value))
        }
        _ => "makes no sense here".to_owned(),
    };
    let option = argument.split(' ').next().unwrap_or_default();
    format!("{}: {why}", escape_cut(&format!("{option} {value}"), VALUE_LENGTH))
}

/// The parser's own words, line by line, made safe to show.
fn told(error: &Error) -> Vec<String> {
    let text = error.render().ansi().to_string();
    let lines = text.lines().map(|line| line.strip_prefix("error: ").unwrap_or(line).trim());
    lines.filter(|line| !line.is_empty()).map(|line| escape_cut(line, LINE_LENGTH)).collect()
}

/// Characters of a line that are shown.
const LINE_LENGTH: usize = 240;
/// Characters of an option and its value that are shown.
const VALUE_LENGTH: usize = 100;

/// The command whose subcommand is missing or wrong: the last one that the arguments name.
fn parent(parser: &Command, arguments: &[OsString]) -> Command {
    let mut command = parser.clone();
    let Ok(matches) = command.clone().ignore_errors(true).try_get_matches_from(arguments) else {
        return command;
    };
    let mut matches = &matches;
    while let Some((name, inner)) = matches.subcommand() {
        let Some(found) = command.find_subcommand(name).cloned() else { break };
        (command, matches) = (found, inner);
    }
    command
}

fn unknown_command(command: &Command, typed: &str) -> String {
    let hint = match nearest(typed, names(command).iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => known(command),
    };
    format!("no command is called {}; {hint}", shown(typed))
}

fn names(command: &Command) -> Vec<String> {
    let mut command = command.clone();
    // Only then does it have what the parser adds: `help`.
    command.build();
    command.get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

fn known(command: &Command) -> String {
    format!("commands are {}", names(command).join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::commands::parser;

    #[test]
    fn a_misspelt_command_is_told_the_nearest() {
        let of_program = |typed| unknown_command(&parser(), typed);
        assert_eq!(of_program("rnu"), "no command is called `rnu`; did you mean `run`?");
        assert_eq!(
            of_program("xyzzy"),
            "no command is called `xyzzy`; commands are run, compare, check, choose, sweep, diff, render, explain, trace, validate, init, schema, man, completions, help"
        );
        let said = |arguments: &[&str]| {
            wrong(&parser(), &arguments.iter().map(OsString::from).collect::<Vec<_>>()).lines().join("\n")
        };
        let misspelt = "no command is called `inof`; did you mean `info`?";
        assert_eq!(said(&["rolesim", "trace", "inof"]), misspelt);
        // What decides is where the word stands, and not what else the error's text holds.
        assert_eq!(
            said(&["rolesim", "rolesim trace "]),
            "no command is called `rolesim trace `; commands are run, compare, check, choose, sweep, diff, render, explain, trace, validate, init, schema, man, completions, help"
        );
        assert!(said(&["rolesim", "trace"]).starts_with("no command is given; commands are info, convert"));
    }
}
