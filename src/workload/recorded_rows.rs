//! Rows of a recorded day as they are handed on: a column for each thing that a row says.
//!
//! Nearly all rows are requests, so only the others are marked. Does not know where rows come from.

use std::ops::Range;

use super::users::Users;
use crate::model::RoleId;

/// What a row of a recorded day says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// The user asks.
    Request,
    /// The user has this role from now on.
    Change(RoleId),
    /// The user has another role from now on: the highest who has the lowest, and the lowest who has any other.
    Other,
}

/// Rows of a recorded day, in order of time.
#[derive(Clone, Debug, Default)]
pub struct RecordedRows {
    /// Microseconds since the first midnight.
    at_us: Vec<u64>,
    /// The same as instants, each with how many rows on end are at it.
    moments: Vec<(u64, usize)>,
    users: Vec<u32>,
    /// The users' [words](Users::word), which are at hand where ids are read.
    words: Vec<u64>,
    /// The places of rows that are no requests, in order, and what those say.
    others: Vec<(usize, RowKind)>,
}

impl RecordedRows {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.at_us.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.at_us.is_empty()
    }

    /// Removes all.
    pub fn clear(&mut self) {
        self.at_us.clear();
        self.moments.clear();
        self.users.clear();
        self.words.clear();
        self.others.clear();
    }

    /// Appends a row of a user who is known.
    pub fn push(&mut self, at_us: u64, user: u32, kind: RowKind, users: &Users) {
        self.push_unnamed(at_us, kind);
        self.name(self.len() - 1, user, users.word(user));
    }

    /// Appends requests of users whose ids are these numbers: at each of these times, the given number of them.
    pub fn extend_requests(
        &mut self,
        times: impl IntoIterator<Item = (u64, usize)>,
        ids: impl IntoIterator<Item = u64>,
        users: &mut Users,
    ) {
        for (at_us, count) in times {
            self.add_moment(at_us, count);
        }
        let known = self.words.len();
        self.words.extend(ids);
        users.intern_numbers(&self.words[known..], &mut self.users);
        debug_assert_eq!((self.users.len(), self.words.len()), (self.len(), self.len()));
    }

    /// Appends a row whose user is to be [named](Self::name).
    pub(crate) fn push_unnamed(&mut self, at_us: u64, kind: RowKind) {
        if kind != RowKind::Request {
            self.others.push((self.len(), kind));
        }
        self.add_moment(at_us, 1);
        self.users.push(0);
        self.words.push(0);
    }

    fn add_moment(&mut self, at_us: u64, count: usize) {
        self.at_us.resize(self.at_us.len() + count, at_us);
        match self.moments.last_mut() {
            Some((last_us, so_far)) if *last_us == at_us => *so_far += count,
            _ => self.moments.push((at_us, count)),
        }
    }

    /// Sets the user of a row.
    pub(crate) fn name(&mut self, place: usize, user: u32, word: u64) {
        (self.users[place], self.words[place]) = (user, word);
    }

    /// Their times.
    #[must_use]
    pub fn at_us(&self) -> &[u64] {
        &self.at_us
    }

    /// The same as instants, each with how many rows on end are at it.
    #[must_use]
    pub fn moments(&self) -> &[(u64, usize)] {
        &self.moments
    }

    /// Their users.
    #[must_use]
    pub fn users(&self) -> &[u32] {
        &self.users
    }

    /// Their users' [words](Users::word).
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Those that are no requests.
    #[must_use]
    pub fn others(&self) -> &[(usize, RowKind)] {
        &self.others
    }

    /// What a row says.
    #[must_use]
    pub fn kind(&self, place: usize) -> RowKind {
        let found = self.others.binary_search_by_key(&place, |(place, _)| *place);
        found.map_or(RowKind::Request, |index| self.others[index].1)
    }

    /// The requests that lie ahead from a place on, before an instant, and at most `most`.
    pub(super) fn requests(&self, from: usize, before_us: u64, most: usize) -> Range<usize> {
        let next = self.others.partition_point(|(place, _)| *place < from);
        let other = self.others.get(next).map_or(self.len(), |(place, _)| *place);
        let end = other.min(from.saturating_add(most));
        from..from + before(&self.at_us[from..end], before_us, |at_us| *at_us)
    }

    /// Removes those that lie outside a stretch of time.
    pub(super) fn cut(&mut self, within_us: Range<u64>) {
        let place = |us: u64| before(&self.at_us, us, |at_us| *at_us);
        let (start, end) = (place(within_us.start), place(within_us.end));
        self.others.retain(|(place, _)| (start..end).contains(place));
        self.others.iter_mut().for_each(|(place, _)| *place -= start);
        self.at_us = self.at_us[start..end].to_vec();
        self.moments = self.at_us.chunk_by(u64::eq).map(|alike| (alike[0], alike.len())).collect();
        self.users = self.users[start..end].to_vec();
        self.words = self.words[start..end].to_vec();
    }
}

/// How many of what is sorted by time come before an instant.
pub(super) fn before<T>(sorted: &[T], end_us: u64, at_us: impl Fn(&T) -> u64) -> usize {
    match sorted.last() {
        Some(last) if at_us(last) < end_us => sorted.len(),
        _ => sorted.partition_point(|one| at_us(one) < end_us),
    }
}
