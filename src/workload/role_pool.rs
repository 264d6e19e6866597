//! The users whose role a drawn change can change, found by the role that they have now.
//!
//! It does *not* know time, nor why a role changed. Every operation takes the same time, however many users there
//! are.

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

use crate::model::RoleId;

/// Marks a user who is not in the pool, or not in a group.
const ABSENT: u32 = u32::MAX;
/// How often a pick tries anybody before it looks among those who fit alone.
const TRIES: u32 = 8;

/// Which way a role goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To one above.
    Up = 0,
    /// To one below.
    Down = 1,
}

/// A user of the pool. All that a change touches stands together: the memory is what takes the time.
#[derive(Clone, Copy, Debug)]
struct Member {
    user: u32,
    role: RoleId,
    /// The places in both groups, or [`ABSENT`].
    places: [u32; 2],
}

/// Users with the roles that they have now.
#[derive(Debug)]
pub(super) struct RolePool {
    members: Vec<Member>,
    /// Where a user stands among the members, or [`ABSENT`].
    slots: Vec<u32>,
    /// Those whose role can go either way, in no order, by [`Way`].
    groups: [Vec<u32>; 2],
    highest: RoleId,
}

impl RolePool {
    /// A pool of these users, all with the lowest role; one named twice is in it once.
    pub(super) fn new(users: &[u32], highest: RoleId) -> Self {
        let known = users.iter().max().map_or(0, |last| *last as usize + 1);
        let (mut members, mut slots) = (Vec::with_capacity(users.len()), vec![ABSENT; known]);
        for user in users {
            if slots[*user as usize] == ABSENT {
                slots[*user as usize] = members.len() as u32;
                members.push(Member { user: *user, role: RoleId(0), places: [ABSENT; 2] });
            }
        }
        let count = members.len() as u32;
        let mut pool = Self { members, slots, groups: [Vec::new(), Vec::new()], highest };
        (0..count).for_each(|slot| pool.put(slot, Way::Up, highest > RoleId(0)));
        pool
    }

    /// Notes a user's role; of users outside the pool nothing is kept.
    pub(super) fn set(&mut self, user: u32, role: RoleId) {
        let slot = self.slots.get(user as usize).copied().unwrap_or(ABSENT);
        if slot == ABSENT {
            return;
        }
        self.members[slot as usize].role = role;
        self.put(slot, Way::Up, role < self.highest);
        self.put(slot, Way::Down, role > RoleId(0));
    }

    /// A user whose role can go that way and the role that it goes to, both drawn evenly; `None` if there
    /// is no such user.
    pub(super) fn pick(&self, way: Way, draw: &mut Xoshiro256PlusPlus) -> Option<(u32, RoleId)> {
        let Member { user, role: RoleId(role), .. } = self.members[self.anyone(way, draw)? as usize];
        let role = match way {
            Way::Up => draw.random_range(role + 1..=self.highest.0),
            Way::Down => draw.random_range(0..role),
        };
        Some((user, RoleId(role)))
    }

    /// Anyone of a group, all equally likely.
    fn anyone(&self, way: Way, draw: &mut Xoshiro256PlusPlus) -> Option<u32> {
        let group = &self.groups[way as usize];
        if group.is_empty() {
            return None;
        }
        // Anybody first, which is as fair: so a pick seldom depends on who else has come and gone before.
        for _ in 0..TRIES {
            let slot = draw.random_range(0..self.members.len() as u32);
            if self.members[slot as usize].places[way as usize] != ABSENT {
                return Some(slot);
            }
        }
        Some(group[draw.random_range(0..group.len() as u32) as usize])
    }

    /// Puts a user in a group, or takes one out. The last takes the place of who leaves.
    fn put(&mut self, slot: u32, way: Way, inside: bool) {
        let group = &mut self.groups[way as usize];
        let place = self.members[slot as usize].places[way as usize];
        if inside && place == ABSENT {
            self.members[slot as usize].places[way as usize] = group.len() as u32;
            group.push(slot);
        } else if !inside && place != ABSENT {
            group.swap_remove(place as usize);
            if let Some(moved) = group.get(place as usize) {
                self.members[*moved as usize].places[way as usize] = place;
            }
            self.members[slot as usize].places[way as usize] = ABSENT;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rng::{Purpose, stream};
    use super::*;

    #[test]
    fn every_user_who_fits_is_picked_equally_often_and_no_other() {
        // Few fit, so that most picks end among the few; many fit, so that most do not.
        for (fitting, of) in [(3, 1000), (900, 1000)] {
            let mut pool = RolePool::new(&(0..of).chain(0..of).collect::<Vec<_>>(), RoleId(2));
            (0..of).for_each(|user| pool.set(user, RoleId(2)));
            (0..fitting).for_each(|user| pool.set(user, RoleId(1)));
            pool.set(of + 7, RoleId(0));
            let mut picked = vec![0u32; fitting as usize];
            for number in 0..100_000 {
                let mut draw = stream(42, Purpose::ChangeWhom, number);
                let (user, role) = pool.pick(Way::Up, &mut draw).unwrap();
                assert_eq!(role, RoleId(2));
                picked[user as usize] += 1;
            }
            let mean = 100_000.0 / f64::from(fitting);
            let chi: f64 = picked.iter().map(|n| (f64::from(*n) - mean).powi(2) / mean).sum();
            let freedom = f64::from(fitting - 1);
            assert!((chi - freedom) / (2.0 * freedom).sqrt() < 4.0, "{fitting}: {chi}");
        }
    }

    #[test]
    fn who_has_the_last_role_of_a_way_is_not_picked() {
        let mut pool = RolePool::new(&[4, 7], RoleId(1));
        let mut draw = stream(1, Purpose::ChangeWhom, 0);
        assert_eq!(pool.pick(Way::Down, &mut draw), None);
        pool.set(7, RoleId(1));
        for _ in 0..50 {
            assert_eq!(pool.pick(Way::Down, &mut draw), Some((7, RoleId(0))));
            assert_eq!(pool.pick(Way::Up, &mut draw), Some((4, RoleId(1))));
        }
        pool.set(4, RoleId(1));
        assert_eq!(pool.pick(Way::Up, &mut draw), None);
        assert_eq!(RolePool::new(&[], RoleId(1)).pick(Way::Up, &mut draw), None);
        assert_eq!(RolePool::new(&[1], RoleId(0)).pick(Way::Up, &mut draw), None);
    }
}
