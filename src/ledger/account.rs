//! The account of one cache: what its answers and its reads add up to.
//!
//! Accounts of different users add up in any order; what is measured is formed at the end.

use serde::{Deserialize, Serialize};

use super::{History, Hourly, Judgement, Tally, Terms};
use crate::cache::Row;
use crate::metrics::{HourRow, Measured};
use crate::model::{Clock, RoleId};

/// What was measured of a cache.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneOutcome {
    /// The whole day.
    pub total: Measured,
    /// The counters at each checkpoint, in their order.
    pub readings: Vec<Measured>,
    /// Hour by hour.
    pub hourly: Vec<HourRow>,
    /// A commutative hash of what every request was answered.
    pub fingerprint: u64,
}

/// An answer as the ledger takes it in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    /// The user's dense number.
    pub(crate) user: u32,
    /// When the request started, and when it was answered, in microseconds since the clock's start.
    pub(crate) start_us: u64,
    pub(crate) at_us: u64,
    /// The row that it was answered with.
    pub(crate) row: Row<RoleId>,
    /// The row that was committed when it started.
    pub(crate) truth: Row<RoleId>,
}

/// The account of a cache while its day goes on.
pub(crate) struct OpenAccount {
    /// The counters.
    pub(crate) tally: Tally,
    hours: Hourly,
    fingerprint: u64,
    /// The counters at each checkpoint: as measured, which takes little memory, or for a part of a day as counted.
    measured: Vec<Measured>,
    counted: Vec<Tally>,
    counted_bytes: u64,
    is_part: bool,
    measure_from_us: u64,
    terms: Terms,
}

impl OpenAccount {
    /// Nothing counted yet. The account of a part of the users keeps all that adding others' needs.
    pub(crate) fn new(clock: &Clock, terms: Terms, is_part: bool) -> Self {
        Self {
            tally: Tally {
                unfresh: vec![0; terms.spans.len()],
                ..if is_part { Tally::of_part() } else { Tally::default() }
            },
            hours: Hourly::new(clock),
            fingerprint: 0,
            measured: Vec::new(),
            counted: Vec::new(),
            counted_bytes: 0,
            is_part,
            measure_from_us: clock.measure_from.0 - clock.start.0,
            terms,
        }
    }

    /// Whether what begins at this instant counts.
    #[inline]
    pub(crate) fn counts(&self, at_us: u64) -> bool {
        at_us >= self.measure_from_us
    }

    /// Adds what answers add to the fingerprint.
    #[inline]
    pub(crate) fn fingerprint(&mut self, prints: impl IntoIterator<Item = u64>) {
        self.fingerprint = prints.into_iter().fold(self.fingerprint, u64::wrapping_add);
    }

    /// A request is answered; it is judged if it counts.
    #[inline]
    pub(crate) fn answered(&mut self, answer: Answer, history: &History) {
        if !self.counts(answer.start_us) {
            return;
        }
        self.tally.answered += 1;
        self.tally.latency_us.record(answer.at_us - answer.start_us);
        let judgement = Judgement::of(answer.row, answer.truth);
        if judgement != Judgement::Current {
            self.outdated(answer, judgement, history);
        }
    }

    fn outdated(&mut self, answer: Answer, judgement: Judgement, history: &History) {
        let Answer { user, start_us, row, truth, .. } = answer;
        self.tally.outdated_reads += 1;
        match judgement {
            Judgement::Current | Judgement::OutdatedAlike => return,
            Judgement::Grant => self.tally.stale_grants += 1,
            Judgement::Denial => self.tally.stale_denials += 1,
        }
        self.hours.stale(start_us, judgement == Judgement::Grant);
        for (span, unfresh) in self.terms.spans.iter().zip(&mut self.tally.unfresh) {
            let from_us = start_us.saturating_sub(span.us());
            *unfresh += u64::from(!history.was_true_since(user, row.role, truth.version, from_us));
        }
        let missed = history.oldest_missed(user, row.version);
        // A blank copy misses nothing before the first change.
        if let Some(missed) = missed.filter(|missed| missed.row.version <= truth.version) {
            self.tally.stale_age_us.record(start_us - missed.at_us);
        }
        if let Some(change) = history.latest_change(user, truth.version)
            && self.counts(change.at_us)
        {
            self.tally.exposure.charge(user, change.charged(), start_us, judgement == Judgement::Grant);
        }
    }

    /// Settles what can be, if there is much of it; all requests still to be answered started at `earliest_us()` or later.
    pub(crate) fn settle(&mut self, earliest_us: impl FnOnce() -> u64) {
        if self.tally.exposure.is_crowded() {
            self.tally.exposure.settle(earliest_us());
        }
    }

    /// The cache's size at a minute's end.
    pub(crate) fn size(&mut self, at_us: u64, entries: u64) {
        if self.counts(at_us) {
            self.tally.sizes.record(entries);
        }
    }

    /// A clock hour is over.
    pub(crate) fn hour_ends(&mut self, entries: u64) {
        self.hours.close(&self.tally, entries);
    }

    /// A request got an error that started then.
    pub(crate) fn failed(&mut self, start_us: u64) {
        if self.counts(start_us) {
            self.tally.failed += 1;
            self.hours.failed(start_us);
        }
    }

    /// A user whose role was reduced at `commit_us` asks for the first time since, at `at_us`.
    pub(crate) fn asked(&mut self, commit_us: u64, at_us: u64) {
        let in_time = at_us - commit_us <= self.terms.asked_within_us();
        self.tally.revocations_asked += u64::from(self.counts(commit_us) && in_time);
    }

    /// The counters are read, while reductions that may not have settled yet did so after `open_us`, each.
    pub(crate) fn read(&mut self, open_us: impl Iterator<Item = u64>) {
        let mut tally = self.tally.clone();
        open_us.for_each(|settled_us| tally.settled_us.record(settled_us));
        if self.is_part {
            self.counted_bytes += tally.held_bytes() + size_of::<Tally>() as u64;
            self.counted.push(tally);
        } else {
            self.counted_bytes += size_of::<Measured>() as u64;
            self.measured.push(tally.measure(&self.terms));
        }
    }

    /// How many hours it has.
    pub(crate) fn hours(&self) -> u64 {
        self.hours.len() as u64
    }

    /// The memory that its counters take, in bytes.
    pub(crate) fn held_bytes(&self) -> u64 {
        self.tally.held_bytes() + self.counted_bytes
    }

    /// The day is over; `None` if the books do not balance.
    pub(crate) fn close(self) -> Option<Account> {
        let Self { mut tally, hours, fingerprint, measured, mut counted, terms, .. } = self;
        tally.exposure.settle_all();
        counted.iter_mut().for_each(|tally| tally.exposure.settle_all());
        let hourly = hours.into_rows();
        tally.balances(0).then_some(Account { tally, terms, measured, counted, hourly, fingerprint })
    }
}

/// The account of a cache after its day, or after the day of a part of the users.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    tally: Tally,
    terms: Terms,
    #[serde(skip)]
    measured: Vec<Measured>,
    /// The counters at each checkpoint, for a part.
    counted: Vec<Tally>,
    hourly: Vec<HourRow>,
    fingerprint: u64,
}

impl Account {
    /// Adds what the same cache's account counted of other users.
    pub fn absorb(&mut self, other: &Self) {
        self.tally.absorb(&other.tally);
        self.fingerprint = self.fingerprint.wrapping_add(other.fingerprint);
        self.hourly.iter_mut().zip(&other.hourly).for_each(|(own, other)| own.absorb(other));
        self.counted.iter_mut().zip(&other.counted).for_each(|(own, other)| own.absorb(other));
    }

    /// What the counters say.
    #[must_use]
    pub fn measure(self) -> LaneOutcome {
        let Self { tally, terms, measured, counted, hourly, fingerprint } = self;
        let counted = counted.iter().map(|tally| tally.measure(&terms));
        let readings = measured.into_iter().chain(counted).collect();
        LaneOutcome { total: tally.measure(&terms), readings, hourly, fingerprint }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DayTime, HOUR_US};

    const MEASURE_FROM_US: u64 = 100;

    fn account(is_part: bool) -> OpenAccount {
        let clock =
            Clock { start: DayTime(0), end: DayTime(HOUR_US), measure_from: DayTime(MEASURE_FROM_US) };
        OpenAccount::new(&clock, Terms::default(), is_part)
    }

    /// A user whose role falls from 2 to 1 at 50, rises to 2 at 150 and falls to 0 at 200.
    fn history(user: u32) -> (History, [Row<RoleId>; 4]) {
        let mut history = History::default();
        let changes = [(2, 1, 50), (1, 2, 150), (2, 0, 200)];
        let rows = changes.map(|(before, role, at_us)| {
            history.commit(user, RoleId(role), RoleId(before), at_us, at_us).row
        });
        let first = Row { role: RoleId(2), version: crate::cache::Version(0) };
        (history, [first, rows[0], rows[1], rows[2]])
    }

    /// Answers a request of the user with one of the rows while another one is the truth.
    fn answer(account: &mut OpenAccount, user: u32, start_us: u64, row: usize, truth: usize) {
        let (history, rows) = history(user);
        account.tally.hits += 1;
        let (row, truth) = (rows[row], rows[truth]);
        account.answered(Answer { user, start_us, at_us: start_us + 3, row, truth }, &history);
    }

    #[test]
    fn what_starts_before_the_measuring_is_not_counted() {
        let mut account = account(false);
        answer(&mut account, 7, MEASURE_FROM_US - 1, 0, 1);
        assert_eq!((account.tally.answered, account.tally.outdated_reads), (0, 0));
        answer(&mut account, 7, MEASURE_FROM_US, 0, 1);
        assert_eq!((account.tally.answered, account.tally.stale_grants), (1, 1));
        // Its change was committed before the measuring: the answer is stale, and no change is charged with it.
        assert_eq!(account.tally.exposure.changes(), 0);
    }

    #[test]
    fn an_old_row_of_the_true_role_is_outdated_and_not_stale() {
        let mut account = account(false);
        answer(&mut account, 7, 160, 0, 2);
        let tally = &account.tally;
        assert_eq!((tally.outdated_reads, tally.stale_reads(), tally.exposure.changes()), (1, 0, 0));
    }

    #[test]
    fn a_stale_answer_is_as_old_as_the_oldest_change_it_missed() {
        let mut account = account(false);
        answer(&mut account, 7, 260, 0, 3);
        assert_eq!(account.tally.stale_age_us.percentile(100), Some(210));
        // The latest change that the request could know is charged: the fall at 200.
        assert_eq!(account.tally.exposure.changes(), 1);
        account.tally.exposure.reduced();
        assert_eq!(account.tally.exposure.windows().1, 60);
    }

    #[test]
    fn a_denial_exposes_a_change_and_opens_no_window() {
        let mut account = account(false);
        answer(&mut account, 7, 160, 1, 2);
        assert_eq!((account.tally.stale_denials, account.tally.exposure.changes()), (1, 1));
        assert_eq!(account.tally.exposure.revocations(), 0);
    }

    #[test]
    fn an_account_whose_books_do_not_balance_is_not_closed() {
        let mut account = account(false);
        account.tally.loads += 1;
        assert!(account.close().is_none());
    }

    #[test]
    fn accounts_of_two_users_add_up_to_one_of_both() {
        let users = [(7, 160, 1, 2), (9, 260, 0, 3)];
        let of = |is_part, users: &[(u32, u64, usize, usize)]| {
            let mut account = account(is_part);
            users.iter().for_each(|(user, start_us, row, truth)| {
                account.tally.exposure.reduced();
                answer(&mut account, *user, *start_us, *row, *truth);
                account.fingerprint([u64::MAX - u64::from(*user)]);
            });
            account.read(std::iter::empty());
            account.hour_ends(0);
            account.close().unwrap()
        };
        let (first, second) = (of(true, &users[..1]), of(true, &users[1..]));
        let (mut one, mut other) = (first.clone(), second.clone());
        one.absorb(&second);
        other.absorb(&first);
        let whole = of(false, &users).measure();
        assert_eq!(one.measure(), whole);
        assert_eq!(other.measure(), whole);
    }
}
