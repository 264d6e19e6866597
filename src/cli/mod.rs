//! The command line: arguments, files, streams, exit codes and the wall clock.
//!
//! Everything that decides a result is below; here it is only fetched, shown and written.

mod check;
mod choose;
mod commands;
mod common;
mod compare;
mod complaint;
mod completions;
mod diff;
mod explain;
mod github;
mod init;
mod interrupt;
mod log;
mod machine;
mod man;
mod options;
mod output;
mod packed_writer;
mod progress;
mod remarks;
mod render;
mod run;
mod schema;
mod session;
mod sweep;
mod trace;
mod usage;
mod validate;
mod watch;

use std::ffi::OsString;

use clap::FromArgMatches;

use commands::{Cli, parser};
use output::complain;

use crate::run::failure;
pub use crate::run::failure::Exit;

/// Runs the command that the arguments name, the program's own name first.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let matches = parser().try_get_matches_from(&arguments);
    let Ok(Cli { command }) = matches.and_then(|matches| Cli::from_arg_matches(&matches)) else {
        return usage::report(&parser(), &arguments);
    };
    interrupt::watch();
    command.run().unwrap_or_else(|failure| {
        complain(&failure, command.wants_json());
        failure.exit
    })
}
