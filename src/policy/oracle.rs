//! `oracle`: the bound that no cache can beat.

use super::descriptor::{Candidacy, PolicyDescriptor};
use super::option::OptionValues;
use crate::cache::{Row, Timestamp};
use crate::model::RoleId;
use crate::sim::{CandidateLane, Contents, LaneSetting, Packed, Policy, Reply, Request};

/// What no cache can beat: never stale, one read a user.
pub static ORACLE: PolicyDescriptor = PolicyDescriptor {
    candidacy: Candidacy::Bound,
    is_shared: true,
    longest_honoured_us: |_, certainty| Some(certainty.longest_lag_us),
    ..PolicyDescriptor::new("oracle", "the bound: what no cache can beat", build)
};

fn build(_: &OptionValues, setting: &LaneSetting) -> CandidateLane<'static> {
    CandidateLane::new(setting, Oracle::default)
}

/// The bound: it knows the truth of everyone it has seen.
#[derive(Debug, Default)]
struct Oracle {
    /// By dense number, whether the user was seen, and the role as observers see it.
    seen: Vec<Option<RoleId>>,
    count: usize,
}

impl Oracle {
    fn see(&mut self, user: u32, role: RoleId) -> bool {
        let index = user as usize;
        if index >= self.seen.len() {
            self.seen.resize(index + 1, None);
        }
        let first = self.seen[index].replace(role).is_none();
        self.count += usize::from(first);
        first
    }
}

impl Contents for Oracle {
    fn len(&self) -> usize {
        self.count
    }

    fn entries(&self) -> Vec<(u32, RoleId)> {
        (0..).zip(&self.seen).filter_map(|(user, role)| role.map(|role| (user, role))).collect()
    }
}

impl Policy for Oracle {
    type Ticket = ();

    const SHARED: bool = true;

    fn never_goes_back(&self) -> bool {
        true
    }

    fn streak(&mut self, requests: &[Request], _: &[Packed], before_us: u64) -> usize {
        let known = |request: &&Request| {
            let seen = self.seen.get(request.user as usize).is_some_and(Option::is_some);
            seen && request.at_us < before_us
        };
        requests.iter().take_while(known).count()
    }

    fn ask(&mut self, user: u32, _: Timestamp, _: impl Fn() -> u64, truth: Row<RoleId>) -> Reply<()> {
        if self.see(user, truth.role) { Reply::Miss(()) } else { Reply::Hit(truth) }
    }

    fn learn(&mut self, user: u32, role: RoleId, event: bool) -> bool {
        let known = self.seen.get(user as usize).is_some_and(Option::is_some);
        if event || known {
            self.see(user, role);
        }
        true
    }

    fn restart(&mut self, _: Timestamp) -> bool {
        false
    }
}
