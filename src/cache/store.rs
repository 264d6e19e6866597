//! What a state machine needs of the place where its entries are, and the place for users of any kind.
//!
//! A store knows nothing of what versions mean, nor of fetches; it hands back what it removes.

use std::hash::{BuildHasher, Hash};
use std::num::NonZeroUsize;

use super::entries::{Entries, Entry};
use super::{Row, Timestamp, Version};

/// Where a [`Core`](super::Core) keeps its entries: the users' rows and the ends of their lives.
pub trait Store<U, R> {
    /// The version of the user's row and the end of its life, whether it has expired or not. It does not count as a use.
    fn known(&self, user: &U) -> Option<(Version, Timestamp)>;

    /// The user's row and the end of its life, whether it has expired or not. It does not count as a use.
    fn kept(&self, user: &U) -> Option<(Row<R>, Timestamp)>;

    /// The user's row, unless it has expired. That is a use of it.
    fn use_at(&mut self, user: &U, now: Timestamp) -> Option<Row<R>>;

    /// Gives the user's entry, if there is one, another end of its life. It does not count as a use.
    fn prolong(&mut self, user: &U, expires: Timestamp);

    /// Writes an entry, which is a use; gives the version of what had to go for it.
    fn insert(&mut self, user: U, row: Row<R>, expires: Timestamp) -> Option<Version>;

    /// Removes the user's entry; gives its version.
    fn remove(&mut self, user: &U) -> Option<Version>;

    /// Removes all entries that have expired; `removed` is told their versions.
    fn expire(&mut self, now: Timestamp, removed: impl FnMut(Version));

    /// Removes all entries; gives the newest version, the unknown one where there was none.
    fn clear(&mut self) -> Version;

    /// How many entries there are.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Entries by the hash of the user, with or without a bound.
#[derive(Debug)]
pub struct Hashed<U, R, S>(Entries<U, R, S>);

impl<U: Eq + Hash + Clone, R, S: BuildHasher> Hashed<U, R, S> {
    /// An empty store; with a capacity, the least recently used entry goes first.
    pub fn new(capacity: Option<NonZeroUsize>, hasher: S) -> Self {
        Self(Entries::new(capacity, hasher))
    }

    /// The row itself, where [`use_at`](Store::use_at) gives a copy.
    #[inline(always)]
    pub(super) fn use_row(&mut self, user: &U, now: Timestamp) -> Option<&Row<R>> {
        self.0.use_at(user, now).map(|entry| &entry.row)
    }

    /// The user's row, whether it has expired or not. That does not count as an access.
    #[inline]
    pub fn peek(&self, user: &U) -> Option<&Row<R>> {
        self.0.peek(user).map(|entry| &entry.row)
    }

    /// The user whose entry had to go last for another's, told once.
    #[cfg(feature = "sim")]
    pub(crate) fn evicted(&mut self) -> Option<U> {
        self.0.evicted()
    }

    /// All users and their rows, in no particular order.
    pub fn rows(&self) -> impl Iterator<Item = (&U, &Row<R>)> {
        self.0.iter().map(|(user, entry)| (user, &entry.row))
    }
}

impl<U: Eq + Hash + Clone, R: Clone, S: BuildHasher> Store<U, R> for Hashed<U, R, S> {
    fn known(&self, user: &U) -> Option<(Version, Timestamp)> {
        self.0.peek(user).map(|entry| (entry.row.version, entry.expires))
    }

    fn kept(&self, user: &U) -> Option<(Row<R>, Timestamp)> {
        self.0.peek(user).map(|entry| (entry.row.clone(), entry.expires))
    }

    #[inline(always)]
    fn use_at(&mut self, user: &U, now: Timestamp) -> Option<Row<R>> {
        self.use_row(user, now).cloned()
    }

    fn prolong(&mut self, user: &U, expires: Timestamp) {
        if let Some(entry) = self.0.peek_mut(user) {
            entry.expires = expires;
        }
    }

    fn insert(&mut self, user: U, row: Row<R>, expires: Timestamp) -> Option<Version> {
        self.0.insert(user, Entry { row, expires }).map(|evicted| evicted.row.version)
    }

    fn remove(&mut self, user: &U) -> Option<Version> {
        self.0.remove(user).map(|entry| entry.row.version)
    }

    fn expire(&mut self, now: Timestamp, mut removed: impl FnMut(Version)) {
        self.0.expire(now, |entry| removed(entry.row.version));
    }

    fn clear(&mut self) -> Version {
        let newest = self.0.iter().map(|(_, entry)| entry.row.version).max();
        self.0.clear();
        newest.unwrap_or_default()
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}
