//! The commands of the README and of the how-to pages run, and what the pages print behind them is what comes out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::root;

/// The fenced blocks of a language, in their order.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let fence = format!("```{language}\n");
    text.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// The commands of a page's shell blocks that call rolesim.
fn commands(page: &str) -> Vec<String> {
    let lines = |block: String| block.replace("\\\n", " ").lines().map(str::to_owned).collect::<Vec<_>>();
    blocks(page, "sh").into_iter().flat_map(lines).filter(|line| line.starts_with("rolesim ")).collect()
}

/// The words of a command as a shell splits them, up to a comment: quotes keep blanks, and nothing is escaped.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut quote, mut is_open) = (Vec::<String>::new(), None, false);
    for c in command.chars() {
        match c {
            '#' if quote.is_none() && !is_open => break,
            '\'' | '"' if quote.is_none_or(|opening| opening == c) => {
                quote = if quote.is_none() { Some(c) } else { None };
                if !std::mem::replace(&mut is_open, true) {
                    words.push(String::new());
                }
            }
            ' ' if quote.is_none() => is_open = false,
            c => {
                if !std::mem::replace(&mut is_open, true) {
                    words.push(String::new());
                }
                words.last_mut().unwrap().push(c);
            }
        }
    }
    words
}

/// Runs a command in a folder, with the repository's scenarios, and twice instead of `--runs` times; `> FILE` at its end
/// gets the output.
fn run(command: &str, folder: &Path) {
    let mut words = words(command);
    let file = words.iter().position(|word| word == ">").map(|at| words.split_off(at).remove(1));
    if let Some(at) = words.iter().position(|word| word == "--runs") {
        words[at + 1] = "2".to_owned();
    }
    let scenarios = root().join("scenarios").display().to_string() + "/";
    let arguments = words[1..].iter().map(|word| match word.strip_prefix("scenarios/") {
        Some(name) => scenarios.clone() + name,
        None => word.clone(),
    });
    let mut rolesim = Command::new(env!("CARGO_BIN_EXE_rolesim"));
    let output = rolesim.current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
    if let Some(name) = file {
        fs::write(folder.join(name), output.stdout).unwrap();
    }
}

fn run_all(page: &str, folder: &Path) {
    let commands = commands(page);
    assert!(commands.len() >= 2, "{page} has only {} commands", commands.len());
    commands.iter().for_each(|command| run(command, folder));
}

/// The columns of a CSV without quotes, by name.
fn columns(path: &Path) -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| line.split(','));
    let mut columns: Vec<(String, Vec<String>)> =
        lines.next().unwrap().map(|name| (name.to_owned(), Vec::new())).collect();
    for line in lines {
        columns.iter_mut().zip(line).for_each(|(column, cell)| column.1.push(cell.to_owned()));
    }
    columns.into_iter().collect()
}

fn numbers(column: &[String]) -> Vec<f64> {
    column.iter().map(|cell| cell.parse().unwrap()).collect()
}

/// A printed table, its columns apart by one blank.
fn squeezed(table: &str) -> Vec<String> {
    table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_command_is_split_as_a_shell_does() {
    let command = "rolesim run a.yaml --set 'x={a: 1, b: 2}' > out.csv # and a comment";
    assert_eq!(words(command), ["rolesim", "run", "a.yaml", "--set", "x={a: 1, b: 2}", ">", "out.csv"]);
}

#[test]
fn the_commands_of_the_readme_run() {
    let folder = tempfile::tempdir().unwrap();
    run("rolesim trace convert scenarios/nasa/nasa-1995-08-01.tsv -o monday.csv", folder.path());
    run_all("README.md", folder.path());
    run_all("docs/systems.md", folder.path());
}

/// The tables that pandas prints on the page hold what the commands above them give, and so does the replay in
/// Python, where there is a Python.
#[test]
fn the_way_from_log_to_decision_gives_its_figures() {
    let folder = tempfile::tempdir().unwrap();
    let page = "docs/decide.md";
    fs::create_dir(folder.path().join("logs")).unwrap();
    fs::copy(root().join("scenarios/nasa/nasa-1995-08-01.tsv"), folder.path().join("logs/monday.tsv"))
        .unwrap();
    fs::write(folder.path().join("monday.yaml"), &blocks(page, "yaml")[0]).unwrap();
    run_all(page, folder.path());

    let days = columns(&folder.path().join("grid.csv"));
    let [reads, let_in, longest_us] =
        ["db_reads", "stale_grants", "window_us_max"].map(|name| numbers(&days[name]));
    let mut by_cache: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    days["varied_cache"]
        .iter()
        .enumerate()
        .for_each(|(row, cache)| by_cache.entry(cache).or_default().push(row));
    let printed = squeezed(&blocks(page, "text")[1]);
    for (cache, rows) in by_cache {
        let mean = rows.iter().map(|row| reads[*row]).sum::<f64>() / rows.len() as f64;
        let sum = rows.iter().map(|row| let_in[*row]).sum::<f64>();
        let seconds = rows.iter().map(|row| longest_us[*row]).fold(0.0, f64::max) / 1e6;
        let seconds = seconds.round() as u64;
        let longest = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        let row = format!("{cache} {mean:.2} {sum} 0 days {longest}");
        assert!(printed.contains(&row), "the page lacks the row {row}");
    }

    fs::write(folder.path().join("replay.py"), &blocks(page, "python")[1]).unwrap();
    let Ok(replayed) = Command::new("python3").arg("replay.py").current_dir(folder.path()).output() else {
        return eprintln!("LEFT OUT: the replay in Python; python3 was not found");
    };
    assert_eq!(String::from_utf8_lossy(&replayed.stdout), *blocks(page, "text").last().unwrap());
}

/// The column `measured` of the table on the page: fifty million requests, which takes an optimised build.
#[test]
fn the_law_that_a_reader_can_check_gives_its_figures() {
    if cfg!(debug_assertions) && std::env::var_os("ROLESIM_NIGHTLY").is_none() {
        return eprintln!(
            "LEFT OUT: the law of docs/theory.md; ROLESIM_NIGHTLY=1 or a release build checks it"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let page = "docs/theory.md";
    fs::write(folder.path().join("law.yaml"), &blocks(page, "yaml")[0]).unwrap();
    commands(page).iter().for_each(|command| run(command, folder.path()));
    let points = columns(&folder.path().join("law.csv"));
    let [loss, outdated, hits] =
        ["channel.loss", "outdated_reads", "hits"].map(|name| numbers(&points[name]));
    let printed = squeezed(&blocks(page, "text")[0]);
    for (row, cache) in points["varied_cache"].iter().enumerate() {
        let (begins, measured) =
            (format!("{:.2} {cache} ", loss[row]), format!(" {:.4}", outdated[row] / hits[row]));
        let is_there = |line: &String| line.starts_with(&begins) && line.ends_with(&measured);
        assert!(printed.iter().any(is_there), "the page lacks a row {begins}…{measured}");
    }
}
