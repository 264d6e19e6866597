//! Where entries are: a map, or a map with a bound from which the least recently used goes first.
//!
//! Knows nothing of versions' meaning, of time and of fetches; it hands back what it removes.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::num::NonZeroUsize;

use super::{Row, Timestamp};

/// A role that is remembered.
#[derive(Clone, Debug)]
pub(super) struct Entry<R> {
    pub(super) row: Row<R>,
    pub(super) expires: Timestamp,
}

/// All entries of a cache.
#[derive(Debug)]
pub(super) enum Entries<U, R, S> {
    /// As many as come.
    Unbounded(HashMap<U, Entry<R>, S>),
    /// So many at the most.
    Bounded(Lru<U, R, S>),
}

impl<U: Eq + Hash + Clone, R, S: BuildHasher> Entries<U, R, S> {
    pub(super) fn new(capacity: Option<NonZeroUsize>, hasher: S) -> Self {
        match capacity {
            None => Self::Unbounded(HashMap::with_hasher(hasher)),
            Some(capacity) => Self::Bounded(Lru::new(capacity, hasher)),
        }
    }

    /// Looks without using.
    #[inline]
    pub(super) fn peek(&self, user: &U) -> Option<&Entry<R>> {
        match self {
            Self::Unbounded(map) => map.get(user),
            Self::Bounded(lru) => lru.peek(user),
        }
    }

    /// Looks, and counts that as a use where the entry has not expired.
    #[inline(always)]
    pub(super) fn use_at(&mut self, user: &U, now: Timestamp) -> Option<&Entry<R>> {
        match self {
            Self::Unbounded(map) => map.get(user),
            Self::Bounded(lru) => lru.use_at(user, now),
        }
    }

    /// Writes an entry, which is a use; gives back what had to go for it.
    pub(super) fn insert(&mut self, user: U, entry: Entry<R>) -> Option<Entry<R>> {
        match self {
            Self::Unbounded(map) => {
                map.insert(user, entry);
                None
            }
            Self::Bounded(lru) => lru.insert(user, entry),
        }
    }

    pub(super) fn remove(&mut self, user: &U) -> Option<Entry<R>> {
        match self {
            Self::Unbounded(map) => map.remove(user),
            Self::Bounded(lru) => lru.remove(user),
        }
    }

    /// Removes all entries that have expired, each shown to `removed` first.
    pub(super) fn expire(&mut self, now: Timestamp, mut removed: impl FnMut(&Entry<R>)) {
        match self {
            Self::Unbounded(map) => map.retain(|_, entry| {
                let lives = now < entry.expires;
                if !lives {
                    removed(entry);
                }
                lives
            }),
            Self::Bounded(lru) => lru.expire(now, removed),
        }
    }

    pub(super) fn clear(&mut self) {
        match self {
            Self::Unbounded(map) => map.clear(),
            Self::Bounded(lru) => lru.clear(),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Unbounded(map) => map.len(),
            Self::Bounded(lru) => lru.places.len(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&U, &Entry<R>)> {
        let (map, lru) = match self {
            Self::Unbounded(map) => (Some(map.iter()), None),
            Self::Bounded(lru) => (None, Some(lru.iter())),
        };
        map.into_iter().flatten().chain(lru.into_iter().flatten())
    }
}

/// No node.
const NONE: u32 = u32::MAX;

#[derive(Debug)]
struct Node<U, R> {
    user: U,
    entry: Entry<R>,
    newer: u32,
    older: u32,
}

/// A bounded map: its nodes form a list from the most to the least recently used, by their places in a vector.
#[derive(Debug)]
pub(super) struct Lru<U, R, S> {
    places: HashMap<U, u32, S>,
    nodes: Vec<Node<U, R>>,
    newest: u32,
    oldest: u32,
    capacity: usize,
}

impl<U: Eq + Hash + Clone, R, S: BuildHasher> Lru<U, R, S> {
    fn new(capacity: NonZeroUsize, hasher: S) -> Self {
        // Places are 32 bits wide and one of them means none; no machine holds that many entries.
        let capacity = capacity.get().min(NONE as usize - 1);
        Self { places: HashMap::with_hasher(hasher), nodes: Vec::new(), newest: NONE, oldest: NONE, capacity }
    }

    fn peek(&self, user: &U) -> Option<&Entry<R>> {
        self.places.get(user).map(|place| &self.nodes[*place as usize].entry)
    }

    #[inline(never)]
    fn use_at(&mut self, user: &U, now: Timestamp) -> Option<&Entry<R>> {
        let place = *self.places.get(user)?;
        if now < self.nodes[place as usize].entry.expires {
            self.unlink(place);
            self.link_newest(place);
        }
        Some(&self.nodes[place as usize].entry)
    }

    fn insert(&mut self, user: U, entry: Entry<R>) -> Option<Entry<R>> {
        if let Some(place) = self.places.get(&user).copied() {
            self.nodes[place as usize].entry = entry;
            self.unlink(place);
            self.link_newest(place);
            return None;
        }
        let evicted = (self.nodes.len() >= self.capacity).then(|| self.take(self.oldest));
        let place = self.nodes.len() as u32;
        self.places.insert(user.clone(), place);
        self.nodes.push(Node { user, entry, newer: NONE, older: NONE });
        self.link_newest(place);
        evicted
    }

    fn remove(&mut self, user: &U) -> Option<Entry<R>> {
        let place = *self.places.get(user)?;
        Some(self.take(place))
    }

    fn expire(&mut self, now: Timestamp, mut removed: impl FnMut(&Entry<R>)) {
        let mut place = 0;
        while let Some(node) = self.nodes.get(place) {
            if now < node.entry.expires {
                place += 1;
            } else {
                // The last node takes this place and is looked at next.
                removed(&self.take(place as u32));
            }
        }
    }

    fn clear(&mut self) {
        self.places.clear();
        self.nodes.clear();
        (self.newest, self.oldest) = (NONE, NONE);
    }

    fn iter(&self) -> impl Iterator<Item = (&U, &Entry<R>)> {
        self.nodes.iter().map(|node| (&node.user, &node.entry))
    }

    /// Removes a node; the last node of the vector moves into its place.
    fn take(&mut self, place: u32) -> Entry<R> {
        self.unlink(place);
        let node = self.nodes.swap_remove(place as usize);
        self.places.remove(&node.user);
        if let Some(moved) = self.nodes.get(place as usize) {
            let (newer, older) = (moved.newer, moved.older);
            if let Some(own) = self.places.get_mut(&moved.user) {
                *own = place;
            }
            self.set_older(newer, place);
            self.set_newer(older, place);
        }
        node.entry
    }

    fn unlink(&mut self, place: u32) {
        let Node { newer, older, .. } = self.nodes[place as usize];
        self.set_older(newer, older);
        self.set_newer(older, newer);
    }

    fn link_newest(&mut self, place: u32) {
        let node = &mut self.nodes[place as usize];
        (node.newer, node.older) = (NONE, self.newest);
        self.set_newer(self.newest, place);
        self.newest = place;
    }

    /// What is older than a node; before the newest stands the list's head.
    fn set_older(&mut self, place: u32, older: u32) {
        match self.nodes.get_mut(place as usize) {
            Some(node) if place != NONE => node.older = older,
            _ => self.newest = older,
        }
    }

    /// What is newer than a node; behind the oldest stands the list's end.
    fn set_newer(&mut self, place: u32, newer: u32) {
        match self.nodes.get_mut(place as usize) {
            Some(node) if place != NONE => node.newer = newer,
            _ => self.oldest = newer,
        }
    }
}
