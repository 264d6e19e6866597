//! Bad input, as tables: one row a case, with the exit code and the words that must appear.
//!
//! What holds for every row is asserted here and in no row: the exit code is one that the program documents, and no signal's; no text of a
//! panic; on exit 2 to 5 nothing on standard output, the first line of standard error begins with `error: `, and with
//! `--format json` all of it is one object; files that were there are byte for byte the same, and none is new; and all of
//! it within two seconds of processor time and 256 MiB of memory, of which the most that was held is measured.

mod arguments;
mod gate;
mod meaning;
mod measured;
mod numbers;
mod output;
mod syntax;
mod traces;
mod warnings;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use measured::{MEMORY_MIB_MOST, Measured};

use crate::tier;

/// One case: what it is called, what is given, the exit code, and words of standard error.
pub(crate) type Row = (&'static str, Input, i32, &'static [&'static str]);

/// What is given. Scenarios go through `run`, `compare` and `validate`, as words and as JSON; a trace is put next to a
/// scenario that names it; arguments are given as they are, in a folder with the files of [`Ground`].
pub(crate) enum Input {
    Yaml(&'static str),
    Json(&'static str),
    /// A scenario whose text is made, in a file of this name.
    Made(&'static str, fn() -> Vec<u8>),
    /// The part `trace: {…}` next to its file, and the file's content.
    Trace(&'static str, &'static [u8]),
    MadeTrace(&'static str, fn() -> Vec<u8>),
    /// Accepted results next to a day that runs, and how it is checked.
    Accepted(&'static [&'static str], fn() -> Vec<u8>),
    Arguments(&'static [&'static str]),
    /// Arguments, and what standard input holds.
    Piped(&'static [&'static str], &'static [u8]),
}

use Input::{Accepted, Arguments, Json, Made, MadeTrace, Piped, Trace, Yaml};

/// A day that runs, for rows whose trouble is elsewhere.
pub(crate) const GOOD: &str = "{population: {active: {count: 20}}, traffic: {requests: 100}}";

/// A folder with files that must stay as they are.
pub(crate) struct Ground(tempfile::TempDir);

impl Ground {
    pub(crate) fn new() -> Self {
        let ground = Self(tempfile::tempdir().unwrap());
        ground.put("good.yaml", GOOD.as_bytes());
        ground.put("old.json", b"an older report");
        ground.put("old.csv", b"an older table");
        ground.put("day.csv", b"time,user\n0,1\n5,2\n");
        fs::create_dir(ground.path().join("folder")).unwrap();
        ground
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn put(&self, name: &str, content: &[u8]) {
        fs::write(self.path().join(name), content).unwrap();
    }

    /// Every file with its content.
    pub(crate) fn files(&self) -> BTreeMap<String, Option<Vec<u8>>> {
        let entries = fs::read_dir(self.path()).unwrap().map(Result::unwrap);
        let file = |entry: fs::DirEntry| {
            let whole = entry.metadata().unwrap().is_file();
            (entry.file_name().to_string_lossy().into_owned(), whole.then(|| fs::read(entry.path()).unwrap()))
        };
        entries.map(file).collect()
    }

    /// Runs the program here, within the limits of time and memory.
    pub(crate) fn run(&self, arguments: &[&str], stdin: Stdio) -> Output {
        self.run_for(2, arguments, stdin).within_memory(arguments)
    }

    /// Runs it for at most a number of seconds of processor time, and measures the memory that it holds.
    pub(crate) fn run_for(&self, seconds: u32, arguments: &[&str], stdin: Stdio) -> Measured {
        measured::run(self.path(), seconds, arguments, stdin)
    }
}

/// What does not hold of one run of a row, of what must hold for all of them.
fn faults(arguments: &[&str], measured: &Measured, exit: i32, words: &[&str]) -> Vec<String> {
    let Measured { output, peak_bytes } = measured;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let mut faults = Vec::new();
    let mut must = |holds: bool, what: &str| {
        if !holds {
            faults.push(what.to_owned());
        }
    };
    must(output.status.code() == Some(exit), &format!("{:?} instead of {exit}", output.status));
    let peak = peak_bytes >> 20;
    must(peak <= MEMORY_MIB_MOST, &format!("{peak} MiB of memory"));
    must(!stderr.contains("panicked") && !stderr.contains("RUST_BACKTRACE"), "a panic");
    if (2..=5).contains(&exit) {
        must(stdout.is_empty(), "something on standard output");
        if arguments.windows(2).any(|pair| pair == ["--format", "json"]) {
            let object: serde_json::Value = serde_json::from_str(&stderr).unwrap_or_default();
            let error = &object["error"];
            must(error["exit"] == exit && error["messages"][0].is_string(), "no JSON object");
            must(tells_where(error), "faults that are not those of the messages");
            must(stderr.lines().count() == 1, "more than one line");
        } else {
            must(stderr.starts_with("error: "), "the first line is not an error");
        }
        must(stderr.lines().count() <= 70, "too many lines");
    }
    for word in words {
        let as_json = serde_json::to_string(word).unwrap();
        let there = stderr.contains(word) || stderr.contains(as_json.trim_matches('"'));
        must(there, &format!("`{word}` is missing"));
    }
    let acts = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}');
    must(!stderr.contains(acts), "something acts on the terminal");
    faults.iter().map(|fault| format!("{fault}: rolesim {}\n{stderr}", arguments.join(" "))).collect()
}

/// Whether each fault of a JSON error is one that a message shows, with the same place.
fn tells_where(error: &serde_json::Value) -> bool {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let messages: Vec<String> = error["messages"].as_array().into_iter().flatten().map(text).collect();
    let faults = error["faults"].as_array().map(Vec::as_slice).unwrap_or_default();
    let shown = |fault: &serde_json::Value| {
        let place = [&fault["line"], &fault["column"]].map(|number| number.as_u64());
        let place = place.into_iter().flatten().fold(text(&fault["file"]), |place, n| format!("{place}:{n}"));
        let (path, message) = (text(&fault["path"]), text(&fault["message"]));
        let line =
            |line: &&String| line.starts_with(&place) && line.contains(&path) && line.ends_with(&message);
        !message.is_empty() && messages.iter().find(line).is_some()
    };
    !faults.is_empty() && faults.iter().all(shown)
}

/// Tries every row of a table, and says of all that do not hold what is wrong with them.
fn hold(rows: &[Row]) {
    let tried: Vec<Tried> = rows.iter().enumerate().map(|(turn, row)| tried(row, turn)).collect();
    let most = tried.iter().zip(rows).max_by_key(|(tried, _)| tried.peak_bytes);
    most.iter().for_each(|(tried, row)| println!("at most {} MiB: {}", tried.peak_bytes >> 20, row.0));
    let wrong: Vec<String> = tried.into_iter().flat_map(|tried| tried.wrong).collect();
    assert!(wrong.is_empty(), "{}\n{} faults", wrong.join("\n"), wrong.len());
}

/// What came of a row: what does not hold of it, and the most memory that one of its runs held.
struct Tried {
    wrong: Vec<String>,
    peak_bytes: u64,
}

/// Tries a row in all its forms, or in the one whose turn it is.
fn tried((name, input, exit, words): &Row, turn: usize) -> Tried {
    let ground = Ground::new();
    let (mut wrong, mut peak_bytes) = (Vec::new(), 0);
    let mut try_it = |arguments: &[&str], stdin: Stdio, words: &[&str]| {
        let before = ground.files();
        let measured = ground.run_for(2, arguments, stdin);
        peak_bytes = peak_bytes.max(measured.peak_bytes);
        let found = faults(arguments, &measured, *exit, words);
        wrong.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
        if *exit >= 2 && ground.files() != before {
            wrong.push(format!("{name}: files changed"));
        }
    };
    let mut scenario = |file: &str, bytes: &[u8]| {
        ground.put(file, bytes);
        let mut ways = Vec::new();
        for form in ["table", "json"] {
            ways.push((vec!["run", file, "-o", "old.json", "--format", form], *words));
            ways.push((vec!["compare", file, "-o", "old.csv", "--format", form], *words));
        }
        // It says of a file what `run` says, as far as that can be said without running.
        if *exit != 1 {
            ways.push((vec!["validate", file], if *exit == 0 { &[] } else { *words }));
        }
        for (arguments, words) in tier::forms(ways, turn) {
            try_it(&arguments, Stdio::null(), words);
        }
    };
    let recorded = |spec: &str| format!("trace: {{file: rows.csv{spec}}}").into_bytes();
    match input {
        Yaml(text) => scenario("day.yaml", text.as_bytes()),
        Json(text) => scenario("day.json", text.as_bytes()),
        Made(file, make) => scenario(file, &make()),
        Trace(spec, bytes) => {
            ground.put("rows.csv", bytes);
            scenario("day.yaml", &recorded(spec));
        }
        MadeTrace(spec, make) => {
            ground.put("rows.csv", &make());
            scenario("day.yaml", &recorded(spec));
        }
        Accepted(options, make) => {
            ground.put("good.accepted.json", &make());
            for form in tier::forms(["table", "json"], turn) {
                let arguments =
                    [&["check", "good.yaml", "-o", "old.json", "--format", form], *options].concat();
                try_it(&arguments, Stdio::null(), words);
            }
        }
        Arguments(arguments) => try_it(arguments, Stdio::null(), words),
        Piped(arguments, bytes) => {
            ground.put("stdin", bytes);
            try_it(arguments, Stdio::from(fs::File::open(ground.path().join("stdin")).unwrap()), words);
        }
    }
    Tried { wrong, peak_bytes }
}

#[test]
fn there_are_enough_rows_and_no_two_have_one_name() {
    let tables = [arguments::ROWS, gate::ROWS, meaning::ROWS, numbers::ROWS, syntax::ROWS, traces::ROWS];
    let names: std::collections::BTreeSet<_> =
        tables.iter().flat_map(|rows| rows.iter().map(|row| row.0)).collect();
    let count: usize = tables.iter().map(|rows| rows.len()).sum();
    assert_eq!(names.len(), count, "two rows have one name");
    assert!(count >= 150, "{count} rows");
}
