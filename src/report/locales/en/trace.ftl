# What is said of a recorded day in English.

trace-dates = dates
trace-column-time = time `{ $name }`
trace-column-user = user `{ $name }`
trace-column-op = operation `{ $name }`
trace-column-role = role `{ $name }`
trace-rows = Rows
trace-rows-used = used
trace-rows-sets = left out: sets
trace-rows-deletes = left out: deletes
trace-rows-neither = left out: neither ask nor write
trace-rows-no-user = left out: without a user
trace-rows-filtered = left out: by where
trace-rows-without-user = without a user: their host was taken
trace-requests = Requests
trace-role-changes = Role changes
trace-users = Users
trace-one-time-users = who ask only once
trace-top-hundredth = Requests of the most active 1 % of users
trace-zipf-exponent = Zipf exponent, fitted
trace-perfect-hit-ratio = Hit ratio of a perfect cache
trace-first = First row
trace-last = Last row
trace-odd-days = Days of more or less than 24 hours
trace-span-us = From first to last
trace-busiest-hour = Requests in the busiest hour
trace-sessions = Sessions, a pause of 30 minutes between them
trace-session-requests = requests of a session, mean
trace-session-gap-us = time between two of them, median
trace-sparks-hourly = Requests by the hour
trace-sparks = Requests by { $n } { $n-form ->
    [one] hour
   *[other] hours
}
trace-scenario = In a scenario:
trace-gaps = Requests by the time since the user's one before
trace-gaps-at-most = At most
trace-gap-share = Share
trace-gap-below = Up to here
trace-gap-longer = longer
trace-gap-first = none before
trace-by-requests = Users by their requests
trace-requests-of-one = Requests of a user
trace-from-to = { $from } to { $to }
trace-followed = Role changes by how soon the user asked
trace-followed-at-most = Within
trace-never = never
