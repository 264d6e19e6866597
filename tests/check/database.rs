//! A database whose reads take time, and which watches how a cache uses it.

use rolesim::cache::{Row, Version};

use super::kit::{Kit, Monitor};
use super::program::Numbering;

/// The role that is committed at the start. The number of a commit is also its role.
pub(crate) const INITIAL: u64 = 1;

#[derive(Debug)]
struct Ledger {
    committed: u64,
    /// The newest commit whose telling has ended.
    told: u64,
    changes_begun: u64,
    changes_open: u64,
    fetches: Vec<Fetch>,
    fetches_begun: u64,
}

/// A fetch that is under way.
#[derive(Debug)]
struct Fetch {
    id: u64,
    changes_begun: u64,
    /// Whether a change was being told when it began.
    amid_change: bool,
}

/// What a fetch brings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fetched {
    pub(crate) row: Row<u64>,
    /// The newest change that had been told before the fetch ended.
    pub(crate) told: u64,
}

/// The database. Each of its steps is a scheduling point.
pub(crate) struct Database<K: Kit> {
    ledger: K::Monitor<Ledger>,
    numbering: Numbering,
}

impl<K: Kit> Database<K> {
    pub(crate) fn new(numbering: Numbering) -> Self {
        let ledger = Ledger {
            committed: INITIAL,
            told: INITIAL,
            changes_begun: 0,
            changes_open: 0,
            fetches: Vec::new(),
            fetches_begun: 0,
        };
        Self { ledger: K::Monitor::new(ledger), numbering }
    }

    /// A row as the cache gets it: numbered or not.
    pub(crate) fn row(&self, role: u64) -> Row<u64> {
        Row { role, version: self.version(role) }
    }

    pub(crate) fn version(&self, role: u64) -> Version {
        if self.numbering == Numbering::Numbered { Version(role) } else { Version::UNKNOWN }
    }

    /// Reads the role, and lets time pass before it is answered.
    ///
    /// # Panics
    /// Where another fetch is under way that no change has overtaken: the cache should have joined it.
    pub(crate) fn fetch(&self) -> Fetched {
        let (id, role) = self.ledger.with(|ledger| {
            let current = |fetch: &Fetch| !fetch.amid_change && fetch.changes_begun == ledger.changes_begun;
            assert!(!ledger.fetches.iter().any(current), "two current fetches of one user");
            ledger.fetches_begun += 1;
            ledger.fetches.push(Fetch {
                id: ledger.fetches_begun,
                changes_begun: ledger.changes_begun,
                amid_change: ledger.changes_open > 0,
            });
            (ledger.fetches_begun, ledger.committed)
        });
        let told = self.ledger.with(|ledger| {
            ledger.fetches.retain(|fetch| fetch.id != id);
            ledger.told
        });
        Fetched { row: self.row(role), told }
    }

    /// Begins a change that commits nothing.
    pub(crate) fn begin(&self) {
        self.ledger.with(Ledger::begin);
    }

    /// Begins a change and commits it.
    pub(crate) fn commit(&self) -> u64 {
        self.ledger.with(|ledger| {
            ledger.begin();
            ledger.committed += 1;
            ledger.committed
        })
    }

    /// Begins a change without committing it; gives the number that it will have if it is the only one.
    pub(crate) fn announce(&self) -> u64 {
        self.ledger.with(|ledger| {
            ledger.begin();
            ledger.committed + 1
        })
    }

    /// Commits what was announced.
    pub(crate) fn commit_announced(&self) {
        self.ledger.with(|ledger| ledger.committed += 1);
    }

    /// A change has been told, and is over.
    pub(crate) fn told(&self, role: u64) {
        self.ledger.with(|ledger| {
            ledger.told = ledger.told.max(role);
            ledger.changes_open -= 1;
        });
    }
}

impl Ledger {
    fn begin(&mut self) {
        self.changes_begun += 1;
        self.changes_open += 1;
    }
}
