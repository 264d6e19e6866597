# What the command line says in addition to results. The Russian file has the same messages with the same variables.

remark-undivided = { $of }on one thread: { $why }
undivided-capacity = a cache has a capacity, for which its users compete
undivided-all-users = a cache drops or reads the rows of all users at once
undivided-polls = a feed is polled for all users at once
undivided-concurrency = the database serves a limited number of reads at once
undivided-round-robin = round-robin routing counts the requests of all users
undivided-late-events = events come late, and then what a cache has dropped of one user decides about others
undivided-recorded = recorded rows come one after the other, though several threads read a text
undivided-external = of a cache that somebody else wrote nothing but its answers is known
undivided-sessions = sessions are drawn one after the other
undivided-memory = its parts would take more memory than there may be
undivided-threads = no thread can be started
remark-done = done in { $seconds } s
remark-done-runs = done in { $seconds } s, the day was run { $n } times
remark-done-caches = done in { $seconds } s, { $n } { $n-form ->
    [one] cache
   *[other] caches
}
remark-done-points = done in { $seconds } s, { $n } { $n-form ->
    [one] point
   *[other] points
}
remark-first-run = { $of }role changes of the first of { $n } runs:
remark-update-failed = warning: { $of }failed to update cache `{ $cache }`, { $n } in all; the entries were dropped
remark-updates-failed = warning: { $of }failed to update { $caches } more { $caches-form ->
    [one] cache
   *[other] caches
}, { $n } in all; the entries were dropped
remark-trace = { $of }trace: { $line }
remark-nothing-checked = warning: { $file }: expects nothing, so nothing was checked
remark-left-out = { $file }: holds accepted results and no scenario; left out
remark-converted = trace: rows read { $rows }, written { $written }{ $others }
remark-no-requests = , left out { $n } (no requests, and { $format } holds nothing else)
remark-named-roles = , left out { $n } (changes to a named role, and { $format } has no roles)
remark-cut-times = , times cut to whole seconds { $n }
remark-skipped = , left out { $n } (by skip or where)
remark-no-fault = { $file }: no fault found

doubt-hosts = { $of }trace: { $n } of { $rows } rows have no user; their host was taken
doubt-role-changes = warning: { $of }trace: all rows are role changes, { $rows } in all, for each names a role; if that is the role of the request, leave the column alone with --role "", or with role: "" in a scenario's trace
doubt-many-role-changes = warning: { $of }trace: { $n } of { $rows } rows are role changes, for each names a role; if that is the role of the request, leave the column alone with --role "", or with role: "" in a scenario's trace
doubt-beginning = warning: { $of }trace: the first row is of { $date }, with times in `unit: { $unit }`; is that the unit? Times that count from something else than 1970 are fine
doubt-unit = warning: { $of }trace: the first row is of { $date }, with times in `unit: { $unit }`; they look like `unit: { $likely }`

replayed-rows = rows read { $rows }, used { $used }
replayed-outside-clock = , skipped { $n } (outside clock)
replayed-sets = , skipped { $n } (sets)
replayed-deletes = , skipped { $n } (deletes)
replayed-neither = , skipped { $n } (neither asks nor writes)
replayed-no-user = , skipped { $n } (without a user)
replayed-filtered = , skipped { $n } (by where)

progress-runs = { $n } of { $all }
progress-left = { $at }, about { $left } left

init-figure = Figure
init-recorded = Recorded
init-generated = Generated
init-resembles = A generated day that resembles the recorded one in { $file }.
init-replayed-by = The recorded one, as it was read, is replayed by:
init-asking = Users who ask
init-asking-once = { "  " }who ask only once
init-hit-ratio = Hit ratio of { $cache }
init-wrote = wrote { $file }
init-next = next: rolesim run { $file }
init-day = a whole working day: users, traffic, role changes, expectations; begin here
init-ttl-or-events = would a short TTL do instead of events, and what would it cost?
init-lost-event = one event never arrives: how long is a revoked role honoured?
init-overtaken-fetch = a role changes while a slow read is under way: which guard helps?
init-replicas = several processes with a cache each, and a channel that loses events
init-outage = the database goes down, events come late, a process starts again
init-ci-gate = a small day with strict expectations, for continuous integration
init-recorded-day = a recorded day, with a sample log next to it to replace with your own
