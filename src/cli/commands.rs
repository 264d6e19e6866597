//! The commands, and their help: options in groups, and two examples each.

use clap::{CommandFactory, Parser, Subcommand};

use super::explain::{self, ExplainArgs, StoryFormat};
use super::failure::{Exit, Failure};
use super::options::Format;
use super::{
    check, choose, compare, completions, diff, init, man, render, run, schema, sweep, trace, validate,
};

/// Replay a day of role lookups against an event-driven cache and TTL caches, and see whether each answer
/// was still true.
#[derive(Debug, Parser)]
#[command(name = "rolesim", version, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Replay the day against the cache it names, and print the daily summary
    #[command(after_help = "Examples:
  rolesim run day.json
  rolesim run day.yaml --cache ttl:5m --hourly -o day.html")]
    Run(run::RunArgs),
    /// Replay the same day for several caches, side by side
    #[command(after_help = "Examples:
  rolesim compare day.yaml --with ttl:30s --with idle:10m
  rolesim compare day.yaml --runs 30 -o day.html")]
    Compare(compare::CompareArgs),
    /// Hold scenarios to their expectations and to accepted results: the gate of a CI
    #[command(after_help = "Examples:
  rolesim check scenarios/*.yaml
  rolesim check day.yaml --accept")]
    Check(check::CheckArgs),
    /// Choose the cheapest cache that keeps all limits: the one with the fewest database reads
    #[command(after_help = "Examples:
  rolesim choose day.yaml --revoked-within 5m
  rolesim choose day.yaml --at-most stale_grants=0 --at-most failed=0 --with ttl:90s")]
    Choose(choose::ChooseArgs),
    /// Run a grid of variations, and print their table and curve
    #[command(after_help = "Examples:
  rolesim sweep day.yaml
  rolesim sweep day.yaml --vary cache=ttl:1m,event --vary channel.loss=0,0.01,0.1")]
    Sweep(sweep::SweepArgs),
    /// Hold a saved report to an older one of the same day, metric by metric
    #[command(after_help = "Examples:
  rolesim diff old.json new.json
  rolesim diff old.json new.json --tolerance default=2%")]
    Diff(diff::DiffArgs),
    /// Write a saved report in another format
    #[command(after_help = "Examples:
  rolesim render report.json
  rolesim render report.json -o report.html -o report.csv")]
    Render(render::RenderArgs),
    /// Tell one user's story, and why answers were stale
    #[command(after_help = "Examples:
  rolesim explain day.yaml --first-stale
  rolesim explain day.yaml --user 42 --cache ttl:5m")]
    Explain(ExplainArgs),
    /// Look at a recorded day, or write it in another format
    #[command(after_help = "Examples:
  rolesim trace info access.log
  rolesim trace convert access.log -o day.csv.zst")]
    Trace(trace::TraceArgs),
    /// List every fault of scenarios; nothing is run
    #[command(after_help = "Examples:
  rolesim validate day.yaml
  rolesim validate scenarios/*.yaml --format json")]
    Validate(validate::ValidateArgs),
    /// Write a commented scenario to start from; nothing is overwritten
    #[command(after_help = "Examples:
  rolesim init day
  rolesim init --from-trace access.log -o like-ours.yaml")]
    Init(init::InitArgs),
    /// Print the JSON Schema of scenarios or of reports
    #[command(after_help = "Examples:
  rolesim schema > scenario.schema.json
  rolesim schema report")]
    Schema(schema::SchemaArgs),
    /// Print the manual page, or write one for each command
    #[command(after_help = "Examples:
  rolesim man | man -l -
  rolesim man ~/.local/share/man/man1")]
    Man(man::ManArgs),
    /// Print a script that completes commands and options in a shell
    #[command(after_help = "Examples:
  rolesim completions bash > ~/.local/share/bash-completion/completions/rolesim
  rolesim completions fish")]
    Completions(completions::CompletionsArgs),
}

impl Command {
    /// Whether standard output carries JSON, so errors are JSON too.
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::Run(args) => args.common.format == Format::Json,
            Self::Compare(args) => args.common.format == Format::Json,
            Self::Check(args) => args.common.format == Format::Json,
            Self::Choose(args) => args.common.format == Format::Json,
            Self::Sweep(args) => args.common.format == Format::Json,
            Self::Explain(args) => args.format == StoryFormat::Json,
            Self::Diff(args) => args.format == Format::Json,
            Self::Trace(args) => args.wants_json(),
            Self::Validate(args) => args.format == "json",
            Self::Render(_) | Self::Init(_) | Self::Schema(_) | Self::Man(_) | Self::Completions(_) => false,
        }
    }

    /// Runs it.
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        match self {
            Self::Run(args) => run::run(args),
            Self::Compare(args) => compare::run(args),
            Self::Check(args) => check::run(args),
            Self::Choose(args) => choose::run(args),
            Self::Sweep(args) => sweep::run(args),
            Self::Explain(args) => explain::run(args),
            Self::Diff(args) => diff::run(args),
            Self::Render(args) => render::run(args),
            Self::Man(args) => man::run(args, parser()),
            Self::Trace(args) => trace::run(args),
            Self::Validate(args) => validate::run(args),
            Self::Init(args) => init::run(args),
            Self::Schema(args) => schema::run(args),
            Self::Completions(args) => completions::run(args, parser()),
        }
    }
}

/// Headings of options in help, and the options below each; the rest belong to their command alone.
const HEADINGS: &[(&str, &[&str])] = &[
    ("What runs", &["seed", "set", "cache", "runs"]),
    ("Output", &["format", "output", "lang", "quiet", "verbose", "color", "help", "version"]),
    ("Limits", &["jobs", "max-events", "max-memory"]),
];

/// The parser of the command line.
pub(super) fn parser() -> clap::Command {
    let heading = |option: &str| {
        let known = HEADINGS.iter().find(|(_, options)| options.contains(&option));
        known.map_or("This command", |(heading, _)| *heading)
    };
    let grouped = move |argument: clap::Arg| match argument.get_long() {
        Some(option) if argument.get_help_heading().is_none() => {
            let heading = heading(option);
            argument.help_heading(heading)
        }
        _ => argument,
    };
    Cli::command().mut_subcommands(move |command| {
        let command = command.mut_args(grouped);
        command.mut_subcommands(move |inner| inner.mut_args(grouped))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command that runs something, also those of `trace`.
    fn commands() -> Vec<clap::Command> {
        let mut parser = parser();
        parser.build();
        parser.get_subcommands().filter(|command| command.get_name() != "help").cloned().collect()
    }

    #[test]
    fn every_command_has_two_examples_that_parse() {
        for command in commands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<&str> = help.lines().skip(1).map(str::trim).collect();
            assert_eq!(examples.len(), 2, "{}", command.get_name());
            for example in examples {
                let words = example.split(['>', '|']).next().unwrap().split_whitespace();
                assert!(parser().try_get_matches_from(words).is_ok(), "{example}");
            }
        }
    }

    #[test]
    fn shared_options_stand_below_one_heading_each() {
        for command in commands() {
            for argument in command.get_arguments() {
                let Some(option) = argument.get_long() else { continue };
                let known = HEADINGS.iter().find(|(_, options)| options.contains(&option));
                let expected = known.map_or("This command", |(heading, _)| *heading);
                let found = argument.get_help_heading().unwrap_or(expected);
                assert!(
                    found == expected || found.starts_with("How that recorded day"),
                    "{} --{option}: {found}",
                    command.get_name()
                );
            }
        }
    }
}
