//! From a path to a scenario: files, standard input, and the trace next to them.

use std::path::{Path, PathBuf};

use super::accepted;
use super::failure::{Exit, Failure};
use super::files::{open_file, read_up_to};
use crate::model::{Replicas, Roles, TraceSpec, escape};
use crate::scenario::{self, FaultKind, Faults, Limits, Node, Place, ProbeError, Question, Scenario};
use crate::sim::SimError;
use crate::trace::{self, Replay, TraceError, TraceFiles};
use crate::workload::{RecordedError, RecordedErrorKind};

/// Larger scenarios are refused; a recorded day belongs into a trace.
const SCENARIO_BYTES_MOST: u64 = 64 << 20;

/// A scenario as it will be run, and its recorded day, if it has one.
pub(crate) struct Loaded {
    pub(crate) scenario: Scenario,
    pub(crate) trace: Option<Trace>,
    /// Where the scenario asks for role changes to be drawn.
    drawn: Place,
    /// The file, as messages show it.
    pub(super) file: String,
    /// The most memory that a run may take, in bytes.
    pub(super) memory_bytes: u64,
}

impl Loaded {
    /// Why the day could not be simulated, with the place in the scenario.
    pub(super) fn failure(&self, error: SimError) -> Failure {
        Failure::of_simulation(error, &self.file, &self.drawn)
    }

    /// The files that the day was read from, which no output may replace.
    pub(crate) fn files(&self, scenario: &Path) -> Vec<PathBuf> {
        files(scenario, self.trace.iter())
    }
}

fn files<'a>(scenario: &Path, traces: impl Iterator<Item = &'a Trace>) -> Vec<PathBuf> {
    let scenario = (scenario != Path::new("-")).then(|| scenario.to_owned());
    let files = traces.flat_map(|trace| trace.files.paths()).filter(|path| *path != Path::new("-"));
    scenario.into_iter().chain(files.cloned()).collect()
}

/// A recorded day that can be opened.
#[derive(Clone, PartialEq)]
pub(crate) struct Trace {
    /// Its files, and what they were when it was looked at: a run must not read others.
    files: TraceFiles,
    spec: TraceSpec,
    roles: Roles,
    /// The end of the last row's day since the first midnight, where that was looked for.
    end_us: Option<u64>,
    /// At most this many users may be met.
    most_users: usize,
    /// This many threads look at it before a run.
    threads: usize,
}

/// A change of the scenario's text by an option.
pub(crate) enum Patch {
    /// An option of its own, as `--seed 7`.
    Field { option: String, path: &'static str, value: String },
    /// `--set PATH=VALUE`.
    Set(String),
    /// Another cache to compare with, as `--with ttl:5m`.
    Compare { option: String, spec: String },
}

/// Reads a scenario, patches it and decodes it. A recorded day that it names is opened; its rows are read only where the
/// clock depends on the last.
pub(crate) fn load(path: &Path, patches: &[Patch], limits: &Limits) -> Result<Loaded, Failure> {
    open(path, patches, limits)?.loaded()
}

/// The same of a scenario's text; errors call it `name`, and its recorded day lies in `folder`.
pub(crate) fn load_bytes(
    bytes: &[u8],
    name: &str,
    folder: &Path,
    patches: &[Patch],
    limits: &Limits,
) -> Result<Loaded, Failure> {
    Source::new(bytes, name, folder.to_owned(), patches, limits)?.loaded()
}

/// Reads a scenario and patches it, to be decoded once or more often.
pub(crate) fn open(path: &Path, patches: &[Patch], limits: &Limits) -> Result<Source, Failure> {
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    Source::new(&read(path)?, &path.display().to_string(), folder, patches, limits)
}

/// A scenario's text as a tree, patched.
pub(crate) struct Source {
    node: Node,
    pub(crate) name: String,
    folder: PathBuf,
    limits: Limits,
    /// Recorded days that were looked at already.
    known: Vec<Trace>,
}

/// A further change of the scenario's text: the option as it was typed, a path, and a value.
pub(crate) type Change<'a> = (String, &'a str, &'a str);

impl Source {
    fn new(
        bytes: &[u8],
        name: &str,
        folder: PathBuf,
        patches: &[Patch],
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let mut node = scenario::parse(bytes, name)?;
        let mut faults = Vec::new();
        for patch in patches {
            let patched = match patch {
                Patch::Field { option, path, value } => scenario::set(&mut node, option, path, value),
                Patch::Set(assignment) => scenario::assign(&mut node, "--set", assignment),
                Patch::Compare { option, spec } => scenario::add_cache(&mut node, option, spec),
            };
            faults.extend(patched.err());
        }
        if !faults.is_empty() {
            return Err(Faults::new(name, faults).into());
        }
        Ok(Self { node, name: name.to_owned(), folder, limits: *limits, known: Vec::new() })
    }

    /// The scenario.
    fn loaded(&self) -> Result<Loaded, Failure> {
        Ok(self.varied(&[])?)
    }

    /// The scenario with further changes.
    pub(crate) fn varied(&self, changes: &[Change<'_>]) -> Result<Loaded, Faults> {
        let mut node = self.node.clone();
        let patched =
            changes.iter().map(|(option, path, value)| scenario::set(&mut node, option, path, value));
        let faults: Vec<_> = patched.filter_map(Result::err).collect();
        if !faults.is_empty() {
            return Err(Faults::new(&self.name, faults));
        }
        let mut trace = None;
        let mut probe = |question: Question<'_>| {
            let known = self.known.iter().find(|known| known.answers(question));
            let found = known.cloned().map_or_else(|| self.look_at(question), Ok);
            let end_us = found.as_ref().map_or(0, |found| found.end_us.unwrap_or(0));
            trace = Some(found?);
            Ok(scenario::Recorded { end_us })
        };
        let scenario = scenario::decode_within(&node, &self.name, &self.limits, &mut probe)?;
        if let Some(trace) = &mut trace {
            let caches = std::iter::once(&scenario.cache).chain(&scenario.compare);
            trace.most_users = self.limits.met_users(caches, &scenario.system.replicas);
        }
        let drawn = node.get("role_changes").map_or(Place::START, |node| node.place.clone());
        let memory_bytes = self.limits.each_bytes();
        Ok(Loaded { scenario, trace, drawn, file: escape(&self.name), memory_bytes })
    }

    /// The files that were read so far, which no output may replace.
    pub(crate) fn files(&self, scenario: &Path) -> Vec<PathBuf> {
        files(scenario, self.known.iter())
    }

    /// Keeps a recorded day that was looked at, so that its end is not looked for again.
    pub(crate) fn know(&mut self, loaded: &Loaded) {
        if let Some(trace) = loaded.trace.as_ref().filter(|trace| !self.known.contains(trace)) {
            self.known.push(trace.clone());
        }
    }

    fn look_at(&self, question: Question<'_>) -> Result<Trace, ProbeError> {
        let Question { spec, roles, end } = question;
        let mut found = Trace {
            files: TraceFiles::of(&self.folder, spec),
            spec: spec.clone(),
            roles: roles.clone(),
            end_us: None,
            // Before caches are known: reading to the end takes none.
            most_users: self.limits.met_users([], &Replicas::default()),
            threads: self.limits.threads,
        };
        if found.files.is_standard_input() {
            return match (end, self.name == "-") {
                (false, false) => Ok(found),
                (true, _) => Err(refused(
                    "standard input is read once, and without `clock` the last row must be known beforehand; write \
                     `clock: {end: \"24:00\"}`, or write the rows to a file",
                )),
                (false, true) => Err(refused(
                    "the scenario itself comes from standard input; write one of the two to a file",
                )),
            };
        }
        let replay = found.replay(if end { found.threads } else { 1 }).map_err(probe_error)?;
        found.files = replay.files().clone();
        if end {
            found.end_us = Some(found.read_end_us(replay).map_err(probe_error)?);
        }
        Ok(found)
    }
}

/// That standard input cannot be read as a recorded day.
fn refused(message: &str) -> ProbeError {
    ProbeError { place: None, message: message.to_owned(), kind: FaultKind::Content }
}

/// A fault of the recorded day as a fault of the scenario that names it.
fn probe_error(error: TraceError) -> ProbeError {
    let (kind, place) = match error.kind() {
        RecordedErrorKind::Content => (FaultKind::Content, Some(error.at())),
        RecordedErrorKind::Limit => (FaultKind::Limit, Some(error.at())),
        // What cannot be read may be misnamed: then the place that matters is that of the name.
        RecordedErrorKind::Unreadable => (FaultKind::Unreadable, None),
    };
    ProbeError { place, message: error.fault().to_string(), kind }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if accepted::is_named_so(path) {
        return Err(Failure::of_file(
            Exit::Wrong,
            path,
            "holds accepted results; name the scenario next to it",
        ));
    }
    let what = "the scenario";
    read_up_to(open_file(path), path, what, SCENARIO_BYTES_MOST)
}

impl Trace {
    /// Opens the recorded day for a run on this many threads.
    pub(crate) fn open(&self, threads: usize) -> Result<Replay, Failure> {
        self.replay(threads).map_err(|error| RecordedError::from(error).into())
    }

    fn replay(&self, threads: usize) -> Result<Replay, TraceError> {
        let mut replay = Replay::open(threads, &self.files, &self.spec, &self.roles)?;
        replay.allow_users(self.most_users);
        Ok(replay)
    }

    /// Reads and checks all of it.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.digest().map(drop)
    }

    /// Reads all of it and identifies its rows.
    pub(crate) fn digest(&self) -> Result<String, Failure> {
        let mut replay = self.open(self.threads)?;
        replay.run_through().map_err(RecordedError::from)?;
        Ok(replay.digest())
    }

    /// Whether this is the day that is asked about, with what is asked of it.
    fn answers(&self, question: Question<'_>) -> bool {
        self.spec == *question.spec
            && self.roles == *question.roles
            && (self.end_us.is_some() || !question.end)
    }

    /// The end of the last row's day since the first midnight.
    fn read_end_us(&self, mut replay: Replay) -> Result<u64, TraceError> {
        if let Some(end_us) = trace::records_end_us(&self.files, &self.spec)? {
            return Ok(end_us);
        }
        replay.run_through()?;
        Ok(replay.end_us())
    }
}
