//! Dense numbers for users, so that nothing in the loop handles a string.

mod index;
mod numbers;

use super::rng::mix;
use crate::model::UserId;
use index::Index;
use numbers::Numbers;

/// Every user that a day names, numbered in order of first mention.
#[derive(Debug, Default)]
pub struct Users {
    ids: Vec<UserId>,
    words: Vec<u64>,
    numbers: Numbers,
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
        if let Some(user) = self.numbers.settle(number, &self.words) {
            return user;
        }
        self.numbers.add(number, self.ids.len() as u32, &self.words);
        self.add(UserId::Number(number), number)
    }

    /// The numbers of many users whose ids are numbers, appended to `out`. All are looked for at once, and then those
    /// are numbered who are new: with many users the memory is what takes the time.
    pub fn intern_numbers(&mut self, ids: &[u64], out: &mut Vec<u32>) {
        let first = out.len();
        if self.numbers.guess(ids, &self.words, out) {
            return;
        }
        for (id, user) in ids.iter().zip(&mut out[first..]).filter(|(_, user)| **user == Numbers::NOBODY) {
            *user = self.intern_number(*id);
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
        let word = name_word(name);
        if let Some(user) = self.find_name(name, word) {
            return user;
        }
        self.names.add(word, self.ids.len() as u32, &self.words);
        self.add(UserId::Name(name.into()), word)
    }

    /// The number of a user named before.
    #[must_use]
    pub fn find(&self, id: &UserId) -> Option<u32> {
        match id {
            UserId::Number(number) => self.numbers.find(*number, &self.words),
            UserId::Name(name) => self.find_name(name, name_word(name)),
        }
    }

    fn find_name(&self, name: &str, word: u64) -> Option<u32> {
        let is_it = |user| matches!(self.id(user), UserId::Name(known) if **known == *name);
        self.names.find(word, is_it)
    }

    fn add(&mut self, id: UserId, word: u64) -> u32 {
        let user = self.ids.len() as u32;
        if let UserId::Name(name) = &id {
            self.of_names += name.len() / NAME_BYTES;
        }
        self.ids.push(id);
        self.words.push(word);
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
        mix(self.word(user))
    }

    /// The user's id in 64 bits: the number that it is, or a hash of the name.
    #[inline]
    #[must_use]
    pub fn word(&self, user: u32) -> u64 {
        self.words[user as usize]
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

/// FNV-1a over a name's text.
fn name_word(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids that a name and a number, or two of many numbers, could be confused by.
    fn ids() -> Vec<UserId> {
        // Large ones, small ones, and some that are large at first and small once there are more users.
        let numbers = (0..40_000u64)
            .map(|number| number * number % 10_007 * 1_000_003)
            .chain((0..600_000).map(|number| number * 7919 % 1_300_000))
            .chain((0..600_000).map(|number| number * 104_729 % 1_500_000 + 1_000_000));
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
        // A name has nothing to do with a number, whatever their words.
        for users in [&mut one_by_one, &mut at_once] {
            users.intern(&UserId::new("first"));
        }
        let expected: Vec<u32> = numbers.iter().map(|number| one_by_one.intern_number(*number)).collect();
        let mut out = Vec::new();
        for chunk in numbers.chunks(1000) {
            at_once.intern_numbers(chunk, &mut out);
        }
        assert_eq!(out, expected);
        assert!(out.iter().map(|user| at_once.word(*user)).eq(numbers));
        assert_eq!(at_once.len(), one_by_one.len());
    }
}
