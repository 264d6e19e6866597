//! The program run within limits, and the most memory that it held.
//!
//! A process that has just been begun has the memory of the one that began it, and the system counts that as its own.
//! These tests hold much, so there is a small process in between: this program once more, for the one test that does
//! nothing else.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};

use serde_json::json;
use wait4::Wait4;

/// So much memory bad input may cost.
pub(crate) const MEMORY_MIB_MOST: u64 = 256;

/// What the process in between is to run, as JSON; a folder for what comes of it; and its own name.
const WHAT: &str = "ROLESIM_TEST_MEASURED";
const FOLDER: &str = "ROLESIM_TEST_MEASURED_IN";
const NAME: &str = "bad_input::measured::the_process_in_between";

/// What a process said, and the most memory that it or a process of its own held.
pub(crate) struct Measured {
    pub(crate) output: Output,
    pub(crate) peak_bytes: u64,
}

impl Measured {
    /// The output, where no more memory was held than may be.
    pub(crate) fn within_memory(self, arguments: &[&str]) -> Output {
        let peak = self.peak_bytes >> 20;
        assert!(peak <= MEMORY_MIB_MOST, "{peak} MiB of memory: rolesim {}", arguments.join(" "));
        self.output
    }
}

/// Runs the program for at most a number of seconds of processor time. The address space holds what threads reserve and do
/// not use, so its limit is much wider than that of memory, which is measured.
pub(super) fn run(place: &Path, seconds: u32, arguments: &[&str], stdin: Stdio) -> Measured {
    let within = format!("ulimit -v {}; ulimit -t {seconds}; exec \"$@\"", (MEMORY_MIB_MOST * 8) << 10);
    let limited = ["timeout", "-s", "KILL", "300", "sh", "-c", &within, "sh", env!("CARGO_BIN_EXE_rolesim")];
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", NAME, "--ignored", "--nocapture"]).current_dir(place).env_remove("NO_COLOR");
    command.env(WHAT, json!([&limited[..], arguments].concat()).to_string()).env(FOLDER, folder.path());
    let between = command.stdin(stdin).output().unwrap();
    let read = |name| fs::read(folder.path().join(name)).unwrap();
    assert!(between.status.success(), "{}", String::from_utf8_lossy(&between.stderr));
    let (status, peak_bytes): (i32, u64) = serde_json::from_slice(&read("ended")).unwrap();
    let output =
        Output { status: ExitStatus::from_raw(status), stdout: read("stdout"), stderr: read("stderr") };
    Measured { output, peak_bytes }
}

#[test]
#[ignore = "runs and measures for other tests what they ask for"]
fn the_process_in_between() {
    let (Ok(what), Some(folder)) = (std::env::var(WHAT), std::env::var_os(FOLDER)) else { return };
    let what: Vec<String> = serde_json::from_str(&what).unwrap();
    let file = |name| Path::new(&folder).join(name);
    let mut command = Command::new(&what[0]);
    command.args(&what[1..]).env_remove(WHAT).env_remove(FOLDER);
    command
        .stdout(fs::File::create(file("stdout")).unwrap())
        .stderr(fs::File::create(file("stderr")).unwrap());
    let ended = command.spawn().unwrap().wait4().unwrap();
    fs::write(file("ended"), json!([ended.status.into_raw(), ended.rusage.maxrss]).to_string()).unwrap();
}
