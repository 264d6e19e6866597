//! Every integer figure of a day, counted after the fact from the journal.

use std::collections::{BTreeMap, BTreeSet};

use super::{Commit, Fate, Journal, Outcome, Request, Rules};

/// The figures; lists are in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) requests: u64,
    pub(crate) hits: u64,
    pub(crate) loads: u64,
    pub(crate) coalesced: u64,
    pub(crate) failed: u64,
    pub(crate) db_reads: u64,
    pub(crate) db_writes: u64,
    pub(crate) db_reads_peak_1s: u64,
    pub(crate) db_reads_peak_60s: u64,
    pub(crate) events: u64,
    pub(crate) events_delivered: u64,
    pub(crate) events_lost: u64,
    pub(crate) updates_failed: u64,
    pub(crate) updates_rejected: u64,
    pub(crate) fills_rejected: u64,
    pub(crate) outdated_reads: u64,
    pub(crate) stale_reads: u64,
    pub(crate) stale_grants: u64,
    pub(crate) stale_denials: u64,
    pub(crate) stale_ages_us: Vec<u64>,
    pub(crate) exposed_changes: u64,
    pub(crate) exposed_revocations: u64,
    /// One for each measured reduction, 0 where it was never exposed.
    pub(crate) windows_us: Vec<u64>,
    /// Wider than one window, so that no number of them is too many.
    pub(crate) window_sum_us: u128,
    pub(crate) background_runs: u64,
    pub(crate) background_checks: u64,
    pub(crate) background_removed: u64,
    pub(crate) cache_size: u64,
    pub(crate) cache_size_peak: u64,
    pub(crate) latencies_us: Vec<u64>,
    pub(crate) refreshes: u64,
    pub(crate) polls: u64,
    /// Read by loads of whole copies and by polls.
    pub(crate) db_rows: u64,
    pub(crate) db_checks: u64,
    /// Answered from an entry past its life.
    pub(crate) stale_served: u64,
    pub(crate) l2_hits: u64,
    pub(crate) l2_misses: u64,
    pub(crate) regressions: u64,
    /// By span: answers whose role was the true one within it.
    pub(crate) fresh_within: Vec<(u64, u64)>,
    /// One for each measured reduction.
    pub(crate) settled_us: Vec<u64>,
    pub(crate) revocations_asked: u64,
}

impl Commit {
    pub(crate) fn changes_role(&self) -> bool {
        self.before != self.after.role
    }

    fn reduces_role(&self) -> bool {
        self.after.role < self.before
    }
}

impl Counts {
    pub(super) fn new(journal: &Journal, rules: &Rules, measure_from_us: u64) -> Self {
        let mut counts = Self::default();
        counts.count_database_and_memory(journal, measure_from_us);
        counts.count_changes(journal, rules, measure_from_us);
        let measured = |request: &&Request| request.answer.start_us >= measure_from_us;
        // By version: the starts of all stale answers, and of the stale grants, charged to that change.
        let mut charged: BTreeSet<u64> = BTreeSet::new();
        let mut last_grant_us: BTreeMap<u64, u64> = BTreeMap::new();
        for request in journal.requests.iter().filter(measured) {
            counts.count_request(request);
            if let Some(stale) = Stale::find(request, &journal.commits) {
                counts.stale_reads += 1;
                counts.stale_ages_us.extend(stale.age_us);
                charged.extend(stale.charged_to);
                if stale.is_grant {
                    counts.stale_grants += 1;
                    last_grant_us.extend(stale.charged_to.map(|version| (version, request.answer.start_us)));
                } else {
                    counts.stale_denials += 1;
                }
            }
        }
        for change in journal.commits.iter().filter(|commit| commit.at_us >= measure_from_us) {
            let version = change.after.version;
            counts.exposed_changes += u64::from(charged.contains(&version));
            if change.reduces_role() {
                let last_us = last_grant_us.get(&version);
                counts.exposed_revocations += u64::from(last_us.is_some());
                counts.windows_us.push(last_us.map_or(0, |last_us| last_us - change.at_us));
            }
        }
        counts.window_sum_us = counts.windows_us.iter().map(|window_us| u128::from(*window_us)).sum();
        counts.stale_ages_us.sort_unstable();
        counts.windows_us.sort_unstable();
        counts.latencies_us.sort_unstable();
        counts
    }

    fn count_request(&mut self, request: &Request) {
        let answer = &request.answer;
        self.requests += 1;
        match answer.outcome {
            Outcome::Hit => self.hits += 1,
            Outcome::Load => self.loads += 1,
            Outcome::Coalesced => self.coalesced += 1,
            Outcome::Failed => self.failed += 1,
        }
        if let Some((role, version)) = answer.row {
            self.latencies_us.push(answer.answered_us - answer.start_us);
            let is_blank = version == request.truth.version && role != request.truth.role;
            self.outdated_reads += u64::from(version < request.truth.version || is_blank);
        }
    }

    fn count_changes(&mut self, journal: &Journal, rules: &Rules, measure_from_us: u64) {
        for commit in journal.commits.iter().filter(|commit| commit.at_us >= measure_from_us) {
            self.db_writes += commit.writes;
            self.events += u64::from(commit.is_event);
            // The oracle hears of everything once.
            self.events_delivered += u64::from(rules.oracle && commit.is_event);
            for (.., fate) in &commit.fates {
                self.events_delivered += u64::from(*fate != Fate::Lost);
                match fate {
                    Fate::Lost => self.events_lost += 1,
                    Fate::Applied => {}
                    Fate::Failed => self.updates_failed += 1,
                    Fate::Rejected => self.updates_rejected += 1,
                }
            }
        }
        let failed = journal.failed_writes.iter().filter(|write| write.failed_us >= measure_from_us);
        self.db_writes += failed.map(|write| write.writes).sum::<u64>();
    }

    fn count_database_and_memory(&mut self, journal: &Journal, measure_from_us: u64) {
        let measured = |at_us: &u64| *at_us >= measure_from_us;
        let reads: Vec<u64> = journal.reads.iter().map(|read| read.issued_us).filter(measured).collect();
        self.db_reads = reads.len() as u64;
        self.db_reads_peak_1s = most_in_one(1_000_000, &reads);
        self.db_reads_peak_60s = most_in_one(60_000_000, &reads);
        self.fills_rejected = journal.rejected_fills_us.iter().filter(|at_us| measured(at_us)).count() as u64;
        for (_, checks, removed) in journal.sweeps.iter().filter(|(at_us, ..)| measured(at_us)) {
            self.background_runs += 1;
            self.background_checks += checks;
            self.background_removed += removed;
        }
        self.cache_size = journal.size_at_the_end;
        let sizes = journal.sizes.iter().filter(|(at_us, _)| measured(at_us)).map(|(_, size)| *size);
        self.cache_size_peak = sizes.max().unwrap_or(0);
    }
}

fn most_in_one(period_us: u64, times_us: &[u64]) -> u64 {
    let mut counted: BTreeMap<u64, u64> = BTreeMap::new();
    for at_us in times_us {
        *counted.entry(at_us / period_us).or_default() += 1;
    }
    counted.into_values().max().unwrap_or(0)
}

/// What is wrong with a stale answer.
struct Stale {
    is_grant: bool,
    /// Since the oldest change of role that the answer missed.
    age_us: Option<u64>,
    /// The version of the latest change of role committed at its start.
    charged_to: Option<u64>,
}

impl Stale {
    fn find(request: &Request, commits: &[Commit]) -> Option<Self> {
        let (role, version) = request.answer.row?;
        let truth = request.truth;
        if version > truth.version || role == truth.role {
            return None;
        }
        // Commits are in the order of their versions.
        let mut changes = commits.iter().filter(|commit| {
            commit.user == request.answer.user
                && commit.changes_role()
                && commit.after.version <= truth.version
        });
        // A blank copy gives a role that the user never had, though no change was missed.
        let oldest_missed = changes.clone().find(|change| change.after.version > version);
        let latest = changes.next_back();
        Some(Self {
            is_grant: role > truth.role,
            age_us: oldest_missed.map(|missed| request.answer.start_us - missed.at_us),
            charged_to: latest.map(|latest| latest.after.version),
        })
    }
}
