//! What happens first at one instant.

use super::{Rule, check};

const RULES: &[Rule] = &[
    Rule {
        rule: "What was under way, as an answer of the database, comes before the steps of its instant",
        day: "database: {read_latency: 10m}, script: [{at: '00:00', request: 1}, {at: '00:10', request: 1}]",
        cache: "event",
        measures: "loads=1 hits=1 coalesced=0",
    },
    Rule {
        rule: "A commit comes before a read of its instant",
        day: "database: {write_latency: 10m}, script: [{at: '00:00', add_admin: 1}, {at: '00:10', request: 1}]",
        cache: "none",
        measures: "events=1 loads=1 outdated_reads=0",
    },
    Rule {
        rule: "An answer comes before an event of its instant that was scheduled later",
        day: "database: {read_latency: 10m}, channel: {delay: 5m},
            script: [{at: '00:00', request: 1}, {at: '00:05', add_admin: 1}, {at: '00:11', request: 1}]",
        cache: "event",
        measures: "loads=1 hits=1 fills_rejected=0 db_reads=1 outdated_reads=0 latency_us.max=10m",
    },
    // The second read is served, and its answer scheduled, at 00:10; the event at 00:05.
    Rule {
        rule: "An event comes before an answer of its instant that was scheduled later",
        day: "database: {read_latency: 10m, concurrency: 1}, channel: {delay: 15m},
            script: [{at: '00:00', request: 2}, {at: '00:01', request: 1}, {at: '00:05', add_admin: 1}]",
        cache: "event",
        measures: "loads=2 fills_rejected=1 db_reads=2 cache_size=2 latency_us.max=19m",
    },
    // The event of 00:05 is due at 00:10, when the first answer gives the second read its turn.
    Rule {
        rule: "A read that queued and then takes no time is answered behind whatever is due at that instant",
        day: "database: {read_latency: 10m, concurrency: 1}, channel: {delay: 5m},
            faults: [{from: '00:01', to: '00:20', read_latency: 0s}],
            script: [{at: '00:00', request: 1}, {at: '00:01', request: 2}, {at: '00:05', add_admin: 2}]",
        cache: "event",
        measures: "loads=2 fills_rejected=1 db_reads=2 latency_us.p50=9m latency_us.max=10m",
    },
    // The user is a user again when the last request comes.
    Rule {
        rule: "Two commits of one instant come in the order of their steps",
        day: "database: {write_latency: 5m}, script: [{at: '00:04', request: 1}, {at: '00:05', add_admin: 1},
            {at: '00:05', remove_admin: 1}, {at: '00:10', request: 1}]",
        cache: "ttl:1h",
        measures: "events=2 hits=1 outdated_reads=1 stale_reads=0",
    },
    Rule {
        rule: "Two events of one instant arrive in the order of their commits",
        day: "channel: {delay: 5m}, script: [{at: '00:00', add_admin: 1}, {at: '00:00', remove_admin: 1},
            {at: '00:05', request: 1}]",
        cache: "event",
        measures: "events_delivered=2 updates_rejected=0 hits=1 outdated_reads=0",
    },
    Rule {
        rule: "A sweep comes before an answer of its instant",
        day: "database: {read_latency: 10m}, script: [{at: '00:00', request: 1}]",
        cache: "ttl:10m+sweep=10m",
        measures: "background_runs=144 background_checks=1 background_removed=1",
    },
    Rule {
        rule: "A sweep comes before a step of its instant",
        day: "script: [{at: '00:00', request: 1}, {at: '00:10', request: 1}]",
        cache: "ttl:10m+sweep=10m",
        measures: "loads=2 background_checks=2 background_removed=2",
    },
    Rule {
        rule: "Sweeps happen to the end inclusive, and the size is taken after the last one",
        day: "clock: {end: '01:00'}, script: [{at: '00:30', request: 1}]",
        cache: "ttl:10m+sweep=1h",
        measures: "background_runs=1 background_removed=1 cache_size=0 cache_size_peak=1",
    },
    Rule {
        rule: "What is under way at the end still happens and counts, but for the size",
        day:
            "clock: {end: '00:10'}, database: {read_latency: 10m, write_latency: 10m}, channel: {delay: 10m},
            script: [{at: '00:05', request: 1}, {at: '00:05', add_admin: 2}]",
        cache: "event",
        measures: "loads=1 events=1 db_writes=1 events_delivered=1 cache_size=0 latency_us.max=10m",
    },
    Rule {
        rule: "A role change without delays is complete before the next step of its instant",
        day: "database: {users: [{id: 9, role: admin}]},
            script: [{at: '00:05', request: 9}, {at: '00:05', remove_admin: 9}, {at: '00:05', request: 9}]",
        cache: "event",
        measures: "loads=1 hits=1 outdated_reads=0 window_us.max=0s",
    },
    Rule {
        rule: "A repetition keeps its step's place in the file: behind a step of its instant",
        day: "script: [{at: '00:05', clear: all}, {at: '00:00', request: 1, count: 2, every: 5m}]",
        cache: "event",
        measures: "loads=2 hits=0",
    },
    Rule {
        rule: "A repetition keeps its step's place in the file: before a step of its instant",
        day: "script: [{at: '00:00', request: 1, count: 2, every: 5m}, {at: '00:05', clear: all}]",
        cache: "event",
        measures: "loads=1 hits=1 cache_size=0",
    },
    Rule {
        rule: "A set is asked in rounds: all ids, then all again",
        day: "script: [{at: '00:00', request: '1..=2', count: 2}]",
        cache: "event+capacity=1",
        measures: "loads=4 hits=0",
    },
];

#[test]
fn what_happens_first_at_one_instant() {
    check(RULES);
}
