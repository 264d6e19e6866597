//! `rolesim trace`: a look at a recorded day, and recorded days written again.

use std::io::BufWriter;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::common::fallible;
use super::failure::{Exit, Failure};
use super::options::LangArg;
use super::output::{Pending, distinct, prepare, print, put_in_place, say, unwritable};
use super::packed_writer::PackedWriter;
use crate::model::{
    HOUR_US, Keep, Micros, Operation, Sets, TimeError, TimeUnit, TraceFormat, TraceSpec, delimiter,
};
use crate::report::{Arg, FormatError, OutputFormat, TraceReport, Words};
use crate::run::day::replayed;
use crate::trace::{
    self, ConvertError, Converted, Known, Opening, Packing, STANDARD_INPUT, Survey, Target, TraceError,
};
use crate::workload::RecordedError;

#[derive(Args, Debug)]
pub(super) struct TraceArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// What a recorded day is like: rows, users, hours, and how unequally they ask
    Info(InfoArgs),
    /// Write a recorded day again: in another format, sorted, or compressed
    #[command(
        after_help = "OUT ends in .csv, .tsv, .jsonl, .log (combined) or .oracleGeneral, and in .gz or .zst behind that"
    )]
    Convert(ConvertArgs),
}

/// How the file is written, where a guess by its content is not to be trusted.
#[derive(Args, Debug)]
pub(super) struct ReadArgs {
    /// How the recorded day is written
    #[arg(long, value_name = "FORMAT", value_parser = format_named)]
    trace_format: Option<TraceFormat>,
    /// The column of times
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// The column of users
    #[arg(long, value_name = "COLUMN")]
    user: Option<String>,
    /// The column of operations; an empty name for none
    #[arg(long, value_name = "COLUMN")]
    op: Option<String>,
    /// The column of roles; an empty name for none
    #[arg(long, value_name = "COLUMN")]
    role: Option<String>,
    /// What stands between the cells of a table: one character, or `tab`
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter_named)]
    delimiter: Option<u8>,
    /// What times count since 1970: s, ms, us or ns
    #[arg(long, value_name = "UNIT", value_parser = unit_named)]
    unit: Option<TimeUnit>,
    /// The time zone whose midnight begins the day, by its IANA name
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// What an operation of the file means, as in `login=get`; may be given more than once
    #[arg(long, value_name = "WORD=MEANING", value_parser = op_named)]
    ops: Vec<(String, Operation)>,
    /// Keep only rows with one of these values in a column, as in `event=update,message`; may be given more than once
    #[arg(long = "where", value_name = "COLUMN=VALUES", value_parser = keep_named)]
    keep: Vec<Keep>,
    /// Sort rows that are late by at most this much, at most 1h
    #[arg(long, value_name = "DURATION", value_parser = reorder_named)]
    reorder: Option<Micros>,
    /// Leave out rows without a user
    #[arg(long, value_name = "WHAT", value_enum)]
    skip: Option<SkipArg>,
    /// What sets and deletes are; without this they are left out
    #[arg(long, value_name = "WHAT", value_enum)]
    sets: Option<SetsArg>,
}

#[derive(Args, Debug)]
struct InfoArgs {
    /// The recorded day, plain or compressed with gzip or zstd: a file, several in their order, or `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,
    #[command(flatten)]
    read: ReadArgs,
    /// What standard output carries
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = InfoFormat::Table)]
    format: InfoFormat,
    /// Write it to this file as well, as its extension says: .html, .json, .csv or .md; may be given more than once
    #[arg(short, long, value_name = "OUT")]
    output: Vec<PathBuf>,
    /// The language of what a person reads
    #[arg(long, value_name = "LANG", value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
}

#[derive(Args, Debug)]
struct ConvertArgs {
    /// The recorded day, plain or compressed with gzip or zstd: a file, several in their order, or `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,
    #[command(flatten)]
    read: ReadArgs,
    /// The file to write
    #[arg(short, long = "output", value_name = "OUT")]
    output: PathBuf,
    /// The format to write, whatever OUT's ending says; twitter has no ending
    #[arg(long, value_name = "FORMAT", value_parser = format_named)]
    to: Option<TraceFormat>,
    /// Put the rows in order of time first; needs memory for all of them
    #[arg(long)]
    sort: bool,
    /// Give users numbers from 1 in the order in which they are mentioned
    #[arg(long)]
    number_users: bool,
    /// The language of what a person reads
    #[arg(long, value_name = "LANG", value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
    /// Say nothing on standard error but errors
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum InfoFormat {
    Table,
    Json,
    Csv,
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SetsArg {
    Ignore,
    Changes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SkipArg {
    NoUser,
}

fn reorder_named(text: &str) -> Result<Micros, String> {
    let late: Micros = text.parse().map_err(|error: TimeError| error.to_string())?;
    if late.0 > HOUR_US {
        return Err(
            "rows are held for as long, and at most for 1h; sort them with trace convert --sort".to_owned()
        );
    }
    Ok(late)
}

fn op_named(text: &str) -> Result<(String, Operation), String> {
    let (word, meaning) = text.split_once('=').ok_or("write WORD=MEANING, as in `login=get`")?;
    let found = Operation::NAMES.into_iter().find(|(known, _)| *known == meaning);
    let (_, operation) =
        found.ok_or_else(|| format!("meanings are {}", Operation::NAMES.map(|(name, _)| name).join(", ")))?;
    Ok((word.to_owned(), operation))
}

fn keep_named(text: &str) -> Result<Keep, String> {
    let (column, values) = text.split_once('=').ok_or("write COLUMN=VALUE,VALUE")?;
    Ok(Keep { column: column.to_owned(), values: values.split(',').map(str::to_owned).collect() })
}

fn format_named(name: &str) -> Result<TraceFormat, String> {
    let names = TraceFormat::NAMES.map(|(name, _)| name).join(", ");
    let found = TraceFormat::NAMES.into_iter().find(|(known, _)| *known == name);
    found.map(|(_, format)| format).ok_or_else(|| format!("known are {names}"))
}

fn unit_named(name: &str) -> Result<TimeUnit, String> {
    let found = TimeUnit::NAMES.into_iter().find(|(known, _)| *known == name);
    found.map(|(_, unit)| unit).ok_or_else(|| "known are s, ms, us, ns".to_owned())
}

fn delimiter_named(text: &str) -> Result<u8, String> {
    delimiter(text)
        .ok_or_else(|| "write one character that is neither a letter, a digit nor a quote".to_owned())
}

impl TraceArgs {
    /// Whether errors are wanted as JSON.
    pub(super) fn wants_json(&self) -> bool {
        matches!(&self.what, What::Info(args) if args.format == InfoFormat::Json)
    }
}

impl ReadArgs {
    /// Begins a recorded day, written as it was typed and as its content says.
    fn open(&self, files: &[String]) -> Result<Opening, Failure> {
        if files.len() > 1 && files.iter().any(|file| file == STANDARD_INPUT) {
            return Err(Failure::usage(
                "- is standard input, which stands alone; name it without other files".to_owned(),
            ));
        }
        Opening::new(files, &self.known()).map_err(failed)
    }

    /// What a recorded day is like.
    pub(super) fn look_at(&self, files: &[String]) -> Result<TraceReport, Failure> {
        let opening = self.open(files)?;
        let spec = opening.spec().clone();
        Ok(report(spec, opening.survey().map_err(failed)?))
    }

    /// What was typed.
    fn known(&self) -> Known {
        Known {
            format: self.trace_format,
            time: self.time.clone(),
            user: self.user.clone(),
            op: self.op.clone(),
            role: self.role.clone(),
            delimiter: self.delimiter,
            unit: self.unit,
            timezone: self.timezone.clone(),
            sets: self.sets.map(|sets| match sets {
                SetsArg::Ignore => Sets::Ignore,
                SetsArg::Changes => Sets::Changes,
            }),
            ops: self.ops.clone(),
            keep: self.keep.clone(),
            skips_no_user: self.skip.is_some(),
            reorder_us: self.reorder.map_or(0, |late| late.0),
        }
    }
}

pub(super) fn run(args: &TraceArgs) -> Result<Exit, Failure> {
    match &args.what {
        What::Info(args) => info(args),
        What::Convert(args) => convert(args),
    }
}

fn failed(error: TraceError) -> Failure {
    RecordedError::from(error).into()
}

fn info(args: &InfoArgs) -> Result<Exit, Failure> {
    distinct(args.files.iter().map(PathBuf::from).collect(), &args.output)?;
    let outputs = prepare(&args.output)?;
    let report = args.read.look_at(&args.files)?;
    let whole = outputs.into_iter().map(|file| {
        let text = match file.form {
            OutputFormat::Html => fallible(report.html(args.lang.into()).map_err(FormatError::Html))?,
            OutputFormat::Csv(_) => report.csv(),
            OutputFormat::Markdown => report.markdown(args.lang.into()),
            OutputFormat::Json | OutputFormat::Junit | OutputFormat::Svg(_) => report.json(),
        };
        file.pending.complete(text.as_bytes())
    });
    put_in_place(whole.collect::<Result<Vec<_>, _>>()?)?;
    print(&match args.format {
        InfoFormat::Table => report.text(args.lang.into()),
        InfoFormat::Json => report.json(),
        InfoFormat::Csv => report.csv(),
        InfoFormat::Markdown => report.markdown(args.lang.into()),
    })?;
    // Behind the result: if that cannot be printed, the error stands alone.
    report.rows.doubts("", &Words::new(args.lang.into())).iter().for_each(|line| say(line));
    Ok(Exit::Done)
}

fn report(spec: TraceSpec, survey: Survey) -> TraceReport {
    let Survey { packings, counts, figures, midnight_us, unit, roles } = survey;
    let zone = spec.timezone_or_utc();
    let (first_us, last_us) = figures.span_us.unwrap_or_default();
    let [first_us, last_us] = [first_us, last_us].map(|us| midnight_us.saturating_add_unsigned(us));
    let span = figures
        .span_us
        .map_or_else(Default::default, |_| (trace::civil(first_us, zone), trace::civil(last_us, zone)));
    let rows = replayed(counts, 0, trace::odd_beginning(first_us, unit, zone));
    let odd_days = trace::odd_days(first_us, last_us, zone);
    let packing = packings.iter().map(Packing::to_string).collect::<Vec<_>>().join(", ");
    TraceReport { spec, packing, unit, rows, figures, span, odd_days, roles }
}

fn convert(args: &ConvertArgs) -> Result<Exit, Failure> {
    let name = args.output.to_string_lossy();
    let format = args.to.or_else(|| TraceFormat::of_file(&name)).ok_or_else(|| {
        let message = "the extension says no format; write .csv, .tsv, .jsonl, .log or .oracleGeneral, and .gz or .zst \
                       behind that to compress, or say the format with --to";
        Failure::of_file(Exit::Wrong, &args.output, message)
    })?;
    let opening = args.read.open(&args.files)?;
    distinct(args.files.iter().map(PathBuf::from).collect(), [&args.output])?;
    let mut pending = Pending::create(&args.output)?;
    let target = Target { format, sorted: args.sort, numbered: args.number_users };
    let converted = {
        let unwritable = |error| unwritable(&args.output, error);
        let out = BufWriter::with_capacity(1 << 20, &mut pending);
        let mut out = PackedWriter::new(Packing::of_name(&name), out).map_err(unwritable)?;
        let converted = opening.convert(target, &mut out).map_err(|error| match error {
            ConvertError::Trace(error) => failed(error),
            ConvertError::Write(error) => unwritable(error),
        })?;
        out.finish().map_err(unwritable)?;
        converted
    };
    put_in_place(vec![pending.complete(&[])?])?;
    if !args.quiet {
        say(&line(&converted, format, &Words::new(args.lang.into())));
    }
    Ok(Exit::Done)
}

/// What became of the rows.
fn line(converted: &Converted, format: TraceFormat, words: &Words) -> String {
    let Converted { rows, written, skipped, cut_times, left_out } = *converted;
    let some = |key, n| {
        let gaps = [("n", Arg::Count(n)), ("format", Arg::Text(format.name()))];
        if n > 0 { words.with(key, &gaps) } else { String::new() }
    };
    let why = if format == TraceFormat::Twitter { "remark-named-roles" } else { "remark-no-requests" };
    let others =
        [some("remark-skipped", skipped), some(why, left_out), some("remark-cut-times", cut_times)].concat();
    let gaps = [("rows", Arg::Count(rows)), ("written", Arg::Count(written)), ("others", Arg::Text(&others))];
    words.with("remark-converted", &gaps)
}
