//! Dense numbers for users, so that nothing in the loop handles a string.

mod index;

use super::mix;
use crate::model::UserId;
use index::Index;

/// Every user that a day names, numbered in order of first mention.
#[derive(Debug, Default)]
pub struct Users {
    ids: Vec<UserId>,
    /// Hashes of the ids. Those of two numbers differ.
    keys: Vec<u64>,
    numbers: Index,
    names: Index,
    /// What long names take beyond their users.
    of_names: usize,
}

/// A longer name takes as much memory as further users, one for each time it is so long.
const NAME_BYTES: usize = 64;

impl Users {
    /// The number of a user, new where it was not named before.
    ///
    /// Numbers are 32 bits wide; a scenario with more users is refused before it gets here.
    pub fn intern(&mut self, id: &UserId) -> u32 {
        match id {
            UserId::Number(number) => self.intern_number(*number),
            UserId::Name(name) => self.intern_name(name),
        }
    }

    /// The number of a user whose id is a number.
    pub fn intern_number(&mut self, number: u64) -> u32 {
        let key = mix(number);
        let known = self.numbers.find(key, |user| self.keys[user as usize] == key);
        known.unwrap_or_else(|| self.add(UserId::Number(number), key))
    }

    /// The numbers and keys of many users whose ids are numbers, appended to `out` and `keys`. All are looked for at
    /// once, and then those are numbered who are new: with many users the memory is what takes the time.
    pub fn intern_numbers(
        &mut self,
        ids: impl Iterator<Item = u64> + Clone,
        out: &mut Vec<u32>,
        keys: &mut Vec<u64>,
    ) {
        let (first, first_key) = (out.len(), keys.len());
        keys.extend(ids.clone().map(mix));
        let keys = &keys[first_key..];
        self.numbers.guess(keys, out);
        for ((id, key), user) in ids.zip(keys).zip(&mut out[first..]) {
            if self.keys.get(*user as usize) != Some(key) {
                *user = self.intern_number(id);
            }
        }
    }

    /// The number of a user whose id is a text, which may be that of a number.
    pub fn intern_text(&mut self, text: &str) -> u32 {
        match UserId::number(text) {
            Some(number) => self.intern_number(number),
            None => self.intern_name(text),
        }
    }

    fn intern_name(&mut self, name: &str) -> u32 {
        let key = name_key(name);
        self.find_name(name, key).unwrap_or_else(|| self.add(UserId::Name(name.into()), key))
    }

    /// The number of a user named before.
    #[must_use]
    pub fn find(&self, id: &UserId) -> Option<u32> {
        match id {
            UserId::Number(number) => {
                let key = mix(*number);
                self.numbers.find(key, |user| self.keys[user as usize] == key)
            }
            UserId::Name(name) => self.find_name(name, name_key(name)),
        }
    }

    fn find_name(&self, name: &str, key: u64) -> Option<u32> {
        let is_it = |user| matches!(self.id(user), UserId::Name(known) if **known == *name);
        self.names.find(key, is_it)
    }

    fn add(&mut self, id: UserId, key: u64) -> u32 {
        let user = self.ids.len() as u32;
        let index = match &id {
            UserId::Number(_) => &mut self.numbers,
            UserId::Name(name) => {
                self.of_names += name.len() / NAME_BYTES;
                &mut self.names
            }
        };
        index.add(key, user, &self.keys);
        self.ids.push(id);
        self.keys.push(key);
        user
    }

    /// The id of a number.
    #[must_use]
    pub fn id(&self, user: u32) -> &UserId {
        &self.ids[user as usize]
    }

    /// A hash of the user's id that is the same in every run, whatever the number.
    #[inline]
    #[must_use]
    pub fn key(&self, user: u32) -> u64 {
        self.keys[user as usize]
    }

    /// How many users there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// The memory they take, in users with short names.
    #[must_use]
    pub fn room(&self) -> usize {
        self.ids.len() + self.of_names
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// The key of a name: FNV-1a over its text, scattered. That of a number is the number, scattered.
fn name_key(name: &str) -> u64 {
    mix(name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids that a name and a number, or two of many numbers, could be confused by.
    fn ids() -> Vec<UserId> {
        let numbers = (0..40_000u64).map(|number| number * number % 10_007 * 1_000_003);
        let names = (0..3_000).map(|number| format!("user-{}", number % 997));
        let mut ids: Vec<UserId> = numbers.map(UserId::Number).collect();
        ids.extend(names.map(|name| UserId::new(&name)));
        ids.extend([UserId::Number(0), UserId::Number(u64::MAX), UserId::new(""), UserId::new("0123")]);
        ids
    }

    #[test]
    fn users_are_numbered_by_first_mention() {
        let mut users = Users::default();
        let mut order: Vec<UserId> = Vec::new();
        let mut known = std::collections::BTreeMap::new();
        for id in ids() {
            let expected = *known.entry(id.clone()).or_insert_with(|| {
                order.push(id.clone());
                order.len() as u32 - 1
            });
            assert_eq!(users.intern(&id), expected);
            assert_eq!(users.intern_text(&id.to_string()), expected);
            assert_eq!((users.find(&id), users.id(expected)), (Some(expected), &id));
        }
        assert_eq!(users.len(), order.len());
        assert_eq!(users.find(&UserId::Number(77)), None);
        assert_eq!(users.find(&UserId::new("nobody")), None);
    }

    #[test]
    fn many_at_once_are_numbered_as_one_by_one() {
        let numbers: Vec<u64> = ids()
            .into_iter()
            .filter_map(|id| match id {
                UserId::Number(number) => Some(number),
                UserId::Name(_) => None,
            })
            .collect();
        let (mut one_by_one, mut at_once) = (Users::default(), Users::default());
        // A name whose key is that of a number has nothing to do with it.
        for users in [&mut one_by_one, &mut at_once] {
            users.intern(&UserId::new("first"));
        }
        let expected: Vec<u32> = numbers.iter().map(|number| one_by_one.intern_number(*number)).collect();
        let (mut out, mut keys) = (Vec::new(), Vec::new());
        for chunk in numbers.chunks(1000) {
            at_once.intern_numbers(chunk.iter().copied(), &mut out, &mut keys);
        }
        assert_eq!(out, expected);
        assert!(out.iter().map(|user| at_once.key(*user)).eq(keys));
        assert_eq!(at_once.len(), one_by_one.len());
    }
}
