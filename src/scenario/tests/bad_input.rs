//! The table of bad scenarios: what is written, where the fault is, what must be said of it.

use super::{read, read_as};
use crate::scenario::FaultKind;

/// One line each: the text, the place and path that the message begins with, and words that it must have.
#[rustfmt::skip]
const BAD: &[(&str, &str, &str)] = &[
    // The top.
    ("version: 2", "1:10: version: ", "needs a newer rolesim, found `2`; this one reads version 1"),
    ("vresion: 1", "1:1: vresion: ", "did you mean `version`?"),
    ("seeds: 1", "1:1: seeds: ", "did you mean `seed`?"),
    ("seed: -1", "1:7: seed: ", "negative"),
    ("seed: 1.5", "1:7: seed: ", "is not a whole number, found `1.5`"),
    ("seed: 1e3", "1:7: seed: ", "is not a whole number"),
    ("seed: '42'", "1:7: seed: ", "found `\"42\"`; write a whole number, 0 or more, without quotes"),
    ("seed: 18446744073709551616", "1:7: seed: ", "is too large"),
    ("seed: .inf", "1:7: seed: ", "is not a whole number"),
    ("seed:", "1:", "found nothing"),
    ("seed: [1]", "1:7: seed: ", "found a list"),
    ("name: {a: 1}", "1:7: name: ", "is not text, found a mapping"),
    ("name: ''", "1:7: name: ", "is empty"),
    ("<<: 1", "1:1: <<: ", "is not a key of a scenario"),
    ("xyzzy: 1", "1:1: xyzzy: ", "known are $schema, cache, channel"),
    // Clock and roles.
    ("clock: {end: '25:00'}", "1:14: clock.end: ", "has hours out of range"),
    ("clock: {end: 8}", "1:14: clock.end: ", "is not a valid time of day, found `8`; write"),
    ("clock: {start: '10:00', end: '09:00'}", "1:30: clock.end: ", "after its start, 10:00:00"),
    ("clock: {start: '10:00', end: '10:00'}", "1:30: clock.end: ", "after its start"),
    ("clock: {end: 9999d 00:00}", "1:14: clock.end: ", "at most 3660 days"),
    ("clock: {measure_from: '24:00'}", "1:23: clock.measure_from: ", "lies outside the clock"),
    ("clock: {stop: '10:00'}", "1:9: clock.stop: ", "is not a key of `clock`"),
    ("roles: []", "1:8: roles: ", "holds 0 roles"),
    ("roles: [a, b, a]", "1:15: roles.2: ", "names a role a second time, found `a`"),
    ("roles: admin", "1:8: roles: ", "is not a list"),
    ("roles: [a, null]", "1:12: roles.1: ", "is not text, found nothing"),
    // Database and channel.
    ("database: {users: [{id: 1}]}", "1:20: database.users.0: ", "`role` is missing"),
    ("database: {users: [{role: user}]}", "1:20: database.users.0: ", "`id` is missing"),
    ("database: {users: [{id: 1, role: amdin}]}", "1:34: database.users.0.role: ", "did you mean `admin`?"),
    ("database: {users: [{id: 0123, role: user}]}", "1:25: database.users.0.id: ", "quote it if that is the id: \"0123\""),
    ("database: {users: [{id: -5, role: user}]}", "1:25: database.users.0.id: ", "negative"),
    ("database: {users: [{id: 1.5, role: user}]}", "1:25: database.users.0.id: ", "not a plain whole number"),
    ("database: {users: [{id: 1..=5, role: user}]}", "1:25: database.users.0.id: ", "is a range"),
    ("database: {users: [{ids: [1, 5..=2], role: user}]}", "1:30: database.users.0.ids.1: ", "ends before it begins"),
    ("database: {users: [{ids: [1, 0..=2], role: user}]}", "1:30: database.users.0.ids.1: ", "a second time, found `1`"),
    ("database: {users: [{ids: [], role: user}]}", "1:26: database.users.0.ids: ", "holds no id"),
    ("database: {users: [{id: 1, ids: 2, role: user}]}", "1:33: database.users.0.ids: ", "stands next to `id`"),
    ("database: {users: [{ids: 1..=2, name: x, role: user}]}", "1:20: database.users.0: ", "several users"),
    ("database: {users: [{id: 7, role: user}, {ids: 5..=9, role: user}]}", "1:47: database.users.1.ids: ", "found `7`; each user has one row"),
    ("database: {mailboxes: [{id: 1, creator: 2}, {id: '1', creator: 3}]}", "1:50: database.mailboxes.1.id: ", "a second time"),
    ("database: {mailboxes: [{id: 1}]}", "1:24: database.mailboxes.0: ", "`creator` is missing"),
    ("database: {read_latency: 5}", "1:26: database.read_latency: ", "has no unit, found `5`; write one of us, ms"),
    ("database: {read_latency: -5ms}", "1:26: database.read_latency: ", "is negative"),
    ("database: {read_latency: [1ms, 2ms]}", "1:26: database.read_latency: ", "is not a duration, found a list"),
    ("database: {read_latency: {}}", "1:26: database.read_latency: ", "is not a delay; write a duration, as in \"5ms\", or one of exponential"),
    ("database: {read_latency: {mean: 5ms}}", "1:27: database.read_latency.mean: ", "known are exponential, lognormal, uniform"),
    ("database: {read_latency: {exponentail: 5ms}}", "1:27: database.read_latency.exponentail: ", "did you mean `exponential`?"),
    ("database: {read_latency: {exponential: 5}}", "1:40: database.read_latency.exponential: ", "has no unit, found `5`"),
    ("database: {read_latency: {exponential: 5ms, uniform: [1ms, 2ms]}}", "1:54: database.read_latency.uniform: ", "stands next to `exponential`; a delay has one distribution"),
    ("database: {write_latency: {uniform: 5ms}}", "1:37: database.write_latency.uniform: ", "is not a list, found `5ms`"),
    ("database: {write_latency: {uniform: [5ms]}}", "1:37: database.write_latency.uniform: ", "is not a pair of durations, found a list; write two, as in `[2ms, 8ms]`"),
    ("database: {write_latency: {uniform: [5ms, 4ms]}}", "1:43: database.write_latency.uniform.1: ", "is shorter than the first, found `4ms`; write 5ms or more"),
    ("database: {write_latency: {uniform: [-5ms, 4ms]}}", "1:38: database.write_latency.uniform.0: ", "is negative"),
    ("channel: {delay: {lognormal: 5ms}}", "1:30: channel.delay.lognormal: ", "is not a mapping"),
    ("channel: {delay: {lognormal: {median: 5ms}}}", "1:30: channel.delay.lognormal: ", "`sigma` is missing; say how widely"),
    ("channel: {delay: {lognormal: {sigma: 1}}}", "1:30: channel.delay.lognormal: ", "`median` is missing"),
    ("channel: {delay: {lognormal: {median: 5ms, sigma: -1}}}", "1:51: channel.delay.lognormal.sigma: ", "is out of range, found `-1`; write a number, 0 or more"),
    ("channel: {delay: {lognormal: {median: 5ms, sigma: .inf}}}", "1:51: channel.delay.lognormal.sigma: ", "is not a number"),
    ("channel: {delay: {lognormal: {median: 5ms, sigma: 1e999}}}", "1:51: channel.delay.lognormal.sigma: ", "too large for a number"),
    ("channel: {delay: {lognormal: {median: 5ms, sigam: 1}}}", "1:44: channel.delay.lognormal.sigam: ", "did you mean `sigma`?"),
    ("database: {read_errors: 1.5}", "1:25: database.read_errors: ", "is out of range, found `1.5`; write a number from 0 to 1"),
    ("database: {read_errors: -0.1}", "1:25: database.read_errors: ", "is out of range"),
    ("database: {read_errors: 101 %}", "1:25: database.read_errors: ", "is not a share, found `101 %`; write a number from 0 to 1, or per cent"),
    ("database: {read_errors: -1 %}", "1:25: database.read_errors: ", "is not a share"),
    ("database: {read_errors: often}", "1:25: database.read_errors: ", "is not a number"),
    ("database: {concurrency: 0}", "1:25: database.concurrency: ", "is too small, found `0`; write a whole number from 1 to"),
    ("database: {concurrency: 4294967296}", "1:25: database.concurrency: ", "is too large"),
    ("database: {concurrency: 2.5}", "1:25: database.concurrency: ", "is not a whole number"),
    ("channel: {loss: 2}", "1:17: channel.loss: ", "from 0 to 1"),
    ("channel: {duplicate: x}", "1:22: channel.duplicate: ", "is not a number, found `x`"),
    ("channel: {duplicate: .nan}", "1:22: channel.duplicate: ", "is not a number"),
    ("channel: {reach: locla}", "1:18: channel.reach: ", "did you mean `local`?"),
    ("channel: {los: 0.1}", "1:11: channel.los: ", "did you mean `loss`?"),
    // Replicas and faults.
    ("replicas: 2", "1:11: replicas: ", "is not a mapping, found `2`"),
    ("replicas: {count: 0}", "1:19: replicas.count: ", "is too small, found `0`; write a whole number, 1 or more"),
    ("replicas: {count: 1.5}", "1:19: replicas.count: ", "is not a whole number"),
    ("replicas: {routing: stikcy}", "1:21: replicas.routing: ", "did you mean `sticky`?"),
    ("replicas: {coutn: 2}", "1:12: replicas.coutn: ", "did you mean `count`?"),
    ("faults: {from: '01:00'}", "1:9: faults: ", "is not a list"),
    ("faults: [{to: '02:00', database: down}]", "1:10: faults.0: ", "`from` is missing; say when it begins"),
    ("faults: [{from: '01:00', database: down}]", "1:10: faults.0: ", "`to` is missing; say when it is over"),
    ("faults: [{from: '01:00', to: '02:00'}]", "1:10: faults.0: ", "has no trouble; write one of `database: down`"),
    ("faults: [{from: '01:00', to: '02:00', databse: down}]", "1:39: faults.0.databse: ", "did you mean `database`?"),
    ("faults: [{from: '01:00', to: '02:00', database: donw}]", "1:49: faults.0.database: ", "did you mean `down`?"),
    ("faults: [{from: '01:00', to: '02:00', database: down, update: fails}]", "1:63: faults.0.update: ", "stands next to `database`; a fault has one trouble, so write two faults"),
    ("faults: [{from: '01:00', to: '01:00', database: down}]", "1:30: faults.0.to: ", "does not lie after the window's start, found \u{60}\"01:00\"\u{60}; write a time after 01:00:00"),
    ("faults: [{from: '01:00', to: 1d 01:00, database: down}]", "1:30: faults.0.to: ", "lies outside the clock"),
    ("clock: {start: '08:00'}\nfaults: [{from: '07:00', to: '09:00', database: down}]", "2:17: faults.0.from: ", "write a time from 08:00:00 to 24:00:00"),
    ("faults: [{from: '01:00', to: '02:00', channel: lots}]", "1:48: faults.0.channel: ", "did you mean `lost`?"),
    ("faults: [{from: '01:00', to: '02:00', channel: {}}]", "1:48: faults.0.channel: ", "says nothing of the channel"),
    ("faults: [{from: '01:00', to: '02:00', channel: {delay: 1s, loss: 1}}]", "1:66: faults.0.channel.loss: ", "`loss` stands next to `delay`"),
    ("faults: [{from: '01:00', to: '02:00', channel: {delay: 5}}]", "1:56: faults.0.channel.delay: ", "has no unit"),
    ("faults: [{from: '01:00', to: '02:00', update: lost}]", "1:47: faults.0.update: ", "known are fails"),
    ("faults: [{from: '01:00', to: '02:00', read_latency: {expo: 1s}}]", "1:54: faults.0.read_latency.expo: ", "is not a key of"),
    // Drawn role changes.
    ("role_changes: {}", "1:15: role_changes: ", "`count` is missing"),
    ("role_changes: {count: -5}", "1:23: role_changes.count: ", "negative"),
    ("role_changes: {count: 0, grants: 1.1}", "1:34: role_changes.grants: ", "from 0 to 1"),
    ("role_changes: {count: 0, grant: 0.5}", "1:26: role_changes.grant: ", "did you mean `grants`?"),
    ("role_changes: {count: 0, between: ['02:00', '01:00']}", "1:45: role_changes.between.1: ", "after 02:00:00"),
    ("role_changes: {count: 0, retry: 0.5}", "1:33: role_changes.retry: ", "is not a mapping"),
    ("role_changes: {count: 0, retry: {share: 0.5}}", "1:33: role_changes.retry: ", "`after` is missing"),
    ("role_changes: {count: 0, newcomers: {after: 5m}}", "1:37: role_changes.newcomers: ", "`share` is missing"),
    ("role_changes: {count: 0, newcomers: {share: 5, after: 5m}}", "1:45: role_changes.newcomers.share: ", "from 0 to 1"),
    ("role_changes: {count: 0, newcomers: {share: 1, after: soon}}", "1:55: role_changes.newcomers.after: ", "where a number with a unit should be"),
    ("roles: [user]\nrole_changes: {count: 5}\npopulation: {active: {count: 9}}", "2:15: role_changes: ", "there is only one role, so none can change; name two or more"),
    ("role_changes: {count: 5}", "1:15: role_changes: ", "nobody whose role these 5 changes could raise or lower; add `population.active`"),
    ("role_changes: {count: 10, newcomers: {share: 1, after: 0s}}", "1:15: role_changes: ", "nobody whose role these 5 changes could"),
    ("gate: {hit_ration: 1pp}", "1:8: gate.hit_ration: ", "not a metric, found `hit_ration`; did you mean `hit_ratio`?"),
    ("gate: {window_us: 5m}", "1:8: gate.window_us: ", "write one of window_us.sum, window_us.p50"),
    ("gate: {window_us: {maks: 5m}}", "1:20: gate.window_us.maks: ", "did you mean `window_us.max`?"),
    ("gate: {db_reads: 1pp}", "1:18: gate.db_reads: ", "this metric is not a share, found `1pp`; write a whole number or"),
    ("gate: {db_reads: -1}", "1:18: gate.db_reads: ", "is negative, found `-1`; a tolerance is how far"),
    ("gate: {hit_ratio: .nan}", "1:19: gate.hit_ratio: ", "is not a tolerance of this metric, found `.nan`; write percentage"),
    ("gate: {window_us.max: 5}", "1:23: gate.window_us.max: ", "as a duration has no unit, found `5`; write one of us"),
    ("gate: {hits: 5%, hits.: 3}", "1:18: gate.hits.: ", "is not a metric"),
    ("gate: {window_us.max: 5m, window_us_max: 3m}", "1:42: gate.window_us_max: ", "has a tolerance already"),
    ("gate: {hits: [3]}", "1:14: gate.hits: ", "is not a tolerance, found a list; write one, as in"),
    ("gate: [hits]", "1:7: gate: ", "is not a mapping"),
    // Caches.
    ("cache: lru", "1:8: cache: ", "no cache is called `lru`; caches are event"),
    ("cache: evnt", "1:8: cache: ", "did you mean `event`?"),
    ("cache: ttl", "1:8: cache: ", "needs a duration"),
    ("cache: {knd: ttl, ttl: 5m, sweep: 1m}", "1:9: cache.knd: ", "did you mean `kind`?"),
    ("cache: {ttl: 5m}", "1:8: cache: ", "`kind` is missing"),
    ("cache: {kind: ttl, ttl: 5}", "1:25: cache.ttl: ", "has no unit"),
    ("cache: {kind: ttl, ttl: 5m, sweep: 0s}", "1:36: cache.sweep: ", "longer than 0s"),
    ("cache: {kind: ttl, ttl: 5m, swep: 1m}", "1:35: cache.swep: ", "did you mean `sweep`?"),
    ("cache: {kind: event, guard: versoin}", "1:29: cache.guard: ", "did you mean `version`?"),
    ("cache: {kind: idle}", "1:8: cache: ", "`idle` needs a duration, as in `idle:5m`"),
    ("cache: {kind: idel, ttl: 5m}", "1:15: cache.kind: ", "did you mean `idle`?"),
    ("cache: {kind: idle, ttl: 5m, guard: none}", "1:37: cache.guard: ", "`idle` has no option `guard`, found `none`; its options are ttl, sweep, jitter, deny, stale-if-error, retry, recheck, capacity"),
    ("cache: {kind: ttl, ttl: 5m, jitter: 1}", "1:37: cache.jitter: ", "`jitter` cannot be `1`; write a share from 0 to below 1 with at most six decimals"),
    ("cache: {kind: ttl, ttl: 5m, jitter: 0.1234567}", "1:37: cache.jitter: ", "at most six decimals"),
    ("cache: {kind: ttl, ttl: 5m, deny: 5}", "1:35: cache.deny: ", "the duration of `deny` has no unit"),
    ("cache: {kind: event, capacity: 0}", "1:32: cache.capacity: ", "`capacity` cannot be `0`; write a whole number, 1 or more"),
    ("cache: {kind: event, jitter: 0.1}", "1:30: cache.jitter: ", "`event` has no option `jitter`"),
    ("cache: {kind: ttl, ttl: 5m, deny: 1m, quantize: 5s}", "1:35: cache.deny: ", "`deny` makes no sense together with `quantize`, found `1m`; leave one of them out"),
    ("cache: ttl:5m+jiter=0.1", "1:8: cache: ", "did you mean `jitter`?"),
    ("cache: {kind: event, ttl: [1]}", "1:27: cache.ttl: ", "is not a value of a cache's option"),
    ("compare: [none, lru]", "1:17: compare.1: ", "no cache is called"),
    ("compare: [{kind: none, label: a}, {kind: oracle, label: a}]", "1:35: compare.1: ", "two caches are called `a`"),
    ("cache: {kind: oracle, label: none}", "1:30: cache.label: ", "two caches are called `none`"),
    // Population and traffic.
    ("population: {active: {}}", "1:22: population.active: ", "`count` is missing"),
    ("population: {active: {count: 1, ids: 5}}", "1:38: population.active.ids: ", "stands next to `count`"),
    ("population: {active: {count: 1, activity: zipf}}", "1:43: population.active.activity: ", "none of the words"),
    ("population: {active: {count: 1, activity: {zipf: -1}}}", "1:50: population.active.activity.zipf: ", "out of range"),
    ("population: {active: {count: 1, activity: {zipf: .nan}}}", "1:50: population.active.activity.zipf: ", "is not a number"),
    ("population: {active: {count: 1, activity: {zipf: 1e999}}}", "1:50: population.active.activity.zipf: ", "too large"),
    ("population: {active: {count: 1, activity: {zpif: 1}}}", "1:44: population.active.activity.zpif: ", "did you mean `zipf`?"),
    ("population: {active: {count: 1, roles: {admin: 1.5}}}", "1:48: population.active.roles.admin: ", "from 0 to 1"),
    ("population: {active: {count: 1, roles: {admn: 0.5}}}", "1:47: population.active.roles.admn: ", "did you mean `admin`?"),
    ("population: {active: {count: 1, roles: {admin: 0.6, user: 0.6}}}", "1:40: population.active.roles: ", "add up to 1.2"),
    ("population: {active: {ids: [5, 6]}, new: {ids: 6..=9}}", "1:48: population.new.ids: ", "found `6`; a new user is none of the active ones"),
    ("population: {new: {count: 5, between: ['10:00']}}", "1:39: population.new.between: ", "not a pair of times"),
    ("population: {new: {count: 5, between: ['10:00', '10:00']}}", "1:49: population.new.between.1: ", "after 10:00:00"),
    ("population: {new: {count: 5, between: ['10:00', 1d 10:00]}}", "1:49: population.new.between.1: ", "outside the clock"),
    ("population: {new: {count: 5, requests_each: 0}}", "1:45: population.new.requests_each: ", "too small"),
    ("traffic: {}", "1:10: traffic: ", "`requests` is missing"),
    ("traffic: {requests: 0, sessions: {requests: 3}}", "1:34: traffic.sessions: ", "`gap` is missing"),
    ("traffic: {requests: 0, sessions: {gap: 30s}}", "1:34: traffic.sessions: ", "`requests` is missing"),
    ("traffic: {requests: 0, sessions: {requests: 0.5, gap: 30s}}", "1:45: traffic.sessions.requests: ", "is out of range, found `0.5`; write a number from 1 to 1000000"),
    ("traffic: {requests: 0, sessions: {requests: 1e7, gap: 30s}}", "1:45: traffic.sessions.requests: ", "is out of range"),
    ("traffic: {requests: 0, sessions: {requests: 3, gap: {uniform: [2s, 1s]}}}", "1:68: traffic.sessions.gap.uniform.1: ", "is shorter than the first"),
    ("traffic: {requests: 0, shape: wavy}", "1:31: traffic.shape: ", "known are flat, day"),
    ("traffic: {requests: 0, shape: [1, 2]}", "1:31: traffic.shape: ", "holds 2 weights; write 24"),
    ("traffic: {requests: 0, shape: [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}", "1:31: traffic.shape: ", "weights of zero"),
    ("traffic: {requests: 0, between: ['08:00', '09:00'], shape: [1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}", "1:60: traffic.shape: ", "within `between` are zero"),
    ("traffic: {requests: 0, every_active_user: yes}", "1:43: traffic.every_active_user: ", "write true or false"),
    ("traffic: {requests: 5}", "1:21: traffic.requests: ", "no active users"),
    ("traffic: {requests: 5}\npopulation: {new: {count: 3, requests_each: 2}}", "1:21: traffic.requests: ", "5 requests − 0 scripted − 3 new users × 2 each leaves -1 to generate; write at least 6"),
    ("traffic: {requests: 5, every_active_user: true}\npopulation: {active: {count: 9}}\nscript: [{at: '01:00', request: 2..=3}]", "1:21: traffic.requests: ", "leaves 3 to generate, fewer than the 7 active users still to be served; write at least 9"),
    ("traffic: {requests: 5}\npopulation: {active: {count: 9}, new: {count: 1}}\nrole_changes: {count: 8, retry: {share: 0.5, after: 1m}, newcomers: {share: 0.75, after: 1m}}\nscript: [{at: '01:00', request: 1}]", "1:21: traffic.requests: ", "5 requests − 1 scripted − 1 new users × 1 each − 2 retries − 3 first requests of newcomers leaves -2 to generate; write at least 7"),
    ("traffic: {requests: 6, every_active_user: true}\npopulation: {active: {count: 5}}\nrole_changes: {count: 5, retry: {share: 1, after: 1m}}", "1:21: traffic.requests: ", "− 2 retries − 0 first requests of newcomers leaves 4 to generate, fewer than the 5 active users still to be served; write at least 7"),
    ("traffic: {requests: 6}\ndatabase: {users: [{id: 1, role: admin}]}\nrole_changes: {count: 1}", "1:21: traffic.requests: ", "leaves 6 to generate, and there are no active users to ask them"),
    // The recorded day.
    ("trace: {}", "1:8: trace: ", "`file` is missing"),
    ("trace: {file: rows.txt}", "1:15: trace.file: ", "say `format: csv`, or which it is of tsv, jsonl"),
    ("trace: {file: a.csv, format: cvs}", "1:30: trace.format: ", "did you mean `csv`?"),
    ("trace: {file: a.csv, unit: min}", "1:28: trace.unit: ", "known are s, ms, us, ns"),
    ("trace: {file: a.csv, timezone: Mars/Base}", "1:32: trace.timezone: ", "is not a time zone"),
    ("trace: {file: a.csv, sets: change}", "1:28: trace.sets: ", "did you mean `changes`?"),
    ("trace: {file: a.csv, delimiter: ab}", "1:33: trace.delimiter: ", "write one character"),
    ("trace: {file: a.csv, delimiter: '\"'}", "1:33: trace.delimiter: ", "is not a delimiter"),
    ("trace: {file: a.jsonl, delimiter: ';'}", "1:35: trace.delimiter: ", "belongs to csv and tsv"),
    ("trace: {file: access.log, unit: ms}", "1:33: trace.unit: ", "whose times are dates"),
    ("trace: {file: a, format: twitter, columns: {user: key}}", "1:44: trace.columns: ", "columns have no names"),
    ("trace: {file: a, format: oracle-general, user: key}", "1:48: trace.user: ", "belongs to csv, tsv and jsonl"),
    ("trace: {file: a.csv, columns: {time: t, user: t}}", "1:31: trace.columns: ", "both columns"),
    ("trace: {file: a.csv, columns: {op: user}}", "1:31: trace.columns: ", "two columns are called `user`"),
    ("trace: {file: a.csv, user: u, columns: {time: t}}", "1:40: trace.columns: ", "stands next to `user`"),
    ("trace: {files: []}", "1:16: trace.files: ", "names 0 files"),
    ("trace: {files: [a.csv, '-']}", "1:24: trace.files.1: ", "which stands alone"),
    ("trace: {file: a.csv, files: [b.csv]}", "1:15: trace.file: ", "stands next to `files`"),
    ("trace: {file: a.csv, reorder: 2h}", "1:31: trace.reorder: ", "longer than an hour"),
    ("trace: {file: a.csv, changes: {file: '-', format: csv}}", "1:31: trace.changes: ", "comes from standard input"),
    ("trace: {file: a.csv, changes: {file: b.csv, sets: changes}}", "1:45: trace.changes.sets: ", "is not a key"),
    ("trace: {file: a.csv, changes: {files: [b.csv], where: {x: []}}}", "1:59: trace.changes.where.x: ", "it names no values"),
    ("trace: {file: a.csv, skip: [nobody]}", "1:29: trace.skip.0: ", "known are no-user"),
    ("trace: {file: a.csv, where: {event: []}}", "1:37: trace.where.event: ", "it names no values"),
    ("trace: {file: a.csv, ops: {login: gett}}", "1:35: trace.ops.login: ", "did you mean `get`?"),
    ("trace: {file: a.log, ops: {login: get}}", "1:27: trace.ops: ", "which has no operations to name"),
    ("trace: {file: a.log, where: {event: x}}", "1:29: trace.where: ", "columns have no names"),
    ("trace: {file: a.jsonl, user: a..b}", "", "is not a path to a value of a JSON object"),
    ("trace: {file: a.csv, columns: {usr: t}}", "1:32: trace.columns.usr: ", "did you mean `user`?"),
    // Steps.
    ("script: {at: '01:00'}", "1:9: script: ", "is not a list, found a mapping"),
    ("script: [{request: 1}]", "1:10: script.0: ", "`at` is missing"),
    ("script: [{at: '01:00'}]", "1:10: script.0: ", "has no action; write one of request, add_admin"),
    ("script: [{at: '01:00', requst: 1}]", "1:24: script.0.requst: ", "did you mean `request`?"),
    ("script: [{at: '01:00', request: 1, clear: all}]", "1:43: script.0.clear: ", "stands next to `request`"),
    ("script: [{at: '24:00', request: 1}]", "1:15: script.0.at: ", "past the clock's end"),
    ("clock: {start: '08:00'}\nscript: [{at: '07:00', request: 1}]", "2:15: script.0.at: ", "before the clock's start"),
    ("script: [{at: '01:00', request: 1, count: 0}]", "1:43: script.0.count: ", "too small"),
    ("script: [{at: '01:00', request: 1, every: 5m}]", "1:10: script.0: ", "`every` has no `count`"),
    ("script: [{at: '01:00', request: 1, count: 2, every: 5m, over: 1h}]", "1:63: script.0.over: ", "next to `every`"),
    ("script: [{at: '23:00', request: 1, count: 61, every: 1m}]", "1:54: script.0.every: ", "the last one would come 1h after 23:00:00"),
    ("script: [{at: '23:00', request: 1, count: 18446744073709551615, every: 1d}]", "1:72: script.0.every: ", "after the day's end"),
    ("script: [{at: '23:00', request: 1, count: 2, over: 5h}]", "1:52: script.0.over: ", "after the day's end"),
    ("script: [{at: '01:00', add_admin: 1, count: 2}]", "1:45: script.0.count: ", "does not go with `add_admin`; it goes with request"),
    ("script: [{at: '01:00', request: 1, update: fails}]", "1:44: script.0.update: ", "it goes with add_admin"),
    ("script: [{at: '01:00', add_admin: 1, update: fails, event: lost}]", "1:60: script.0.event: ", "next to `update: fails`"),
    ("script: [{at: '01:00', add_admin: 1, event: lots}]", "1:45: script.0.event: ", "did you mean `lost`?"),
    ("script: [{at: '01:00', add_admin: 1, replica: 1}]", "1:47: script.0.replica: ", "is not a replica of this scenario, found `1`; there is one, so only 0 can stand here"),
    ("replicas: {count: 3}\nscript: [{at: '01:00', set_role: {user: 1, role: user}, replica: 3}]", "2:66: script.0.replica: ", "there are 3, so write a number from 0 to 2"),
    ("script: [{at: '01:00', add_admin: 1, replica: all}]", "1:47: script.0.replica: ", "is not a whole number"),
    ("script: [{at: '01:00', request: 1, replica: 0}]", "1:45: script.0.replica: ", "does not go with `request`"),
    ("script: [{at: '01:00', restart: 1}]", "1:33: script.0.restart: ", "there is one, so only 0 can stand here"),
    ("replicas: {count: 10}\nscript: [{at: '01:00', restart: 10}]", "2:33: script.0.restart: ", "is not a replica of this scenario, found `10`; there are 10, so write a number from 0 to 9"),
    ("script: [{at: '01:00', restart: al}]", "1:33: script.0.restart: ", "is not a replica, found `al`; write all, or the number of one, counted from 0"),
    ("script: [{at: '01:00', restart: -1}]", "1:33: script.0.restart: ", "is not a replica, found `-1`"),
    ("script: [{at: '01:00', clear: everything}]", "1:31: script.0.clear: ", "known are all"),
    ("script: [{at: '01:00', set_role: {user: 1, role: root}}]", "1:50: script.0.set_role.role: ", "known are user, admin"),
    ("script: [{at: '01:00', transfer: {mailbox: 1, from: 2, to: 3}}]", "1:44: script.0.transfer.mailbox: ", "define it in `database.mailboxes`"),
    ("script: [{at: '01:00', transfer: {mailbox: suport, from: 2, to: 3}}]\ndatabase: {mailboxes: [{id: support, creator: 2}]}", "1:44: script.0.transfer.mailbox: ", "did you mean `support`?"),
    ("script: [{at: '01:00', transfer: {mailbox: 1, from: 2, to: 3}}]\ndatabase: {mailboxes: [{id: 1, creator: 9}]}", "1:53: script.0.transfer.from: ", "its creator is `9`"),
    ("script: [{at: '02:00', create_user: {id: 5}}, {at: '01:00', write_db: {user: 5, role: admin}}]", "1:42: script.0.create_user.id: ", "has a row in the database by then"),
    ("script: [{at: '02:00', create_user: {id: 5}}]\npopulation: {active: {count: 5}}", "1:42: script.0.create_user.id: ", "has a row"),
    ("script: [{at: '02:00', create_user: {id: 5}}]\ndatabase: {users: [{ids: 1..=9, role: user}]}", "1:42: script.0.create_user.id: ", "has a row"),
    // Expectations.
    ("expect: [{metric: hit_rati, min: 0.5}]", "1:19: expect.0.metric: ", "did you mean `hit_ratio`?"),
    ("expect: [{metric: window_us, min: 5m}]", "1:19: expect.0.metric: ", "write one of window_us.sum"),
    ("expect: [{metric: hits}]", "1:10: expect.0: ", "expects nothing"),
    ("expect: [{metric: hits, mni: 5}]", "1:25: expect.0.mni: ", "did you mean `min`?"),
    ("expect: [{metric: hits, min: 0.5}]", "1:30: expect.0.min: ", "is not a whole number"),
    ("expect: [{metric: hit_ratio, min: 89}]", "1:35: expect.0.min: ", "from 0 to 1"),
    ("expect: [{metric: hit_ratio, min: .nan}]", "1:35: expect.0.min: ", "is not a number"),
    ("expect: [{metric: hit_ratio, min: 101 %}]", "1:35: expect.0.min: ", "as in \"95 %\""),
    ("expect: [{metric: window_us.max, max: 69}]", "1:39: expect.0.max: ", "has no unit"),
    ("expect: [{metric: hits, min: 5, max: 4}]", "1:38: expect.0.max: ", "is smaller than `min`"),
    ("expect: [{metric: hits, min: 5, within: 4}]", "1:41: expect.0.within: ", "only with `equals`"),
    ("expect: [{metric: hits, min: 5, level: fatal}]", "1:40: expect.0.level: ", "known are error, warn, note"),
    ("expect: [{metric: hits, min: 5, at: 1d 00:01}]", "1:37: expect.0.at: ", "outside the clock"),
    ("expect: [{metric: hits, min: 5, cache: nnoe}]", "1:40: expect.0.cache: ", "did you mean `none`?"),
];

#[test]
fn each_fault_names_its_place_and_what_would_be_right() {
    assert!(BAD.len() >= 60);
    let mut failures = String::new();
    for (text, place, words) in BAD {
        let Err(faults) = read(text) else { panic!("accepted: {text}") };
        let shown = faults.to_string();
        let right = shown.starts_with(&format!("day.yaml:{place}"))
            && shown.contains(words)
            // One cause, one fault.
            && faults.list.len() == 1
            && faults.kind() == FaultKind::Content;
        if !right {
            failures += &format!("{text}\n  expected {place}{words}\n  found {shown}\n");
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn all_faults_are_listed_at_once_in_the_order_of_the_file() {
    let text = "
seed: x
clock: {end: 5}
roles: [a, a]
database: {users: [{id: 01, role: nobody}], read_latency: 5}
cache: {kind: ttl, ttl: 5, swep: 1m, sweep: 0s}
compare: [lru, nothing]
trafic: {}
script:
  - {at: 30:00, request: []}
  - {at: '01:00', add_admin: -1, count: 2}
expect: [{metric: hitz, min: x, level: bad}]
";
    let faults = read(text).unwrap_err();
    let places: Vec<String> = faults
        .list
        .iter()
        .map(|fault| format!("{fault}").split(": ").take(2).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        places,
        [
            "2:7 seed",
            "3:14 clock.end",
            "4:12 roles.1",
            "5:25 database.users.0.id",
            "5:59 database.read_latency",
            "6:25 cache.ttl",
            "6:34 cache.swep",
            "6:45 cache.sweep",
            "7:11 compare.0",
            "7:16 compare.1",
            "8:1 trafic",
            "10:10 script.0.at",
            "10:26 script.0.request",
            "11:30 script.1.add_admin",
            "11:41 script.1.count",
            "12:19 expect.0.metric",
            "12:40 expect.0.level",
        ]
    );
}

#[test]
fn a_typing_error_elsewhere_does_not_hide_that_the_sum_is_wrong() {
    let text = "seed: x\ntraffic: {requests: 5}\nscript: [{at: '01:00', create_user: {id: 1}}, {at: '02:00', create_user: {id: 1}}]";
    let shown = read(text).unwrap_err().to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 3, "{shown}");
    assert!(lines[0].contains("seed: ") && lines[1].contains("no active users"), "{shown}");
    assert!(lines[2].starts_with("day.yaml:3:"), "{shown}");
}

#[test]
fn an_unreadable_recorded_day_is_another_kind_of_fault() {
    let faults = read("trace: {file: gone.csv}").unwrap_err();
    assert_eq!(faults.kind(), FaultKind::Unreadable);
    assert_eq!(faults.to_string(), "day.yaml:1:15: trace.file: the recorded day `gone.csv`: no such file");
    let faults = read("trace: {file: bad.csv}\nsed: 1").unwrap_err();
    assert_eq!(faults.kind(), FaultKind::Content);
    let lines: Vec<String> = faults.to_string().lines().map(str::to_owned).collect();
    assert!(lines[0].starts_with("day.yaml:2:1: sed: ") && lines[1] == "bad.csv:7: no number", "{lines:?}");
}

#[test]
fn json_faults_have_their_place_too() {
    let text = "{\n\t\"clock\": {\"start\": \"é\", \"end\": 5}\n}";
    let shown = read_as(text, "day.json").unwrap_err().to_string();
    assert!(
        shown.starts_with("day.json:2:21: clock.start: ") && shown.contains("\nday.json:2:33: clock.end: "),
        "{shown}"
    );
}
