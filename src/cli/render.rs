//! `rolesim render`: a saved report in other formats. Nothing is run or judged.

use std::path::{Path, PathBuf};

use clap::Args;

use super::common::fallible;
use super::failure::{Exit, Failure};
use super::options::LangArg;
use super::output::{self, Pending, ReportFile, print, put_in_place};
use crate::report::{
    Against, Checked, FormatError, Lang, OutputFormat, Report, Saved, Style, Tables, checks_text,
    checks_written, choice_text, compare_text, run_text, written,
};
use crate::run::saved_files;

#[derive(Args, Debug)]
pub(super) struct RenderArgs {
    /// A report that run, compare, choose or check wrote as JSON
    #[arg(value_name = "REPORT.json")]
    report: PathBuf,
    /// The file, in the format of its extension: .txt, .md, .html, .csv, .xml or .json (repeatable). Without it, the
    /// text is printed
    #[arg(short, long = "output", value_name = "FILE")]
    outputs: Vec<PathBuf>,
    /// Language of text and messages
    #[arg(long, value_name = "LANG", value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
}

pub(super) fn run(args: &RenderArgs) -> Result<Exit, Failure> {
    output::distinct(vec![args.report.clone()], &args.outputs)?;
    let is_text = |path: &PathBuf| path.extension().is_some_and(|one| one.eq_ignore_ascii_case("txt"));
    let (texts, others): (Vec<PathBuf>, Vec<PathBuf>) = args.outputs.iter().cloned().partition(is_text);
    let files = output::prepare_checks(&others)?;
    let texts: Vec<Pending> =
        texts.iter().map(|path| Pending::create(path)).collect::<Result<_, Failure>>()?;
    let saved = saved_files::read(&args.report)?;
    let lang = args.lang.into();
    if args.outputs.is_empty() {
        print(&text(&saved, lang))?;
        return Ok(Exit::Done);
    }
    let mut whole = Vec::new();
    for pending in texts {
        whole.push(pending.complete(text(&saved, lang).as_bytes())?);
    }
    for ReportFile { form, pending } in files {
        let text = fallible(formed(&saved, form, lang, &args.report))?;
        whole.push(pending.complete(text.as_bytes())?);
    }
    put_in_place(whole)?;
    Ok(Exit::Done)
}

/// The words that the command printed.
fn text(saved: &Saved, lang: Lang) -> String {
    let style = Style { lang, colour: false };
    match saved {
        Saved::Checks(checks) => checks_text(checks, &style),
        Saved::Report(report) => match report.results.as_slice() {
            _ if report.choice.is_some() => choice_text(report, &style),
            [_] => run_text(report, &style, false),
            _ => compare_text(report, &style, Tables::Main),
        },
    }
}

/// The report in a format; of expectations alone there are tests too.
fn formed(saved: &Saved, form: OutputFormat, lang: Lang, path: &Path) -> Result<String, FormatError> {
    match saved {
        Saved::Checks(checks) => checks_written(checks, form, lang),
        Saved::Report(report) if form == OutputFormat::Junit => {
            checks_written(&[expected(report, path)], form, lang)
        }
        Saved::Report(report) => written(report, form, lang),
    }
}

fn expected(report: &Report, path: &Path) -> Checked {
    let file = path.display().to_string();
    Checked { file, options: Vec::new(), accepted: None, against: Against::Nothing, report: report.clone() }
}
