//! What the sentences of a story look up: its words, the clock, the names of roles.

use std::collections::BTreeMap;

use super::story::Story;
use crate::model::{Clock, RoleId, Roles, escape};
use crate::report::words::{Arg, Words};

/// What the lines of a story look up.
pub(super) struct Page<'p> {
    pub(super) words: Words,
    pub(super) clock: Clock,
    pub(super) roles: &'p Roles,
    pub(super) story: &'p Story,
    /// When each version was committed.
    pub(super) committed_us: BTreeMap<u64, u64>,
}

impl Page<'_> {
    /// A time with no more decimals than it needs.
    pub(super) fn time(&self, at_us: u64) -> String {
        let text = self.clock.time_of(at_us).to_string();
        if text.contains('.') { text.trim_end_matches('0').to_owned() } else { text }
    }

    /// A role's name in quotes.
    pub(super) fn role(&self, role: RoleId) -> String {
        escape(&format!("{:?}", self.roles.name(role)))
    }

    /// A message with one text in it.
    pub(super) fn with(&self, key: &str, name: &str, text: &str) -> String {
        self.words.with(key, &[(name, Arg::Text(text))])
    }

    pub(super) fn count(&self, key: &str, count: u64) -> String {
        self.words.with(key, &[("n", Arg::Count(count))])
    }

    /// The replica, where there are several.
    pub(super) fn at_replica(&self, replica: u32) -> Option<String> {
        (self.story.replicas.get() > 1).then(|| self.count("explain-replica", replica.into()))
    }
}
