#!/usr/bin/env python3
"""The report's page in headless Chromium: nothing is complained of, every cache is there, figures equal the JSON's.

    tests/browser/page.py target/debug/rolesim [FOLDER FOR SCREENSHOTS]

Chromium is spoken to through a pipe by its DevTools protocol, so this needs Python and Chromium and nothing else.
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

TWELVE = [
    word
    for cache in [
        "ttl:30s",
        "ttl:5m+sweep=1m",
        "ttl:1h+jitter=0.1",
        "idle:1h",
        "event+ttl=5m",
        "event+guard=singleflight",
        "event+on-event=invalidate+guard=none+ttl=5m",
        "event+capacity=500",
    ]
    for word in ("--with", cache)
]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> {{ 7 * 7 }} \" ' & ]]> <!-- \u202e"
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Browser:
    """A Chromium with one page."""

    def __init__(self):
        name = next((path for path in map(shutil.which, ["chromium", "chromium-browser", "google-chrome"]) if path), None)
        if name is None:
            sys.exit("chromium is not installed")
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        (to_read, self.to), (self.back, to_write) = os.pipe(), os.pipe()

        def wire():
            # The protocol is spoken on the descriptors 3 and 4.
            read, write = os.dup(to_read), os.dup(to_write)
            os.dup2(read, 3)
            os.dup2(write, 4)

        command = [name, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"]
        command += ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        command += [f"--user-data-dir={self.profile.name}", "about:blank"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, close_fds=False, preexec_fn=wire, **quiet)
        os.close(to_read)
        os.close(to_write)
        self.pipe = os.fdopen(self.back, "rb")
        self.number, self.events, self.session = 0, [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network", "Audits"]:
            self.call(f"{domain}.enable")
        self.call("Emulation.setScrollbarsHidden", hidden=True)

    def message(self):
        text = bytearray()
        while (byte := self.pipe.read(1)) != b"\0":
            if not byte:
                sys.exit("chromium has gone")
            text += byte
        return json.loads(text)

    def call(self, method, **params):
        self.number += 1
        request = {"id": self.number, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.to, json.dumps(request).encode() + b"\0")
        while (message := self.message()).get("id") != self.number:
            self.events.append(message)
        if "error" in message:
            sys.exit(f"{method}: {message['error']['message']}")
        return message["result"]

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message())

    def open(self, path):
        self.events = []
        self.call("Page.navigate", url=path.as_uri())
        self.wait("Page.loadEventFired")

    def ask(self, expression):
        """The value of an expression, by a script of the tools, which the page's policy does not bind."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            sys.exit(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def look(self, width, dark=False, medium=""):
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=features, media=medium)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)

    def complaints(self):
        """What the browser complained of, and what it fetched in addition to the page."""
        said = []
        for event in self.events:
            method, params = event.get("method"), event.get("params", {})
            if method in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Audits.issueAdded"):
                said.append(json.dumps(params)[:500])
            if method == "Page.javascriptDialogOpening":
                said.append("a dialog opened")
            if method == "Network.requestWillBeSent" and params["type"] != "Document":
                said.append(f"fetched {params['request']['url'][:200]}")
        return said

    def save(self, path, method, **params):
        path.write_bytes(base64.b64decode(self.call(method, **params)["data"]))

    def close(self):
        self.process.kill()
        self.process.wait()


FIGURES = """
[...document.querySelectorAll('tr[data-metric]')].map(row => [
    row.dataset.metric,
    [...row.querySelectorAll('td')].map(cell => cell.querySelector('data')?.value ?? null),
])
"""


# Texts that leave the box which holds them, or the page; what a frame lets people scroll to is inside.
OUTSIDE = """
[...document.querySelectorAll('main *, footer *')].flatMap(node => {
    const own = [...node.childNodes].filter(child => child.nodeType === 3 && child.textContent.trim());
    if (!own.length || !node.getClientRects().length) return [];
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = node.closest('svg') ? node.getBoundingClientRect() : range.getBoundingClientRect();
    const holds = one => ['inline', 'contents'].includes(getComputedStyle(one).display);
    let box = node.closest('figure.over-day .chart, .scatter') ?? node;
    while (holds(box)) box = box.parentElement;
    const boxes = [box.getBoundingClientRect()];
    const frame = node.closest('.wide');
    if (!frame || getComputedStyle(frame).overflowX === 'visible') {
        boxes.push({left: 0, right: document.documentElement.clientWidth});
    }
    const inside = one => text.left > one.left - 1.5 && text.right < one.right + 1.5;
    return boxes.every(inside) ? [] : [`${node.textContent.slice(0, 60)} (${text.left}–${text.right})`];
})
"""

# Of each picture its lines, each with its look, and the labels at their ends, each with its middle and height.
LINES = """
[...document.querySelectorAll('.plot')].map(plot => {
    const style = one => ['stroke', 'strokeDasharray'].map(name => getComputedStyle(one)[name]).join(' ');
    const middle = box => [(box.top + box.bottom) / 2, box.height];
    return {
        lines: [...plot.querySelectorAll('.line')].map(line => [line.dataset.caches ?? '', style(line)]),
        labels: [...plot.parentElement.querySelectorAll('.ends text')].map(
            label => [label.textContent, ...middle(label.getBoundingClientRect())]),
    };
})
"""


def named(text):
    """The numbers that a label lists."""
    numbers = set()
    for part in text.partition(" +")[0].split(", "):
        first, _, last = part.partition("–")
        numbers |= set(range(int(first), int(last or first) + 1))
    return numbers


def examine_looks(browser, name):
    """No text leaves its box, on a screen, on a phone and on paper, and no two lines are taken for one another."""
    # Paper is as wide as A4 without its margins.
    for width, medium in [(1280, ""), (1100, ""), (390, ""), (718, "print")]:
        browser.look(width, medium=medium)
        outside = browser.ask(OUTSIDE)
        check(f"{name}: text leaves its box at {width} {medium}: {outside[:5]}", not outside)
        for picture in browser.ask(LINES):
            labels = picture["labels"]
            by_place = sorted(labels, key=lambda label: label[1])
            for (one, above, height), (other, below, _) in zip(by_place, by_place[1:]):
                check(f"{name}: labels {one} and {other} lie upon each other at {width}", below - above > height * 0.7)
            looks = [look for caches, look in picture["lines"]]
            told = [numbers for text, *_ in labels for numbers in [named(text)]]
            for caches, look in picture["lines"]:
                alone = looks.count(look) == 1
                labelled = any(set(map(int, caches.split()[:1])) <= numbers for numbers in told if caches)
                check(f"{name}: nothing tells line {caches} from others that look like it", alone or labelled)
                if len(looks) > 1:
                    check(f"{name}: line {caches} has no label at its end", labelled or not told)
    browser.look(718, medium="print")
    figures = browser.ask("[...document.querySelectorAll('tr[data-metric]')].every(row => row.getClientRects().length)")
    check(f"{name}: all figures on paper", figures)
    browser.look(1100)


def shoot(browser, path, shots):
    if shots is None:
        return
    for look, width, dark in [("light", 1100, False), ("dark", 1100, True), ("narrow", 390, False)]:
        browser.look(width, dark)
        browser.save(shots / f"{path.stem}-{look}.png", "Page.captureScreenshot", captureBeyondViewport=True, format="png")
    browser.look(718, medium="print")
    browser.save(shots / f"{path.stem}-print.png", "Page.captureScreenshot", captureBeyondViewport=True, format="png")
    browser.look(1100)
    browser.save(shots / f"{path.stem}.pdf", "Page.printToPDF", printBackground=False)


def check(what, truth):
    if not truth:
        sys.exit(f"FAILED: {what}")


def figure_of(result, name):
    """A metric of a cache: of several runs its mean."""
    if "spread" not in result:
        return metric(result["metrics"], name)
    spread = metric(result["spread"], name)
    return spread and spread["mean"]


def metric(metrics, name):
    for part in name.split("."):
        metrics = metrics[part]
    return metrics


def examine(browser, path, lang):
    """The page against the report inside it."""
    browser.look(1100)
    browser.open(path)
    name = path.name
    examine_looks(browser, name)
    check(f"{name}: {browser.complaints()}", not browser.complaints())
    report = json.loads(browser.ask("document.getElementById('report').textContent"))
    check(f"{name}: language", browser.ask("document.documentElement.lang") == lang)
    check(f"{name}: name", browser.ask("document.querySelector('h1').textContent") != "")
    results = report["results"]
    several = "spread" in results[0]
    shown = {}
    for figure, values in browser.ask(FIGURES):
        shown.setdefault(figure, []).extend(None if value is None else float(value) for value in values)
    for figure, values in shown.items():
        wanted = [figure_of(result, figure) for result in results]
        check(f"{name}: {figure}: {values} instead of {wanted}", values == wanted)
    check(f"{name}: figures", len(shown) > 35)
    answer = browser.ask("[...document.querySelectorAll('.answer .lead-answer, .answer .note')].map(one => one.textContent)")
    if lang == "en" and results[0]["metrics"]["requests"]:
        unsaid = [said for said in answer if said not in report["answer"]["sentences"]]
        check(f"{name}: answer {unsaid}, and the report does not say so", not unsaid)
    dots = browser.ask("document.querySelectorAll('.scatter circle').length")
    check(f"{name}: {dots} dots", dots == (len(results) if len(results) > 1 else 0))
    rows = browser.ask("[...document.querySelectorAll('.choice tbody tr')].map(row => row.querySelector('td').textContent)")
    reads = {f"{result['metrics']['db_reads']:,}" for result in results}
    if lang == "en" and not several:
        check(f"{name}: reads {rows}", len(results) == 1 or set(rows) == reads)
    links = browser.ask("[...document.querySelectorAll('nav a')].map(link => link.getAttribute('href'))")
    inside = "href => href.startsWith('data:') || document.getElementById(href.slice(1)) !== null"
    check(f"{name}: links", links and all(browser.ask(f"({inside})({json.dumps(link)})") for link in links))
    key = browser.ask("[...document.querySelectorAll('.key .cache')].map(cache => cache.textContent)")
    check(f"{name}: caches {key}", len(key) == (0 if several else len(results)))
    charts = [
        sorted(int(number) for caches, _ in picture["lines"] for number in caches.split())
        for picture in browser.ask(LINES)
    ]
    # Of several runs the hours of the first alone are known.
    everyone = list(range(1, len(results) + 1))
    check(f"{name}: a line for each cache: {charts}", all(chart == everyone for chart in charts))
    # Reads are always drawn, what went wrong only where anything did.
    check(f"{name}: pictures by the hour", len(charts) == 0 if several else 1 <= len(charts) <= 4)
    if not several:
        hours = browser.ask("document.querySelector('.plot').querySelectorAll('rect.hour').length")
        check(f"{name}: hours", hours == len(results[0]["hourly"]))
        told = browser.ask("[...document.querySelectorAll('.plot rect.hour title')].map(title => title.textContent)")
        labels = [one if "\\u" not in one else None for one in key]
        check(f"{name}: values under the pointer", all(label in told[0] for label in labels if label))
    named = "svg => ['aria-labelledby'].flatMap(name => svg.getAttribute(name).split(' ')).every(id => document.getElementById(id)?.textContent)"
    check(f"{name}: pictures have names", browser.ask(f"[...document.querySelectorAll('svg[role=img]')].every({named})"))
    verdicts = browser.ask("document.querySelectorAll('.expected li').length")
    check(f"{name}: expectations", verdicts == len(report["expectations"]))
    for width in (1100, 390):
        browser.look(width)
        wide = browser.ask("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        check(f"{name}: {wide} pixels too wide at {width}", wide <= 0)
    return report


def examine_sweep(browser, path):
    """A sweep's page against the sweep inside it."""
    browser.look(1100)
    browser.open(path)
    check(f"{path.name}: {browser.complaints()}", not browser.complaints())
    examine_looks(browser, path.name)
    report = json.loads(browser.ask("document.getElementById('report').textContent"))
    # The cache that all are held against is a level, and no point of the curve.
    sweep = report["sweep"]
    points = [point for point in sweep["points"] if point["cache"] != sweep["reference"]["cache"]]
    check(f"{path.name}: no point", points)
    drawn = browser.ask("[...document.querySelectorAll('.plot')].map(plot => plot.querySelectorAll('rect.hour').length)")
    check(f"{path.name}: {drawn}", drawn == [len(points)] * 4)
    shown = browser.ask(
        "[...document.querySelector('table.hours').querySelectorAll('tbody tr')].map(row => row.querySelector('td').textContent)"
    )
    wanted = [f"{point['metrics']['db_reads']:,}" for point in points]
    check(f"{path.name}: {shown} instead of {wanted}", shown == wanted)
    for width in (1100, 390):
        browser.look(width)
        check(f"{path.name}: too wide", browser.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
    return len(points)


def examine_checks(browser, path):
    """The page of several scenarios that were checked: one of them fails."""
    browser.look(1100)
    browser.open(path)
    check(f"{path.name}: {browser.complaints()}", not browser.complaints())
    report = json.loads(browser.ask("document.getElementById('report').textContent"))
    examine_looks(browser, path.name)
    verdicts = browser.ask("[...document.querySelectorAll('.meta strong')].map(verdict => verdict.className)")
    check(f"{path.name}: {verdicts}", verdicts == sorted(one["verdict"] for one in report["scenarios"]))
    findings = browser.ask("document.querySelectorAll('.gate li').length")
    check(f"{path.name}: findings", "fail" in verdicts and findings > 0)


def main():
    rolesim = str(pathlib.Path(sys.argv[1]).resolve())
    shots = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    folder = tempfile.TemporaryDirectory()
    out = pathlib.Path(folder.name)
    hostile = {"name": HOSTILE, "description": HOSTILE, "cache": {"kind": "event", "label": HOSTILE}, "compare": ["none"]}
    hostile |= {"script": [{"at": "09:00", "request": HOSTILE}], "roles": ["user", HOSTILE]}
    hostile |= {"expect": [{"metric": "hits", "min": 0, "cache": HOSTILE, "because": HOSTILE}]}
    (out / "hostile.json").write_text(json.dumps(hostile))
    scenarios = ROOT / "scenarios"
    pages = [
        ("compare", scenarios / "day.json", "en", []),
        ("compare", scenarios / "lost-revocation.yaml", "ru", []),
        ("compare", scenarios / "lossy-day.yaml", "en", ["--set", "traffic.requests=60000", *TWELVE]),
        ("compare", scenarios / "outage.yaml", "en", ["--runs", "5", "--set", "traffic.requests=20000"]),
        ("run", scenarios / "outage.yaml", "ru", []),
        ("run", scenarios / "nasa-day.yaml", "en", []),
        ("compare", out / "hostile.json", "en", []),
    ]
    browser = Browser()
    try:
        for command, scenario, lang, more in pages:
            path = out / f"{scenario.stem}-{command}.html"
            arguments = [rolesim, command, scenario, "-q", "--lang", lang, "-o", path, *more]
            code = subprocess.run(arguments, stdout=subprocess.DEVNULL).returncode
            # With another seed or fewer requests an expectation may fail; the page is there all the same.
            check(f"{path.name}: rolesim ends with {code}", code in (0, 1))
            report = examine(browser, path, lang)
            if scenario.stem == "hostile":
                check("a hostile name is data", report["scenario"]["name"] == HOSTILE)
                shown = browser.ask("document.querySelector('h1').textContent")
                check(f"a hostile name is text: {shown}", shown == HOSTILE.replace("\u202e", "\\u{202e}"))
                check("no element came of it", browser.ask("document.querySelectorAll('img, script').length") == 1)
            shoot(browser, path, shots)
            print(f"{path.name}: {len(report['results'])} caches, as the report says")
        path = out / "sweep.html"
        sweep = [rolesim, "sweep", scenarios / "lost-revocation.yaml", "--vary", "cache=ttl:1m,ttl:5m,ttl:1h,event"]
        subprocess.run([*sweep, "-q", "-o", path], check=True, stdout=subprocess.DEVNULL)
        print(f"{path.name}: {examine_sweep(browser, path)} points, as the report says")
        shoot(browser, path, shots)
        path = out / "check.html"
        checked = [scenarios / "lost-revocation.yaml", scenarios / "one-of-four.yaml"]
        command = [rolesim, "check", *checked, "-q", "-o", path, "--set", "channel.delay=1h"]
        code = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
        check(f"check ends with {code}", code == 1)
        examine_checks(browser, path)
        print(f"{path.name}: verdicts as the report says")
        shoot(browser, path, shots)
    finally:
        browser.close()
        folder.cleanup()


main()
