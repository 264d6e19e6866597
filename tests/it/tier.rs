//! How much is tried: in `cargo test` what a change needs, in CI twenty times as much, by night with fresh seeds.
//!
//! | | random days | from seed | forms of a table's row |
//! |---|---|---|---|
//! | `cargo test` | 200 | 0 | one, in turns |
//! | `ROLESIM_DAYS=4000`, as in CI | 4,000 | 0 | all |
//! | `ROLESIM_NIGHTLY=1` | 40,000 | a fresh one, which is printed | all |
//!
//! `ROLESIM_DAYS` counts the days of the differential test; every other random test has its share of them.
//! `ROLESIM_SEED=17` begins at that seed, so `ROLESIM_SEED=17 ROLESIM_DAYS=1` tries the day that failed again.

use std::io::Write;
use std::ops::Range;
use std::sync::LazyLock;
use std::time::SystemTime;

/// Days of the differential test in each tier.
const QUICK: u64 = 200;
const FULL: u64 = 4_000;
const NIGHTLY: u64 = 40_000;

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}: expected a whole number, found `{text}`")))
}

fn nightly() -> bool {
    std::env::var_os("ROLESIM_NIGHTLY").is_some_and(|value| value == "1")
}

static DAYS: LazyLock<u64> =
    LazyLock::new(|| number("ROLESIM_DAYS").unwrap_or(if nightly() { NIGHTLY } else { QUICK }));

/// The first seed. A fresh one is printed past the test harness, which shows only what failing tests print.
static FIRST_SEED: LazyLock<u64> = LazyLock::new(|| match number("ROLESIM_SEED") {
    Some(seed) => seed,
    None if nightly() => {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let seed = u64::from(since.subsec_nanos()) << 16 ^ since.as_secs();
        let mut stderr = std::io::stderr();
        writeln!(stderr, "ROLESIM_SEED={seed}").unwrap();
        seed
    }
    None => 0,
});

/// Whether as much is tried as in CI, or more.
pub(crate) fn full() -> bool {
    *DAYS >= FULL
}

/// The share of a count that is stated for CI; at least one.
pub(crate) fn share(full: u64) -> u64 {
    (full * *DAYS / FULL).max(1)
}

/// The seeds of a test that tries `full` of them in CI.
pub(crate) fn seeds(full: u64) -> Range<u64> {
    *FIRST_SEED..*FIRST_SEED + share(full)
}

/// All forms in CI; otherwise the one whose turn it is.
pub(crate) fn forms<T>(all: impl IntoIterator<Item = T>, turn: usize) -> Vec<T> {
    let mut all: Vec<T> = all.into_iter().collect();
    if full() || all.is_empty() { all } else { vec![all.swap_remove(turn % all.len())] }
}
