//! Where entries are: a map, or a map with a bound from which the least recently used goes first.
//!
//! Knows nothing of versions' meaning, of time and of fetches; it hands back what it removes.

use std::cmp::Reverse;
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
    /// Up to a capacity.
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
            Self::Bounded(lru) => lru.map.get(user).map(|used| &used.entry),
        }
    }

    /// The same, to be changed.
    pub(super) fn peek_mut(&mut self, user: &U) -> Option<&mut Entry<R>> {
        match self {
            Self::Unbounded(map) => map.get_mut(user),
            Self::Bounded(lru) => lru.map.get_mut(user).map(|used| &mut used.entry),
        }
    }

    /// The user's entry, unless it has expired. That is a use of it.
    #[inline(always)]
    pub(super) fn use_at(&mut self, user: &U, now: Timestamp) -> Option<&Entry<R>> {
        match self {
            Self::Unbounded(map) => map.get(user).filter(|entry| now < entry.expires),
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
        let mut lives = |entry: &Entry<R>| {
            let lives = now < entry.expires;
            if !lives {
                removed(entry);
            }
            lives
        };
        match self {
            Self::Unbounded(map) => map.retain(|_, entry| lives(entry)),
            Self::Bounded(lru) => lru.map.retain(|_, used| lives(&used.entry)),
        }
    }

    pub(super) fn clear(&mut self) {
        match self {
            Self::Unbounded(map) => map.clear(),
            Self::Bounded(lru) => lru.clear(),
        }
    }

    /// The user whose entry had to go last, told once.
    #[cfg(feature = "sim")]
    pub(super) fn evicted(&mut self) -> Option<U> {
        match self {
            Self::Unbounded(_) => None,
            Self::Bounded(lru) => lru.evicted.take(),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Unbounded(map) => map.len(),
            Self::Bounded(lru) => lru.map.len(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&U, &Entry<R>)> {
        let (map, lru) = match self {
            Self::Unbounded(map) => (Some(map.iter()), None),
            Self::Bounded(lru) => (None, Some(lru.map.iter().map(|(user, used)| (user, &used.entry)))),
        };
        map.into_iter().flatten().chain(lru.into_iter().flatten())
    }
}

/// An entry and the number of its last use.
#[derive(Debug)]
struct Used<R> {
    entry: Entry<R>,
    at: u64,
}

/// A bounded map. Uses are numbered and an entry keeps its last one, so a hit writes only where it reads anyway. A user who
/// was used least recently is found out when somebody has to go, for many at a time.
#[derive(Debug)]
pub(super) struct Lru<U, R, S> {
    map: HashMap<U, Used<R>, S>,
    capacity: usize,
    uses: u64,
    /// The users to go next, with the uses that made it so; the first to go stands last. All others were used later
    /// than all of these. A user who was used since then, or went otherwise, is passed over.
    next: Vec<(u64, U)>,
    /// The user who had to go last, until somebody wants to know.
    evicted: Option<U>,
}

impl<U: Eq + Hash + Clone, R, S: BuildHasher> Lru<U, R, S> {
    fn new(capacity: NonZeroUsize, hasher: S) -> Self {
        Self {
            map: HashMap::with_hasher(hasher),
            capacity: capacity.get(),
            uses: 0,
            next: Vec::new(),
            evicted: None,
        }
    }

    #[inline(always)]
    fn use_at(&mut self, user: &U, now: Timestamp) -> Option<&Entry<R>> {
        // Counted first, since a lock that is let go waits for the last writes under it; a miss wastes a number.
        self.uses += 1;
        let used = self.map.get_mut(user).filter(|used| now < used.entry.expires)?;
        used.at = self.uses;
        Some(&used.entry)
    }

    fn insert(&mut self, user: U, entry: Entry<R>) -> Option<Entry<R>> {
        self.uses += 1;
        self.map.insert(user, Used { entry, at: self.uses });
        if self.map.len() > self.capacity { self.evict() } else { None }
    }

    fn remove(&mut self, user: &U) -> Option<Entry<R>> {
        self.map.remove(user).map(|used| used.entry)
    }

    fn clear(&mut self) {
        self.map.clear();
        self.next.clear();
    }

    /// Removes the least recently used entry.
    fn evict(&mut self) -> Option<Entry<R>> {
        while let Some((at, user)) = self.next.pop() {
            if self.map.get(&user).is_some_and(|used| used.at == at) {
                return self.let_go(user);
            }
        }
        self.line_up();
        let (_, user) = self.next.pop()?;
        self.let_go(user)
    }

    fn let_go(&mut self, user: U) -> Option<Entry<R>> {
        let entry = self.remove(&user);
        self.evicted = Some(user);
        entry
    }

    /// Lines up the least recently used eighth: a look at all entries is then rare, and little has to be sorted.
    #[cold]
    fn line_up(&mut self) {
        let mut all: Vec<_> = self.map.iter().map(|(user, used)| (used.at, user)).collect();
        let last = all.len() / 8;
        all.select_nth_unstable_by_key(last, |(at, _)| *at);
        all.truncate(last + 1);
        all.sort_unstable_by_key(|(at, _)| Reverse(*at));
        self.next.extend(all.into_iter().map(|(at, user)| (at, user.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::super::Version;
    use super::*;

    fn entry(version: u64) -> Entry<u8> {
        let expires = Timestamp::from_micros(100 + version % 50);
        Entry { row: Row { role: 0, version: Version(version) }, expires }
    }

    #[test]
    fn exactly_the_least_recently_used_goes() {
        for capacity in [1, 2, 7, 8, 9, 40] {
            let mut lru = Entries::new(NonZeroUsize::new(capacity), std::hash::RandomState::new());
            // The plain model: users in the order of use, the least recent first.
            let mut order: Vec<(u64, u64)> = Vec::new();
            let mut random = capacity as u64;
            for step in 0..20_000 {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let (user, now) = ((random >> 40) % 60, Timestamp::from_micros(random >> 33 & 127));
                let place = order.iter().position(|(known, _)| *known == user);
                match (random >> 60, place) {
                    (0, _) => {
                        let gone = place.map(|place| Version(order.remove(place).1));
                        assert_eq!(lru.remove(&user).map(|entry| entry.row.version), gone);
                    }
                    (1..6, _) => {
                        place.map(|place| order.remove(place));
                        let gone = (order.len() == capacity).then(|| Version(order.remove(0).1));
                        order.push((user, step));
                        assert_eq!(lru.insert(user, entry(step)).map(|entry| entry.row.version), gone);
                    }
                    (_, Some(place)) if now < entry(order[place].1).expires => {
                        let used = order.remove(place);
                        order.push(used);
                        assert!(lru.use_at(&user, now).is_some());
                    }
                    _ => assert!(lru.use_at(&user, now).is_none()),
                }
                assert_eq!(lru.len(), order.len());
            }
        }
    }

    #[test]
    fn an_entry_is_as_small_as_the_documentation_says() {
        assert_eq!(size_of::<(u64, Entry<u8>)>(), 8 + 8 + 16);
        assert_eq!(size_of::<(u64, Used<u8>)>(), 8 + 8 + 24);
    }
}
