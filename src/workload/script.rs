//! The script, unrolled: each repetition of a request and each action at its instant.

use super::users::Users;
use crate::model::{Action, Day};

/// Marks a scripted item that is not a request.
pub const NO_USER: u32 = u32::MAX;

/// One scripted request, or one action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scripted {
    /// When, in microseconds since the clock's start.
    pub at_us: u64,
    /// Which step of the file, from 0.
    pub step: u32,
    /// The user who asks, or [`NO_USER`] if the step is not a request.
    pub user: u32,
}

/// Unrolls the script into the order in which it happens: by time, then by the step's place in the file,
/// then by round, then by place within the set.
pub(super) fn compile(day: &Day, users: &mut Users) -> Vec<Scripted> {
    let mut script = Vec::new();
    for (index, step) in day.script.iter().enumerate() {
        let (start_us, step_number) = (step.at.0 - day.clock.start.0, index as u32);
        match &step.action {
            Action::Request { users: set, count, spacing } => {
                let set: Vec<u32> = set.iter().map(|id| users.intern(&id)).collect();
                for round in 0..*count {
                    let at_us = start_us + spacing.offset_us(round, *count);
                    script.extend(set.iter().map(|user| Scripted { at_us, step: step_number, user: *user }));
                }
            }
            _ => script.push(Scripted { at_us: start_us, step: step_number, user: NO_USER }),
        }
    }
    script.sort_by_key(|item| (item.at_us, item.step));
    script
}
