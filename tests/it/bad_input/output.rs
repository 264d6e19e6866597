//! Outputs that fail, readers that go away, and signals.

use std::fs;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{GOOD, Ground};

const BIN: &str = env!("CARGO_BIN_EXE_rolesim");

fn sh(ground: &Ground, script: &str) -> (Option<i32>, String) {
    let output =
        Command::new("sh").args(["-c", script]).env("R", BIN).current_dir(ground.path()).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// A day that takes long: a hundred million requests.
const LONG: &str = "{population: {active: {count: 100000}}, traffic: {requests: 1000000000}, cache: none}";

/// Wherever it goes: closed, full, or a pipe that nothing reads.
#[test]
fn standard_output_decides_no_verdict_and_loses_no_file() {
    let ground = Ground::new();
    ground.put("fails.yaml", b"{script: [{at: '09:00', request: 1}], expect: [{metric: hits, equals: 5}]}");
    #[rustfmt::skip]
    let cases = [
        ("a reader who has seen enough", "\"$R\" run --hourly good.yaml -q -o r.json | true; exit 0",                    0, ""),
        ("a closed pipe and a failure",  "{ \"$R\" compare fails.yaml -q -o r.json; echo $? > code; } | true; exit $(cat code)", 1, ""),
        ("a full device",                "\"$R\" run good.yaml -q -o r.json > /dev/full",                                3, "standard output: cannot be written"),
        ("a full device, of a failure",  "\"$R\" run fails.yaml -q -o r.json > /dev/full",                               3, "standard output"),
        ("closed standard output",       "\"$R\" run good.yaml -q -o r.json >&-",                                        0, ""),
        ("closed standard error",        "\"$R\" run good.yaml -o r.json 2>&-",                                          0, ""),
        ("closed standard input",        "\"$R\" run good.yaml -q -o r.json <&-",                                        0, ""),
        ("everything closed",            "\"$R\" run good.yaml -o r.json <&- >&- 2>&-",                                  0, ""),
        ("full standard error",          "\"$R\" run good.yaml -v -o r.json 2> /dev/full",                               0, ""),
        ("full device for the log",      "\"$R\" run good.yaml -q -o r.json -o r.csv --log /dev/full; c=$?; test ! -e r.csv && echo whole > r.json; exit $c", 3, "/dev/full: cannot be written"),
        ("files that may not grow",      "( ulimit -f 1; \"$R\" compare good.yaml -q -o r.json > /dev/null ); c=$?; test ! -e r.json && echo whole > r.json; exit $c", 3, "r.json: cannot be written"),
        ("a name that is not text",       "cp good.yaml $(printf 'b\\303.yaml'); \"$R\" run $(printf 'b\\303.yaml') -q -o r.json", 0, ""),
        ("an output of no text",         "\"$R\" run good.yaml -q -o r.json -o $(printf 'o\\303.csv')",                   0, ""),
    ];
    for (name, script, exit, words) in cases {
        let _ = fs::remove_file(ground.path().join("r.json"));
        let (code, stderr) = sh(&ground, script);
        assert_eq!(code, Some(exit), "{name}: {stderr}");
        assert!(stderr.contains(words) && !stderr.contains("panicked"), "{name}: {stderr}");
        let report = ground.files().get("r.json").cloned().flatten();
        assert!(report.is_some_and(|report| report.ends_with(b"\n")), "{name}: the report is whole");
        assert!(ground.files().keys().all(|name| !name.starts_with(".rolesim")), "{name}");
    }
}

/// What `explain`, `check` and the others take to run the good day.
const EVERY: [&str; 5] = ["run", "compare", "sweep", "check --expectations-only", "explain --first-stale"];

#[test]
fn an_error_of_the_output_is_the_first_line() {
    let ground = Ground::new();
    for (script, exit) in [
        ("\"$R\" check good.yaml --expectations-only > /dev/full", 3),
        ("\"$R\" check good.yaml --accept > /dev/full", 3),
        ("\"$R\" check good.yaml --accept --accepted /dev/full", 3),
        ("\"$R\" check good.yaml good.yaml --expectations-only -o r.xml -v > /dev/full", 3),
        ("\"$R\" sweep good.yaml > /dev/full", 3),
        ("\"$R\" explain good.yaml --first-stale > /dev/full", 3),
    ] {
        let (code, stderr) = sh(&ground, script);
        assert_eq!(code, Some(exit), "{script}: {stderr}");
        assert!(stderr.starts_with("error: ") && stderr.lines().count() == 1, "{script}: {stderr}");
        let (code, stderr) = sh(&ground, &script.replacen("good.yaml ", "good.yaml --format json ", 1));
        assert_eq!(code, Some(exit), "{script}: {stderr}");
        let object: serde_json::Value = serde_json::from_str(&stderr).unwrap_or_default();
        assert_eq!(object["error"]["exit"], exit, "{script}: {stderr}");
    }
}

#[test]
fn what_is_printed_and_lost_is_an_error_for_every_command() {
    let ground = Ground::new();
    for arguments in [
        "--help",
        "--version",
        "-h",
        "run --help",
        "help",
        "help run",
        "completions bash",
        "schema",
        "schema report",
        "init --list",
        "trace info day.csv",
    ] {
        let (code, stderr) = sh(&ground, &format!("\"$R\" {arguments} > /dev/full"));
        assert_eq!(code, Some(3), "{arguments}: {stderr}");
        assert!(stderr.starts_with("error: standard output: cannot be written"), "{arguments}: {stderr}");
        assert_eq!(sh(&ground, &format!("\"$R\" {arguments} | true")).0, Some(0), "{arguments}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_descriptor_is_written_to_as_it_is() {
    let ground = Ground::new();
    let convert = "\"$R\" trace convert day.csv --to tsv -q -o";
    for script in [
        format!("{convert} /dev/stdout | cat > got"),
        format!("{convert} /dev/stdout > got"),
        format!("{convert} /dev/fd/1 > got"),
        format!("{convert} /proc/self/fd/1 | cat > got"),
        format!("{convert} /dev/fd/7 7> got"),
        format!("{convert} /dev/stderr 2> got"),
        format!("mkfifo pipe; cat pipe > got & {convert} pipe; wait; rm pipe"),
        format!("{convert} /dev/null; {convert} got"),
    ] {
        let (code, stderr) = sh(&ground, &script);
        assert_eq!(code, Some(0), "{script}: {stderr}");
        let got = fs::read_to_string(ground.path().join("got")).unwrap();
        assert_eq!(got, "time\tuser\n0\t1\n5\t2\n", "{script}");
        fs::remove_file(ground.path().join("got")).unwrap();
    }
    // What goes there by two ways stands one behind the other.
    let (code, stderr) = sh(&ground, "echo first > got; \"$R\" run good.yaml -q --log /dev/stdout >> got");
    let got = fs::read_to_string(ground.path().join("got")).unwrap();
    assert_eq!(code, Some(0), "{stderr}");
    assert!(got.starts_with("first\n{\"kind\":\"request\""), "{got}");
    assert_eq!(got.lines().filter(|line| line.starts_with('{')).count(), 100);
    assert!(got.lines().last().is_some_and(|line| !line.starts_with('{')), "{got}");
}

#[test]
fn one_file_for_standard_output_and_another_output_is_refused() {
    let ground = Ground::new();
    for (command, end) in EVERY.into_iter().zip(["json", "json", "json", "json", "jsonl"]) {
        for redirect in [">", ">>"] {
            let (code, stderr) =
                sh(&ground, &format!("\"$R\" {command} good.yaml -q -o ./r.{end} {redirect} r.{end}"));
            assert_eq!(code, Some(2), "{command}: {stderr}");
            assert!(stderr.contains("is where standard output goes already"), "{command}: {stderr}");
            assert_eq!(fs::read(ground.path().join(format!("r.{end}"))).unwrap(), b"", "{command}");
        }
    }
}

#[test]
fn an_output_error_names_what_was_typed() {
    let ground = Ground::new();
    for output in ["/dev/null/r.json", "old.csv/r.json", "no/such/r.json", "/proc/self/r.json"] {
        let (code, stderr) = sh(&ground, &format!("\"$R\" run good.yaml -q -o {output}"));
        assert_eq!(code, Some(3), "{stderr}");
        assert!(stderr.starts_with(&format!("error: {output}: cannot be written: ")), "{stderr}");
        assert!(!stderr.contains(".rolesim"), "{stderr}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_killed_run_left_is_removed_by_a_later_one() {
    let ground = Ground::new();
    for name in [
        "old.rolesim",
        ".rolesim-abc123",
        ".rolesim-held11",
        ".rolesim-young1",
        ".rolesim-notes",
        ".rolesim-a-b-c",
    ] {
        ground.put(name, b"left");
    }
    fs::create_dir(ground.path().join(".rolesim-folder")).unwrap();
    let (code, stderr) = sh(&ground, "touch -d '2 hours ago' .rolesim-* && touch .rolesim-young1");
    assert_eq!(code, Some(0), "{stderr}");
    let held = fs::File::open(ground.path().join(".rolesim-held11")).unwrap();
    held.lock().unwrap();
    let mut before = ground.files();
    // Neither a run that is refused nor one that writes elsewhere touches anything.
    assert_eq!(sh(&ground, "\"$R\" run good.yaml --set sed=1 -q -o r.json").0, Some(2));
    assert_eq!(sh(&ground, "\"$R\" run good.yaml -q -o folder/r.json").0, Some(0));
    assert_eq!(ground.files(), before);
    assert_eq!(sh(&ground, "\"$R\" run good.yaml -q -o r.json").0, Some(0));
    assert!(before.remove(".rolesim-abc123").is_some());
    let mut after = ground.files();
    after.remove("r.json");
    assert_eq!(after, before, "one that is held, young, a folder or not named so stays");
}

#[test]
#[cfg(target_os = "linux")]
fn who_may_not_have_much_memory_is_told_what_a_run_needs() {
    let ground = Ground::new();
    ground.put("many.yaml", b"{population: {active: {count: 3000000}}, compare: [none]}");
    for (mebibytes, exit, words) in [(400, 4, "MiB are used"), (600, 4, "MiB are used"), (800, 0, "")] {
        let script = format!("ulimit -v {}; exec \"$R\" run many.yaml -q > /dev/null", mebibytes << 10);
        let (code, stderr) = sh(&ground, &script);
        assert_eq!(code, Some(exit), "{mebibytes}: {stderr}");
        assert!(stderr.contains(words), "{mebibytes}: {stderr}");
    }
}

/// A folder or a file that must not be written.
#[test]
fn an_unwritable_output_is_found_before_the_run() {
    use std::os::unix::fs::PermissionsExt;
    let ground = Ground::new();
    ground.put("long.yaml", LONG.as_bytes());
    ground.put("kept.json", b"kept");
    let kept = ground.path().join("kept.json");
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o444)).unwrap();
    // Not even the system's owner makes files there.
    for (output, words) in [
        ("/proc/self/r.json", "/proc/self/r.json"),
        ("kept.json", "write-protected"),
        ("folder", "extension"),
    ] {
        let begun = Instant::now();
        let output = ground.run(&["run", "long.yaml", "-o", output], Stdio::null());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(2 | 3)) && stderr.contains(words), "{stderr}");
        assert!(begun.elapsed() < Duration::from_secs(20) && output.stdout.is_empty());
    }
    assert_eq!(fs::read(&kept).unwrap(), b"kept");
}

/// A full file system of its own, where this user may make one.
#[test]
fn a_full_disk_changes_nothing() {
    let ground = Ground::new();
    let script = "mount -t tmpfs -o size=64k none folder && cp good.yaml folder && echo old > folder/r.json && \
                  { \"$R\" run good.yaml -q -o folder/r.json --log folder/log.jsonl; echo $? > code; \
                  ls -A folder > left; cat folder/r.json > content; }";
    ground.put("good.yaml", GOOD.replace("100}", "5000}").as_bytes());
    let _ = Command::new("unshare")
        .args(["-m", "sh", "-c", script])
        .env("R", BIN)
        .current_dir(ground.path())
        .output();
    let read = |name| fs::read_to_string(ground.path().join(name)).ok();
    let Some(code) = read("code") else {
        println!("not tried: no file system can be mounted here");
        return;
    };
    assert_eq!(code, "3\n");
    assert_eq!(read("left").unwrap(), "good.yaml\nr.json\n");
    assert_eq!(read("content").unwrap(), "old\n");
}

/// A program that runs, and ends with its test. Should it outlive that, it ends after a minute, and writes half a
/// gigabyte at most.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(ground: &Ground, arguments: &[&str]) -> Running {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -t 60; ulimit -f 1000000; exec \"$@\"", "sh", BIN]);
    command.args(arguments).current_dir(ground.path()).stdin(Stdio::null());
    Running(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

fn kill(child: &Running, signal: &str) {
    let sent = Command::new("kill").args([signal, &child.0.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn an_interrupted_run_ends_at_once_and_changes_no_file() {
    for (signal, exit) in [("-INT", 130), ("-TERM", 143)] {
        let ground = Ground::new();
        ground.put("long.yaml", LONG.as_bytes());
        let before = ground.files();
        let arguments = ["run", "long.yaml", "-o", "old.json", "-o", "new.csv", "--log", "log.jsonl"];
        let mut child = start(&ground, &arguments);
        std::thread::sleep(Duration::from_millis(700));
        let begun = Instant::now();
        kill(&child, signal);
        let status = child.0.wait().unwrap();
        assert_eq!(status.code(), Some(exit), "{signal}");
        assert!(begun.elapsed() < Duration::from_secs(1), "{signal}: {:?}", begun.elapsed());
        let mut stdout = String::new();
        child.0.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        assert!(stdout.is_empty(), "{stdout}");
        assert_eq!(ground.files(), before, "{signal}");
    }
}

#[test]
fn a_run_that_waits_for_a_reader_or_a_writer_can_be_interrupted() {
    let ground = Ground::new();
    assert!(Command::new("mkfifo").arg(ground.path().join("pipe")).status().unwrap().success());
    for arguments in [&["run", "pipe"][..], &["run", "good.yaml", "-q", "--log", "pipe"]] {
        let mut child = start(&ground, arguments);
        std::thread::sleep(Duration::from_millis(500));
        kill(&child, "-INT");
        assert_eq!(child.0.wait().unwrap().code(), Some(130), "{arguments:?}");
    }
}

/// How often a run is killed: a few times, or as often as `ROLESIM_KILLS` says.
fn kills() -> u32 {
    std::env::var("ROLESIM_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(40)
}

/// Each is the old one or the new one.
#[test]
fn a_run_killed_at_any_moment_leaves_whole_files() {
    let ground = Ground::new();
    let arguments = ["compare", "good.yaml", "-q", "-o", "old.json", "-o", "old.csv"];
    let old = ground.files();
    let begun = Instant::now();
    assert!(start(&ground, &arguments).0.wait().unwrap().success());
    let usual = begun.elapsed();
    let new = ground.files();
    assert!(old["old.json"] != new["old.json"] && old["old.csv"] != new["old.csv"]);
    let (mut olds, mut news, mut left) = (0, 0, 0);
    for round in 0..kills() {
        ground.put("old.json", old["old.json"].as_ref().unwrap());
        ground.put("old.csv", old["old.csv"].as_ref().unwrap());
        let mut child = start(&ground, &arguments);
        // A sequence without a pattern, so that every moment is met sooner or later.
        let share = f64::from(round.wrapping_mul(2_654_435_769) >> 16) / 65_536.0;
        std::thread::sleep(usual.mul_f64(1.2 * share));
        let _ = child.0.kill();
        child.0.wait().unwrap();
        let mut now = ground.files();
        for name in ["old.json", "old.csv"] {
            let content = &now[name];
            assert!(
                *content == old[name] || *content == new[name],
                "round {round}: {name} is neither old nor new"
            );
            if *content == old[name] { olds += 1 } else { news += 1 }
        }
        // For a moment a file that is whole has a temporary name next to the old one; none that is not whole ever has.
        now.retain(|name, _| name.starts_with(".rolesim-"));
        for (name, content) in now {
            assert!(
                content == new["old.json"] || content == new["old.csv"],
                "round {round}: {name} is not whole"
            );
            left += 1;
            fs::remove_file(ground.path().join(name)).unwrap();
        }
    }
    println!("{olds} old, {news} new, {left} temporary names left");
    assert!(olds > 0 && news > 0, "{olds} old, {news} new: the kills come too early or too late");
}
