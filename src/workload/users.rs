//! Dense numbers for users, so that nothing in the loop handles a string.

use rustc_hash::FxHashMap;

use super::mix;
use crate::model::UserId;

/// Every user that a day names, numbered in order of first mention.
#[derive(Debug, Default)]
pub struct Users {
    numbers: FxHashMap<UserId, u32>,
    ids: Vec<UserId>,
    keys: Vec<u64>,
}

impl Users {
    /// The number of a user, new where it was not named before.
    ///
    /// Numbers are 32 bits wide; a scenario with more users is refused before it gets here.
    pub fn intern(&mut self, id: &UserId) -> u32 {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = self.ids.len() as u32;
        self.numbers.insert(id.clone(), number);
        self.keys.push(key(id));
        self.ids.push(id.clone());
        number
    }

    /// The number of a user whose id is a number.
    pub fn intern_number(&mut self, number: u64) -> u32 {
        self.intern(&UserId::Number(number))
    }

    /// The number of a user whose id is a text, which may be that of a number.
    pub fn intern_text(&mut self, text: &str) -> u32 {
        self.intern(&UserId::new(text))
    }

    /// The number of a user named before.
    #[must_use]
    pub fn find(&self, id: &UserId) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// The id of a number.
    #[must_use]
    pub fn id(&self, user: u32) -> &UserId {
        &self.ids[user as usize]
    }

    /// A hash of the user's id that is the same in every run, whatever the number.
    #[must_use]
    pub fn key(&self, user: u32) -> u64 {
        self.keys[user as usize]
    }

    /// How many users there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// FNV-1a over the text of a name; a number is its own. Both are scattered afterwards.
fn key(id: &UserId) -> u64 {
    match id {
        UserId::Number(number) => mix(*number),
        UserId::Name(name) => mix(name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })),
    }
}
