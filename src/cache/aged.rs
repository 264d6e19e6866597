//! What the state machine does with entries that grow old: renewing them, and answering from them past their lives.

use std::hash::{BuildHasher, Hash};

#[cfg(feature = "sim")]
use super::ageing_rules::Ageing;
use super::core::Core;
#[cfg(feature = "sim")]
use super::flights::Ticket;
use super::store::Store;
use super::{Row, Timestamp};

impl<U: Eq + Hash + Clone, R: Clone, S: BuildHasher, E: Store<U, R>> Core<U, R, S, E> {
    /// The same cache with other rules about ageing entries.
    #[cfg(feature = "sim")]
    pub(crate) fn with_ageing(mut self, ageing: Ageing) -> Self {
        self.ageing = ageing;
        self
    }

    /// After a hit: the ticket of a fetch in the background, if the entry is old enough for it and the user is not fetched
    /// already. What it brings renews the entry, unless that is dropped meanwhile.
    #[cfg(feature = "sim")]
    pub(crate) fn renewal(&mut self, user: &U, now: Timestamp) -> Option<Ticket<U>> {
        let (refresh_us, life_us) = (self.ageing.refresh_us?, self.life_us?);
        let (_, expires) = self.entries.known(user)?;
        if now.after_us(life_us - refresh_us) < expires {
            return None;
        }
        let ticket = self.flights.join_or_start(user, &mut self.tickets).err()?;
        Some(Ticket { renews: true, ..ticket })
    }

    /// A fetch of the user failed: the row that answers all the same, of an entry not too far past its life.
    #[cfg(feature = "sim")]
    pub(crate) fn rescue(&mut self, user: &U, now: Timestamp) -> Option<Row<R>> {
        let row = self.stale(user, now)?;
        let is_running = self.held_off.get(user).is_some_and(|until| now < *until);
        if self.ageing.retry_us > 0 && !is_running {
            self.held_off.insert(user.clone(), now.after_us(self.ageing.retry_us));
        }
        Some(row)
    }

    /// The user's row, if its life has not ended longer ago than it is kept for.
    pub(super) fn stale(&self, user: &U, now: Timestamp) -> Option<Row<R>> {
        let (row, expires) = self.entries.kept(user)?;
        (now < expires.after_us(self.ageing.stale_us)).then_some(row)
    }

    /// Drops all entries but the user's. No later event brings them back, so they need no floor.
    pub(super) fn keep_only(&mut self, user: &U) {
        let own = self.entries.kept(user);
        self.entries.clear();
        if let Some((row, expires)) = own {
            self.entries.insert(user.clone(), row, expires);
        }
    }
}
