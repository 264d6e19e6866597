//! A ready-made cache under two scenarios: `cargo run --example own_cache`.
//!
//! Moka holds the roles; a miss inserts what was read, and the event of a role change inserts the new role.
//! That is what one would write first, and on an ordinary day it is as good as the event cache. It has no
//! answer to a read that is overtaken: the role changes while the old one is on its way from the database, the
//! event is inserted, and then the old role on top of it.
//!
//! Moka reads the wall clock for its expiry, and here a day passes in moments, so it runs without. Its bound
//! can be kept.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::Duration;

use moka::sync::Cache;
use rolesim::testbed::{Error, Held, OwnCache, Testbed, User};

/// Roles by user in moka. The scenarios here name their users by numbers.
struct Roles(Cache<u64, Held>);

impl Roles {
    fn new() -> Self {
        Self(Cache::new(100_000))
    }
}

impl OwnCache for Roles {
    fn get(&mut self, user: User<'_>, _: Duration) -> Option<Held> {
        self.0.get(&user.number()?)
    }

    fn fill(&mut self, user: User<'_>, row: Held, _: Duration) {
        if let Some(id) = user.number() {
            self.0.insert(id, row);
        }
    }

    fn role_changed(&mut self, user: User<'_>, row: Held, now: Duration) {
        self.fill(user, row, now);
    }

    fn remove(&mut self, user: User<'_>) {
        if let Some(id) = user.number() {
            self.0.invalidate(&id);
        }
    }

    fn clear(&mut self) {
        self.0.invalidate_all();
    }

    fn len(&self) -> usize {
        // Moka counts late; this makes it catch up.
        self.0.run_pending_tasks();
        self.0.entry_count() as usize
    }
}

fn main() -> Result<(), Error> {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    for name in ["day.json", "overtaken-fetch.yaml"] {
        let outcome = Testbed::file(scenarios.join(name)).beside("event").run("moka", Roles::new)?;
        println!("{outcome}");
        let stale = outcome.metric("stale_grants")?.unwrap_or_default();
        let verdict = if outcome.passes() { "holds" } else { "does not hold" };
        println!(
            "What {name} expects {verdict} for moka; it let {stale} requests in with a role they had lost.\n"
        );
    }
    Ok(())
}
