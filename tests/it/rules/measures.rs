//! What is counted, when, and against whom.

use super::{Rule, check};

const RULES: &[Rule] = &[
    Rule {
        rule: "An answer with an older version is outdated, and stale only if the role differs",
        day:
            "script: [{at: '00:00', request: 1}, {at: '00:10', add_admin: 1}, {at: '00:20', remove_admin: 1},
            {at: '00:30', request: 1}]",
        cache: "ttl:2h",
        measures: "outdated_reads=1 stale_reads=0 exposed_changes=0 window_us.max=0s",
    },
    Rule {
        rule: "The same role again is a version, not a change of role to charge",
        day: "database: {users: [{id: 9, role: admin}]}, script: [{at: '00:00', request: 9},
            {at: '00:10', remove_admin: 9}, {at: '00:20', remove_admin: 9}, {at: '00:30', request: 9}]",
        cache: "ttl:2h",
        measures: "events=2 stale_grants=1 exposed_changes=1 exposed_revocations=1 stale_age_us.max=20m
            window_us.p50=20m window_us.sum=20m",
    },
    Rule {
        rule: "The age counts from the oldest change that was missed, and the latest one is charged",
        day: "roles: [user, moderator, admin], database: {users: [{id: 9, role: admin}]},
            script: [{at: '00:00', request: 9}, {at: '00:10', set_role: {user: 9, role: moderator}},
            {at: '00:20', set_role: {user: 9, role: user}}, {at: '00:30', request: 9}]",
        cache: "ttl:2h",
        measures: "stale_grants=1 exposed_changes=1 exposed_revocations=1 stale_age_us.max=20m
            window_us.p50=0s window_us.max=10m",
    },
    Rule {
        rule: "The window of a reduction ends with its last stale grant",
        day: "database: {users: [{id: 9, role: admin}]}, script: [{at: '00:00', request: 9},
            {at: '00:10', remove_admin: 9}, {at: '00:20', request: 9, count: 3, every: 10m}]",
        cache: "ttl:35m",
        measures: "stale_grants=2 loads=2 stale_age_us.p50=10m stale_age_us.max=20m window_us.max=20m",
    },
    // The commit is at 00:10, and the request of 00:10 joins the read of 00:05.
    Rule {
        rule: "A request counts by its start, a change by its commit, a read by its own instant",
        day: "clock: {measure_from: '00:10'}, database: {read_latency: 10m, write_latency: 10m},
            script: [{at: '00:00', add_admin: 1}, {at: '00:05', request: 2}, {at: '00:10', request: 2}]",
        cache: "event",
        measures: "requests=1 coalesced=1 loads=0 db_reads=0 events=1 db_writes=1 events_delivered=1
            latency_us.max=5m",
    },
    Rule {
        rule: "Peaks are of aligned seconds and minutes",
        day: "script: [{at: '00:00:00.999999', request: 1}, {at: '00:00:01', request: 2}, {at: '00:01', request: 3}]",
        cache: "none",
        measures: "db_reads=3 db_reads_peak_1s=1 db_reads_peak_60s=2",
    },
    Rule {
        rule: "A minute's size is taken before anything of the next minute's first instant",
        day: "script: [{at: '00:01', request: 1}, {at: '00:01:30', clear: all}]",
        cache: "event",
        measures: "loads=1 cache_size=0 cache_size_peak=0",
    },
];

#[test]
fn what_is_counted_when() {
    check(RULES);
}
