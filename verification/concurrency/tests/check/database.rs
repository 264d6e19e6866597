//! A database whose reads take time, and which watches how a cache uses it.

use std::sync::Mutex;

use rolesim::cache::{Row, Version};

use super::program::Numbering;
use super::runtime::{Monitor, Runtime};

/// The role that is committed at the start. The number of a commit is also its role.
pub(crate) const INITIAL: u64 = 1;

/// The fetches under way. Watching them is not a scheduling point.
#[derive(Debug, Default)]
struct Watched {
    under_way: Vec<Fetch>,
    begun: u64,
    doubled: bool,
}

/// Changes so far, as somebody saw them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    begun: u64,
    open: u64,
}

/// A fetch that is under way.
#[derive(Debug)]
struct Fetch {
    id: u64,
    /// The changes when the reader had not yet asked the cache, or had just been told to ask again.
    before: Changes,
}

/// What a fetch brings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fetched {
    pub(crate) row: Row<u64>,
    /// The newest change that had been told before the fetch ended.
    pub(crate) told: u64,
}

/// The database. Each of its steps is a scheduling point.
pub(crate) struct Database<K: Runtime> {
    committed: K::Monitor<u64>,
    watched: Mutex<Watched>,
    /// The newest commit whose telling has ended. Gets begin here too, so that the checker varies what had been
    /// told by then.
    told: K::Monitor<u64>,
    /// Only watched, so no scheduling point.
    changes: Mutex<Changes>,
    numbering: Numbering,
}

impl<K: Runtime> Database<K> {
    pub(crate) fn new(numbering: Numbering) -> Self {
        let (committed, told) = (K::Monitor::new(INITIAL), K::Monitor::new(INITIAL));
        Self { committed, told, watched: Mutex::default(), changes: Mutex::default(), numbering }
    }

    /// A row as the cache gets it: numbered or not.
    pub(crate) fn row(&self, role: u64) -> Row<u64> {
        Row { role, version: self.version(role) }
    }

    pub(crate) fn version(&self, role: u64) -> Version {
        if self.numbering == Numbering::Numbered { Version(role) } else { Version::UNKNOWN }
    }

    /// The beginning of a get.
    pub(crate) fn enter(&self) {
        self.told.with(|_| ());
    }

    pub(crate) fn changes(&self) -> Changes {
        *self.changes.lock().unwrap()
    }

    /// Reads the role, and lets time pass before it is answered where that `varies` anything.
    pub(crate) fn fetch(&self, before: Changes, varies: bool) -> Fetched {
        let id = self.watched.lock().unwrap().begin(before, self.changes());
        let role = self.committed.with(|committed| *committed);
        K::pause();
        let told = if varies { self.told.with(|told| *told) } else { INITIAL };
        self.watched.lock().unwrap().under_way.retain(|fetch| fetch.id != id);
        Fetched { row: self.row(role), told }
    }

    /// Whether a fetch began while another was under way that no change had overtaken: the cache should have joined it.
    pub(crate) fn has_doubled(&self) -> bool {
        self.watched.lock().unwrap().doubled
    }

    /// Begins a change.
    pub(crate) fn begin(&self) {
        let mut changes = self.changes.lock().unwrap();
        changes.begun += 1;
        changes.open += 1;
    }

    /// Ends a change that commits nothing.
    pub(crate) fn end(&self) {
        self.changes.lock().unwrap().open -= 1;
    }

    /// Commits a change.
    pub(crate) fn commit(&self) -> u64 {
        self.committed.with(|committed| {
            *committed += 1;
            *committed
        })
    }

    /// The number of a change that is told before it is committed, if it is the only one.
    pub(crate) fn announce(&self) -> u64 {
        self.committed.with(|committed| *committed + 1)
    }

    /// A change has been told, and is over.
    pub(crate) fn told(&self, role: u64) {
        self.told.with(|told| *told = role.max(*told));
        self.end();
    }
}

impl Watched {
    fn begin(&mut self, before: Changes, now: Changes) -> u64 {
        let current = |fetch: &Fetch| now.open == 0 && fetch.before == now && before == now;
        self.doubled |= self.under_way.iter().any(current);
        self.begun += 1;
        self.under_way.push(Fetch { id: self.begun, before });
        self.begun
    }
}
