//! `rolesim schema`: the JSON Schema of scenarios or of reports.

use clap::{Args, ValueEnum};

use super::failure::{Exit, Failure};
use super::output::print;
use crate::{report, scenario};

#[derive(Args, Debug)]
pub(super) struct SchemaArgs {
    /// Of what
    #[arg(value_enum, default_value_t = Of::Scenario)]
    of: Of,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    /// The scenario language, for editors
    Scenario,
    /// The report as JSON, for programs that read it
    Report,
}

pub(super) fn run(args: &SchemaArgs) -> Result<Exit, Failure> {
    print(match args.of {
        Of::Scenario => scenario::SCHEMA,
        Of::Report => report::SCHEMA,
    })?;
    Ok(Exit::Done)
}
