# What the page for a browser says. The Russian file has the same messages with the same variables.

html-checked = { $n } { $n-form ->
    [one] scenario
   *[other] scenarios
}
html-sweep-as-varied = as varied
html-all-figures = All figures
html-fails = does not pass
html-figure = Figures
html-holds = passes
html-json = The page holds the whole report as JSON, in the element with the id “report”.
html-key = Caches
html-as-table = { $title } as a table
html-undefined = –
html-runs-hours = There are no pictures by the hour: the hours of the first run alone are kept. They are in the JSON.
html-windows = Longest a revoked role was honoured
html-windows-note = From the revocation to the last answer that still had the old role.
html-window-detail = { $n } { $n-form ->
    [one] revocation
   *[other] revocations
} noticed late · median { $p50 }, 95th percentile { $p95 }, in all { $sum }
html-line-hit-ratio = Hit ratio by the hour
html-line-reads = Database reads by the hour
html-line-stale = Stale answers by the hour
html-line-each = each point is { $n } hours
html-line-between = { $cache }: from { $least } to { $most }.
