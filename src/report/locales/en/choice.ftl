# What `choose` says. As in day.ftl.

choice-chosen = Of { $n } { $n-form ->
    [one] cache
   *[other] caches
}, { $cache } is the cheapest that keeps all limits ({ $limits }): { $reads } database reads.
choice-unlimited = Of { $n } { $n-form ->
    [one] cache
   *[other] caches
}, { $cache } is the cheapest: { $reads } database reads. No limit was given.
choice-none = None of { $n } { $n-form ->
    [one] cache
   *[other] caches
} keeps all limits ({ $limits }).
choice-limit = { $metric } at most { $most }
choice-windows = { $measured }; { $guaranteed }.
choice-measured = On this day a revoked role was honoured for up to { $time }
choice-nothing-revoked = On this day no role was revoked, so nothing was measured
choice-guaranteed = the cache’s rules guarantee { $time } at most
choice-no-bound = the cache’s rules guarantee no bound
choice-longest = Longest revoked
choice-bound = Guaranteed
choice-unbounded = no bound
choice-verdict = Limits
choice-is-chosen = chosen
choice-keeps = kept
choice-breaks = { $metric } is { $value }
choice-no-value = without a value
