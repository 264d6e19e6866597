//! The clocks that tell the faces the time. The core is told by its caller and holds no clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Timestamp;
use super::row::micros;

/// A clock that never goes backwards.
pub trait Clock: Send + Sync {
    /// Now, since an origin of the clock's choice.
    fn now(&self) -> Timestamp;
}

/// The system's monotonic clock; its origin is when it was made.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// A clock that begins now.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    // Kept out of the hit path, which asks only where there is a lifetime.
    #[inline(never)]
    fn now(&self) -> Timestamp {
        Timestamp::ZERO.after_us(micros(self.origin.elapsed()))
    }
}

/// A clock that stands still until it is moved, for tests. Clones are one clock.
#[derive(Clone, Debug, Default)]
pub struct ManualClock {
    now_us: Arc<AtomicU64>,
}

impl ManualClock {
    /// A clock at its origin.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        let moved = |now_us: u64| Some(now_us.saturating_add(micros(by)));
        // The closure always gives a value, so this cannot fail.
        let _ = self.now_us.fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now_us.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let clock = ManualClock::new();
        let same = clock.clone();
        assert_eq!(clock.now(), Timestamp::ZERO);
        same.advance(Duration::from_millis(5));
        assert_eq!(clock.now(), Timestamp::from_micros(5_000));
        same.advance(Duration::MAX);
        assert_eq!(clock.now(), Timestamp::NEVER);
    }

    #[test]
    fn the_system_clock_never_goes_back() {
        let clock = SystemClock::new();
        let first = clock.now();
        assert!(clock.now() >= first);
    }
}
