//! Warnings about changes that could not be applied: at most one a second, on one line each.
//!
//! Knows nothing of entries; it is told the user, the cause and the time.

use std::fmt::{self, Display, Write as _};
use std::panic::{RefUnwindSafe, UnwindSafe};

use super::Timestamp;
use super::sync::{Mutex, lock};

/// What a warning is given to.
pub(super) type Handler = Box<dyn Fn(&str) + Send + Sync>;

/// From one warning to the next.
const INTERVAL_US: u64 = 1_000_000;

#[derive(Debug, Default)]
struct Rate {
    /// When the next warning may be given.
    next: Timestamp,
    held_back: u64,
}

/// A handler and the rate at which it is told.
pub(super) struct Warnings {
    handler: Option<Handler>,
    rate: Mutex<Rate>,
}

impl Warnings {
    pub(super) fn new(handler: Option<Handler>) -> Self {
        Self { handler, rate: Mutex::new(Rate::default()) }
    }

    /// Whether anybody listens.
    pub(super) fn are_wanted(&self) -> bool {
        self.handler.is_some()
    }

    /// Warns, or counts what it holds back. The handler runs outside the lock.
    pub(super) fn warn(&self, user: &dyn Display, cause: &dyn Display, now: Timestamp) {
        let Some(handler) = &self.handler else { return };
        let Some(held_back) = self.may_warn(now) else { return };
        let user = user.to_string();
        let cause = cause.to_string();
        let mut text = format!(
            "the role change of user {} could not be applied: {}; the next read asks the database",
            user.escape_debug(),
            OneLine(&cause)
        );
        if held_back > 0 {
            // Writing to a string cannot fail.
            let _ = write!(text, " ({held_back} more such warnings were held back)");
        }
        handler(&text);
    }

    /// How many were held back since the last warning, if one may be given now.
    fn may_warn(&self, now: Timestamp) -> Option<u64> {
        let mut rate = lock(&self.rate, |_| {});
        if now < rate.next {
            rate.held_back += 1;
            return None;
        }
        rate.next = now.after_us(INTERVAL_US);
        Some(std::mem::take(&mut rate.held_back))
    }
}

// A handler that panics leaves nothing of the cache half done, so a cache may be used on after a caught panic.
impl UnwindSafe for Warnings {}
impl RefUnwindSafe for Warnings {}

impl fmt::Debug for Warnings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Warnings").field("rate", &self.rate).finish_non_exhaustive()
    }
}

/// A text whose control and other invisible characters are escaped; quotes are left, since causes quote.
struct OneLine<'a>(&'a str);

impl Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '"' | '\'' | '\\' => f.write_char(c),
            _ => write!(f, "{}", c.escape_debug()),
        })
    }
}
