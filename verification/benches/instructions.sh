#!/usr/bin/env bash
# Counts the instructions of a day and fails where a request takes more than it should: a check that does not depend on
# what else a machine does. Needs valgrind, and says so where there is none.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v valgrind > /dev/null; then
    echo 'NOT CHECKED: instructions. There is no valgrind.'
    exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# instructions REQUESTS CACHE: of a whole run.
instructions() {
    printf 'population: {active: {count: 5000, activity: {zipf: 0.9}, roles: {admin: 0.2}}}
traffic: {requests: %s, shape: day}
role_changes: {count: 500, grants: 0.5}\n' "$1" > "$folder/day.yaml"
    valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/rolesim run -q --jobs 1 --cache "$2" \
        "$folder/day.yaml" 2>&1 > /dev/null | sed -n 's/.*Collected : //p'
}

# check CACHE MOST: a further request takes at most MOST instructions, drawing included.
check() {
    local few many each
    few=$(instructions 100000 "$1")
    many=$(instructions 400000 "$1")
    each=$(((many - few) / 300000))
    echo "$1: $each instructions a request, at most $2"
    [ "$each" -le "$2" ]
}

check event "${EVENT_MOST:-430}"
check ttl:1h+sweep=1m "${TTL_MOST:-560}"
check none "${NONE_MOST:-430}"
