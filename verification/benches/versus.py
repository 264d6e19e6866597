#!/usr/bin/env python3
"""Times rolesim and libCacheSim on the same traces, in turns, and prints the ratios.

    python3 -m venv venv && venv/bin/pip install libcachesim
    cargo build --release
    venv/bin/python verification/benches/versus.py

Each figure is a median of several turns. Of libCacheSim only the replay is timed, of rolesim the whole process, with
role changes and the check of every answer against the truth, which the other does not do. One thread each, but where it
says otherwise. `--quick` takes a tenth of the requests.
"""

import argparse
import json
import os
import platform
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import time

ROLESIM = os.path.join(os.path.dirname(__file__), "..", "..", "target", "release", "rolesim")
ZIPF = 0.9


def write_trace(path, users, requests):
    """Records of libCacheSim's oracleGeneral, Zipf-distributed, over a day."""
    draw = random.Random(1)
    weights, total = [], 0.0
    for rank in range(1, users + 1):
        total += rank**-ZIPF
        weights.append(total)
    ids = list(range(1, users + 1))
    draw.shuffle(ids)
    record = struct.Struct("<IQIq")
    with open(path, "wb") as file:
        for start in range(0, requests, 100_000):
            count = min(100_000, requests - start)
            picked = draw.choices(ids, cum_weights=weights, k=count)
            file.write(b"".join(record.pack((start + n) * 86_399 // requests, one, 1, -1) for n, one in enumerate(picked)))


def write_csv(trace, path, rows):
    record = struct.Struct("<IQIq")
    with open(trace, "rb") as source, open(path, "w") as file:
        file.write("time,user\n")
        for at, user, _, _ in record.iter_unpack(source.read(rows * record.size)):
            file.write(f"{at},{user}\n")


def theirs(path, kind):
    """Seconds and misses of libCacheSim's FIFO, large enough for all, in a process of its own."""
    code = f"""
import time, libcachesim as lcs
kinds = {{"oracle": lcs.TraceType.ORACLE_GENERAL_TRACE, "csv": lcs.TraceType.CSV_TRACE}}
params = lcs.ReaderInitParam(ignore_obj_size=True)
if {kind!r} == "csv":
    params = lcs.ReaderInitParam(ignore_obj_size=True, delimiter=",", has_header=True, has_header_set=True,
                                 obj_id_is_num=True, obj_id_is_num_set=True)
    params.time_field, params.obj_id_field = 1, 2
reader = lcs.TraceReader(trace={path!r}, trace_type=kinds[{kind!r}], reader_init_params=params)
cache = lcs.FIFO(cache_size=1 << 40)
start = time.perf_counter()
ratio, _ = cache.process_trace(reader)
print(time.perf_counter() - start, ratio)
"""
    seconds, ratio = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(ratio)


def ours(scenario, *options, command="run", jobs=1):
    """Seconds, peak memory in MB, and the report."""
    line = [ROLESIM, command, "-q", "--format", "json", "--jobs", str(jobs), *options, scenario]
    start = time.perf_counter()
    process = subprocess.Popen(line, stdout=subprocess.PIPE)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"failed: {' '.join(line)}")
    return seconds, usage.ru_maxrss * 1024 / 1e6, json.loads(out)


def in_turns(turns, **runs):
    """The median seconds of each, and what the last turn gave."""
    seconds, last = {name: [] for name in runs}, {}
    for _ in range(turns):
        for name, run in runs.items():
            last[name] = run()
            seconds[name].append(last[name][0])
    return {name: statistics.median(taken) for name, taken in seconds.items()}, last


def prints(run):
    return [result["fingerprint"] for result in run[2]["results"]]


def scenario(folder, name, text):
    path = os.path.join(folder, name + ".yaml")
    with open(path, "w") as file:
        file.write(text)
    return path


def recorded(folder, turns, users, requests):
    trace = os.path.join(folder, f"{users}.bin")
    write_trace(trace, users, requests)
    admins = users // 5
    day = scenario(folder, f"recorded-{users}", f"""
trace: {{file: {users}.bin, format: oracle-general, unit: s}}
database: {{users: [{{ids: "1..={admins}", role: admin}}, {{ids: "{admins + 1}..={users}", role: user}}]}}
role_changes: {{count: {requests // 200}, grants: 0.5}}
""")
    taken, last = in_turns(turns, theirs=lambda: theirs(trace, "oracle"), ours=lambda: ours(day))
    plain = scenario(folder, f"plain-{users}", f"trace: {{file: {users}.bin, format: oracle-general, unit: s}}\n")
    misses = ours(plain)[2]["results"][0]["metrics"]["misses"]
    same = "the same" if misses == round(last["theirs"][1] * requests) else "OTHER"
    print(f"{requests:,} records, {users:,} users: {taken['theirs']:.2f} s and {taken['ours']:.2f} s, "
          f"{taken['theirs'] / taken['ours']:.2f} times as fast; {same} misses without role changes")
    return trace


def csv(folder, turns, trace, rows):
    path = os.path.join(folder, "rows.csv")
    write_csv(trace, path, rows)
    day = scenario(folder, "csv", "trace: {file: rows.csv, unit: s, columns: {time: time, user: user}}\n"
                                  "clock: {start: '00:00', end: '24:00'}\n")
    taken, _ = in_turns(turns, theirs=lambda: theirs(path, "csv"), ours=lambda: ours(day))
    print(f"{rows:,} rows of csv: {taken['theirs']:.2f} s and {taken['ours']:.2f} s, "
          f"{taken['theirs'] / taken['ours']:.2f} times as fast")


def generated(folder, name, users, requests):
    return scenario(folder, name, f"""
population: {{active: {{count: {users}, activity: {{zipf: {ZIPF}}}, roles: {{admin: 0.2}}}}}}
traffic: {{requests: {requests}, shape: day}}
role_changes: {{count: {requests // 200}, grants: 0.5}}
""")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true", help="a tenth of the requests")
    arguments.add_argument("--turns", type=int, default=5)
    chosen = arguments.parse_args()
    turns, size = chosen.turns, 2_000_000 if chosen.quick else 20_000_000
    print(f"{platform.machine()}, {os.cpu_count()} cores, medians of {turns} turns; libCacheSim first")
    with tempfile.TemporaryDirectory() as folder:
        recorded(folder, turns, 10_000, size)
        trace = recorded(folder, turns, 1_000_000, size)
        csv(folder, turns, trace, size // 10)

        day = generated(folder, "long", 1_000_000, 5 * size)
        half = os.path.join(folder, "half.bin")
        write_trace(half, 1_000_000, size * 5 // 2)
        taken, last = in_turns(max(1, turns // 2), theirs=lambda: theirs(half, "oracle"), ours=lambda: ours(day))
        print(f"{5 * size:,} requests of 1,000,000 users, generated and replayed: {taken['ours']:.2f} s, "
              f"{last['ours'][1]:.0f} MB; libCacheSim replays {size * 5 // 2:,} in {taken['theirs']:.2f} s")

        day, ten = generated(folder, "day", 100_000, size), generated(folder, "ten", 100_000, 10 * size)
        for requests, path in (size, day), (10 * size, ten):
            taken, last = in_turns(turns, one=lambda: ours(path), two=lambda: ours(path, jobs=2))
            same = "the same" if prints(last["one"]) == prints(last["two"]) else "ANOTHER"
            print(f"{requests:,} requests with --jobs 2: {taken['one'] / taken['two']:.2f} times as fast "
                  f"({taken['one']:.2f} s and {taken['two']:.2f} s), {same} fingerprint")
        taken, _ = in_turns(turns, one=lambda: ours(day), ten=lambda: ours(ten))
        print(f"ten times the requests: {taken['ten'] / taken['one']:.2f} times the time")

        caches = ["event", "ttl:5m+sweep=1m", "ttl:1h+sweep=1m", "none", "oracle"]
        others = [word for cache in caches[1:] for word in ("--with", cache)]
        alone = {f"alone{n}": (lambda cache=cache: ours(day, "--cache", cache)) for n, cache in enumerate(caches)}
        together = lambda: ours(day, *others, command="compare")
        taken, _ = in_turns(turns, together=together, **alone)
        share = taken["together"] / sum(taken[name] for name in alone)
        print(f"five caches in one compare: {share:.2f} of the sum of five runs")


if __name__ == "__main__":
    main()
