//! `rolesim explain`: one user's story, and why answers were stale.

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};

use super::common::{affordable, effort, patches, style, took};
use super::failure::{Exit, Failure};
use super::options::{CommonOptions, One};
use super::output::{Pending, distinct, print, put_in_place, say};
use super::progress::Bar;
use super::watch::{Watch, Watched};
use crate::model::{UserId, escape, shown};
use crate::report::explain::{no_story_text, story_lines, story_text};
use crate::run::explain::{self, Ran};
use crate::run::load;

#[derive(Args, Debug)]
#[command(group(clap::ArgGroup::new("whose").required(true).args(["user", "first_stale"])))]
pub(super) struct ExplainArgs {
    #[command(flatten)]
    pub(super) scenario: One,
    #[command(flatten)]
    pub(super) shared: CommonOptions,
    /// The user whose story is told
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(super) user: Option<String>,
    /// Tell the story of the user of the first stale answer
    #[arg(long)]
    pub(super) first_stale: bool,
    /// What standard output carries: words, or the story as JSON lines
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = StoryFormat::Table)]
    pub(super) format: StoryFormat,
    /// Write the story to a file as well; .txt or .jsonl says the format (repeatable)
    #[arg(short, long = "output", value_name = "FILE")]
    pub(super) outputs: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum StoryFormat {
    Table,
    Json,
}

/// What a file gets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Lines,
}

pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let shared = &args.shared;
    let started = Instant::now();
    let form = match args.format {
        StoryFormat::Table => Form::Text,
        StoryFormat::Json => Form::Lines,
    };
    let files = prepare(&args.outputs)?;
    let limits = affordable(shared.costs, effort(shared, 1));
    let loaded = load::load(&args.scenario.path, &patches(shared), &limits)?;
    distinct(loaded.files(&args.scenario.path), &args.outputs)?;
    let mut watched = Watched::default();
    let bar = Bar::new(shared, 1, &loaded.scenario.day.clock);
    let mut watch = Watch { bar: &bar, watched: &mut watched, listens: shared.verbose };
    let (user, (told, ran)) = match args.user.as_deref().map(UserId::new) {
        Some(user) => (Some(user.clone()), explain::tell(&loaded, &user, &mut watch)?),
        None => match explain::first_stale(&loaded, &mut watch)? {
            (Some(user), found) => {
                let (told, ran) = explain::tell(&loaded, &user, &mut watch)?;
                (Some(user), (told, Ran { times: found.times + ran.times, ..ran }))
            }
            (None, found) => (None, (None, found)),
        },
    };
    drop(bar);
    if let (Some(user), None) = (&user, &told) {
        let user = shown(&user.to_string());
        let line = format!(
            "--user {user}: this user neither asks nor is written on this day; name one who does, or take --first-stale"
        );
        return Err(Failure::usage(line));
    }
    let cache = &loaded.scenario.cache;
    let (Ran { info, times }, day) = (ran, &loaded.scenario.day);
    let content = |form: Form, style| match (form, &told) {
        (Form::Lines, told) => {
            story_lines(told.as_ref(), &info, (cache.policy.to_string(), &cache.title()), day)
        }
        (Form::Text, Some(told)) => story_text(told, &info, &cache.title(), day, &style),
        (Form::Text, None) => no_story_text(&info, &cache.title(), &style),
    };
    let mut whole = Vec::new();
    for (form, pending) in files {
        // A file is not a terminal: without colour, as by `auto`.
        let plain = crate::report::Style { colour: false, ..style(shared) };
        whole.push(pending.complete(content(form, plain).as_bytes())?);
    }
    put_in_place(whole)?;
    print(&content(form, style(shared)))?;
    if !shared.quiet {
        for (_, at_us, call) in &watched.calls {
            if let Some(line) = call.log_line() {
                say(&format!("{} {}", day.clock.time_of(*at_us), escape(&line)));
            }
        }
        took(started, times, shared);
    }
    Ok(Exit::Done)
}

/// Prepares the files that `-o` names; the extension says the form.
fn prepare(paths: &[PathBuf]) -> Result<Vec<(Form, Pending)>, Failure> {
    let form = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("jsonl") => Ok(Form::Lines),
            Some("txt") => Ok(Form::Text),
            _ => {
                let name = escape(&path.display().to_string());
                let line = format!("{name}: the extension says no form of a story; write .jsonl or .txt");
                Err(Failure::usage(line))
            }
        }
    };
    paths.iter().map(|path| Ok((form(path)?, Pending::create(path)?))).collect()
}
