//! `rolesim init`: commented scenarios to start from. Nothing is ever overwritten.

use std::path::{Path, PathBuf};

use clap::Args;

use super::common::{affordable, jobs};
use super::failure::{Exit, Failure};
use super::options::{Costs, LangArg};
use super::output::{Pending, Whole, print, put_in_place, say};
use super::trace::ReadArgs;
use crate::model::{escape, shown};
use crate::report::{Arg, Lang, Words, list_text};
use crate::run::replications::Effort;
use crate::run::synthesize::resemble;
use crate::scenario::nearest;
use crate::trace::STANDARD_INPUT;

#[derive(Args, Debug)]
#[command(mut_group("ReadArgs", |group| group.requires("from_trace")))]
#[command(mut_group("Costs", |group| group.requires("from_trace")))]
pub(super) struct InitArgs {
    /// The starter; --list shows all
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// List the starters, each with what it teaches
    #[arg(long, conflicts_with_all = ["name", "output", "from_trace", "ReadArgs", "Costs"])]
    list: bool,
    /// Write a scenario whose generated day resembles this recorded one, and both days' figures
    #[arg(long, value_name = "FILE")]
    from_trace: Option<PathBuf>,
    /// Write to this file instead of NAME.yaml in the current folder
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The language of the comments and of the list
    #[arg(long, value_name = "LANG", value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    costs: Costs,
    // The heading holds for all that follows.
    #[command(flatten, next_help_heading = "How that recorded day is written")]
    read: ReadArgs,
}

/// A scenario to start from, in both languages.
struct Starter {
    name: &'static str,
    /// The message that says what it teaches.
    teaches: &'static str,
    /// The text, with the parts that differ by language marked; see [`text`].
    marked: &'static str,
    /// A file that the scenario reads, which is written next to it.
    companion: Option<(&'static str, &'static str)>,
}

macro_rules! starter {
    ($name:literal, $teaches:literal, $companion:expr) => {
        Starter {
            name: $name,
            teaches: $teaches,
            marked: include_str!(concat!("starters/", $name, ".yaml")),
            companion: $companion,
        }
    };
}

const STARTERS: [Starter; 8] = [
    starter!("day", "init-day", None),
    starter!("ttl-or-events", "init-ttl-or-events", None),
    starter!("lost-event", "init-lost-event", None),
    starter!("overtaken-fetch", "init-overtaken-fetch", None),
    starter!("replicas", "init-replicas", None),
    starter!("outage", "init-outage", None),
    starter!("ci-gate", "init-ci-gate", None),
    starter!("recorded-day", "init-recorded-day", Some(RECORDED)),
];

const RECORDED: (&str, &str) = ("recorded-day.csv", include_str!("starters/recorded-day.csv"));

pub(super) fn run(args: &InitArgs) -> Result<Exit, Failure> {
    let lang = args.lang.into();
    let words = Words::new(lang);
    if args.list {
        let entries = STARTERS.iter().map(|starter| (starter.name, words.text(starter.teaches)));
        print(&list_text(&entries.collect::<Vec<_>>()))?;
        return Ok(Exit::Done);
    }
    if let Some(trace) = &args.from_trace {
        return from_trace(trace, args, &words);
    }
    let name = args.name.as_deref().unwrap_or(STARTERS[0].name);
    let Some(starter) = STARTERS.iter().find(|starter| starter.name == name) else {
        return Err(Failure::usage(unknown(name)));
    };
    let path = args.target(starter.name)?;
    let companion = starter.companion.map(|(name, content)| (path.with_file_name(name), content.to_owned()));
    let files: Vec<_> = [(path.clone(), text(starter.marked, lang))].into_iter().chain(companion).collect();
    write_new(&files)?;
    args.say_written(&path, &words);
    Ok(Exit::Done)
}

/// A scenario like a recorded day, under its own name or that of the recorded day's file.
fn from_trace(trace: &Path, args: &InitArgs, words: &Words) -> Result<Exit, Failure> {
    let stem = trace.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = stem.split('.').find(|part| !part.is_empty()).unwrap_or("recorded").to_owned();
    // A file name that is given is meant.
    let given = args.name.as_deref().map(|name| name.strip_suffix(".yaml").unwrap_or(name).to_owned());
    let name = given.unwrap_or(stem);
    let path = args.target(&name)?;
    // Found before the work is done; whether it is still so is asked again when the file gets its name.
    drop(Pending::create_new(&path)?);
    let limits = affordable(args.costs, Effort { runs: 1, jobs: jobs(None) });
    let file = trace.to_string_lossy().into_owned();
    if file == STANDARD_INPUT {
        return Err(Failure::usage(
            "--from-trace -: the rows are read more than once; write them to a file".to_owned(),
        ));
    }
    let report = args.read.look_at(&[file])?;
    let resembling = resemble(&report, &name, &limits)?;
    write_new(&[(path.clone(), resembling.text(words))])?;
    if !args.quiet {
        report.rows.doubts("", words).iter().for_each(|line| say(line));
        say(resembling.likeness.text(words).trim_end());
    }
    args.say_written(&path, words);
    Ok(Exit::Done)
}

impl InitArgs {
    /// The file to write.
    fn target(&self, name: &str) -> Result<PathBuf, Failure> {
        let path = self.output.clone().unwrap_or_else(|| format!("{name}.yaml").into());
        right_name(&path)?;
        Ok(path)
    }

    fn say_written(&self, path: &Path, words: &Words) {
        if self.quiet {
            return;
        }
        let file = escape(&path.display().to_string());
        for key in ["init-wrote", "init-next"] {
            say(&words.with(key, &[("file", Arg::Text(&file))]));
        }
    }
}

/// Writes files that must not be there yet: all of them, or none.
fn write_new(files: &[(PathBuf, String)]) -> Result<(), Failure> {
    let pending = files.iter().map(|(path, _)| Pending::create_new(path)).collect::<Result<Vec<_>, _>>()?;
    let whole = pending.into_iter().zip(files).map(|(pending, (_, text))| pending.complete(text.as_bytes()));
    put_in_place(whole.collect::<Result<Vec<Whole>, _>>()?)
}

/// Refuses a name under which the file could not be run.
fn right_name(path: &Path) -> Result<(), Failure> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if ["yaml", "yml"].iter().any(|known| extension.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    let name = escape(&path.display().to_string());
    Err(Failure::usage(format!("-o {name}: a starter is YAML; let the name end in .yaml or .yml")))
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = STARTERS.iter().map(|starter| starter.name).collect();
    let right = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("starters are {}", names.join(", ")),
    };
    format!("no starter is called {}; {right}", shown(name))
}

/// The starter in one language. A line `#en>` begins a part that is only English; the lines that follow it with
/// `#ru> ` before them are the same part in Russian. All other lines are both.
fn text(marked: &str, lang: Lang) -> String {
    const RUSSIAN: &str = "#ru> ";
    let mut in_english = false;
    let mut out = String::new();
    for line in marked.lines() {
        let shown = if line == "#en>" {
            in_english = true;
            None
        } else if let Some(russian) = line.strip_prefix(RUSSIAN) {
            in_english = false;
            (lang == Lang::Ru).then_some(russian)
        } else if in_english {
            (lang == Lang::En).then_some(line)
        } else {
            Some(line)
        };
        if let Some(line) = shown {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_starter_is_written_in_one_language() {
        let marked = "#en>\n# one\n# two\n#ru> # раз\nversion: 1\n#en>\nname: A\n#ru> name: Б\n#ru> # и ещё\nseed: 1\n";
        assert_eq!(text(marked, Lang::En), "# one\n# two\nversion: 1\nname: A\nseed: 1\n");
        assert_eq!(text(marked, Lang::Ru), "# раз\nversion: 1\nname: Б\n# и ещё\nseed: 1\n");
    }

    #[test]
    fn no_starter_is_cut_short_by_its_marks() {
        for starter in STARTERS {
            for lang in [Lang::En, Lang::Ru] {
                let text = text(starter.marked, lang);
                assert!(!text.contains("#ru>") && !text.contains("#en>"), "{}", starter.name);
                let russian = text.chars().filter(|c| ('а'..='я').contains(c)).count();
                assert_eq!(russian > 100, lang == Lang::Ru, "{}", starter.name);
                assert!(text.lines().all(|line| line.chars().count() <= 140), "{}", starter.name);
            }
        }
    }

    #[test]
    fn a_misspelt_starter_is_told_the_nearest() {
        assert_eq!(unknown("lost-events"), "no starter is called `lost-events`; did you mean `lost-event`?");
        assert!(unknown("xyzzy").contains("starters are day, ttl-or-events"));
    }
}
