//! Rows that are put in order of time while they are read, where some come a little late.
//!
//! Rows are held until none can come any more that is earlier. Rows of one time stay in their order. Does not know why
//! rows are late, nor what they say.

use std::collections::BTreeMap;

use super::error::Located;
use super::fault::{Place, TraceFault};
use super::row_files::RowFiles;
use super::trace_row::{LeftOut, NextRow, Says, TraceRow, UserRef};
use crate::model::UserId;

/// Maximum number of rows that are held, some 100 bytes each.
const ROWS_MOST: usize = 10_000_000;

/// A row that stands for itself.
#[derive(Debug)]
pub(super) struct HeldRow {
    pub(super) epoch_us: u64,
    place: Place,
    file: u16,
    user: UserId,
    says: Result<String, Says<'static>>,
    is_host: bool,
}

impl HeldRow {
    fn of(row: &TraceRow<'_>) -> Self {
        let TraceRow { epoch_us, place, file, is_host, .. } = *row;
        let user = match row.user {
            UserRef::Number(number) => UserId::Number(number),
            UserRef::Text(text) => UserId::new(text),
        };
        Self { epoch_us, place, file, user, says: row.says.in_words().map(str::to_owned), is_host }
    }

    /// Makes sure that it changes a role, and takes a delete for a change to the lowest one.
    pub(super) fn must_change(&mut self) -> Result<(), Located> {
        match self.says {
            Err(Says::Request | Says::Set) => {
                Err(Located::of(self.place, TraceFault::NotAChange).in_nth(self.file))
            }
            Err(Says::Delete) => {
                self.says = Err(Says::Lowest);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The row.
    pub(super) fn row(&self) -> TraceRow<'_> {
        TraceRow {
            place: self.place,
            file: self.file,
            epoch_us: self.epoch_us,
            user: match &self.user {
                UserId::Number(number) => UserRef::Number(*number),
                UserId::Name(text) => UserRef::Text(text),
            },
            says: self.says.as_ref().map_or_else(|plain| *plain, |role| Says::Role(role)),
            is_host: self.is_host,
        }
    }
}

/// Rows that are held.
#[derive(Debug, Default)]
pub(super) struct RowWindow {
    /// By how much a row may be late, in microseconds.
    late_us: u64,
    /// By their times, and their places among all.
    rows: BTreeMap<(u64, u64), HeldRow>,
    count: u64,
    latest_us: u64,
    over: bool,
}

impl RowWindow {
    /// Holds rows that are late by at most this much.
    pub(super) fn new(late_us: u64) -> Self {
        Self { late_us, ..Self::default() }
    }

    /// Reads on until the first row is sure to be the next, or there is no more. Stops early at a row that is left out, and
    /// gives the reason.
    pub(super) fn fill(&mut self, files: &mut RowFiles<'_>) -> Result<Option<LeftOut>, Located> {
        while !self.over && self.next_us().is_none_or(|us| us.saturating_add(self.late_us) > self.latest_us) {
            match files.next()? {
                None => self.over = true,
                Some(NextRow::FileEnds) => {}
                Some(NextRow::LeftOut(reason)) => return Ok(Some(reason)),
                Some(NextRow::Row(row)) => {
                    if self.rows.len() >= ROWS_MOST {
                        return Err(TraceFault::TooManyRows { limit: ROWS_MOST as u64 }.into());
                    }
                    self.count += 1;
                    self.latest_us = self.latest_us.max(row.epoch_us);
                    self.rows.insert((row.epoch_us, self.count), HeldRow::of(&row));
                }
            }
        }
        Ok(None)
    }

    /// The time of the next row; `None` behind the last, once it was filled.
    pub(super) fn next_us(&self) -> Option<u64> {
        self.rows.first_key_value().map(|((us, _), _)| *us)
    }

    /// The next row.
    pub(super) fn pop(&mut self) -> Option<HeldRow> {
        self.rows.pop_first().map(|(_, row)| row)
    }
}
