//! The figures of the coming caches, counted from the journal.

use std::collections::HashMap;

use rolesim::model::UserId;

use super::{Coming, Commit, Counts, Journal, Request};

impl Counts {
    pub(super) fn count_coming(&mut self, journal: &Journal, coming: &Coming, measure_from_us: u64) {
        let measured = |at_us: u64| at_us >= measure_from_us;
        let count = |times_us: &[u64]| times_us.iter().filter(|at_us| measured(**at_us)).count() as u64;
        self.refreshes = count(&journal.refreshes_us);
        self.polls = count(&journal.polls_us);
        self.db_checks = count(&journal.checks_us);
        self.db_rows = journal.rows.iter().filter(|(at_us, _)| measured(*at_us)).map(|(_, rows)| rows).sum();
        for (_, hit) in journal.l2_us.iter().filter(|(at_us, _)| measured(*at_us)) {
            self.l2_hits += u64::from(*hit);
            self.l2_misses += u64::from(!hit);
        }
        let is_measured = |request: &Request| measured(request.answer.start_us);
        let requests: Vec<&Request> =
            journal.requests.iter().filter(|request| is_measured(request)).collect();
        self.stale_served = requests.iter().filter(|request| request.served_stale).count() as u64;
        self.regressions = regressions(journal, &is_measured);
        self.fresh_within = (coming.slo_us.iter())
            .map(|span_us| {
                let fresh = requests.iter().filter(|request| is_fresh(request, &journal.commits, *span_us));
                (*span_us, fresh.count() as u64)
            })
            .collect();
        let within_us = coming.asked_within_us.unwrap_or(3_600_000_000);
        for (number, commit) in journal.commits.iter().enumerate() {
            if !measured(commit.at_us) || commit.after.role >= commit.before {
                continue;
            }
            if coming.settling {
                let last_us = journal.settled_us.get(&number).copied().unwrap_or(commit.at_us);
                self.settled_us.push(last_us - commit.at_us);
            }
            let followed = |request: &Request| {
                request.answer.user == commit.user
                    && request.truth.version >= commit.after.version
                    && request.answer.start_us <= commit.at_us + within_us
            };
            self.revocations_asked += u64::from(journal.requests.iter().any(followed));
        }
        self.settled_us.sort_unstable();
    }
}

/// Answers with an older version than an earlier answer to the same user had.
fn regressions(journal: &Journal, is_measured: &impl Fn(&Request) -> bool) -> u64 {
    let mut newest: HashMap<&UserId, u64> = HashMap::new();
    let mut count = 0;
    for request in journal.answered.iter().map(|id| &journal.requests[*id]) {
        let Some((_, version)) = request.answer.row else { continue };
        let known = newest.entry(&request.answer.user).or_default();
        count += u64::from(version < *known && is_measured(request));
        *known = version.max(*known);
    }
    count
}

/// Whether the role was the true one at some instant of the span before the request, or is of a newer version.
fn is_fresh(request: &Request, commits: &[Commit], span_us: u64) -> bool {
    let Some((role, version)) = request.answer.row else { return false };
    if version > request.truth.version || role == request.truth.role {
        return true;
    }
    let of_user = |commit: &&Commit| {
        commit.user == request.answer.user && commit.after.version <= request.truth.version
    };
    let from_us = request.answer.start_us.saturating_sub(span_us);
    // A role was the true one until the next commit.
    commits.iter().filter(of_user).any(|commit| commit.before == role && commit.at_us > from_us)
}
