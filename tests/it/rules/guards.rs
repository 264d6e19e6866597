//! Role changes, restarts and invalidations while a fetch is in flight, and events that come late.

use super::{Rule, check};

const FETCHES: &[Rule] = &[
    // The first fetch is answered at 00:10 and joins the second one, which is answered at 00:16.
    Rule {
        rule: "version: nobody who came after an event was applied joins a fetch that started before it",
        day: "database: {read_latency: 10m},
            script: [{at: '00:00', request: 1}, {at: '00:05', add_admin: 1}, {at: '00:06', request: 1}]",
        cache: "event+on-event=invalidate",
        measures: "loads=2 coalesced=0 db_reads=2 fills_rejected=1 outdated_reads=0 latency_us.max=16m",
    },
    Rule {
        rule: "singleflight: a fetch stores what it read, whatever an event wrote meanwhile",
        day: "database: {read_latency: 10m}, script: [{at: '00:00', request: 1}, {at: '00:05', add_admin: 1},
            {at: '00:06', request: 1}, {at: '00:11', request: 1}]",
        cache: "event+guard=singleflight",
        measures: "loads=1 hits=2 coalesced=0 db_reads=1 fills_rejected=0 outdated_reads=1 stale_denials=1",
    },
    Rule {
        rule: "singleflight: later readers join the fetch, those that come after an event too",
        day: "database: {read_latency: 10m},
            script: [{at: '00:00', request: 1}, {at: '00:05', add_admin: 1}, {at: '00:06', request: 1}]",
        cache: "event+guard=singleflight+on-event=invalidate",
        measures: "loads=1 coalesced=1 db_reads=1 fills_rejected=0 outdated_reads=1 stale_denials=1",
    },
    Rule {
        rule: "none: every miss reads for itself and stores what it read",
        day: "database: {users: [{id: 9, role: admin}], read_latency: 10m}, script: [{at: '00:00', request: 9},
            {at: '00:02', request: 9}, {at: '00:05', remove_admin: 9}, {at: '00:11', request: 9}]",
        cache: "event+guard=none",
        measures: "loads=2 coalesced=0 hits=1 db_reads=2 fills_rejected=0 outdated_reads=1 stale_grants=1",
    },
    Rule {
        rule: "version: an event overtakes a fetch whatever role it brings",
        day: "database: {read_latency: 10m}, script: [{at: '00:00', request: 1}, {at: '00:05', remove_admin: 1}]",
        cache: "event",
        measures: "events=1 exposed_changes=0 loads=1 db_reads=1 fills_rejected=1 latency_us.max=10m",
    },
    Rule {
        rule: "version: a failed event overtakes a fetch as well",
        day: "database: {read_latency: 10m},
            script: [{at: '00:00', request: 1}, {at: '00:05', add_admin: 1, update: fails}]",
        cache: "event",
        measures: "updates_failed=1 loads=1 db_reads=2 fills_rejected=1 latency_us.max=20m",
    },
    Rule {
        rule: "version: an event that is not newer than a fetch's answer doesn't overtake it",
        day: "database: {read_latency: 10m}, channel: {delay: 5m},
            script: [{at: '00:00', add_admin: 1}, {at: '00:01', request: 1}]",
        cache: "event",
        measures: "events_delivered=1 updates_rejected=0 loads=1 db_reads=1 fills_rejected=0 latency_us.max=10m",
    },
    // The event of 00:05 keeps the request of 00:08 from joining, whose fetch reads the write of 00:06.
    Rule {
        rule: "version: a fetch is overtaken when another fetch has stored a larger version",
        day: "database: {read_latency: 30m}, channel: {delay: 5m}, faults: [{from: '00:07', to: '00:10', read_latency: 1m}],
            script: [{at: '00:00', add_admin: 1}, {at: '00:01', request: 1},
            {at: '00:06', write_db: {user: 1, role: user}}, {at: '00:08', request: 1}, {at: '00:40', request: 1}]",
        cache: "event+on-event=invalidate",
        measures: "loads=2 hits=1 db_reads=2 fills_rejected=1 outdated_reads=0 latency_us.max=30m",
    },
    // User 2 takes the only place at 00:10:30; the fetch that is overtaken at 00:31 reads for 30 minutes more.
    Rule {
        rule: "version: a fetch is overtaken by what another fetch has stored even if that entry is gone",
        day: "database: {read_latency: 30m}, channel: {delay: 5m}, faults: [{from: '00:07', to: '00:10', read_latency: 1m}],
            script: [{at: '00:00', add_admin: 1}, {at: '00:01', request: 1},
            {at: '00:06', write_db: {user: 1, role: user}}, {at: '00:08', request: 1}, {at: '00:09:30', request: 2}]",
        cache: "event+on-event=invalidate+capacity=1",
        measures: "loads=3 db_reads=4 fills_rejected=1 outdated_reads=0 latency_us.max=1h",
    },
    Rule {
        rule: "version: the leader of an overtaken fetch stays one load, and its waiters stay coalesced",
        day: "database: {read_latency: 10m},
            script: [{at: '00:00', request: 1}, {at: '00:02', request: 1}, {at: '00:05', add_admin: 1}]",
        cache: "event+on-event=invalidate",
        measures: "loads=1 coalesced=1 hits=0 db_reads=2 fills_rejected=1 latency_us.max=20m",
    },
    Rule {
        rule: "version: after it has asked again 16 times, a request fails",
        day: "database: {read_latency: 10m}, script: [{at: '00:00', request: 1},
            {at: '00:05', add_admin: 1}, {at: '00:15', add_admin: 1}, {at: '00:25', add_admin: 1},
            {at: '00:35', add_admin: 1}, {at: '00:45', add_admin: 1}, {at: '00:55', add_admin: 1},
            {at: '01:05', add_admin: 1}, {at: '01:15', add_admin: 1}, {at: '01:25', add_admin: 1},
            {at: '01:35', add_admin: 1}, {at: '01:45', add_admin: 1}, {at: '01:55', add_admin: 1},
            {at: '02:05', add_admin: 1}, {at: '02:15', add_admin: 1}, {at: '02:25', add_admin: 1},
            {at: '02:35', add_admin: 1}, {at: '02:45', add_admin: 1}]",
        cache: "event+on-event=invalidate",
        measures: "failed=1 loads=0 db_reads=17 fills_rejected=17",
    },
    Rule {
        rule: "version: an invalidated fetch stores nothing and asks again, and is not counted as rejected",
        day: "database: {read_latency: 10m}, script: [{at: '00:00', request: 1}, {at: '00:05', invalidate: 1}]",
        cache: "event",
        measures: "loads=1 db_reads=2 fills_rejected=0 latency_us.max=20m",
    },
    Rule {
        rule: "version: an invalidated fetch is not the current one, so that nobody joins it",
        day: "database: {read_latency: 10m},
            script: [{at: '00:00', request: 1}, {at: '00:05', clear: all}, {at: '00:06', request: 1}]",
        cache: "event",
        measures: "loads=2 coalesced=0 db_reads=2 fills_rejected=0 latency_us.max=16m",
    },
    Rule {
        rule: "Without versions an invalidation leaves the fetches in flight alone",
        day: "database: {read_latency: 10m},
            script: [{at: '00:00', request: 1}, {at: '00:05', invalidate: 1}, {at: '00:06', request: 1}]",
        cache: "ttl:1h",
        measures: "loads=1 coalesced=1 db_reads=1 latency_us.max=10m",
    },
    Rule {
        rule: "A request that comes after a failure doesn't join it, but reads for itself",
        day: "database: {read_latency: 10m}, faults: [{from: '00:05', to: '00:06', database: down}],
            script: [{at: '00:00', request: 1}, {at: '00:04', request: 1}, {at: '00:06', request: 1}]",
        cache: "ttl:1h",
        measures: "failed=2 loads=1 coalesced=0 db_reads=2 latency_us.max=10m",
    },
];

/// Where the event of 00:00, version 1, arrives at 00:30.
const LATE_EVENTS: &[Rule] = &[
    Rule {
        rule: "version: an event older than the entry is rejected",
        day: "faults: [{from: '00:00', to: '00:01', channel: {delay: 30m}}],
            script: [{at: '00:00', add_admin: 1}, {at: '00:02', remove_admin: 1}, {at: '00:31', request: 1}]",
        cache: "event",
        measures: "events_delivered=2 updates_rejected=1 hits=1 outdated_reads=0",
    },
    Rule {
        rule: "singleflight: every event is written, the older one as well",
        day: "faults: [{from: '00:00', to: '00:01', channel: {delay: 30m}}],
            script: [{at: '00:00', add_admin: 1}, {at: '00:02', remove_admin: 1}, {at: '00:31', request: 1}]",
        cache: "event+guard=singleflight",
        measures: "events_delivered=2 updates_rejected=0 hits=1 stale_grants=1 window_us.max=29m",
    },
    Rule {
        rule: "A failed update drops the entry, one that is newer as well",
        day: "faults: [{from: '00:00', to: '00:01', channel: {delay: 30m}}],
            script: [{at: '00:00', add_admin: 1, update: fails}, {at: '00:02', remove_admin: 1},
            {at: '00:29', request: 1}, {at: '00:31', request: 1}]",
        cache: "event",
        measures: "updates_failed=1 updates_rejected=0 hits=1 loads=1",
    },
    Rule {
        rule: "version: the floor is the largest version that was invalidated, of any user",
        day: "faults: [{from: '00:00', to: '00:01', channel: {delay: 30m}}],
            script: [{at: '00:00', add_admin: 1}, {at: '00:02', write_db: {user: 2, role: admin}},
            {at: '00:03', request: 2}, {at: '00:04', invalidate: 2}, {at: '00:31', request: 1}]",
        cache: "event",
        measures: "events_delivered=1 updates_rejected=1 loads=2 hits=0 cache_size=1",
    },
    Rule {
        rule: "version: the floor is the largest version that expired and was removed",
        day: "faults: [{from: '00:00', to: '00:01', channel: {delay: 30m}}],
            script: [{at: '00:00', add_admin: 1}, {at: '00:02', write_db: {user: 2, role: admin}},
            {at: '00:03', request: 2}, {at: '00:20', request: 2}, {at: '00:31', request: 1}]",
        cache: "event+ttl=10m",
        measures: "events_delivered=1 updates_rejected=1 loads=3 hits=0",
    },
    Rule {
        rule: "version: the floor is the largest version that was evicted",
        day: "faults: [{from: '00:00', to: '00:01', channel: {delay: 30m}}],
            script: [{at: '00:00', add_admin: 1}, {at: '00:02', write_db: {user: 2, role: admin}},
            {at: '00:03', request: 2}, {at: '00:04', request: 3}, {at: '00:31', request: 1}]",
        cache: "event+capacity=1",
        measures: "events_delivered=1 updates_rejected=1 loads=3 hits=0",
    },
    Rule {
        rule: "version: the floor is the largest version whose update failed",
        day: "faults: [{from: '00:00', to: '00:01', channel: {delay: 30m}}],
            script: [{at: '00:00', add_admin: 1}, {at: '00:02', add_admin: 2, update: fails}, {at: '00:31', request: 1}]",
        cache: "event",
        measures: "events_delivered=2 updates_failed=1 updates_rejected=1 loads=1 hits=0",
    },
    // The fetch of 00:00 reads version 0; user 1's event, version 1, comes at 00:31, when the floor is 2.
    Rule {
        rule: "version: an event that the floor rejects costs a read, never a wrong answer",
        day: "database: {read_latency: 40m}, faults: [{from: '00:01', to: '00:02', channel: {delay: 30m}}],
            script: [{at: '00:00', request: 1}, {at: '00:01', add_admin: 1}, {at: '00:02', add_admin: 2, update: fails},
            {at: '01:21', request: 1}]",
        cache: "event",
        measures: "updates_failed=1 updates_rejected=1 loads=1 hits=1 db_reads=2 fills_rejected=1 outdated_reads=0",
    },
    Rule {
        rule: "version: a process that starts again has no floor",
        day: "faults: [{from: '00:00', to: '00:01', channel: {delay: 30m}}],
            script: [{at: '00:00', add_admin: 1}, {at: '00:02', add_admin: 2, update: fails},
            {at: '00:05', restart: all}, {at: '00:31', request: 1}]",
        cache: "event",
        measures: "events_delivered=2 updates_failed=1 updates_rejected=0 loads=0 hits=1",
    },
    Rule {
        rule: "version: only on-event=update rejects at the floor",
        day: "faults: [{from: '00:00', to: '00:01', channel: {delay: 30m}}],
            script: [{at: '00:00', add_admin: 1}, {at: '00:02', add_admin: 2, update: fails}, {at: '00:31', request: 1}]",
        cache: "event+on-event=update-if-present",
        measures: "events_delivered=2 updates_failed=1 updates_rejected=0 loads=1 hits=0",
    },
];

#[test]
fn what_becomes_of_a_fetch_in_flight() {
    check(FETCHES);
}

#[test]
fn what_becomes_of_an_event_that_comes_late() {
    check(LATE_EVENTS);
}
