//! A set of users by their dense numbers, a bit for each.

/// The users in it.
#[derive(Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// Whether a user is in it.
    #[inline]
    pub(super) fn contains(&self, user: u32) -> bool {
        self.0.get(user as usize / 64).is_some_and(|word| *word >> (user % 64) & 1 == 1)
    }

    /// Puts a user in; false if it was in already.
    pub(super) fn insert(&mut self, user: u32) -> bool {
        let word = user as usize / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        let before = self.0[word];
        self.0[word] |= 1 << (user % 64);
        before != self.0[word]
    }

    /// Takes a user out.
    pub(super) fn remove(&mut self, user: u32) {
        if let Some(word) = self.0.get_mut(user as usize / 64) {
            *word &= !(1 << (user % 64));
        }
    }

    /// The memory that it takes, in bytes.
    pub(super) fn held_bytes(&self) -> u64 {
        (self.0.len() * size_of::<u64>()) as u64
    }
}
