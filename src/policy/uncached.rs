//! `none`: no cache at all.

use super::descriptor::{Candidacy, PolicyDescriptor};
use super::option::OptionValues;
use crate::cache::{Row, Timestamp};
use crate::model::RoleId;
use crate::sim::{CandidateLane, Contents, LaneSetting, Policy, Reply};

/// No cache.
pub static NONE: PolicyDescriptor = PolicyDescriptor {
    // A read sees what is committed when its request starts, or as long before as the database lags.
    longest_honoured_us: |_, certainty| Some(certainty.longest_lag_us),
    candidacy: Candidacy::Baseline,
    ..PolicyDescriptor::new("none", "no cache: every request reads the database", build)
};

fn build(_: &OptionValues, setting: &LaneSetting) -> CandidateLane<'static> {
    CandidateLane::new(setting, || Uncached)
}

/// No cache: every request reads for itself.
#[derive(Debug)]
struct Uncached;

impl Contents for Uncached {
    fn len(&self) -> usize {
        0
    }

    fn entries(&self) -> Vec<(u32, RoleId)> {
        Vec::new()
    }
}

impl Policy for Uncached {
    type Ticket = ();

    const READS_ALWAYS: bool = true;

    fn never_goes_back(&self) -> bool {
        true
    }

    fn ask(&mut self, _: u32, _: Timestamp, _: impl Fn() -> u64, _: Row<RoleId>) -> Reply<()> {
        Reply::Miss(())
    }

    fn restart(&mut self, _: Timestamp) -> bool {
        true
    }
}
