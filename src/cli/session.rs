//! What every command does that runs a day: open the scenario, simulate it, make a report, deliver it.
//!
//! In that order, and each of it once: nothing is run before all outputs are known to be possible, nothing replaced before
//! all of them are whole, and remarks come last, so that an error of an output stands alone.

use std::path::Path;
use std::time::Instant;

use super::common::{effort, exit_of, fallible, patches, say_all, style, took};
use super::failure::{Exit, Failure};
use super::options::Common;
use super::output::{self, Pending, ReportFile, Whole, print, put_in_place};
use super::progress::Bar;
use super::remarks::remarks;
use super::watch::{Watch, Watched};
use crate::gate::Verdict;
use crate::policy::CacheSpec;
use crate::report::{self, CsvRows, FormatError, OutputFormat, Report, Style};
use crate::run::load::{self, Loaded, Patch};
use crate::run::replications;
use crate::scenario::Limits;
use crate::sim::Outcome;

/// A scenario that is open, with the outputs that its report will go to.
pub(super) struct Session<'a> {
    pub(super) loaded: Loaded,
    common: &'a Common,
    files: Vec<ReportFile>,
    watched: Watched,
    started: Instant,
}

impl<'a> Session<'a> {
    /// Opens a scenario and all outputs of its report. `more` are patches and limits beyond those of the common options.
    ///
    /// # Errors
    /// Anything wrong with the scenario, with its cost, or with an output.
    pub(super) fn open(
        path: &Path,
        common: &'a Common,
        more: impl IntoIterator<Item = Patch>,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let started = Instant::now();
        let files = output::prepare(&common.outputs)?;
        Self::with_files(path, common, more, limits, files, started)
    }

    /// The same for a comparison, whose report has a picture too.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub(super) fn open_comparison(
        path: &Path,
        common: &'a Common,
        more: impl IntoIterator<Item = Patch>,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let started = Instant::now();
        let files = output::prepare_compared(&common.outputs)?;
        Self::with_files(path, common, more, limits, files, started)
    }

    fn with_files(
        path: &Path,
        common: &'a Common,
        more: impl IntoIterator<Item = Patch>,
        limits: &Limits,
        files: Vec<ReportFile>,
        started: Instant,
    ) -> Result<Self, Failure> {
        let patches: Vec<Patch> = patches(common).into_iter().chain(more).collect();
        let loaded = load::load(path, &patches, limits)?;
        output::distinct(loaded.files(path), &common.outputs)?;
        Ok(Self { loaded, common, files, watched: Watched::default(), started })
    }

    /// The same, with something that looks on at its first run.
    pub(super) fn watched(mut self, watched: Watched) -> Self {
        self.watched = watched;
        self
    }

    /// Runs the day for the listed caches, as often as wanted, and judges it.
    pub(super) fn simulate(&mut self, listed: &[CacheSpec]) -> Result<(Report, Outcome), Failure> {
        simulate(&self.loaded, listed, self.common, &mut self.watched)
    }

    /// Delivers a report: files, standard output, then remarks and the time it took.
    ///
    /// # Errors
    /// When an output cannot be written.
    pub(super) fn deliver(
        self,
        run: &(Report, Outcome),
        rows: CsvRows,
        in_words: impl FnOnce(&Report, &Style) -> String,
    ) -> Result<Exit, Failure> {
        let Self { loaded, common, files, watched: Watched { steps, log, calls }, started } = self;
        let style = style(common);
        let write = |form: OutputFormat| report::written(&run.0, form.by(rows), common.lang.into());
        let text = match common.format.form() {
            Some(form) => fallible(write(form))?,
            None => {
                let narrated = steps.map(|steps| steps.text(&calls, &style)).unwrap_or_default();
                narrated + &in_words(&run.0, &style)
            }
        };
        let log = log.map(super::log::Log::finish).transpose()?;
        let exit = deliver(write, run.0.verdict, files, log.into_iter().collect(), &text)?;
        say_all(&remarks(&loaded, run, &calls, None, common), common);
        took(started, common.runs, common);
        Ok(exit)
    }
}

/// Runs a scenario's day for the listed caches, once or more often; the first run's outcome stands next to the report.
pub(super) fn simulate(
    loaded: &Loaded,
    listed: &[CacheSpec],
    common: &Common,
    watched: &mut Watched,
) -> Result<(Report, Outcome), Failure> {
    let bar = Bar::new(common, common.runs, &loaded.scenario.day.clock);
    let mut watch = Watch { bar: &bar, watched, listens: common.verbose };
    let done = |done, all| bar.done(done, all);
    replications::run(loaded, listed, effort(common, common.runs), &done, &mut watch)
}

/// Writes the files first, so that a reader who closes standard output early loses none of them. `others` are written
/// already; none of the files is replaced before all of them are whole.
pub(super) fn deliver(
    write: impl Fn(OutputFormat) -> Result<String, FormatError>,
    verdict: Verdict,
    files: Vec<ReportFile>,
    others: Vec<Whole>,
    text: &str,
) -> Result<Exit, Failure> {
    let mut whole = others;
    for ReportFile { form, pending } in files {
        whole.push(Pending::complete(pending, fallible(write(form))?.as_bytes())?);
    }
    put_in_place(whole)?;
    print(text)?;
    Ok(exit_of(verdict))
}
