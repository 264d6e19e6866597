# What `check` says, and what reports in Markdown add. As in day.ftl.

check-line = { $file }: { $what }
check-figures = { $n } { $n-form ->
    [one] figure
   *[other] figures
} compared
check-as-accepted = all as accepted
check-within = { $n } within { $n-form ->
    [one] its tolerance
   *[other] their tolerances
}
check-changed = { $n } changed
check-better = { $n } better
check-inconclusive = { $n } inconclusive
check-worse = { $n } worse
check-undefined = { $n } without a value
check-missing-sum = { $n } accepted { $n-form ->
    [one] cache
   *[other] caches
} missing
check-nothing = nothing is expected, and nothing was compared
check-written = accepted { $n } { $n-form ->
    [one] cache
   *[other] caches
} into { $file }
check-refused = nothing was accepted, since this could not pass
check-own = { $cache }, the scenario’s own cache
check-own-other = { $cache }, the scenario’s own cache, which was { $accepted } when it was accepted
check-other-spec = { $cache }, which is another cache than the accepted one
check-change = { $metric }: accepted { $accepted }, now { $actual }, { $change } – { $standing }
check-change-none = { $metric }: accepted { $accepted }, now { $actual } – { $standing }
check-paired = { $metric }: accepted { $accepted } in the mean, now { $actual }, { $change } ± { $half } – { $standing }
check-valueless = { $metric }: has no value – { $standing }
check-no-value = –
check-is-same = the same
check-is-within = within the tolerance
check-is-changed = changed
check-is-better = better
check-is-inconclusive = inconclusive
check-is-worse = worse
check-is-undefined = nothing to compare, so it does not pass
check-tolerance = { $text } (tolerance { $amount })
check-no-tolerance = { $text } (no tolerance)
check-seed = { $text } (in the run with seed { $seed })
check-missing = { $cache }: has accepted figures, and no cache of this label is run any more
check-unaccepted = { $cache }: has no accepted figures yet
check-answers = { $cache }: every figure is as accepted, yet some requests were answered differently
check-absent = not compared: { $metrics }; rolesim { $then } accepted the figures without them, and this is { $now }
check-unknown = not compared: { $metrics }; accepted by rolesim { $then }, and not known to this one, { $now }
check-version = the figures were accepted by rolesim { $then }; this is { $now }
check-hint-no-value = A figure without a value never passes, accepted or not: give the day requests that are counted, or take the tolerance off what has no value.
check-hint-expected = Nothing is accepted while an expectation does not hold: mend what it is about, or the expectation.
check-hint = If this change is intended, accept it: { $command }
check-as-before = all as before
check-moved = { $metric }: { $accepted } → { $actual } – { $standing }
check-gone = { $cache }: no longer there
check-new = { $cache }: new
check-explain = Why answers were stale: { $command }
check-unchecked = could not be checked
check-sum = { $n } { $n-form ->
    [one] scenario
   *[other] scenarios
}: { $good } { $good-form ->
    [one] passes
   *[other] pass
}, { $bad } { $bad-form ->
    [one] fails
   *[other] fail
}.
check-sum-unchecked = { $n } { $n-form ->
    [one] scenario
   *[other] scenarios
}: { $good } { $good-form ->
    [one] passes
   *[other] pass
}, { $bad } { $bad-form ->
    [one] fails
   *[other] fail
}, { $without } could not be checked.
check-more = and { $n } more
check-passes = passes
check-fails = fails
check-cut = The rest is left out: a summary holds at most 1 MiB.
check-md-metric = Metric
check-md-value = Value
check-md-accepted = Accepted
check-md-now = Now
check-md-change = Change
check-md-tolerance = Tolerance
check-md-verdict = Verdict
check-md-expected = Expected
check-md-measured = Measured
check-md-because = Because
check-md-none = none
