//! The README's pictures are what the program draws of their scenario.
//!
//! With `ROLESIM_WRITE_DOCS=1` they are drawn again; otherwise a difference fails.

use std::{env, fs};

use super::{rolesim, root};

#[test]
fn the_pictures_of_the_readme_are_what_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let path = |shade: &str| folder.path().join(format!("x.{shade}.svg")).display().to_string();
    let (light, dark) = (path("light"), path("dark"));
    let output = rolesim(&["compare", "-q", "scenarios/field-defaults.yaml", "-o", &light, "-o", &dark]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for (shade, drawn) in [("light", light), ("dark", dark)] {
        let drawn = fs::read_to_string(drawn).unwrap();
        let kept = root().join(format!("docs/picture-{shade}.svg"));
        if env::var_os("ROLESIM_WRITE_DOCS").is_some() {
            fs::write(&kept, &drawn).unwrap();
        }
        assert!(fs::read_to_string(&kept).unwrap() == drawn, "{shade}: write it with ROLESIM_WRITE_DOCS=1");
    }
}

#[test]
fn only_a_comparison_has_a_picture() {
    for arguments in [
        &["run", "scenarios/day.json", "-o", "x.svg"][..],
        &["check", "scenarios/day.json", "-o", "x.svg"],
        &["sweep", "scenarios/day.json", "-o", "x.svg"],
    ] {
        let output = rolesim(arguments);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains("this form is for what `rolesim compare` finds"), "{message}");
    }
}
