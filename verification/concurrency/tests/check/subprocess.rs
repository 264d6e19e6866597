//! Work in processes of its own: a model checker that has found a fault leaves threads behind that it can neither
//! end nor unwind, so the process says what it found and is over.

use std::panic::set_hook;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Which part of a test a process is to do.
const PART: &str = "ROLESIM_PART";
/// What a process has to say begins so; all else on its standard output is the test harness's.
const SAYS: &str = "## ";
const FAULT: &str = "fault: ";
/// No part takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// What the process is doing, for its last words.
static DOING: Mutex<String> = Mutex::new(String::new());

/// What became of a part: what it said, or the fault that it found.
pub(crate) type Outcome = Result<String, String>;

/// Says what is done next, so that a fault can say in what it was found.
pub(crate) fn doing(what: String) {
    *DOING.lock().unwrap() = what;
}

/// How many processes there are at a time.
pub(crate) fn processes() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Runs `count` parts of a test, each in its own process, and returns what became of each. `test` is the test's
/// own name, by which the processes find this call again; `work` gives what the part has to say, and panics at a
/// fault.
pub(crate) fn parts(test: &str, count: usize, work: impl Fn(usize) -> String) -> Vec<Outcome> {
    if let Some(part) = std::env::var(PART).ok().and_then(|part| part.parse().ok()) {
        set_hook(Box::new(|panic| {
            let text = panic.payload_as_str().unwrap_or("a panic without words");
            let doing = DOING.lock().map(|doing| doing.clone()).unwrap_or_default();
            say(&format!("{FAULT}{}{doing}", text.replace('\n', " ")));
            std::process::exit(1);
        }));
        say(&work(part));
        std::process::exit(0);
    }
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(vec![None; count]));
    std::thread::scope(|scope| {
        for _ in 0..processes().min(count) {
            scope.spawn(|| {
                loop {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= count {
                        break;
                    }
                    let outcome = in_process(test, part);
                    outcomes.lock().unwrap()[part] = Some(outcome);
                }
            });
        }
    });
    outcomes.into_inner().unwrap().into_iter().flatten().collect()
}

fn say(text: &str) {
    println!("\n{SAYS}{text}");
}

fn in_process(test: &str, part: usize) -> Outcome {
    let process = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(PART, part.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = wait(process)?;
    let said = output.lines().filter_map(|line| line.strip_prefix(SAYS)).next_back();
    let said = said.ok_or_else(|| format!("part {part} of {test} said nothing"))?;
    said.strip_prefix(FAULT).map_or_else(|| Ok(said.to_owned()), |fault| Err(fault.to_owned()))
}

/// Waits for the end of a process, though not for ever.
fn wait(mut process: Child) -> Outcome {
    let began = Instant::now();
    while process.try_wait().unwrap().is_none() {
        if began.elapsed() > PATIENCE {
            process.kill().unwrap();
            return Err("it hangs".to_owned());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(String::from_utf8_lossy(&process.wait_with_output().unwrap().stdout).into_owned())
}

#[test]
fn a_part_that_panics_is_a_fault_and_the_others_are_not() {
    let outcomes = parts("subprocess::a_part_that_panics_is_a_fault_and_the_others_are_not", 3, |part| {
        assert_ne!(part, 1, "as asked\nfor");
        format!("part {part}")
    });
    assert_eq!(outcomes[0], Ok("part 0".to_owned()));
    assert!(outcomes[1].as_ref().is_err_and(|fault| fault.contains("as asked for")), "{:?}", outcomes[1]);
    assert_eq!(outcomes[2], Ok("part 2".to_owned()));
}

#[test]
fn a_test_that_does_not_find_itself_is_a_fault() {
    assert!(parts("subprocess::no_such_test", 1, |_| String::new())[0].is_err());
}
