# What a sweep says, in English. The Russian file has the same messages with the same variables.
# A count `$n` is shown as `$n` and chooses its plural form by `$n-form`.

sweep-runs = { $n } { $n-form ->
    [one] run
   *[other] runs
} of each point
sweep-vary = { $path }: { $n } { $n-form ->
    [one] value, { $first }
   *[other] values, { $first } to { $last }
}
sweep-reference = { $cache } (for comparison)
sweep-curve = { $first } database reads, { $second } answers with a revoked role, { $both } both
sweep-curve-level = { $level } reads of { $cache }
sweep-curves = Each curve over { $path }
sweep-as-fresh = With a life of up to { $ttl }, a TTL cache would be as fresh as { $base }: no more stale answers, and no more with a revoked role.
sweep-all-as-fresh = With every life that was tried, up to { $ttl }, a TTL cache was as fresh as { $base }: no more stale answers, and no more with a revoked role.
sweep-none-as-fresh = Not even with a life of { $ttl } would a TTL cache be as fresh as { $base }.
sweep-cost = With { $ttl } it would read the database { $reads } times, and { $base } reads it { $base-reads } times
sweep-factor = : { $factor } times as often
