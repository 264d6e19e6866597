//! Real threads against a database that counts: a role is the number of its commit, so that an older one is
//! a smaller number.

use std::sync::atomic::AtomicU64;

use super::*;

const USERS: usize = 8;
const THREADS: u64 = 4;
const STEPS: u64 = 5_000;

struct World {
    cache: RoleCache<usize, u64>,
    versioned: bool,
    /// The newest commit of each user.
    committed: [AtomicU64; USERS],
    /// Held from a commit to the end of its update where changes have no versions.
    changing: [Mutex<()>; USERS],
    /// The newest commit of each user whose update has returned.
    told: [AtomicU64; USERS],
    fetches: AtomicU32,
}

impl World {
    fn new(versioned: bool, options: Options) -> Self {
        Self {
            cache: RoleCache::new(options).with_shards(2),
            versioned,
            committed: Default::default(),
            changing: Default::default(),
            told: Default::default(),
            fetches: AtomicU32::new(0),
        }
    }

    fn row(&self, role: u64) -> Row<u64> {
        let version = if self.versioned { Version(role) } else { Version::UNKNOWN };
        Row { role, version }
    }

    fn change(&self, user: usize, degrade: bool) {
        let serial = (!self.versioned).then(|| self.changing[user].lock().unwrap());
        let role = self.committed[user].fetch_add(1, Ordering::SeqCst) + 1;
        if self.versioned {
            yield_now();
        }
        let row = self.row(role);
        if degrade {
            let _ = self.cache.degrade(&user, row.version, &"as the test wants it");
        } else {
            let _ = self.cache.update_role(user, row);
        }
        self.told[user].fetch_max(role, Ordering::SeqCst);
        drop(serial);
    }

    fn fetch(&self, user: usize, chance: u64) -> Result<Row<u64>, ()> {
        self.fetches.fetch_add(1, Ordering::Relaxed);
        let row = self.row(self.committed[user].load(Ordering::SeqCst));
        // What was read grows old on its way.
        yield_now();
        match chance % 16 {
            0 => Err(()),
            1 => std::panic::resume_unwind(Box::new("as the test wants it")),
            _ => Ok(row),
        }
    }

    /// Reads, and holds the answer against what was known before.
    fn read(&self, user: usize, chance: u64, seen: &mut HashMap<usize, u64>) {
        let told = self.told[user].load(Ordering::SeqCst);
        let get = || self.cache.get_role(&user, || self.fetch(user, chance));
        if let Ok(Ok(role)) = catch_unwind(AssertUnwindSafe(get)) {
            assert!(role >= told, "user {user}: {role} after the update to {told} had returned");
            let before = seen.insert(user, role).unwrap_or(0);
            assert!(role >= before, "user {user}: {role} after {before} had been read");
        }
    }

    fn work(&self, thread: u64) {
        let mut random = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(thread + 1);
        let mut seen = HashMap::new();
        for _ in 0..STEPS {
            // Marsaglia's xorshift.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let user = (random >> 32) as usize % USERS;
            match random >> 40 & 31 {
                0..=2 => self.change(user, false),
                3 => self.change(user, true),
                4 => self.cache.invalidate(&user),
                5 if random >> 48 & 15 == 0 => self.cache.clear(),
                _ => self.read(user, random >> 16 & 0xffff, &mut seen),
            }
        }
    }
}

#[test]
fn once_an_update_has_returned_no_reader_gets_an_older_role() {
    let bounded = NonZeroUsize::new(USERS / 2);
    for versioned in [true, false] {
        for on_event in [OnEvent::Update, OnEvent::UpdateIfPresent, OnEvent::Invalidate] {
            for capacity in [None, bounded] {
                let world = World::new(versioned, Options { on_event, capacity, ..Options::default() });
                thread::scope(|scope| {
                    let world = &world;
                    (0..THREADS).for_each(|thread| drop(scope.spawn(move || world.work(thread))));
                });
                let stats = world.cache.stats();
                assert_eq!(stats.loads, u64::from(world.fetches.load(Ordering::Relaxed)));
                assert_eq!(stats.loads, stats.fills + stats.fills_refused + stats.fetches_failed);
            }
        }
    }
}
