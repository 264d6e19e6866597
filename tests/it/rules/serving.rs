//! How long a read takes that waited for its turn.

use super::{Rule, check};

const RULES: &[Rule] = &[
    // Five are served by 09:00:04 for 1 s each, the others at 5, 15, 25 and 35 s for 10 s each.
    Rule {
        rule: "A read that the database begins to serve in a slow spell is slow, whenever it was issued",
        day: "database: {read_latency: 1s, concurrency: 1},
            faults: [{from: '09:00:05', to: '10:00', read_latency: 10s}],
            script: [{at: '09:00', request: '1..=9'}]",
        cache: "none",
        measures: "loads=9 latency_us.p50=5s latency_us.max=45s",
    },
    Rule {
        rule: "A read that the database begins to serve after a fast spell is not fast, whenever it was issued",
        day: "database: {read_latency: 10s, concurrency: 1},
            faults: [{from: '09:00', to: '09:00:05', read_latency: 1s}],
            script: [{at: '09:00', request: '1..=9'}]",
        cache: "none",
        measures: "loads=9 latency_us.p50=5s latency_us.max=45s",
    },
    // As in the order of one instant, but the spell begins with the second read's turn.
    Rule {
        rule: "A read that comes to take no time while it queues is answered behind whatever is due",
        day: "database: {read_latency: 10m, concurrency: 1}, channel: {delay: 5m},
            faults: [{from: '00:10', to: '00:20', read_latency: 0s}],
            script: [{at: '00:00', request: 1}, {at: '00:01', request: 2}, {at: '00:05', add_admin: 2}]",
        cache: "event",
        measures: "loads=2 fills_rejected=1 db_reads=2 latency_us.p50=9m latency_us.max=10m",
    },
    Rule {
        rule: "A place that a restart frees serves the next read at what reads take then",
        day: "database: {read_latency: 10m, concurrency: 1}, replicas: {count: 2, routing: round-robin},
            faults: [{from: '00:05', to: '00:06', read_latency: 30m}],
            script: [{at: '00:00', request: 1}, {at: '00:01', request: 2}, {at: '00:05', restart: 0}]",
        cache: "event",
        measures: "failed=1 loads=1 db_reads=2 latency_us.max=34m",
    },
];

#[test]
fn a_queued_read_takes_what_reads_take_when_it_is_served() {
    check(RULES);
}
