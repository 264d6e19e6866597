//! A team's own cache under a scenario, in a test of its own.
//!
//! A project implements [`OwnCache`] for its cache, runs a scenario over it and gates the result, in its
//! ordinary `cargo test`. The cache stands in the place of the scenario's own: the scenario's expectations that
//! name no cache are about it. The engine treats it like every other cache: the same requests, latencies,
//! events, faults and restarts, every answer held against the truth, all metrics and a fingerprint.
//!
//! ```
//! use std::collections::HashMap;
//! use std::time::Duration;
//!
//! use rolesim::testbed::{Error, Held, OwnCache, Testbed, User};
//!
//! /// The cache under test: a plain map.
//! #[derive(Default)]
//! struct Roles(HashMap<u64, Held>);
//!
//! impl OwnCache for Roles {
//!     fn get(&mut self, user: User<'_>, _: Duration) -> Option<Held> {
//!         self.0.get(&user.number()?).copied()
//!     }
//!     fn fill(&mut self, user: User<'_>, row: Held, _: Duration) {
//!         self.0.extend(user.number().map(|id| (id, row)));
//!     }
//!     fn role_changed(&mut self, user: User<'_>, row: Held, now: Duration) {
//!         self.fill(user, row, now);
//!     }
//!     fn remove(&mut self, user: User<'_>) {
//!         user.number().map(|id| self.0.remove(&id));
//!     }
//!     fn clear(&mut self) {
//!         self.0.clear();
//!     }
//!     fn len(&self) -> usize {
//!         self.0.len()
//!     }
//! }
//!
//! # /*
//! #[test]
//! # */
//! fn a_revoked_admin_is_locked_out() -> Result<(), Error> {
//!     let day = "{database: {users: [{id: 7, role: admin}]},
//!                 script: [{at: '09:00', request: 7},
//!                          {at: '10:00', remove_admin: 7},
//!                          {at: '11:00', request: 7}],
//!                 expect: [{metric: stale_grants, equals: 0}]}";
//!     let outcome = Testbed::text(day).beside("ttl:4h").run("ours", Roles::default)?;
//!     assert!(outcome.passes(), "{outcome}");
//!     assert_eq!(outcome.metric("hit_ratio")?, Some(0.5));
//!     assert_eq!(outcome.metric_of("ttl:4h", "stale_grants")?, Some(1.0));
//!     Ok(())
//! }
//! # a_revoked_admin_is_locked_out().unwrap();
//! ```
//!
//! # What it does not know
//!
//! - **The wall clock.** Simulated time is the `now` of each call, and a day passes in moments. A cache that
//!   reads a clock of its own (as ready-made ones with expiry do) can only be tried without expiry, or where
//!   its clock can be told the time.
//! - **Joining reads.** Every miss reads for itself, as with `guard=none`, and `coalesced` stays 0. A cache that
//!   lets readers wait for one read will read less in production than here, and what a joined read does to
//!   freshness is not shown.
//! - **Why a row was refused.** A cache may ignore what `fill` or `role_changed` bring; `fills_rejected` and
//!   `updates_rejected` stay 0, and the reader is answered what it read.
//! - **Its sweeps.** What a background task removes shows in `cache_size`; `background_*` stay 0.
//! - **Threads.** Calls come one after the other.

mod outcome;
mod own;

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use crate::model::{escape, shown};
use crate::policy::CacheSpec;
use crate::run::day::{OWN, Own, run_beside, side_by_side};
use crate::run::load::{Loaded, Patch, load, load_bytes};
use crate::scenario::Limits;
use crate::scenario::described;
use crate::sim::External;
pub use outcome::{Error, Outcome};
use own::Adapter;
pub use own::{Held, OwnCache, User};

/// What errors call a scenario that was given as text; its ending says how it is read.
const TEXT_NAME: &str = "scenario.yaml";

/// A scenario that waits for a cache. Everything is read, checked and run by [`run`](Self::run).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `run`"]
pub struct Testbed {
    source: Source,
    sets: Vec<String>,
    others: Vec<String>,
}

#[derive(Clone, Debug)]
enum Source {
    File(PathBuf),
    Text(String),
}

impl Testbed {
    /// The scenario of a file. Cargo runs tests in the folder of the package, so a path may begin there.
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self::new(Source::File(path.as_ref().to_owned()))
    }

    /// A scenario as text in YAML, which a scenario in JSON is as well; a recorded day that it names is looked
    /// for in the current folder.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Source::Text(text.into()))
    }

    fn new(source: Source) -> Self {
        Self { source, sets: Vec::new(), others: Vec::new() }
    }

    /// Changes a field of the scenario, as `--set` does: `seed=7`, `database.read_latency=20ms`.
    pub fn set(mut self, assignment: impl Into<String>) -> Self {
        self.sets.push(assignment.into());
        self
    }

    /// Runs another cache as well, named by its spec: `event`, `ttl:5m+sweep=1m`, `none`, `oracle`.
    pub fn beside(mut self, spec: impl Into<String>) -> Self {
        self.others.push(spec.into());
        self
    }

    /// Runs the day. `label` is what the report calls the cache; `make` makes an empty one, for each replica at
    /// the start and whenever the scenario restarts it.
    ///
    /// # Errors
    /// When the scenario cannot be read or has faults, another cache has no valid spec or bears the same label, or the
    /// run would exceed a limit.
    pub fn run<C: OwnCache>(&self, label: &str, make: impl FnMut() -> C) -> Result<Outcome, Error> {
        let loaded = self.load()?;
        let others = self.others.iter().map(|text| {
            let wrong = |error| Error::new(format!("beside {}: {}", escape(text), described(&error)));
            text.parse::<CacheSpec>().map_err(wrong)
        });
        let others = others.collect::<Result<Vec<_>, _>>()?;
        let listed = match others.split_first() {
            Some((first, others)) => side_by_side(first, others.iter().cloned())?,
            None => Vec::new(),
        };
        if listed.iter().any(|spec| spec.title() == label) {
            return Err(Error::new(format!("two different caches are called {}", shown(label))));
        }
        // All replicas share it.
        let make = RefCell::new(make);
        let make = || (make.borrow_mut())();
        let cache = External::new(OWN, || Box::new(Adapter::new(&make)));
        let own = Own { label: label.to_owned(), cache };
        let (report, _) = run_beside(&loaded, own, &listed)?;
        Ok(Outcome { report })
    }

    fn load(&self) -> Result<Loaded, Error> {
        let limits = Limits::default();
        let patches: Vec<Patch> = self.sets.iter().cloned().map(Patch::Set).collect();
        Ok(match &self.source {
            Source::File(path) => load(path, &patches, &limits)?,
            Source::Text(text) => load_bytes(text.as_bytes(), TEXT_NAME, Path::new(""), &patches, &limits)?,
        })
    }
}
