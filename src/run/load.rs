//! From a path to a scenario: files, standard input, and the trace beside them.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::exit::{Exit, Failure};
use crate::model::TraceSpec;
use crate::model::escape;
use crate::scenario::{self, Fault, Faults, Limits, Place, ProbeError, Scenario};
use crate::sim::SimError;
use crate::trace::{self, Scan, TraceError};
use crate::workload::{Recorded as Rows, RecordedError, RecordedRow, RowKind, Trouble, Users};

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

/// A recorded day that was found to be right.
pub(crate) struct Trace {
    path: PathBuf,
    spec: TraceSpec,
    pub(crate) scan: Scan,
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

/// Reads a scenario, patches it and decodes it; a trace that it names is checked row by row.
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
    let mut probe = |spec: &TraceSpec| {
        let path = folder.join(&spec.file);
        let scan = trace::scan(&path, spec).map_err(|error| ProbeError {
            message: error.fault().to_string(),
            line: error.line(),
            unreadable: error.is_unreadable(),
        })?;
        let recorded = scenario::Recorded { last_us: scan.last_us, digest: scan.digest.clone() };
        trace = Some(Trace { path, spec: spec.clone(), scan });
        Ok(recorded)
    };
    let scenario = scenario::decode_within(&node, name, limits, &mut probe)?;
    let drawn = node.get("role_changes").map_or(Place::START, |node| node.place.clone());
    // A fault's own form, with nothing to say yet.
    let drawn = format!("{}:{}", escape(name), Fault::new(drawn, "role_changes", ""));
    let drawn = drawn.trim_end_matches(": ").to_owned();
    Ok(Loaded { scenario, trace, drawn })
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
    pub(crate) fn open(&self) -> Result<TraceRows, Failure> {
        let reader = trace::Reader::open(&self.path, &self.spec, &self.scan).map_err(failure)?;
        Ok(TraceRows(reader))
    }
}

fn failure(error: TraceError) -> Failure {
    let exit = if error.is_unreadable() { Exit::Unreadable } else { Exit::Wrong };
    Failure::new(exit, error.to_string())
}

/// The rows of a trace, as the workload wants them.
pub(crate) struct TraceRows(trace::Reader);

/// Rows that are read at once.
const ROWS_AT_ONCE: usize = 4096;

impl Rows for TraceRows {
    fn next_rows(&mut self, users: &mut Users, rows: &mut Vec<RecordedRow>) -> Result<(), RecordedError> {
        while rows.len() < ROWS_AT_ONCE {
            match self.0.next_row() {
                Ok(Some(row)) => {
                    let user = users.intern_text(row.user);
                    rows.push(RecordedRow { at_us: row.at_us, user, kind: RowKind::Request });
                }
                Ok(None) => break,
                Err(error) => {
                    let trouble = if error.is_unreadable() { Trouble::Unreadable } else { Trouble::Content };
                    return Err(RecordedError { message: error.to_string(), trouble });
                }
            }
        }
        Ok(())
    }
}
