//! Wrong usage of the gate, and accepted files that are none.

use std::fs;

use super::{gated, words};
use crate::cli::{rolesim, stderr, stdout, written};

#[test]
fn nonsense_is_refused_before_anything_runs() {
    let day = gated();
    let other = written(day.folder.path(), "other.yaml", "{}");
    let one = day.day.as_str();
    for (arguments, words) in [
        (
            &[one, "--tolerance", "hit_ration=1pp"][..],
            "--tolerance hit_ration=1pp: … metric, found `hit_ration`; did you mean `hit_ratio`?",
        ),
        (&[one, "--tolerance", "hits"], "no amount is given; write METRIC=AMOUNT"),
        (&[one, "--tolerance", "hits=-1"], "is negative, found `-1`"),
        (&[one, "--tolerance", "hits=NaN"], "tolerance of this metric, found `NaN`"),
        (&[one, "--tolerance", "hit_ratio=0.5"], "write `0.5pp` for percentage points, `0.5%`"),
        (&[one, "--tolerance", "default=3"], "goes for metrics of every unit, found `3`"),
        (&[one, "--set", "gate.default=3"], "is not a tolerance of every metric, found `3`"),
        (&[one, "--set", "gate.only=[hit]"], "gate.only.0: is not a metric, found `hit`"),
        (&[one, "--set", "gate.ignore=[]"], "gate.ignore: names no metric"),
        (&[one, "--accept", "--accept-missing"], "cannot be used with"),
        (&[one, "--tolerance", "hits=1pp"], "this metric … share, found `1pp`"),
        (&[one, "--tolerance", "window_us=5m"], "write one of window_us.sum"),
        (&[one, "--tolerance", "window_us.max=5"], "as a duration has no unit, found `5`"),
        (&[one, &other, "--accepted", "a.json"], "--accepted FILE is for one scenario"),
        (&["-"], "give --accepted FILE, or --expectations-only"),
        (&[one, "--accept", "--expectations-only"], "cannot be used with"),
        (&[one, "--accepted", "x.json", "--expectations-only"], "cannot be used with"),
        (&[], "SCENARIO"),
        (&[one, "-o", "x.pdf"], "the extension says no form of a report; write .json or .csv or .md or "),
        (&[one, "--accepted", one], "but not a rolesim report"),
        (&[one, "--accept", "--accepted", one], "is an input or another output already"),
        (&[one, "--set", "gate.hits=1pp"], "--set gate.hits=1pp: gate.hits: has percentage points"),
    ] {
        let output = rolesim(&[&["check", "-q"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        let message = stderr(&output);
        assert!(words.split('…').all(|part| message.contains(part)), "{words}: {message}");
        assert!(stdout(&output).is_empty(), "{arguments:?}");
    }
    let output = rolesim(&["run", one, "-o", "x.xml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("this form is for what `rolesim check` finds; write .json or .csv or .md")
    );
}

/// A file of another kind, a conflict, a cut: each has a sentence of its own.
#[test]
fn a_broken_accepted_file_is_named_with_the_remedy() {
    let day = gated();
    let whole = fs::read_to_string(&day.accepted).unwrap();
    let conflict = whole.replacen("  \"results\"", "<<<<<<< ours\n=======\n>>>>>>> theirs\n  \"results\"", 1);
    let other = whole.replacen("A day of the mail bot", "Another day", 1).replacen(
        "\"digest\": \"",
        "\"digest\": \"f",
        1,
    );
    for (text, words) in [
        (String::new(), "day.accepted.json: the accepted results are empty"),
        (whole[..whole.len() / 2].to_owned(), "end amid a value: the file is cut"),
        (conflict, "day.accepted.json:10:1: the accepted results hold the markers of a merge conflict"),
        ("# no JSON".to_owned(), "day.accepted.json:1:1: the accepted results are not valid JSON"),
        ("{\"dependencies\": {}}".to_owned(), "this is valid JSON, but not a rolesim report"),
        (
            whole.replacen("\"report\": 1", "\"report\": 9", 1),
            "are a report of version 9, and this rolesim reads version 1",
        ),
        (whole.replacen("\"hits\": 8950,", "", 1), "are not whole: the metric `hits` is missing"),
        (other, "they are of `Another day`, and this is `A day of the mail bot`"),
    ] {
        fs::write(&day.accepted, text).unwrap();
        let output = day.check(&[]);
        assert_eq!(output.status.code(), Some(2), "{words}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{words}: {}", stderr(&output));
        assert!(stderr(&output).contains("accept them by the same command with --accept"), "{words}");
        assert!(stderr(&output).lines().count() == 1 && stdout(&output).is_empty(), "{words}");
    }
    fs::remove_file(&day.accepted).unwrap();
    assert_eq!(day.check(&[]).status.code(), Some(2));
    fs::create_dir(&day.accepted).unwrap();
    let output = day.check(&[]);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        stderr(&output).contains("the accepted file cannot be read: it is a folder"),
        "{}",
        stderr(&output)
    );
}

#[cfg(unix)]
#[test]
fn an_endless_accepted_file_is_a_limit() {
    let day = gated();
    let output = day.check(&["--accepted", "/dev/zero"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(
        stderr(&output).contains("/dev/zero: the accepted file is larger than 64 MiB"),
        "{}",
        stderr(&output)
    );
}

#[cfg(unix)]
#[test]
fn accepting_follows_links_and_keeps_the_mode() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let day = gated();
    let target = day.folder.path().join("kept.json");
    fs::rename(&day.accepted, &target).unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&target, &day.accepted).unwrap();
    assert_eq!(day.check(&[]).status.code(), Some(0));
    fs::write(&target, "{}").unwrap();
    assert_eq!(day.check(&["--accept"]).status.code(), Some(0));
    assert!(fs::symlink_metadata(&day.accepted).unwrap().file_type().is_symlink());
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(day.check(&[]).status.code(), Some(0));
}

#[test]
fn two_who_accept_at_once_leave_a_whole_file() {
    let day = gated();
    let accept = |seed: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rolesim"));
        command
            .args(["check", "-q", &day.day, "--accept", "--seed", seed])
            .stdout(std::process::Stdio::null());
        command.spawn().unwrap()
    };
    let mut both: Vec<_> = (0..8).map(|index| accept(if index % 2 == 0 { "42" } else { "43" })).collect();
    for child in &mut both {
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    let codes = ["42", "43"].map(|seed| day.check(&["--seed", seed]).status.code());
    assert!(codes == [Some(0), Some(2)] || codes == [Some(2), Some(0)], "{codes:?}");
    assert_eq!(fs::read_dir(day.folder.path()).unwrap().count(), 2);
}

#[test]
fn all_faults_of_all_files_are_told_at_once() {
    let day = gated();
    let wrong = written(day.folder.path(), "wrong.yaml", "{sed: 4}");
    let lonely = written(day.folder.path(), "lonely.yaml", "{}");
    let output = rolesim(&["check", &wrong, &day.day, &lonely]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("wrong.yaml:1:2: sed: ")
            && stderr(&output).contains("lonely.accepted.json: ")
    );
    assert!(words(&output).contains("as accepted"), "the third has its verdict: {}", stdout(&output));
}
