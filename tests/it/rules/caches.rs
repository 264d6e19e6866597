//! What each cache keeps, and for how long.

use super::{Rule, check};

const RULES: &[Rule] = &[
    Rule {
        rule: "event writes what an event brings, also what is not cached",
        day: "script: [{at: '00:00', add_admin: 1}, {at: '00:01', request: 1}]",
        cache: "event",
        measures: "events_delivered=1 hits=1 loads=0",
    },
    Rule {
        rule: "update-if-present writes only what is cached",
        day: "script: [{at: '00:00', add_admin: 1}, {at: '00:01', request: 1}, {at: '00:02', remove_admin: 1},
            {at: '00:03', request: 1}]",
        cache: "event+on-event=update-if-present",
        measures: "events_delivered=2 hits=1 loads=1 outdated_reads=0",
    },
    Rule {
        rule: "invalidate drops what an event is about",
        day: "script: [{at: '00:00', request: 1}, {at: '00:01', add_admin: 1}, {at: '00:02', request: 1}]",
        cache: "event+on-event=invalidate",
        measures: "events_delivered=1 hits=0 loads=2 outdated_reads=0",
    },
    Rule {
        rule: "A failed update drops the entry in every guard: none",
        day: "script: [{at: '00:00', request: 1}, {at: '00:01', add_admin: 1, update: fails}, {at: '00:02', request: 1}]",
        cache: "event+guard=none",
        measures: "updates_failed=1 loads=2 hits=0 outdated_reads=0",
    },
    Rule {
        rule: "A failed update drops the entry in every guard: version",
        day: "script: [{at: '00:00', request: 1}, {at: '00:01', add_admin: 1, update: fails}, {at: '00:02', request: 1}]",
        cache: "event",
        measures: "updates_failed=1 loads=2 hits=0 outdated_reads=0",
    },
    Rule {
        rule: "ttl is deaf to events",
        day: "script: [{at: '00:00', request: 1}, {at: '00:01', add_admin: 1, update: fails}, {at: '00:02', request: 1}]",
        cache: "ttl:1h",
        measures: "events=1 events_delivered=0 updates_failed=0 loads=1 hits=1 stale_denials=1",
    },
    Rule {
        rule: "invalidate drops the entry, clear all entries",
        day: "script: [{at: '00:00', request: '1..=3'}, {at: '00:01', invalidate: 1}, {at: '00:02', request: '1..=3'},
            {at: '00:03', clear: all}, {at: '00:04', request: '1..=3'}]",
        cache: "event",
        measures: "loads=7 hits=2",
    },
    Rule {
        rule: "An entry is usable while now < stored + D, and its life counts from when the answer is stored",
        day: "database: {read_latency: 5m},
            script: [{at: '00:00', request: 1}, {at: '00:14:59.999999', request: 1}, {at: '00:15', request: 1}]",
        cache: "ttl:10m",
        measures: "loads=2 hits=1",
    },
    Rule {
        rule: "Without sweeps the read that finds an expired entry removes it, and that is not background",
        day: "clock: {end: '00:22'}, database: {read_latency: 5m},
            script: [{at: '00:00', request: 1}, {at: '00:20', request: 1}]",
        cache: "ttl:10m",
        measures: "loads=2 cache_size=0 cache_size_peak=1 background_checks=0 background_removed=0",
    },
    Rule {
        rule: "With sweeps a read leaves an expired entry to them",
        day: "clock: {end: '00:22'}, database: {read_latency: 5m},
            script: [{at: '00:00', request: 1}, {at: '00:20', request: 1}]",
        cache: "ttl:10m+sweep=1h",
        measures: "loads=2 cache_size=1",
    },
    Rule {
        rule: "An event that writes starts the life of event's ttl again, a hit does not",
        day: "script: [{at: '00:00', request: 1}, {at: '00:08', add_admin: 1}, {at: '00:17', request: 1},
            {at: '00:18', request: 1}]",
        cache: "event+ttl=10m",
        measures: "loads=2 hits=1",
    },
    Rule {
        rule: "What a lost event left stale is honoured until event's ttl is over",
        day: "database: {users: [{id: 9, role: admin}]}, script: [{at: '00:00', request: 9},
            {at: '00:01', remove_admin: 9, event: lost}, {at: '00:09', request: 9}, {at: '00:10', request: 9}]",
        cache: "event+ttl=10m",
        measures: "events_lost=1 loads=2 hits=1 stale_grants=1 window_us.max=8m",
    },
    Rule {
        rule: "An expired entry is not present, so that update-if-present doesn't write it",
        day: "script: [{at: '00:00', request: 1}, {at: '00:20', add_admin: 1}, {at: '00:21', request: 1}]",
        cache: "event+on-event=update-if-present+ttl=10m",
        measures: "events_delivered=1 updates_rejected=0 loads=2 hits=0",
    },
    Rule {
        rule: "Every hit of idle starts the life again",
        day: "script: [{at: '00:00', request: 1}, {at: '00:09', request: 1}, {at: '00:18', request: 1},
            {at: '00:28', request: 1}]",
        cache: "idle:10m",
        measures: "loads=2 hits=2",
    },
    Rule {
        rule: "deny is the life of the lowest role alone",
        day: "database: {users: [{id: 9, role: admin}]},
            script: [{at: '00:00', request: [1, 9]}, {at: '00:10', request: [1, 9]}]",
        cache: "ttl:20m+deny=5m",
        measures: "loads=3 hits=1",
    },
    Rule {
        rule: "A read under quantize sees what was committed at the last multiple, that instant included",
        day: "script: [{at: '00:10', add_admin: 1}, {at: '00:12', remove_admin: 1}, {at: '00:13', request: 1},
            {at: '00:19:59.999999', request: 1}]",
        cache: "ttl:1h+quantize=10m",
        measures: "loads=1 hits=1 stale_grants=2",
    },
    Rule {
        rule: "At a multiple itself a read sees what was committed by then, and an entry is over",
        day: "script: [{at: '00:05', request: 1}, {at: '00:10', add_admin: 1}, {at: '00:10', request: 1},
            {at: '00:10', remove_admin: 1}, {at: '00:19', request: 1}, {at: '00:20', request: 1}]",
        cache: "ttl:1h+quantize=10m",
        measures: "loads=3 hits=1 stale_grants=1 outdated_reads=1",
    },
    Rule {
        rule: "Multiples of quantize count from the clock's start",
        day: "clock: {start: '00:03'}, script: [{at: '00:05', request: 1}, {at: '00:12:59', request: 1},
            {at: '00:13', request: 1}]",
        cache: "ttl:1h+quantize=10m",
        measures: "loads=2 hits=1",
    },
    Rule {
        rule: "A life that is over before the next multiple reads the same again",
        day: "script: [{at: '00:01', request: 1}, {at: '00:02', add_admin: 1}, {at: '00:05', request: 1},
            {at: '00:09', request: 1}, {at: '00:10', request: 1}]",
        cache: "ttl:4m+quantize=10m",
        measures: "loads=4 hits=0 stale_denials=2",
    },
    // Issued at 00:08, answered at 00:12: it may be joined until then and is over when it is stored.
    Rule {
        rule: "The multiple at which an entry ends is the next one after the issue of its read",
        day: "database: {read_latency: 4m}, script: [{at: '00:08', request: 1}, {at: '00:09', add_admin: 1},
            {at: '00:11', request: 1}, {at: '00:12:01', request: 1}, {at: '00:17', request: 1}]",
        cache: "ttl:1h+quantize=10m",
        measures: "loads=2 coalesced=1 hits=1 stale_denials=1",
    },
    Rule {
        rule: "Beyond a capacity the least recently used goes, and every hit is a use",
        day: "script: [{at: '00:00', request: 1}, {at: '00:01', request: 2}, {at: '00:02', request: 1},
            {at: '00:03', request: 3}, {at: '00:04', request: 1}, {at: '00:05', request: 2}]",
        cache: "event+capacity=2",
        measures: "loads=4 hits=2 cache_size=2",
    },
    Rule {
        rule: "Every write of an event is a use",
        day: "script: [{at: '00:00', request: 1}, {at: '00:01', request: 2}, {at: '00:02', add_admin: 1},
            {at: '00:03', request: 3}, {at: '00:04', request: 1}]",
        cache: "event+capacity=2",
        measures: "loads=3 hits=1",
    },
    // At 00:10:30 user 1's entry has expired, and user 2's was used less recently.
    Rule {
        rule: "The least recently used goes first, expired or not",
        day: "script: [{at: '00:00', request: 1}, {at: '00:01', request: 2}, {at: '00:09', request: 1},
            {at: '00:10:30', request: 3}, {at: '00:10:45', request: 2}]",
        cache: "ttl:10m+capacity=2",
        measures: "loads=4 hits=1",
    },
    Rule {
        rule: "none reads the database for every request",
        day: "database: {read_latency: 10m}, script: [{at: '00:00', request: 1}, {at: '00:01', request: 1}]",
        cache: "none",
        measures: "loads=2 coalesced=0 db_reads=2 cache_size=0",
    },
    Rule {
        rule: "The oracle knows of writes out of band, and no restart or clear touches it",
        day: "database: {users: [{id: 9, role: admin}]}, script: [{at: '00:00', request: 9}, {at: '00:01', restart: all},
            {at: '00:02', clear: all}, {at: '00:03', write_db: {user: 9, role: user}}, {at: '00:04', request: 9}]",
        cache: "oracle",
        measures: "loads=1 hits=1 outdated_reads=0 events_delivered=0",
    },
    Rule {
        rule: "A role change fills the oracle, which the channel's faults don't touch",
        day: "channel: {loss: 1.0}, script: [{at: '00:00', add_admin: 1}, {at: '00:01', request: 1}]",
        cache: "oracle",
        measures: "events=1 events_delivered=1 events_lost=0 hits=1 loads=0",
    },
];

#[test]
fn what_each_cache_keeps() {
    check(RULES);
}
