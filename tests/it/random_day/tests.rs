//! The generator keeps to valid days and reaches what it is for; and on every such day the plain
//! simulator's books balance and the promises hold.

use std::collections::{BTreeMap, BTreeSet};

use rolesim::model::{Action, Day, Probability, Trouble};
use rolesim::policy::{ORACLE, PolicySpec, TTL};

use super::{RandomDay, random_day};
use crate::naive::{Commit, Fate, Outcome, Run, simulate};
use crate::tier;

const SEEDS: u64 = 3_000;

/// The caches of a day with what became of it, named for a failing test.
fn runs(random: &RandomDay) -> impl Iterator<Item = (&PolicySpec, Run, String)> {
    random.caches.iter().map(|cache| {
        let name = format!("random_day({}) with {cache}", random.seed);
        (cache, simulate(&random.day, &random.system, cache), name)
    })
}

/// The latest start of a step or repetition.
fn last_start_us(day: &Day) -> u64 {
    let starts = day.script.iter().map(|step| match &step.action {
        Action::Request { count, spacing, .. } => step.at.0 + spacing.offset_us(count - 1, *count),
        _ => step.at.0,
    });
    starts.max().unwrap()
}

#[test]
fn the_same_seed_gives_the_same_day() {
    assert_eq!(format!("{:?}", random_day(7)), format!("{:?}", random_day(7)));
    assert_ne!(format!("{:?}", random_day(7)), format!("{:?}", random_day(8)));
}

#[test]
fn random_days_are_valid() {
    for seed in tier::seeds(SEEDS) {
        let RandomDay { day, .. } = random_day(seed);
        let clock = day.clock;
        assert!(clock.start <= clock.measure_from && clock.measure_from < clock.end, "random_day({seed})");
        assert!(day.script.iter().all(|step| step.at >= clock.start), "random_day({seed})");
        assert!(last_start_us(&day) < clock.end.0, "random_day({seed})");
    }
}

#[test]
fn the_books_balance_on_random_days() {
    for random in tier::seeds(SEEDS).map(random_day) {
        for (_, run, name) in runs(&random) {
            let counts = &run.counts;
            let misses = counts.loads + counts.coalesced + counts.failed;
            assert_eq!(counts.requests, counts.hits + misses, "{name}");
            assert_eq!(counts.stale_reads, counts.stale_grants + counts.stale_denials, "{name}");
            // A blank copy gives roles that were never true, and misses nothing.
            assert!(counts.stale_reads >= counts.stale_ages_us.len() as u64, "{name}");
            assert_eq!(counts.requests - counts.failed, counts.latencies_us.len() as u64, "{name}");
            assert!(counts.stale_reads <= counts.outdated_reads, "{name}");
            assert!(counts.exposed_revocations <= counts.exposed_changes, "{name}");
            assert!(counts.exposed_changes <= counts.stale_reads, "{name}");
            assert!(counts.background_removed <= counts.background_checks, "{name}");
            assert!(counts.cache_size <= counts.cache_size_peak, "{name}");
            assert!(counts.db_reads_peak_1s <= counts.db_reads_peak_60s, "{name}");
            assert!(counts.db_reads_peak_60s <= counts.db_reads, "{name}");
            assert!(counts.updates_failed + counts.updates_rejected <= counts.events_delivered, "{name}");
            let every_answer = run.answers.iter().all(|answer| match answer.outcome {
                // A read that failed came before an entry that answers past its life.
                Outcome::Hit if name.contains("stale-if-error") => answer.row.is_some(),
                Outcome::Hit => answer.row.is_some() && answer.answered_us == answer.start_us,
                Outcome::Failed => answer.row.is_none(),
                Outcome::Load | Outcome::Coalesced => answer.row.is_some(),
            });
            assert!(every_answer, "{name}");
            assert!(run.answers.iter().all(|answer| answer.answered_us >= answer.start_us), "{name}");
            assert!(run.answers.is_sorted_by_key(|answer| answer.start_us), "{name}");
        }
    }
}

#[test]
fn every_answer_was_true_once() {
    for random in tier::seeds(SEEDS).map(random_day) {
        for (_, run, name) in runs(&random) {
            for answer in &run.answers {
                let Some((role, version)) = answer.row.filter(|(_, version)| *version > 0) else { continue };
                let commit = &run.commits[version as usize - 1];
                assert_eq!((&commit.user, commit.after.role), (&answer.user, role), "{name}: {answer:?}");
                assert!(commit.at_us <= answer.answered_us, "{name}: {answer:?}");
            }
        }
    }
}

/// A restart in between excuses: the replica has forgotten what it heard.
fn check_no_older(random: &RandomDay, run: &Run, commit: &Commit, heard: (u32, u64), name: &str) {
    let (replica, arrived_us) = heard;
    for (answer, at) in run.answers.iter().zip(&run.replicas) {
        let later = *at == replica && answer.user == commit.user && answer.start_us > arrived_us;
        let Some((_, version)) = answer.row.filter(|_| later) else { continue };
        let restarted = random.day.script.iter().any(|step| {
            let at_us = step.at.0 - random.day.clock.start.0;
            matches!(step.action, Action::Restart(_)) && (arrived_us..=answer.answered_us).contains(&at_us)
        });
        assert!(restarted || version >= commit.after.version, "{name}: {answer:?} missed {commit:?}");
    }
}

/// Than an event that came before its request.
#[test]
fn guarded_by_versions_no_answer_is_older_than_an_event() {
    for random in tier::seeds(SEEDS).map(random_day) {
        for (cache, run, name) in runs(&random) {
            if cache.options().word("guard") != Some("version") {
                continue;
            }
            for commit in run.commits.iter().filter(|commit| commit.is_event) {
                let heard = commit.fates.iter().filter(|(.., fate)| *fate != Fate::Lost);
                for (replica, arrived_us, _) in heard {
                    check_no_older(&random, &run, commit, (*replica, *arrived_us), &name);
                }
            }
        }
    }
}

#[test]
fn the_oracle_is_never_stale_and_reads_once_a_user() {
    for random in tier::seeds(SEEDS).map(random_day) {
        for (_, run, name) in runs(&random).filter(|(cache, ..)| *cache.descriptor() == ORACLE) {
            let frail = random.system.read_errors != Probability::NEVER
                || random.system.faults.iter().any(|fault| fault.trouble == Trouble::DatabaseDown);
            assert!(run.counts.outdated_reads == 0 && (run.counts.failed == 0 || frail), "{name}");
            let asked: BTreeSet<_> = run.answers.iter().map(|answer| &answer.user).collect();
            assert!(run.counts.db_reads <= asked.len() as u64, "{name}");
            assert_eq!(run.counts.events, run.counts.events_delivered, "{name}");
        }
    }
}

#[test]
fn random_days_reach_every_kind_of_trouble() {
    let mut reached: BTreeMap<String, u64> = BTreeMap::new();
    let mut see = |cache: &PolicySpec, what: &str, count: u64| {
        let kind = match cache.options().word("guard") {
            Some("none") => "unguarded".to_owned(),
            Some(guard) => guard.to_owned(),
            None if *cache.descriptor() == TTL && cache.cleanup().is_some() => "swept".to_owned(),
            None if *cache.descriptor() == TTL => "ttl".to_owned(),
            None => cache.to_string(),
        };
        *reached.entry(format!("{kind} {what}")).or_default() += u64::from(count > 0);
    };
    for random in (0..SEEDS).map(random_day) {
        for (cache, run, _) in runs(&random) {
            let (counts, answers) = (&run.counts, &run.answers);
            see(cache, "hits", counts.hits);
            see(cache, "coalesced", counts.coalesced);
            see(cache, "failed", counts.failed);
            see(cache, "stale_grants", counts.stale_grants);
            see(cache, "stale_denials", counts.stale_denials);
            see(cache, "exposed_revocations", counts.exposed_revocations);
            see(cache, "windows", counts.windows_us.iter().filter(|window| **window > 0).count() as u64);
            see(cache, "updates_failed", counts.updates_failed);
            see(cache, "updates_rejected", counts.updates_rejected);
            see(cache, "events_lost", counts.events_lost);
            see(cache, "fills_rejected", counts.fills_rejected);
            see(cache, "background_removed", counts.background_removed);
            see(cache, "peak above end", counts.cache_size_peak - counts.cache_size);
            see(cache, "outdated but true", counts.outdated_reads - counts.stale_reads);
            let restarts =
                random.day.script.iter().filter(|step| step.action == Action::Restart(None)).count();
            let gave_up = answers.iter().filter(|answer| answer.outcome == Outcome::Failed).count();
            see(cache, "gave up", if restarts == 0 { gave_up as u64 } else { 0 });
        }
    }
    let often = |name: &str, least: u64| {
        let count = reached.get(name).copied().unwrap_or(0);
        assert!(count >= least, "{name}: on {count} days, not {least}\n{reached:#?}");
    };
    for kind in ["version", "singleflight", "unguarded", "swept", "ttl"] {
        for what in ["hits", "failed", "stale_grants", "stale_denials", "windows", "peak above end"] {
            often(&format!("{kind} {what}"), 20);
        }
    }
    for guard in ["version", "singleflight", "unguarded"] {
        often(&format!("{guard} updates_failed"), 100);
        often(&format!("{guard} events_lost"), 100);
    }
    for kind in ["version", "singleflight", "swept", "ttl"] {
        often(&format!("{kind} coalesced"), 100);
    }
    often("version fills_rejected", 100);
    often("version updates_rejected", 100);
    often("version gave up", 20);
    often("swept background_removed", 100);
    often("swept outdated but true", 20);
}
