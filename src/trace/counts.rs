//! What becomes of the rows of a recorded day, counted.

use super::trace_row::{LeftOut, Says, TraceRow};
use crate::model::{Sets, TraceSpec};

/// What became of the rows so far. Rows outside the clock are not known here, and are among the used ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All rows.
    pub rows: u64,
    /// Rows that ask.
    pub requests: u64,
    /// Rows that change a role.
    pub changes: u64,
    /// Those of the role changes that name the role, and are not of a file of role changes.
    pub named: u64,
    /// Sets that were left out.
    pub sets: u64,
    /// Deletes that were left out.
    pub deletes: u64,
    /// Rows that were left out because they neither ask nor write.
    pub neither: u64,
    /// Rows that were left out because they have no user.
    pub no_user: u64,
    /// Rows that were left out because a column has none of the values that are kept.
    pub filtered: u64,
    /// Rows without a user, whose host was taken for one.
    pub hosts: u64,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Request,
    Change,
    LeftOut,
}

impl Counts {
    /// Counts a row that is left out before anybody looks at what it says.
    pub(super) fn leave_out(&mut self, reason: LeftOut) {
        self.rows += 1;
        match reason {
            LeftOut::NoUser => self.no_user += 1,
            LeftOut::Filtered => self.filtered += 1,
            LeftOut::Neither => self.neither += 1,
        }
    }

    /// Counts a row, and says what becomes of it.
    pub(super) fn add(&mut self, row: &TraceRow<'_>, spec: &TraceSpec) -> Fate {
        let sets = spec.sets;
        self.rows += 1;
        self.hosts += u64::from(row.is_host);
        let (count, fate) = match (row.says, sets) {
            (Says::Request, _) => (&mut self.requests, Fate::Request),
            (Says::Set, Sets::Ignore) => (&mut self.sets, Fate::LeftOut),
            (Says::Delete, Sets::Ignore) => (&mut self.deletes, Fate::LeftOut),
            (Says::Neither, _) => (&mut self.neither, Fate::LeftOut),
            (says, _) => {
                let is_own = usize::from(row.file) < spec.files.len() && spec.format.has_operations();
                self.named += u64::from(is_own && matches!(says, Says::Role(_)));
                (&mut self.changes, Fate::Change)
            }
        };
        *count += 1;
        fate
    }
}
