//! Entries of users who are numbered from 0, as the engine numbers them: a slot for each number, and no hash.

use std::hash::BuildHasher;

use crate::cache::{Core, Hashed, Options, Row, Store, Timestamp, Version};
use crate::model::RoleId;
use crate::sim::Packed;

/// Bytes for a user whose entry has a place of its own, and for an entry in a map: measured where the tables have just
/// grown, and rounded up.
pub(super) const SLOT_BYTES: u64 = 24;
pub(super) const ENTRY_BYTES: u64 = 128;

/// A store of the engine: what it needs of one beyond what the state machine does.
pub trait UserStore: Store<u32, RoleId> {
    /// An empty one.
    fn empty(options: &Options) -> Self;

    /// An empty cache that keeps its entries in such a store; users in flight are hashed with `hasher`.
    fn cache<H: BuildHasher>(options: Options, hasher: H) -> Core<u32, RoleId, H, Self>
    where
        Self: Sized,
    {
        Core::with_store(options, Self::empty(&options), hasher)
    }

    /// The store of a cache.
    fn of<H: BuildHasher>(cache: &mut Core<u32, RoleId, H, Self>) -> &mut Self
    where
        Self: Sized,
    {
        cache.store_mut()
    }

    /// The user whose entry had to go last for another's, told once.
    fn evicted(&mut self) -> Option<u32> {
        None
    }

    /// All users with an entry, and their roles.
    fn roles(&self) -> Vec<(u32, RoleId)>;

    /// What the entries take, in bytes, while this many users are known.
    fn bytes(&self, users: u64) -> u64;

    /// Whether the user's entry has not expired and holds this very row; if so, that counts as an access.
    fn use_if(&mut self, user: u32, now: Timestamp, row: Packed) -> bool;

    /// There will be this many users, numbered from 0.
    fn expect_users(&mut self, users: usize) {
        let _ = users;
    }
}

impl<H: BuildHasher + Default> UserStore for Hashed<u32, RoleId, H> {
    fn empty(options: &Options) -> Self {
        Self::new(options.capacity, H::default())
    }

    fn evicted(&mut self) -> Option<u32> {
        Hashed::evicted(self)
    }

    fn roles(&self) -> Vec<(u32, RoleId)> {
        self.rows().map(|(user, row)| (*user, row.role)).collect()
    }

    fn bytes(&self, _: u64) -> u64 {
        self.len() as u64 * ENTRY_BYTES
    }

    #[inline]
    fn use_if(&mut self, user: u32, now: Timestamp, row: Packed) -> bool {
        let fits = self.peek(&user).is_some_and(|held| *held == row.row());
        fits && self.use_at(&user, now).is_some()
    }
}

impl<S: Slot> UserStore for Dense<S> {
    fn empty(_: &Options) -> Self {
        Self::default()
    }

    fn roles(&self) -> Vec<(u32, RoleId)> {
        let held = (0..).zip(&self.slots).filter(|(_, slot)| slot.is_held());
        held.map(|(user, slot)| (user, slot.row().row().role)).collect()
    }

    fn bytes(&self, users: u64) -> u64 {
        users * SLOT_BYTES
    }

    #[inline(always)]
    fn use_if(&mut self, user: u32, now: Timestamp, row: Packed) -> bool {
        let slot = self.slot(user);
        slot.lives(now) && slot.row() == row
    }

    fn expect_users(&mut self, users: usize) {
        if users > self.slots.capacity() {
            // By a quarter at a time, where users come as the day goes on: doubling would hold thrice the memory.
            let wanted = users.max(self.slots.capacity() + self.slots.capacity() / 4);
            self.slots.reserve_exact(wanted - self.slots.len());
        }
        if users > self.slots.len() {
            self.slots.resize(users, S::EMPTY);
        }
    }
}

/// An entry, or a place for one.
pub trait Slot: Copy {
    /// No entry.
    const EMPTY: Self;

    /// An entry.
    fn new(row: Packed, expires: Timestamp) -> Self;

    /// The row, or [`Packed::NONE`].
    fn row(self) -> Packed;

    /// When it expires.
    fn expires(self) -> Timestamp;

    /// Whether there is an entry that has not expired.
    fn lives(self, now: Timestamp) -> bool;

    /// Whether there is an entry.
    #[inline]
    fn is_held(self) -> bool {
        self.row() != Packed::NONE
    }
}

/// An entry with an end, in sixteen bytes.
#[derive(Clone, Copy, Debug)]
pub struct Timed {
    /// The first instant where there is no entry, so that a look for one that lives asks one question.
    expires: Timestamp,
    row: Packed,
}

impl Slot for Timed {
    const EMPTY: Self = Self { expires: Timestamp::ZERO, row: Packed::NONE };

    #[inline]
    fn new(row: Packed, expires: Timestamp) -> Self {
        Self { expires, row }
    }

    #[inline]
    fn row(self) -> Packed {
        self.row
    }

    #[inline]
    fn expires(self) -> Timestamp {
        self.expires
    }

    #[inline]
    fn lives(self, now: Timestamp) -> bool {
        now < self.expires
    }
}

/// An entry of a cache in which none ever expires, in eight bytes instead of sixteen.
#[derive(Clone, Copy, Debug)]
pub struct Lasting(Packed);

impl Slot for Lasting {
    const EMPTY: Self = Self(Packed::NONE);

    #[inline]
    fn new(row: Packed, expires: Timestamp) -> Self {
        debug_assert_eq!(expires, Timestamp::NEVER, "the options have no TTL");
        Self(row)
    }

    #[inline]
    fn row(self) -> Packed {
        self.0
    }

    #[inline]
    fn expires(self) -> Timestamp {
        Timestamp::NEVER
    }

    #[inline]
    fn lives(self, _: Timestamp) -> bool {
        self.is_held()
    }
}

/// Slots that a cleanup passes over at once if none of them holds an entry.
const GROUP: usize = 64;

/// Entries by number, without a bound. Versions lie below 2^56 − 1.
#[derive(Clone, Debug)]
pub struct Dense<S> {
    slots: Vec<S>,
    held: usize,
    /// For each [`GROUP`] of slots whether it may hold an entry: a cleanup of few entries among many users looks at no
    /// other.
    filled: Vec<bool>,
}

impl<S> Default for Dense<S> {
    fn default() -> Self {
        Self { slots: Vec::new(), held: 0, filled: Vec::new() }
    }
}

impl<S: Slot> Dense<S> {
    #[inline]
    fn slot(&self, user: u32) -> S {
        self.slots.get(user as usize).copied().unwrap_or(S::EMPTY)
    }
}

impl<S: Slot> Store<u32, RoleId> for Dense<S> {
    #[inline]
    fn known(&self, user: &u32) -> Option<(Version, Timestamp)> {
        let slot = self.slot(*user);
        slot.is_held().then(|| (slot.row().version(), slot.expires()))
    }

    fn kept(&self, user: &u32) -> Option<(Row<RoleId>, Timestamp)> {
        let slot = self.slot(*user);
        slot.is_held().then(|| (slot.row().row(), slot.expires()))
    }

    #[inline(always)]
    fn use_at(&mut self, user: &u32, now: Timestamp) -> Option<Row<RoleId>> {
        let slot = self.slot(*user);
        slot.lives(now).then(|| slot.row().row())
    }

    #[inline]
    fn prolong(&mut self, user: &u32, expires: Timestamp) {
        if let Some(slot) = self.slots.get_mut(*user as usize).filter(|slot| slot.is_held()) {
            *slot = S::new(slot.row(), expires);
        }
    }

    #[inline]
    fn insert(&mut self, user: u32, row: Row<RoleId>, expires: Timestamp) -> Option<Version> {
        let index = user as usize;
        if index >= self.slots.len() {
            self.slots.resize(index + 1, S::EMPTY);
        }
        let before = std::mem::replace(&mut self.slots[index], S::new(Packed::new(row), expires));
        if !before.is_held() {
            self.held += 1;
            if index / GROUP >= self.filled.len() {
                self.filled.resize(self.slots.len().div_ceil(GROUP), false);
            }
            self.filled[index / GROUP] = true;
        }
        None
    }

    fn remove(&mut self, user: &u32) -> Option<Version> {
        let slot = self.slots.get_mut(*user as usize).filter(|slot| slot.is_held())?;
        self.held -= 1;
        Some(std::mem::replace(slot, S::EMPTY).row().version())
    }

    fn expire(&mut self, now: Timestamp, mut removed: impl FnMut(Version)) {
        let groups = self.filled.iter_mut().zip(self.slots.chunks_mut(GROUP));
        for (filled, slots) in groups.filter(|(filled, _)| **filled) {
            *filled = false;
            for slot in slots {
                if slot.lives(now) {
                    *filled = true;
                } else if slot.is_held() {
                    removed(std::mem::replace(slot, S::EMPTY).row().version());
                    self.held -= 1;
                }
            }
        }
    }

    fn clear(&mut self) -> Version {
        let mut newest = Version::default();
        let groups = self.filled.iter_mut().zip(self.slots.chunks_mut(GROUP));
        for (filled, slots) in groups.filter(|(filled, _)| **filled) {
            *filled = false;
            let held = slots.iter().filter(|slot| slot.is_held());
            newest = held.map(|slot| slot.row().version()).fold(newest, Version::max);
            slots.fill(S::EMPTY);
        }
        self.held = 0;
        newest
    }

    fn len(&self) -> usize {
        self.held
    }
}
