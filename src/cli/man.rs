//! `rolesim man`: manual pages.

use std::path::PathBuf;

use clap::Args;
use clap_mangen::Man;

use super::failure::{Exit, Failure};
use super::output::{Pending, print, put_in_place};

#[derive(Args, Debug)]
pub(super) struct ManArgs {
    /// The folder for a page of each command; without it the program's page is printed
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &ManArgs, mut parser: clap::Command) -> Result<Exit, Failure> {
    parser.build();
    let Some(dir) = &args.dir else {
        print(&page(parser)?)?;
        return Ok(Exit::Done);
    };
    let mut whole = Vec::new();
    for command in pages(parser) {
        // A command inside another is called by both names.
        let name = command.get_display_name().unwrap_or(command.get_name()).replace(' ', "-");
        let pending = Pending::create(&dir.join(format!("{name}.1")))?;
        whole.push(pending.complete(page(command)?.as_bytes())?);
    }
    put_in_place(whole)?;
    Ok(Exit::Done)
}

/// A command and all commands inside it that are not for help.
fn pages(command: clap::Command) -> Vec<clap::Command> {
    let inside = command.get_subcommands().filter(|inner| inner.get_name() != "help");
    let inside: Vec<clap::Command> = inside.cloned().flat_map(pages).collect();
    [vec![command], inside].concat()
}

fn page(command: clap::Command) -> Result<String, Failure> {
    let mut page = Vec::new();
    Man::new(command)
        .render(&mut page)
        .map_err(|error| Failure::new(Exit::Internal, format!("failed to write a manual page: {error}")))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
