# What reports say in English. The Russian file has the same messages with the same variables.
# A count `$n` is shown as `$n` and chooses its plural form by `$n-form`.

number-no-requests = – (no requests)
number-no-answers = – (no answers)
number-no-reductions = – (no role reduced)
number-undefined = – (undefined)

box-title = The day’s totals: { $cache }
box-seed = Seed { $seed }
box-no-requests = There were no requests.
box-requests = Requests
box-hits = Hits
box-misses = Misses
box-coalesced = joined a read in flight
box-failed = failed
box-hit-ratio = Hit ratio
box-events = Events processed
box-size = Cache size
box-users = { $n } { $n-form ->
    [one] user
   *[other] users
}
box-reads = Database reads
box-peak = most in one second
box-writes = Database writes
box-freshness = Freshness
box-stale = Stale answers
box-grants = with a revoked role
box-denials = without a granted role
box-window = Longest a revoked role was honoured
box-no-sweeps = No background work
box-sweeps = Sweeps
box-checks = entries examined
box-removed = entries removed
box-latency-median = Time to answer: median
box-latency-p95 = 95th percentile
box-latency-p99 = 99th percentile
box-latency-max = longest
box-overtaken = Fetches overtaken by a change
box-lost = Events lost
box-updates-failed = Updates failed
box-updates-rejected = Updates rejected as older

hour-title = By the hour: { $cache }
hour-all = All
hour-from = From
hour-requests = Requests
hour-hits = Hits
hour-misses = Misses
hour-hit-ratio = Hit ratio
hour-reads = Database reads
hour-stale = Stale answers
hour-size = Cache size

compare-title = { $n } { $n-form ->
    [one] request
   *[other] requests
} · seed { $seed }
compare-load = What it saved
compare-truth = Whether it was true
compare-speed = How soon it answered
compare-cache = Cache
compare-hit-ratio = Hit ratio
compare-reads = Database reads
compare-peak = Peak reads a second
compare-checks = Entries swept over
compare-size = Cache size
compare-freshness = Freshness
compare-stale = Stale answers
compare-grants = With a revoked role
compare-window = Longest honoured after revocation

compare-no-requests = There were no requests, so there is nothing to compare.
compare-choice = What each costs
compare-times = × { $own }
compare-let-in = Let a revoked role in
compare-for = For up to
compare-guaranteed = Guaranteed
compare-no-bound = no bound
compare-failed = Failed
compare-verdict = Verdict
compare-front = worth a look
compare-same = same as { $cache }
compare-beaten = beaten by { $cache }
compare-bound = a bound
compare-baseline = no cache
compare-joined = Joined another’s read
compare-median = Median
compare-p99 = 99th percentile
compare-longest = Longest

answer-worth = { $n } of { $all } caches { $n-form ->
    [one] is
   *[other] are
} worth a look; { $beaten-form ->
    [one] the other is
   *[other] each of the others is
} matched or beaten by { $n-form ->
    [one] it.
   *[other] one of them.
}
answer-all = All { $all } caches are worth a look: each is better than each of the others in something.
answer-alike = { $n } of { $all } caches { $n-form ->
    [one] is
   *[other] are
} worth a look; the others do the same.
answer-only = One cache can be chosen here; the others are only there to compare.
answer-no-candidate = None of these is a cache that could be chosen.
answer-some = { $n } of them:
answer-like-one = { $cache } and { $other }
answer-like = { $cache } and { $n } more like it
answer-reads = { $n } database { $n-form ->
    [one] read
   *[other] reads
}
answer-times = { $times } × { $own }
answer-let-in = { $n } { $n-form ->
    [one] answer
   *[other] answers
} let a revoked role in
answer-answers = { $n } { $n-form ->
    [one] answer
   *[other] answers
}
answer-none-let-in = no revoked role let in
answer-window = for up to { $time }
answer-guaranteed = guaranteed: at most { $time }
answer-no-bound = guaranteed: no bound
answer-failed = { $n } failed
answer-none-failed = none failed
answer-nothing = none
answer-tested = { $n } of { $changes } role { $changes-form ->
    [one] change
   *[other] changes
} put this to the test: a role was lowered, and its user soon asked again.
answer-name-let-in = Let in with a revoked role
answer-name-reads = Database reads
answer-name-memory = From memory
answer-name-failed = Failed
answer-peak = { $n }, of which { $peak } in the busiest second

expect-title = Expectations
expect-claims = Claims compared with what was measured
expect-min = at least { $value }
expect-max = at most { $value }
expect-equals = exactly { $value }
expect-about = about { $value }
expect-near = { $value } ± { $within }
expect-points = { $value } pp
expect-cache = of { $cache }
expect-at = at { $time }
expect-line = expected { $bounds }, measured { $actual }
expect-claim = claimed { $bounds }, measured { $actual }
expect-line-empty = expected { $bounds }, and there was nothing to measure
expect-claim-empty = claimed { $bounds }, and there was nothing to measure
expect-judged = { $subject }: { $line } – { $outcome }
expect-holds = holds
expect-fails = does not hold
expect-undefined = undefined, so it does not hold
expect-warning = does not hold (a warning)
expect-claim-holds = the claim holds
expect-claim-fails = the claim does not hold
expect-claim-undefined = undefined, so the claim does not hold
expect-sum = { $good } of { $n } { $n-form ->
    [one] expectation
   *[other] expectations
} { $good-form ->
    [one] holds
   *[other] hold
}
expect-sum-claims = { $bad } of { $n } { $n-form ->
    [one] claim
   *[other] claims
} { $bad-form ->
    [one] does
   *[other] do
} not hold
expect-sum-claims-hold = { $n-form ->
    [one] the claim holds
   *[other] all { $n } claims hold
}
expect-run-fails = The run fails.

step-heading = Step { $number } · { $at } · { $what }
step-later = { $at } · later, by step { $number } · { $what }
step-none = The script has no steps.
step-begun = The database is asked to write
step-write-failed = The write fails, the database is down
step-waits = waits for the answer
step-until = { $n } { $n-form ->
    [one] request
   *[other] requests
}, the last at { $at }
step-hits = { $n } { $n-form ->
    [one] hit
   *[other] hits
}
step-loads = { $n } { $n-form ->
    [one] miss
   *[other] misses
} that read the database
step-coalesced = { $n } { $n-form ->
    [one] miss
   *[other] misses
} that joined a read in flight
step-failed = { $n } { $n-form ->
    [one] error
   *[other] errors
}
step-requests = { $n } { $n-form ->
    [one] request
   *[other] requests
}
step-answers = Answered: { $roles }
step-asked-again = Its read was refused as overtaken, asked again: { $n } { $n-form ->
    [one] time
   *[other] times
}
step-stale = No longer true: { $n } { $n-form ->
    [one] answer
   *[other] answers
}
step-written = written
step-unwritten = not written, the next read fetches
step-rejected = rejected, the cache knows a newer change
step-update-failed = failed: a warning, and the entry is gone
step-lost = never called, the event is lost
step-unheard = never called, this cache hears no events
step-cache = Cache: { $entries }
step-more = { $n } more
step-log = Log: "{ $line }"
step-counts = Counts: hits={ $hits }, misses={ $misses }

explain-user = User { $user }
explain-cache = cache { $cache }
explain-seed = seed { $seed }
explain-no-stale-read = No answer of the day was stale, so there is none to explain.
explain-requests = { $n } { $n-form ->
    [one] request
   *[other] requests
}
explain-stale-answers = { $n } stale { $n-form ->
    [one] answer
   *[other] answers
}
explain-none-stale = no stale answer
explain-warm-up = all from { $from } on, though metrics count from { $measured } on
explain-replica = replica { $n }
explain-asks-reading = asks, and reads the database
explain-asks-joining = asks, and joins a read in flight
explain-asks-waiting = asks, and waits
explain-hit = answered { $role } from memory
explain-load = answered { $role }, read from the database
explain-coalesced = answered { $role } by the read that it joined
explain-failed = got an error
explain-asked-at = asked at { $at }
explain-asked-again = its read was refused as overtaken, asked again { $n } { $n-form ->
    [one] time
   *[other] times
}
explain-true = true when asked
explain-newer = newer than the question
explain-stale = STALE, the role was { $role }
explain-hits = { $n } requests until { $at }, all answered { $role } from memory, all true
explain-more = … and { $n } more of the same until { $at }
explain-commit = the role is written: { $role } (change { $version })
explain-no-event = no event tells of it
explain-event-unheard = this cache hears no events
explain-event-lost = its event is lost
explain-event-lost-to = its event is lost to { $n } { $n-form ->
    [one] replica
   *[other] replicas
}
explain-event-only = its event goes to replica { $n } alone
explain-event-sent = its event is sent
explain-write-failed = the role could not be written: the database was down
explain-event = the event of change { $version } arrives
explain-event-late = { $after } after the commit
explain-invalidated = the entry is dropped
explain-cleared = the cache is cleared
explain-restarted = the process starts again with an empty cache
explain-down = the database goes down
explain-up = the database is back
explain-why = Why
explain-group = { $n } stale { $n-form ->
    [one] answer
   *[other] answers
} to requests from { $from } to { $to }: { $role }, when the role was { $truth }.
explain-group-at = { $n } stale answers to requests of { $from }: { $role }, when the role was { $truth }.
explain-group-one = The stale answer to the request of { $from }: { $role }, when the role was { $truth }.
explain-even-then = And even then: { $cause }
explain-deaf = This cache hears no events. What it read at { $stored }, before the change of { $change }, it believed until the end of the entry’s life.
explain-deaf-slow = This cache hears no events. What it read from { $issued } to { $stored } had been asked of the database before the change of { $change }, and was believed until the end of the entry’s life.
explain-deaf-only = This cache hears no events, so not that of the change of { $change }.
explain-old-read = This cache hears no events, and its read of { $issued } missed the change of { $change }, which was committed by then: its reads see the database as it was at an earlier instant.
explain-out-of-band = The change of { $change } was written to the database past the bot: no event tells of it.
explain-lost = The event of the change of { $change } was lost and never arrived.
explain-not-sent = The event of the change of { $change } went only to the replica that had handled it; another one answered.
explain-late = The event of the change of { $change } was late: it arrived at { $arrives }, { $after } after the commit.
explain-overtaken = The change overtook a read: the read was issued at { $issued }, the role changed at { $change }, the event arrived at { $arrived }, and the read’s answer, at { $answered }, put the old role back.
explain-joined = The request joined a read that had been issued at { $issued }, before the change of { $change }; the event arrived at { $arrived }, yet the read’s answer, at { $answered }, was taken for true.
explain-older-event = Events overtook each other: that of the change of { $change } arrived at { $arrived }, and an older one at { $older } brought the old role back.
explain-older-version = (It was that of change { $version }.)
explain-older-forgotten = (It was that of change { $version }; in between, the process had forgotten that it knew better.)
explain-unknown = Nothing in the story accounts for it. This is a fault of rolesim: please report it.
explain-and = {" "}and{" "}
explain-with-cache = with the cache { $cache }
explain-with-heard = { $n-form ->
    [one] with the change heard everywhere at once
   *[other] with { $n } changes heard everywhere at once
}
explain-then-true = The day was run again { $without }: then { $n-form ->
    [one] the answer is true.
   *[other] all { $n } answers are true.
}
explain-then-failed = The day was run again { $without }: then { $n-form ->
    [one] the request gets an error and no old role.
   *[other] all { $n } requests get an error and no old role.
}
explain-then-stale = The day was run again { $without }: then { $n-form ->
    [one] the answer is still stale, and nothing in the story accounts for it.
   *[other] all { $n } answers are still stale, and nothing in the story accounts for it.
}
explain-then-not-run = This was not tried: the day had been run again often enough.
explain-then-unknown = There is nothing to be taken away, so the day was not run again.
