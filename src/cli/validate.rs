//! `rolesim validate`: every fault of scenarios, nothing run.

use std::path::PathBuf;

use clap::Args;

use super::common::{affordable, jobs, scenarios_among};
use super::failure::{Exit, Failure};
use super::options::{Costs, LangArg};
use super::output::say;
use crate::model::escape;
use crate::report::{Arg, Words};
use crate::run::day;
use crate::run::load::{self, Patch};
use crate::run::replications::Effort;

#[derive(Args, Debug)]
pub(super) struct ValidateArgs {
    /// The scenarios
    #[arg(value_name = "SCENARIO", required = true)]
    pub(super) scenarios: Vec<PathBuf>,
    /// Set any field of every scenario first, as in traffic.requests=5000 (repeatable)
    #[arg(long = "set", value_name = "PATH=VALUE", allow_hyphen_values = true)]
    pub(super) sets: Vec<String>,
    /// Write errors as one JSON object
    #[arg(long, value_name = "FORMAT", value_parser = ["table", "json"], default_value = "table")]
    pub(super) format: String,
    /// The language of what a person reads
    #[arg(long, value_name = "LANG", value_enum, default_value_t = LangArg::En)]
    pub(super) lang: LangArg,
    #[command(flatten)]
    pub(super) costs: Costs,
    /// Say nothing but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
}

pub(super) fn run(args: &ValidateArgs) -> Result<Exit, Failure> {
    let mut failures: Vec<Failure> = Vec::new();
    let words = Words::new(args.lang.into());
    let patches: Vec<Patch> = args.sets.iter().cloned().map(Patch::Set).collect();
    let limits = affordable(args.costs, Effort { runs: 1, jobs: jobs(None) });
    let (scenarios, mut remarks) = scenarios_among(&args.scenarios, args.lang)?;
    for path in scenarios {
        match load::load(path, &patches, &limits).and_then(|loaded| day::check(&loaded)) {
            Ok(()) => {
                let file = escape(&path.display().to_string());
                remarks.push(words.with("remark-no-fault", &[("file", Arg::Text(&file))]));
            }
            Err(failure) => failures.push(failure),
        }
    }
    if let Some(failure) = Failure::together(failures) {
        return Err(failure);
    }
    remarks.iter().filter(|_| !args.quiet).for_each(|line| say(line));
    Ok(Exit::Done)
}
