//! Whose role a drawn change can change: users who are found by the role that they have now.
//!
//! It does *not* know time, nor why a role changed. Every operation takes the same time, however many users there
//! are.

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

use crate::model::RoleId;

/// Marks a user who is not in the pool, and one who is not in a group.
const ABSENT: u32 = u32::MAX;
/// How often a pick tries anybody before it looks among those who fit alone.
const TRIES: u32 = 8;

/// Which way a role goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To one above.
    Up,
    /// To one below.
    Down,
}

/// Some of the pool's users; any of them can be had by a number.
#[derive(Debug)]
struct Group {
    slots: Vec<u32>,
    places: Vec<u32>,
}

impl Group {
    fn new(slots: usize) -> Self {
        Self { slots: Vec::new(), places: vec![ABSENT; slots] }
    }

    fn holds(&self, slot: u32) -> bool {
        self.places[slot as usize] != ABSENT
    }

    /// Puts a user in, or takes one out. The last takes the place of who leaves.
    fn put(&mut self, slot: u32, inside: bool) {
        let place = self.places[slot as usize];
        if inside && place == ABSENT {
            self.places[slot as usize] = self.slots.len() as u32;
            self.slots.push(slot);
        } else if !inside && place != ABSENT {
            self.slots.swap_remove(place as usize);
            if let Some(moved) = self.slots.get(place as usize) {
                self.places[*moved as usize] = place;
            }
            self.places[slot as usize] = ABSENT;
        }
    }

    /// Anyone of the group, all equally likely.
    fn pick(&self, draw: &mut Xoshiro256PlusPlus) -> Option<u32> {
        // Anybody first, which is as fair: so a pick seldom depends on who else has come and gone before.
        for _ in 0..TRIES {
            let slot = draw.random_range(0..(self.places.len() as u32).max(1));
            if self.places.get(slot as usize).is_some_and(|place| *place != ABSENT) {
                return Some(slot);
            }
        }
        let count = self.slots.len() as u32;
        (count > 0).then(|| self.slots[draw.random_range(0..count) as usize])
    }
}

/// Users with the roles that they have now.
#[derive(Debug)]
pub(super) struct Pool {
    users: Vec<u32>,
    slots: Vec<u32>,
    roles: Vec<RoleId>,
    highest: RoleId,
    below_highest: Group,
    above_lowest: Group,
}

impl Pool {
    /// A pool of these users, all with the lowest role; one named twice is in it once.
    pub(super) fn new(members: &[u32], highest: RoleId) -> Self {
        let known = members.iter().max().map_or(0, |last| *last as usize + 1);
        let (mut users, mut slots) = (Vec::with_capacity(members.len()), vec![ABSENT; known]);
        for user in members {
            if slots[*user as usize] == ABSENT {
                slots[*user as usize] = users.len() as u32;
                users.push(*user);
            }
        }
        let count = users.len();
        let mut below_highest = Group::new(count);
        if highest > RoleId(0) {
            (0..count as u32).for_each(|slot| below_highest.put(slot, true));
        }
        let roles = vec![RoleId(0); count];
        Self { users, slots, roles, highest, below_highest, above_lowest: Group::new(count) }
    }

    /// Notes a user's role; of users outside the pool nothing is kept.
    pub(super) fn set(&mut self, user: u32, role: RoleId) {
        let slot = self.slots.get(user as usize).copied().unwrap_or(ABSENT);
        if slot == ABSENT {
            return;
        }
        self.roles[slot as usize] = role;
        self.below_highest.put(slot, role < self.highest);
        self.above_lowest.put(slot, role > RoleId(0));
    }

    /// A user whose role can go that way and the role that it goes to, both drawn evenly; none where there is no
    /// such user.
    pub(super) fn pick(&self, way: Way, draw: &mut Xoshiro256PlusPlus) -> Option<(u32, RoleId)> {
        let group = match way {
            Way::Up => &self.below_highest,
            Way::Down => &self.above_lowest,
        };
        let slot = group.pick(draw)?;
        debug_assert!(group.holds(slot), "only users of the group are picked");
        let role = self.roles[slot as usize].0;
        let role = match way {
            Way::Up => draw.random_range(role + 1..=self.highest.0),
            Way::Down => draw.random_range(0..role),
        };
        Some((self.users[slot as usize], RoleId(role)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::random::{Purpose, stream};
    use super::*;

    #[test]
    fn every_user_who_fits_is_picked_equally_often_and_no_other() {
        // Few fit, so that most picks end among the few; many fit, so that most do not.
        for (fitting, of) in [(3, 1000), (900, 1000)] {
            let mut pool = Pool::new(&(0..of).chain(0..of).collect::<Vec<_>>(), RoleId(2));
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
        let mut pool = Pool::new(&[4, 7], RoleId(1));
        let mut draw = stream(1, Purpose::ChangeWhom, 0);
        assert_eq!(pool.pick(Way::Down, &mut draw), None);
        pool.set(7, RoleId(1));
        for _ in 0..50 {
            assert_eq!(pool.pick(Way::Down, &mut draw), Some((7, RoleId(0))));
            assert_eq!(pool.pick(Way::Up, &mut draw), Some((4, RoleId(1))));
        }
        pool.set(4, RoleId(1));
        assert_eq!(pool.pick(Way::Up, &mut draw), None);
        assert_eq!(Pool::new(&[], RoleId(1)).pick(Way::Up, &mut draw), None);
        assert_eq!(Pool::new(&[1], RoleId(0)).pick(Way::Up, &mut draw), None);
    }
}
