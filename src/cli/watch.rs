//! Everything that looks on at a run of a command: the bar, the log lines of role changes, `--steps` and `--log`.

use super::log::Log;
use super::progress::Bar;
use crate::cache::Applied;
use crate::report::StepStories;
use crate::sim::{Answered, Callback, Moment, Observer, Scene};

/// Role changes, with their steps and times.
pub(super) type Calls = Vec<(u32, u64, Callback)>;

/// What is told of a run beyond its report.
#[derive(Default)]
pub(super) struct Watched {
    pub(super) steps: Option<StepStories>,
    pub(super) log: Option<Log>,
    pub(super) calls: Calls,
}

/// Looks on at a run.
pub(super) struct Watch<'w> {
    pub(super) bar: &'w Bar,
    pub(super) watched: &'w mut Watched,
    /// Whether role changes are wanted though no steps are narrated.
    pub(super) listens: bool,
}

impl Observer for Watch<'_> {
    fn looks(&self) -> bool {
        self.watched.steps.is_some() || self.watched.log.is_some()
    }

    fn listens(&self) -> bool {
        self.listens || self.watched.steps.is_some()
    }

    fn answered(&mut self, answered: &Answered, scene: &Scene<'_>) {
        if let Some(steps) = &mut self.watched.steps {
            steps.answered(answered, scene);
        }
        if let Some(log) = &mut self.watched.log {
            log.answered(answered, scene);
        }
    }

    fn happened(&mut self, moment: &Moment, applied: Option<Applied>, scene: &Scene<'_>) {
        if let Some(steps) = &mut self.watched.steps {
            steps.happened(moment, applied, scene);
        }
        if let Some(log) = &mut self.watched.log {
            log.happened(moment, applied, scene);
        }
    }

    fn role_changed(&mut self, step: u32, at_us: u64, callback: Callback) {
        self.watched.calls.push((step, at_us, callback));
    }

    fn reached(&mut self, at_us: u64) {
        self.bar.reached(at_us);
    }
}
