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
html-key = Caches
html-as-table = { $title } as a table
html-undefined = –
html-runs-hours = There are no pictures by the hour: the hours of the first run alone are kept. They are in the JSON.
html-line-reads = Database reads by the hour
html-line-stale = Stale answers by the hour
html-line-each = each point is { $n } hours
html-line-between = { $cache }: from { $least } to { $most }.
html-by-the-hour = By the hour
html-digest = digest
html-save = Save
html-sections = Parts of this page
html-scatter = What a fresher cache costs
html-scatter-across = database reads
html-scatter-up = answers that let a revoked role in
html-scatter-told = { $cache }: { $reads } database reads, { $grants } answers with a revoked role, for up to { $time } ({ $verdict }).
html-line-grants = Answers with a revoked role by the hour
html-line-failed = Failed requests by the hour
html-along = Along { $path }
html-marked = Marked in red: { $all }.
html-mark = { $kind } { $time }
html-mark-database = the database is down
html-mark-lost = events are lost
html-mark-delayed = events are late
html-mark-channel = the connection is broken
html-mark-update = updates of the cache fail
html-mark-slow = reads are slow
html-mark-restart = restart
html-mark-change = scripted role change
