//! The command line: arguments, files, streams, exit codes and the wall clock.
//!
//! Everything that decides a result is below; here it is only fetched, shown and written.

mod args;
mod check;
mod common;
mod compare;
mod completions;
mod explain;
mod github;
mod init;
mod interrupt;
mod log;
mod machine;
mod output;
mod progress;
mod run;
mod schema;
mod sweep;
mod trace;
mod usage;
mod validate;
mod watch;

use std::ffi::OsString;

use clap::Parser;

use args::{Cli, Command, Format};
use exit::Failure;
use explain::StoryFormat;
use output::say;

use crate::run::exit;
pub use crate::run::exit::Exit;

/// Runs the command that the arguments name, the program's own name first.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let Ok(cli) = Cli::try_parse_from(&arguments) else { return usage::report(&arguments) };
    interrupt::watch();
    let (as_json, result) = match &cli.command {
        Command::Run(args) => (args.common.format == Format::Json, run::run(args)),
        Command::Compare(args) => (args.common.format == Format::Json, compare::run(args)),
        Command::Check(args) => (args.common.format == Format::Json, check::run(args)),
        Command::Sweep(args) => (args.common.format == Format::Json, sweep::run(args)),
        Command::Explain(args) => (args.format == StoryFormat::Json, explain::run(args)),
        Command::Trace(args) => (args.wants_json(), trace::run(args)),
        Command::Validate(args) => (args.format == "json", validate::run(args)),
        Command::Init(args) => (false, init::run(args)),
        Command::Schema(args) => (false, schema::run(args)),
        Command::Completions(args) => (false, completions::run(args)),
    };
    result.unwrap_or_else(|failure| {
        complain(&failure, as_json);
        failure.exit
    })
}

/// Says what went wrong: in lines, or as one JSON object for who asked for JSON.
fn complain(failure: &Failure, as_json: bool) {
    if as_json {
        let Failure { exit, faults } = failure;
        let error = serde_json::json!({"exit": *exit as u8, "messages": failure.lines(), "faults": faults});
        return say(&serde_json::json!({"error": error}).to_string());
    }
    for (index, line) in failure.lines().iter().enumerate() {
        say(&if index == 0 { format!("error: {line}") } else { format!("       {line}") });
    }
}
