//! The crate's own threaded face, under the checker whose locks it was built with.

use rolesim::cache::{GetError, Options, RoleCache, Row, Version};

use super::run::{Failed, Subject};

const USER: u8 = 1;
/// A user whose arrival evicts the first, since there is room for one.
const OTHER: u8 = 2;

struct Real(RoleCache<u8, u64>);

fn real() -> Real {
    let options = Options { capacity: Some(std::num::NonZeroUsize::MIN), ..Options::default() };
    Real(RoleCache::new(options))
}

impl Subject for Real {
    fn get(&self, fetch: &dyn Fn() -> Result<Row<u64>, Failed>) -> Result<u64, Failed> {
        self.0.get_role(&USER, fetch).map_err(|error: GetError<Failed>| match error {
            GetError::Fetch(Failed) | GetError::Joined => Failed,
            GetError::Overtaken | GetError::Reentrant => panic!("{error:?}"),
        })
    }

    fn update(&self, row: Row<u64>) {
        let _ = self.0.update_role(USER, row);
    }

    fn degrade(&self, version: Version) {
        let _ = self.0.degrade(&USER, version, &"the update failed");
    }

    fn invalidate(&self) {
        self.0.invalidate(&USER);
    }

    fn evict(&self) {
        let _ = self.0.update_role(OTHER, Row::from(0));
    }
}

#[cfg(loom)]
#[test]
fn the_threaded_face_keeps_its_promises_in_every_small_program() {
    super::exhaustive::explore_all("threaded face", real);
}

#[cfg(all(shuttle, not(loom)))]
#[test]
fn the_threaded_face_keeps_its_promises_in_random_schedules() {
    super::random::play_all("threaded face", real);
}
