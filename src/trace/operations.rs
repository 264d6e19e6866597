//! What the words of a column of operations mean.
//!
//! The words are those of memcached, of CacheLib's and Twitter's traces, and of rolesim's own scripts; upper and lower
//! case are one. Does not know what becomes of a row.

/// What an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// Asks.
    Read,
    /// Writes something.
    Write,
    /// Takes it away.
    Delete,
    /// Writes the role of the row.
    SetRole,
    /// Gives the highest role.
    Raise,
    /// Gives the lowest role.
    Lower,
    /// Neither asks nor writes.
    Neither,
}

const WORDS: [(&str, Op); 34] = [
    ("get", Op::Read),
    ("gets", Op::Read),
    ("get_lease", Op::Read),
    ("mget", Op::Read),
    ("gat", Op::Read),
    ("gats", Op::Read),
    ("read", Op::Read),
    ("lookup", Op::Read),
    ("request", Op::Read),
    ("get_role", Op::Read),
    ("set", Op::Write),
    ("set_lease", Op::Write),
    ("add", Op::Write),
    ("replace", Op::Write),
    ("cas", Op::Write),
    ("append", Op::Write),
    ("prepend", Op::Write),
    ("incr", Op::Write),
    ("decr", Op::Write),
    ("put", Op::Write),
    ("write", Op::Write),
    ("update", Op::Write),
    ("insert", Op::Write),
    ("upsert", Op::Write),
    ("delete", Op::Delete),
    ("del", Op::Delete),
    ("remove", Op::Delete),
    ("delete_lease", Op::Delete),
    ("set_role", Op::SetRole),
    ("add_admin", Op::Raise),
    ("remove_admin", Op::Lower),
    ("touch", Op::Neither),
    ("nop", Op::Neither),
    ("stats", Op::Neither),
];

impl Op {
    /// The operation with this name.
    pub(super) fn of(word: &[u8]) -> Option<Self> {
        let same = |(name, op): &(&str, Self)| word.eq_ignore_ascii_case(name.as_bytes()).then_some(*op);
        WORDS.iter().find_map(same)
    }

    /// The names of all.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(name, _)| *name)
    }
}
