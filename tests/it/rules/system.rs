//! The database, the channel and the processes, and what goes wrong with them.

use super::{Rule, check};

const RULES: &[Rule] = &[
    Rule {
        rule: "A database read sees what was committed when it was issued",
        day: "database: {users: [{id: 9, role: admin}], read_latency: 10m},
            script: [{at: '00:00', request: 9}, {at: '00:05', remove_admin: 9}, {at: '00:11', request: 9}]",
        cache: "ttl:1h",
        measures: "loads=1 hits=1 outdated_reads=1 stale_grants=1 window_us.max=6m",
    },
    // The commit is at 00:11, the event arrives at 00:16.
    Rule {
        rule: "A write commits its latency after its step, and the event leaves at the commit",
        day: "database: {users: [{id: 9, role: admin}], write_latency: 10m}, channel: {delay: 5m},
            script: [{at: '00:00', request: 9}, {at: '00:01', remove_admin: 9}, {at: '00:10', request: 9},
            {at: '00:15', request: 9}, {at: '00:16', request: 9}]",
        cache: "event",
        measures: "hits=3 outdated_reads=1 stale_grants=1 stale_age_us.max=4m window_us.max=4m",
    },
    Rule {
        rule: "A transfer is two writes, one commit and one event",
        day: "database: {mailboxes: [{id: box, creator: 1}]},
            script: [{at: '00:00', transfer: {mailbox: box, from: 1, to: 2}}, {at: '00:01', request: 2}]",
        cache: "event",
        measures: "db_writes=2 events=1 events_delivered=1 hits=1",
    },
    Rule {
        rule: "create_user and write_db tell nobody, and are changes of role all the same",
        day: "database: {users: [{id: 9, role: admin}]}, script: [{at: '00:00', request: 9},
            {at: '00:01', write_db: {user: 9, role: user}}, {at: '00:02', create_user: {id: 5}},
            {at: '00:03', request: 9}]",
        cache: "event",
        measures: "db_writes=2 events=0 events_delivered=0 stale_grants=1 exposed_revocations=1 window_us.max=2m",
    },
    Rule {
        rule: "A restart loses the fetches in flight, and their requests fail, those that wait too",
        day: "database: {read_latency: 10m}, script: [{at: '00:00', request: 1}, {at: '00:02', request: 1},
            {at: '00:05', restart: all}, {at: '00:06', request: 1}, {at: '00:16', request: 1}]",
        cache: "event",
        measures: "requests=4 failed=2 loads=1 coalesced=0 hits=1 db_reads=2",
    },
    Rule {
        rule: "A restart loses no write and no event under way",
        day: "database: {write_latency: 5m}, channel: {delay: 5m}, script: [{at: '00:00', add_admin: 1},
            {at: '00:02', restart: all}, {at: '00:07', restart: all}, {at: '00:11', request: 1}]",
        cache: "event",
        measures: "events=1 events_delivered=1 hits=1 loads=0",
    },
    Rule {
        rule: "A restart frees the database's places at once",
        day: "database: {read_latency: 10m, concurrency: 1}, replicas: {count: 2, routing: round-robin},
            script: [{at: '00:00', request: 1}, {at: '00:01', request: 2}, {at: '00:02', restart: 0}]",
        cache: "event",
        measures: "failed=1 loads=1 db_reads=2 latency_us.max=11m",
    },
    Rule {
        rule: "An outage fails the reads in flight and in the queue, and frees the database's places at once",
        day: "database: {read_latency: 10m, concurrency: 1}, faults: [{from: '00:05', to: '00:06', database: down}],
            script: [{at: '00:00', request: 1}, {at: '00:01', request: 2}, {at: '00:07', request: 3}]",
        cache: "event",
        measures: "failed=2 loads=1 db_reads=3 latency_us.max=10m",
    },
    Rule {
        rule: "A fault's interval is closed at its beginning: an outage at the instant of an answer fails it",
        day: "database: {read_latency: 10m}, faults: [{from: '00:10', to: '00:11', database: down}],
            script: [{at: '00:00', request: 1}]",
        cache: "event",
        measures: "failed=1 loads=0 db_reads=1 cache_size=0",
    },
    Rule {
        rule: "A fault's interval is open at its end: reads fail at once until just before it",
        day: "faults: [{from: '00:05', to: '00:06', database: down}], script: [{at: '00:05', request: 1},
            {at: '00:05:59.999999', request: 1}, {at: '00:06', request: 1}]",
        cache: "event",
        measures: "failed=2 loads=1 db_reads=3",
    },
    // From step to commit: until 00:09, until 00:10, across the outage, from within it, and after it.
    Rule {
        rule: "A write whose time from step to commit touches an outage fails, and sends no event",
        day: "database: {write_latency: 5m}, faults: [{from: '00:10', to: '00:12', database: down}],
            script: [{at: '00:04', add_admin: 1}, {at: '00:05', add_admin: 2}, {at: '00:09', add_admin: 3},
            {at: '00:11', add_admin: 4}, {at: '00:12', add_admin: 5}]",
        cache: "event",
        measures: "db_writes=5 events=2 events_delivered=2 cache_size=2",
    },
    Rule {
        rule: "Events that leave while the channel loses are lost, those on their way are not",
        day: "channel: {delay: 5m}, faults: [{from: '00:10', to: '00:20', channel: lost}],
            script: [{at: '00:09', add_admin: 1}, {at: '00:10', add_admin: 2}, {at: '00:20', add_admin: 3}]",
        cache: "event",
        measures: "events=3 events_lost=1 events_delivered=2 cache_size=2",
    },
    Rule {
        rule: "An event takes the delay in force when it leaves",
        day: "database: {users: [{id: 9, role: admin}]}, faults: [{from: '00:00', to: '00:01', channel: {delay: 30m}}],
            script: [{at: '00:00', request: 9}, {at: '00:00', remove_admin: 9}, {at: '00:29', request: 9},
            {at: '00:30', request: 9}]",
        cache: "event",
        measures: "hits=2 stale_grants=1 window_us.max=29m",
    },
    Rule {
        rule: "Updates fail for the events that arrive meanwhile",
        day: "channel: {delay: 5m}, faults: [{from: '00:10', to: '00:20', update: fails}],
            script: [{at: '00:05', add_admin: 1}, {at: '00:14', add_admin: 2}, {at: '00:15', add_admin: 3}]",
        cache: "event",
        measures: "events_delivered=3 updates_failed=2 cache_size=1",
    },
    Rule {
        rule: "A duplicate of a failing event fails as well, and one of another is not older than the entry",
        day: "channel: {duplicate: 1.0}, script: [{at: '00:00', add_admin: 1, update: fails}, {at: '00:01', add_admin: 2}]",
        cache: "event",
        measures: "events=2 events_delivered=4 updates_failed=2 updates_rejected=0 cache_size=1",
    },
    Rule {
        rule: "What arrives and what is lost is summed over the processes",
        day: "replicas: {count: 3}, script: [{at: '00:00', add_admin: 1}, {at: '00:01', add_admin: 2, event: lost}]",
        cache: "event",
        measures: "events=2 events_delivered=3 events_lost=3 cache_size=3",
    },
    Rule {
        rule: "A restart of one process empties its cache alone, and round-robin goes on",
        day: "replicas: {count: 2, routing: round-robin}, script: [{at: '00:00', request: 1, count: 4, every: 1m},
            {at: '00:04', restart: 0}, {at: '00:05', request: 1, count: 2, every: 1m}]",
        cache: "event",
        measures: "loads=3 hits=3 cache_size=2",
    },
    Rule {
        rule: "A local channel reaches only the process that handled the change",
        day: "database: {users: [{id: 9, role: admin}]}, replicas: {count: 2, routing: round-robin},
            channel: {reach: local}, script: [{at: '00:00', request: 9, count: 2},
            {at: '00:02', remove_admin: 9, replica: 1}, {at: '00:03', request: 9}, {at: '00:04', request: 9}]",
        cache: "event",
        measures: "events=1 events_delivered=1 hits=2 stale_grants=1 window_us.max=1m",
    },
];

#[test]
fn what_database_channel_and_processes_do() {
    check(RULES);
}
