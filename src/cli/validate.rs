//! `rolesim validate`: every fault of scenarios, nothing run.

use std::path::PathBuf;

use clap::Args;

use super::args::LangArg;
use super::common::scenarios_among;
use super::exit::{Exit, Failure};
use super::output::say;
use crate::model::escape;
use crate::report::{Arg, Words};
use crate::run::day;
use crate::run::load::{self, Patch};

#[derive(Args, Debug)]
pub(super) struct ValidateArgs {
    /// The scenarios
    #[arg(value_name = "SCENARIO", required = true)]
    pub(super) scenarios: Vec<PathBuf>,
    /// Set any field of every scenario first, as in traffic.requests=5000 (repeatable)
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) sets: Vec<String>,
    /// Write errors as one JSON object
    #[arg(long, value_name = "FORMAT", value_parser = ["table", "json"], default_value = "table")]
    pub(super) format: String,
    /// The language of what a person reads
    #[arg(long, value_name = "LANG", value_enum, default_value_t = LangArg::En)]
    pub(super) lang: LangArg,
    /// Say nothing but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
}

pub(super) fn run(args: &ValidateArgs) -> Result<Exit, Failure> {
    let mut failures: Vec<Failure> = Vec::new();
    let words = Words::new(args.lang.into());
    let patches: Vec<Patch> = args.sets.iter().cloned().map(Patch::Set).collect();
    for path in scenarios_among(&args.scenarios, args.quiet) {
        match load::load(path, &patches).and_then(|loaded| day::check(&loaded)) {
            Ok(()) if !args.quiet => {
                let file = escape(&path.display().to_string());
                say(&words.with("remark-no-fault", &[("file", Arg::Text(&file))]));
            }
            Ok(()) => {}
            Err(failure) => failures.push(failure),
        }
    }
    Failure::together(failures).map_or(Ok(Exit::Done), Err)
}
