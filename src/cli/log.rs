//! The log of a run: one JSON line for each request, in the order of the answers, and for each role change.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::failure::Failure;
use super::output::{Pending, Whole, unwritable};
use super::packed_writer::PackedWriter;
use crate::cache::Applied;
use crate::model::{Clock, Day, Roles, escape_json};
use crate::sim::{Answered, Moment, MomentKind, Observer, RequestOutcome, Scene};
use crate::trace::Packing;

/// A line of the log.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line<'l> {
    Request {
        at: String,
        at_us: u64,
        answered: String,
        answered_us: u64,
        user: String,
        outcome: &'static str,
        role: Option<&'l str>,
        version: Option<u64>,
        true_role: &'l str,
        true_version: u64,
        stale: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        replica: Option<u32>,
    },
    RoleChange {
        at: String,
        at_us: u64,
        user: String,
        role: &'l str,
        version: u64,
        event: bool,
        lost: bool,
    },
    Event {
        at: String,
        at_us: u64,
        user: String,
        role: &'l str,
        version: u64,
        outcome: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        replica: Option<u32>,
    },
}

/// A log on its way to a file.
pub(super) struct Log {
    out: PackedWriter<BufWriter<Pending>>,
    /// The file, as it was typed.
    path: PathBuf,
    roles: Roles,
    clock: Clock,
    /// Whether lines name the replica, of which there are several.
    replicated: bool,
    error: Option<io::Error>,
}

impl Log {
    /// A log that goes into this file, compressed as its name says.
    ///
    /// # Errors
    /// When nothing can be compressed.
    pub(super) fn new(file: Pending, path: &Path, day: &Day, replicas: u32) -> Result<Self, Failure> {
        let packing = Packing::of_name(&path.to_string_lossy());
        let out =
            PackedWriter::new(packing, BufWriter::new(file)).map_err(|error| unwritable(path, error))?;
        Ok(Self {
            out,
            path: path.to_owned(),
            roles: day.roles.clone(),
            clock: day.clock,
            replicated: replicas > 1,
            error: None,
        })
    }

    fn write(out: &mut impl Write, error: &mut Option<io::Error>, line: &Line<'_>) {
        if error.is_some() {
            return;
        }
        let written = serde_json::to_string(line).map_err(io::Error::from);
        if let Err(failed) = written.and_then(|text| writeln!(out, "{}", escape_json(&text))) {
            *error = Some(failed);
        }
    }

    /// Writes what is left of it.
    pub(super) fn finish(self) -> Result<Whole, Failure> {
        let Self { out, path, error, .. } = self;
        let unwritable = |error| unwritable(&path, error);
        if let Some(error) = error {
            return Err(unwritable(error));
        }
        let out = out.finish().map_err(unwritable)?;
        out.into_inner().map_err(|failed| unwritable(failed.into_error()))?.complete(&[])
    }
}

impl Observer for Log {
    fn answered(&mut self, answered: &Answered, scene: &Scene<'_>) {
        let Self { out, roles, clock, error, replicated, .. } = self;
        let Answered { request, replica, outcome, row, truth, at_us, .. } = answered;
        let outcome = match outcome {
            RequestOutcome::Hit => "hit",
            RequestOutcome::Load => "load",
            RequestOutcome::Coalesced => "coalesced",
            RequestOutcome::Failed => "failed",
        };
        let line = Line::Request {
            at: clock.time_of(request.at_us).to_string(),
            at_us: request.at_us,
            answered: clock.time_of(*at_us).to_string(),
            answered_us: *at_us,
            user: scene.users.id(request.user).to_string(),
            outcome,
            role: row.map(|row| roles.name(row.role)),
            version: row.map(|row| row.version.0),
            true_role: roles.name(truth.role),
            true_version: truth.version.0,
            stale: answered.is_stale(),
            replica: replicated.then_some(*replica),
        };
        Self::write(out, error, &line);
    }

    fn happened(&mut self, moment: &Moment, applied: Option<Applied>, scene: &Scene<'_>) {
        let Self { out, roles, clock, error, replicated, .. } = self;
        let at = clock.time_of(moment.at_us).to_string();
        let line = match moment.kind {
            MomentKind::Committed { user, row, event, lost, .. } => Line::RoleChange {
                at,
                at_us: moment.at_us,
                user: scene.users.id(user).to_string(),
                role: roles.name(row.role),
                version: row.version.0,
                event,
                lost: lost > 0,
            },
            MomentKind::Delivered(event) => Line::Event {
                at,
                at_us: moment.at_us,
                user: scene.users.id(event.user).to_string(),
                role: roles.name(event.row.role),
                version: event.row.version.0,
                outcome: match applied {
                    _ if applied.is_some() && event.fails => "failed",
                    Some(Applied::Written) => "written",
                    Some(Applied::Unwritten) => "unwritten",
                    Some(Applied::Older) => "rejected",
                    None => "unheard",
                },
                replica: replicated.then_some(event.replica),
            },
            _ => return,
        };
        Self::write(out, error, &line);
    }
}
