//! Sets of users as runs of numbers, so that a thousand million million ids cost no more than two.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{IdRange, IdSet, UserId};

/// Users; numbers as runs that don't touch each other's insides.
#[derive(Clone, Debug, Default)]
pub(super) struct Cover {
    /// From the first number of each run to its last.
    runs: BTreeMap<u64, u64>,
    names: BTreeSet<Box<str>>,
}

impl Cover {
    pub(super) fn of(set: &IdSet) -> Self {
        let mut cover = Self::default();
        cover.add_set(set);
        cover
    }

    pub(super) fn add_set(&mut self, set: &IdSet) {
        set.0.iter().for_each(|range| self.add(range));
    }

    pub(super) fn add(&mut self, range: &IdRange) {
        match range {
            IdRange::One(UserId::Name(name)) => {
                self.names.insert(name.clone());
            }
            IdRange::One(UserId::Number(number)) => self.add_run(*number, *number),
            IdRange::Numbers(from, to) => self.add_run(*from, *to),
        }
    }

    pub(super) fn add_user(&mut self, user: &UserId) {
        self.add(&IdRange::One(user.clone()));
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        other.runs.iter().for_each(|(from, to)| self.add_run(*from, *to));
        self.names.extend(other.names.iter().cloned());
    }

    fn add_run(&mut self, mut from: u64, mut to: u64) {
        while let Some((first, last)) = self.run_within(from, to) {
            self.runs.remove(&first);
            (from, to) = (from.min(first), to.max(last));
        }
        self.runs.insert(from, to);
    }

    /// A run that shares a number with `from..=to`.
    fn run_within(&self, from: u64, to: u64) -> Option<(u64, u64)> {
        let (first, last) = self.runs.range(..=to).next_back()?;
        (*last >= from).then_some((*first, *last))
    }

    /// A user of the range who is here already.
    pub(super) fn common(&self, range: &IdRange) -> Option<UserId> {
        match range {
            IdRange::One(UserId::Name(name)) => self.names.contains(name).then(|| UserId::Name(name.clone())),
            IdRange::One(UserId::Number(number)) => self.common_number(*number, *number),
            IdRange::Numbers(from, to) => self.common_number(*from, *to),
        }
    }

    fn common_number(&self, from: u64, to: u64) -> Option<UserId> {
        self.run_within(from, to).map(|(first, _)| UserId::Number(first.max(from)))
    }

    pub(super) fn contains(&self, user: &UserId) -> bool {
        self.common(&IdRange::One(user.clone())).is_some()
    }

    /// How many users it holds; saturating.
    pub(super) fn len(&self) -> u64 {
        self.runs
            .iter()
            .map(|(from, to)| (to - from).saturating_add(1))
            .fold(self.names.len() as u64, u64::saturating_add)
    }

    /// How many users both hold; saturating.
    pub(super) fn shared(&self, other: &Self) -> u64 {
        let names = self.names.intersection(&other.names).count() as u64;
        let mut shared = names;
        for (from, to) in &self.runs {
            let before = other.runs.range(..=from).next_back();
            let inside = other.runs.range(from..).skip_while(|(first, _)| *first == from);
            for (first, last) in before.into_iter().chain(inside.take_while(|(first, _)| *first <= to)) {
                let (low, high) = (*from.max(first), *to.min(last));
                if low <= high {
                    shared = shared.saturating_add((high - low).saturating_add(1));
                }
            }
        }
        shared
    }

    /// The first this many whole numbers from 1 that are not here.
    pub(super) fn first_free(&self, mut count: u64) -> Self {
        let mut free = Self::default();
        let mut next = 1u64;
        let runs = self.runs.iter().map(|(from, to)| (*from, *to)).chain([(u64::MAX, u64::MAX)]);
        for (from, to) in runs {
            let room = from.saturating_sub(next).min(count);
            if room > 0 {
                free.runs.insert(next, next + (room - 1));
                count -= room;
            }
            next = next.max(to.saturating_add(1));
            if count == 0 {
                break;
            }
        }
        free
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn cover(ranges: &[&str]) -> Cover {
        Cover::of(&IdSet(ranges.iter().map(|text| IdRange::parse(text).unwrap()).collect()))
    }

    #[test]
    fn sets_are_counted_and_compared_without_being_written_out() {
        for (one, other, len, shared) in [
            (vec!["1..=10"], vec!["5..=7", "9..=30"], 10, 5),
            (vec!["1..=10", "5..=20"], vec!["20", "21", "alice"], 20, 1),
            (vec!["alice", "bob"], vec!["bob"], 2, 1),
            (vec!["5..=7", "9..=30"], vec!["1..=10"], 25, 5),
            (vec!["3"], vec!["3"], 1, 1),
            (vec!["1..=1000000000000000000"], vec!["7..=8", "10..=10"], 1_000_000_000_000_000_000, 3),
            (vec!["0..=18446744073709551615"], vec!["0..=18446744073709551615"], u64::MAX, u64::MAX),
        ] {
            let (one, other) = (cover(&one), cover(&other));
            assert_eq!((one.len(), one.shared(&other), other.shared(&one)), (len, shared, shared));
        }
    }

    #[test]
    fn the_first_free_ids_step_over_those_that_are_taken() {
        let free = cover(&["2..=3", "5", "alice"]).first_free(4);
        for (id, is_free) in [(1, true), (2, false), (4, true), (5, false), (6, true), (7, true), (8, false)]
        {
            assert_eq!(free.contains(&UserId::Number(id)), is_free, "{id}");
        }
        assert_eq!(cover(&[]).first_free(u64::MAX).len(), u64::MAX - 1);
    }

    #[test]
    fn a_common_user_is_found() {
        let cover = cover(&["10..=20", "alice"]);
        for (range, common) in [
            ("1..=9", None),
            ("5..=12", Some("10")),
            ("15", Some("15")),
            ("20..=30", Some("20")),
            ("alice", Some("alice")),
        ] {
            assert_eq!(
                cover.common(&IdRange::parse(range).unwrap()).map(|id| id.to_string()).as_deref(),
                common
            );
        }
    }
}
