//! What the words of a column of operations mean.
//!
//! The words are those of memcached, of CacheLib's and Twitter's traces, and of rolesim's own scripts; upper and lower
//! case are one. A scenario may name others in their place. Does not know what becomes of a row.

use std::borrow::Cow;

use crate::model::Operation;

const WORDS: [(&str, Operation); 34] = [
    ("get", Operation::Read),
    ("gets", Operation::Read),
    ("get_lease", Operation::Read),
    ("mget", Operation::Read),
    ("gat", Operation::Read),
    ("gats", Operation::Read),
    ("read", Operation::Read),
    ("lookup", Operation::Read),
    ("request", Operation::Read),
    ("get_role", Operation::Read),
    ("set", Operation::Write),
    ("set_lease", Operation::Write),
    ("add", Operation::Write),
    ("replace", Operation::Write),
    ("cas", Operation::Write),
    ("append", Operation::Write),
    ("prepend", Operation::Write),
    ("incr", Operation::Write),
    ("decr", Operation::Write),
    ("put", Operation::Write),
    ("write", Operation::Write),
    ("update", Operation::Write),
    ("insert", Operation::Write),
    ("upsert", Operation::Write),
    ("delete", Operation::Delete),
    ("del", Operation::Delete),
    ("remove", Operation::Delete),
    ("delete_lease", Operation::Delete),
    ("set_role", Operation::SetRole),
    ("add_admin", Operation::Raise),
    ("remove_admin", Operation::Lower),
    ("touch", Operation::Neither),
    ("nop", Operation::Neither),
    ("stats", Operation::Neither),
];

/// The words that a trace's operations have.
#[derive(Clone, Debug)]
pub(super) struct Operations(Vec<(Cow<'static, str>, Operation)>);

impl Operations {
    /// These words alone, or the usual ones if there are none.
    pub(super) fn new(own: &[(String, Operation)]) -> Self {
        let usual = || WORDS.iter().map(|(word, operation)| (Cow::Borrowed(*word), *operation)).collect();
        let own: Vec<_> =
            own.iter().map(|(word, operation)| (Cow::Owned(word.clone()), *operation)).collect();
        Self(if own.is_empty() { usual() } else { own })
    }

    /// The operation with this name.
    pub(super) fn find(&self, word: &[u8]) -> Option<Operation> {
        let same = |(name, _): &&(Cow<'_, str>, Operation)| word.eq_ignore_ascii_case(name.as_bytes());
        self.0.iter().find(same).map(|(_, operation)| *operation)
    }

    /// The names of all.
    pub(super) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_ref()).collect()
    }
}
