# What reports say of several runs, in English. The Russian file has the same messages with the same variables.
# A count `$n` is shown as `$n` and chooses its plural form by `$n-form`.

runs-over = { $n } { $n-form ->
    [one] run
   *[other] runs
}, the first with seed { $seed }
runs-hour-title = By the hour, the first of { $n } { $n-form ->
    [one] run
   *[other] runs
}: { $cache }
runs-failing = in { $failing } of { $n } { $n-form ->
    [one] run
   *[other] runs
} ({ $failing-form ->
    [one] seed
   *[other] seeds
} { $seeds })
runs-seeds-more = { $seeds } and { $n } more
runs-measured = { $value } with seed { $seed }
runs-figure = Figure
runs-mean = Mean
runs-half-width = ±
runs-least = Least
runs-most = Most
runs-about = ± is half the 95 % interval of the mean (Student’s t); of a share, in percentage points.
runs-about-pairs = The first cache stands with its means, the others with their differences to it. Every cache saw the same days, and differences are taken day by day. ≈: no difference is shown, the interval holds 0.
runs-paired = Day by day
runs-longest = Longest honoured
