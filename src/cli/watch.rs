//! Looking on at a run for `--steps` and `--log`.

use super::log::Log;
use crate::cache::Applied;
use crate::report::StepStories;
use crate::sim::{Answered, Moment, Observer, Scene};

/// Whoever wants to look.
pub(super) struct Watch {
    pub(super) steps: Option<StepStories>,
    pub(super) log: Option<Log>,
}

impl Watch {
    /// Whether anyone does.
    pub(super) fn looks(&self) -> bool {
        self.steps.is_some() || self.log.is_some()
    }
}

impl Observer for Watch {
    fn answered(&mut self, answered: &Answered, scene: &Scene<'_>) {
        if let Some(steps) = &mut self.steps {
            steps.answered(answered, scene);
        }
        if let Some(log) = &mut self.log {
            log.answered(answered, scene);
        }
    }

    fn happened(&mut self, moment: &Moment, applied: Option<Applied>, scene: &Scene<'_>) {
        if let Some(steps) = &mut self.steps {
            steps.happened(moment, applied, scene);
        }
        if let Some(log) = &mut self.log {
            log.happened(moment, applied, scene);
        }
    }
}
