//! From a path to a scenario: files, standard input, and the trace beside them.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::exit::{Exit, Failure};
use crate::model::{Roles, TraceSpec, escape};
use crate::scenario::{self, Fault, FaultKind, Faults, Limits, Place, ProbeError, Question, Scenario};
use crate::sim::SimError;
use crate::trace::{self, Replay, TraceError};
use crate::workload::{RecordedError, Trouble};

/// Larger scenarios are refused; a recorded day belongs into a trace.
const SCENARIO_BYTES_MOST: u64 = 64 << 20;

/// A scenario as it will be run, and its recorded day, if it has one.
pub(crate) struct Loaded {
    pub(crate) scenario: Scenario,
    pub(crate) trace: Option<Trace>,
    /// Where the scenario asks for role changes to be drawn, as messages show it.
    drawn: String,
}

impl Loaded {
    /// Why the day could not be simulated, with the place in the scenario.
    pub(super) fn failure(&self, error: SimError) -> Failure {
        Failure::of_simulation(error, &self.drawn)
    }

    /// The files that the day was read from, which no output may replace.
    pub(crate) fn files(&self, scenario: &Path) -> Vec<PathBuf> {
        let scenario = (scenario != Path::new("-")).then(|| scenario.to_owned());
        scenario.into_iter().chain(self.trace.as_ref().map(|trace| trace.path.clone())).collect()
    }
}

/// A recorded day that can be opened.
pub(crate) struct Trace {
    path: PathBuf,
    spec: TraceSpec,
    roles: Roles,
    /// So many users may be met.
    most_users: usize,
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
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    load_bytes(&read(path)?, &path.display().to_string(), &folder, patches, limits)
}

/// The same of a scenario's text; errors call it `name`, and its recorded day lies in `folder`.
pub(crate) fn load_bytes(
    bytes: &[u8],
    name: &str,
    folder: &Path,
    patches: &[Patch],
    limits: &Limits,
) -> Result<Loaded, Failure> {
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
    let mut trace = None;
    let mut probe = |question: Question<'_>| {
        let Question { spec, roles, end } = question;
        let most_users = limits.met_users(1);
        let found =
            Trace { path: folder.join(&spec.file), spec: spec.clone(), roles: roles.clone(), most_users };
        let last_us = if end { found.last_us() } else { found.replay().map(|_| 0) };
        trace = Some(found);
        last_us.map(|last_us| scenario::Recorded { last_us }).map_err(probe_error)
    };
    let scenario = scenario::decode_within(&node, name, limits, &mut probe)?;
    if let Some(trace) = &mut trace {
        trace.most_users = limits.met_users(1 + scenario.compare.len());
    }
    let drawn = node.get("role_changes").map_or(Place::START, |node| node.place.clone());
    // A fault's own form, with nothing to say yet.
    let drawn = format!("{}:{}", escape(name), Fault::new(drawn, "role_changes", ""));
    let drawn = drawn.trim_end_matches(": ").to_owned();
    Ok(Loaded { scenario, trace, drawn })
}

/// A fault of the recorded day as a fault of the scenario that names it.
fn probe_error(error: TraceError) -> ProbeError {
    let (kind, names_file) = match error.trouble() {
        Trouble::Content => (FaultKind::Content, true),
        Trouble::Limit => (FaultKind::Limit, true),
        // What cannot be read may be misnamed: then the place that matters is that of the name.
        Trouble::Unreadable => (FaultKind::Unreadable, false),
    };
    let message = if names_file { error.to_string() } else { error.fault().to_string() };
    ProbeError { message, names_file, kind }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let name = escape(&path.display().to_string());
    let unreadable =
        |why: String| Failure::new(Exit::Unreadable, format!("{name}: the scenario cannot be read: {why}"));
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(unreadable("it is a folder".to_owned()));
        }
        Box::new(file)
    };
    let mut bytes = Vec::new();
    source
        .take(SCENARIO_BYTES_MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > SCENARIO_BYTES_MOST {
        let line = format!("{name}: the scenario is larger than {} MiB", SCENARIO_BYTES_MOST >> 20);
        return Err(Failure::new(Exit::Limit, line));
    }
    Ok(bytes)
}

impl Trace {
    /// Opens the recorded day for a run.
    pub(crate) fn open(&self) -> Result<Replay, Failure> {
        self.replay().map_err(|error| RecordedError::from(error).into())
    }

    fn replay(&self) -> Result<Replay, TraceError> {
        let mut replay = Replay::open(&self.path, &self.spec, &self.roles)?;
        replay.allow_users(self.most_users);
        Ok(replay)
    }

    /// Reads and checks all of it.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let mut replay = self.open()?;
        replay.run_through().map_err(|error| RecordedError::from(error).into())
    }

    /// The last row's time since the first midnight.
    fn last_us(&self) -> Result<u64, TraceError> {
        if let Some(last_us) = trace::last_record_us(&self.path, &self.spec)? {
            return Ok(last_us);
        }
        let mut replay = self.replay()?;
        replay.run_through()?;
        Ok(replay.last_us())
    }
}
