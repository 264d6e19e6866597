//! What became of the rows of a recorded day, and what is odd about them, in words.

use super::words::{Arg, Words};
use crate::model::OddBeginning;

/// What became of the rows of a recorded day: each is used or left out for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// All of them.
    pub rows: u64,
    /// Those that were replayed.
    pub used: u64,
    /// Those outside the clock.
    pub outside_clock: u64,
    /// Sets that were left out.
    pub sets: u64,
    /// Deletes that were left out.
    pub deletes: u64,
    /// Those that neither ask nor write.
    pub neither: u64,
    /// Those without a user that were left out.
    pub no_user: u64,
    /// Those with none of the values that are kept.
    pub filtered: u64,
    /// Those without a user, whose host was taken for one.
    pub hosts: u64,
    /// Those that name the role that a user gets, but for those of a file of role changes.
    pub named: u64,
    /// That the first one is of another time than ours; `None` if it is not.
    pub odd_beginning: Option<OddBeginning>,
}

impl Replayed {
    /// All of it in a line, for those who watch.
    #[must_use]
    pub fn line(&self, words: &Words) -> String {
        let gaps = [("rows", Arg::Count(self.rows)), ("used", Arg::Count(self.used))];
        let mut line = words.with("replayed-rows", &gaps);
        for (key, count) in [
            ("replayed-outside-clock", self.outside_clock),
            ("replayed-sets", self.sets),
            ("replayed-deletes", self.deletes),
            ("replayed-neither", self.neither),
            ("replayed-no-user", self.no_user),
            ("replayed-filtered", self.filtered),
        ] {
            if count > 0 {
                line.push_str(&words.with(key, &[("n", Arg::Count(count))]));
            }
        }
        line
    }

    /// What may show that the day was misread, a line each. `of` begins each line, to say which scenario it is about.
    #[must_use]
    pub fn doubts(&self, of: &str, words: &Words) -> Vec<String> {
        let of = ("of", Arg::Text(of));
        let hosts = (self.hosts > 0).then(|| {
            words.with("doubt-hosts", &[of, ("n", Arg::Count(self.hosts)), ("rows", Arg::Count(self.rows))])
        });
        let changes = || {
            let (n, rows) = (("n", Arg::Count(self.named)), ("rows", Arg::Count(self.rows)));
            match self.named {
                0 => None,
                named if named == self.rows => Some(words.with("doubt-role-changes", &[of, rows])),
                // Roles change seldom: more such rows than others are those of something else.
                named if named > self.rows / 2 => Some(words.with("doubt-many-role-changes", &[of, n, rows])),
                _ => None,
            }
        };
        let beginning = self.odd_beginning.as_ref().map(|OddBeginning { date, unit, likely }| {
            let gaps = [of, ("date", Arg::Text(date)), ("unit", Arg::Text(unit.name()))];
            match likely {
                None => words.with("doubt-beginning", &gaps),
                Some(likely) => {
                    let likely = ("likely", Arg::Text(likely.name()));
                    words.with("doubt-unit", &[&gaps[..], &[likely]].concat())
                }
            }
        });
        hosts.into_iter().chain(changes()).chain(beginning).collect()
    }

    /// How many were left out, by reason; the reasons that a scenario asks for only if there were any.
    #[must_use]
    pub fn skipped(&self) -> Vec<(&'static str, u64)> {
        let always = [
            ("outside_clock", self.outside_clock),
            ("sets", self.sets),
            ("deletes", self.deletes),
            ("neither_asks_nor_writes", self.neither),
        ];
        // Only where a scenario asks for it.
        let asked = [("no_user", self.no_user), ("filtered", self.filtered)];
        always.into_iter().chain(asked.into_iter().filter(|(_, count)| *count > 0)).collect()
    }
}
