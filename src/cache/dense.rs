//! Entries of users who are numbered from 0: a slot of sixteen bytes for each number, and no hash.

use super::store::Store;
use super::{ByteRole, Packed, Row, Timestamp, Version};

/// An entry, or a place for one.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The first instant where there is no entry, so that a look for one that lives asks one question.
    expires: Timestamp,
    row: Packed,
}

impl Slot {
    const EMPTY: Self = Self { expires: Timestamp::ZERO, row: Packed::NONE };

    fn is_held(self) -> bool {
        self.row != Packed::NONE
    }
}

/// Entries by number, without a bound. Versions lie below 2^56 − 1.
#[derive(Clone, Debug, Default)]
pub struct Dense {
    slots: Vec<Slot>,
    held: usize,
}

impl Dense {
    /// All users and their rows, by number.
    pub fn rows<R: ByteRole>(&self) -> impl Iterator<Item = (u32, Row<R>)> {
        let held = (0..).zip(&self.slots).filter(|(_, slot)| slot.is_held());
        held.map(|(user, slot)| (user, slot.row.row()))
    }

    fn slot(&self, user: u32) -> Slot {
        self.slots.get(user as usize).copied().unwrap_or(Slot::EMPTY)
    }
}

impl<R: ByteRole> Store<u32, R> for Dense {
    #[inline]
    fn known(&self, user: &u32) -> Option<(Version, Timestamp)> {
        let slot = self.slot(*user);
        slot.is_held().then(|| (slot.row.version(), slot.expires))
    }

    #[inline(always)]
    fn use_at(&mut self, user: &u32, now: Timestamp) -> Option<Row<R>> {
        let slot = self.slot(*user);
        (now < slot.expires).then(|| slot.row.row())
    }

    #[inline(always)]
    fn use_if(&mut self, user: &u32, now: Timestamp, fits: impl FnOnce(&Row<R>) -> bool) -> bool {
        let slot = self.slot(*user);
        now < slot.expires && fits(&slot.row.row())
    }

    #[inline]
    fn prolong(&mut self, user: &u32, expires: Timestamp) {
        if let Some(slot) = self.slots.get_mut(*user as usize).filter(|slot| slot.is_held()) {
            slot.expires = expires;
        }
    }

    #[inline]
    fn insert(&mut self, user: u32, row: Row<R>, expires: Timestamp) -> Option<Version> {
        let index = user as usize;
        if index >= self.slots.len() {
            self.slots.resize(index + 1, Slot::EMPTY);
        }
        let before = std::mem::replace(&mut self.slots[index], Slot { expires, row: Packed::new(row) });
        self.held += usize::from(!before.is_held());
        None
    }

    fn remove(&mut self, user: &u32) -> Option<Version> {
        let slot = self.slots.get_mut(*user as usize).filter(|slot| slot.is_held())?;
        self.held -= 1;
        Some(std::mem::replace(slot, Slot::EMPTY).row.version())
    }

    fn expire(&mut self, now: Timestamp, mut removed: impl FnMut(Version)) {
        for slot in &mut self.slots {
            if slot.expires <= now && slot.is_held() {
                removed(std::mem::replace(slot, Slot::EMPTY).row.version());
                self.held -= 1;
            }
        }
    }

    fn clear(&mut self) -> Version {
        let newest = self.slots.iter().filter(|slot| slot.is_held()).map(|slot| slot.row.version()).max();
        self.slots.fill(Slot::EMPTY);
        self.held = 0;
        newest.unwrap_or_default()
    }

    fn len(&self) -> usize {
        self.held
    }

    fn expect_users(&mut self, users: usize) {
        if users > self.slots.capacity() {
            // By a quarter at a time, where users come as the day goes on: doubling would hold thrice the memory.
            let wanted = users.max(self.slots.capacity() + self.slots.capacity() / 4);
            self.slots.reserve_exact(wanted - self.slots.len());
        }
        if users > self.slots.len() {
            self.slots.resize(users, Slot::EMPTY);
        }
    }
}
