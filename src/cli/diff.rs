//! `rolesim diff`: a saved report held to an older one of the same day.

use std::path::PathBuf;

use clap::Args;

use super::check::tolerances;
use super::common::{exit_of, fallible};
use super::failure::{Exit, Failure};
use super::options::{Format, LangArg, When};
use super::output::{self, colours};
use super::session::deliver;
use crate::gate::{GateRules, GateScope};
use crate::report::{Against, Checked, Style, checks_text, checks_written};
use crate::run::saved_files;

#[derive(Args, Debug)]
pub(super) struct DiffArgs {
    /// The older report, as JSON
    #[arg(value_name = "OLD.json")]
    old: PathBuf,
    /// The newer report of the same day, as JSON
    #[arg(value_name = "NEW.json")]
    new: PathBuf,
    /// Let a metric move so far, as in hit_ratio=0.5pp, db_reads=2%; default=2% is for all others (repeatable)
    #[arg(long = "tolerance", value_name = "METRIC=AMOUNT", allow_hyphen_values = true)]
    tolerances: Vec<String>,
    /// Format of standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    /// Also write the differences to a file, in the format of its extension: .json, .csv, .md, .html or .xml (repeatable)
    #[arg(short, long = "output", value_name = "FILE")]
    outputs: Vec<PathBuf>,
    /// Language of text and messages
    #[arg(long, value_name = "LANG", value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
    /// When to colour verdicts
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    color: When,
}

pub(super) fn run(args: &DiffArgs) -> Result<Exit, Failure> {
    let rules = GateRules { tolerances: tolerances(&args.tolerances)?, scope: GateScope::default() };
    output::distinct(vec![args.old.clone(), args.new.clone()], &args.outputs)?;
    let files = output::prepare_checks(&args.outputs)?;
    let report = saved_files::differing(&args.old, &args.new, &rules)?;
    let verdict = report.verdict;
    let file = args.new.display().to_string();
    let checks = [Checked { file, options: Vec::new(), accepted: None, against: Against::Saved, report }];
    let write = |form| checks_written(&checks, form, args.lang.into());
    let colour = match args.color {
        When::Always => true,
        When::Never => false,
        When::Auto => colours(),
    };
    let text = match args.format.form() {
        None => checks_text(&checks, &Style { lang: args.lang.into(), colour }),
        Some(form) => fallible(write(form))?,
    };
    deliver(write, verdict, files, Vec::new(), &text)?;
    Ok(exit_of(verdict))
}
