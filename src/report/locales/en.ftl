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

compare-says-no-requests = There were no requests, so there is nothing to compare.
compare-says-own = { $cache } made { $n } { $n-form ->
    [one] read
   *[other] reads
} of the database for { $requests } { $requests-form ->
    [one] request
   *[other] requests
}
compare-says-more = { $cache } made { $n } more { $n-form ->
    [one] read
   *[other] reads
} of the database than { $base }
compare-says-fewer = { $cache } made { $n } fewer { $n-form ->
    [one] read
   *[other] reads
} of the database than { $base }
compare-says-same = { $cache } read the database just as often as { $base }
compare-says-every = { $reads } and read it for every request
compare-says-never-stale = it was never stale
compare-says-no-answers = it gave no answer at all
compare-says-stale = it gave { $n } { $n-form ->
    [one] answer that was
   *[other] answers that were
} no longer true
compare-says-no-grants = { $n-form ->
    [one] and it let no revoked role in
   *[other] none of which let a revoked role in
}
compare-says-all-grants = { $n-form ->
    [one] and it let a revoked role in
   *[other] all of which let a revoked role in
}
compare-says-grants = of which { $n } let a revoked role in
compare-says-window = for up to { $time }
compare-failed = Failed
compare-joined = Joined another’s read
compare-median = Median
compare-p99 = 99th percentile
compare-longest = Longest
compare-says-failed = it let { $n } { $n-form ->
    [one] request
   *[other] requests
} fail
compare-says-checks = its sweeps examined { $n } { $n-form ->
    [one] entry
   *[other] entries
}

expect-title = Expectations
expect-claims = Claims beside what was measured
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
step-none = The script has no steps.
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
step-answered-at = Last answer at { $at }
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
