//! From cells to meaning: when each row happened, who it was, and what it says.
//!
//! Every row is checked here, whoever reads and however often. Does not know how a trace is written, nor when its day
//! begins, nor which roles there are.

use std::io::Read;

use super::combined::{self, Log};
use super::error::{Located, Place, SHOWN_CHARS};
use super::fault::{TimeForm, TraceFault, WrongTime};
use super::jsonl::Objects;
use super::oracle::Records;
use super::source::{Packing, Source};
use super::stamp::{self, StampError};
use super::table::{Table, text, text_in};
use super::twitter::Twitter;
use super::words::Op;
use crate::model::{DAY_US, TimeUnit, TraceFormat, TraceSpec, escape_cut, instead};

/// A recorded day that spans more is taken for a mistake in the unit.
const MAX_SPAN_DAYS: u64 = 3660;

/// The cells of one row that mean something; what is not there is empty.
pub(super) struct RawRow<'a> {
    /// The line on which the row begins.
    pub(super) line: u64,
    /// When.
    pub(super) time: &'a [u8],
    /// Who.
    pub(super) user: &'a [u8],
    /// What was done.
    pub(super) op: &'a [u8],
    /// The role from then on.
    pub(super) role: &'a [u8],
}

/// A row that has been checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row<'a> {
    /// Where it stands.
    pub(super) place: Place,
    /// Microseconds since the epoch.
    pub(super) epoch_us: u64,
    /// Who.
    pub(super) user: Who<'a>,
    /// What happens.
    pub(super) says: Says<'a>,
}

/// A user as a trace names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who<'a> {
    /// By a number.
    Number(u64),
    /// By a text, which may be that of a number; never empty.
    Text(&'a str),
}

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says<'a> {
    /// The user asks.
    Request,
    /// The user has this role from now on.
    Role(&'a str),
    /// The user has the highest role from now on.
    Highest,
    /// The user has the lowest role from now on.
    Lowest,
    /// Something is set, which may be a fill.
    Set,
    /// Something is deleted.
    Delete,
    /// Neither of these.
    Neither,
}

impl<'a> Says<'a> {
    /// The operation and the role that say it.
    pub(super) fn words(self) -> (&'static str, &'a str) {
        match self {
            Self::Request => ("get", ""),
            Self::Role(role) => ("set_role", role),
            Self::Highest => ("add_admin", ""),
            Self::Lowest => ("remove_admin", ""),
            Self::Set => ("set", ""),
            Self::Delete => ("delete", ""),
            Self::Neither => ("nop", ""),
        }
    }
}

enum Format<R: Read> {
    Table(Table<Source<R>>),
    Jsonl(Objects<Source<R>>),
    Combined(Log<Source<R>>),
    Twitter(Twitter<Source<R>>),
    Oracle(Records<Source<R>>),
}

/// The rows of a trace in order.
pub(super) struct Rows<R: Read> {
    format: Format<R>,
    packing: Packing,
    names: Names,
    order: Order,
    spares: [String; 2],
}

/// What messages call things, and how times are written.
struct Names {
    time: String,
    user: String,
    op: String,
    role: String,
    form: TimeForm,
    unit: TimeUnit,
}

impl<R: Read> Rows<R> {
    /// Reads the header, where the format has one. `sorted` says whether times must not go backwards.
    pub(super) fn open(input: R, spec: &TraceSpec, sorted: bool) -> Result<Self, Located> {
        let source = Source::new(input).map_err(|error| TraceFault::of_io(&error))?;
        let packing = source.packing();
        let format = match spec.format {
            TraceFormat::Csv | TraceFormat::Tsv => Format::Table(Table::open(source, spec)?),
            TraceFormat::Jsonl => Format::Jsonl(Objects::new(source, &spec.columns)),
            TraceFormat::Combined => Format::Combined(Log::new(source)),
            TraceFormat::Twitter => Format::Twitter(Twitter::new(source)),
            TraceFormat::OracleGeneral => Format::Oracle(Records::new(source)),
        };
        let named = |name: Option<&str>| {
            if spec.format.has_columns() { name.unwrap_or_default().to_owned() } else { String::new() }
        };
        let names = Names {
            time: named(Some(&spec.columns.time)),
            user: named(Some(&spec.columns.user)),
            op: named(spec.columns.op.name()),
            role: spec.columns.role.name().unwrap_or("role").to_owned(),
            form: match spec.format {
                TraceFormat::Combined => TimeForm::Log,
                _ => TimeForm::Since(spec.unit),
            },
            unit: spec.unit,
        };
        let order = Order { form: names.form, sorted, first: None, previous: None };
        Ok(Self { format, packing, names, order, spares: Default::default() })
    }

    /// Whether rows may say something else than a request.
    pub(super) fn may_write(&self) -> bool {
        match &self.format {
            Format::Table(table) => table.may_write(),
            Format::Jsonl(_) | Format::Twitter(_) => true,
            Format::Combined(_) | Format::Oracle(_) => false,
        }
    }

    /// How the file is compressed.
    pub(super) fn packing(&self) -> Packing {
        self.packing
    }

    /// Whether the first line names columns.
    pub(super) fn has_header(&self) -> bool {
        matches!(self.format, Format::Table(_))
    }

    /// The records of a binary trace, and what checks their order: for who reads many at once.
    pub(super) fn records(&mut self) -> Option<(&mut Records<Source<R>>, &mut Order)> {
        match &mut self.format {
            Format::Oracle(records) => Some((records, &mut self.order)),
            _ => None,
        }
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, Located> {
        let Self { format, names, order, spares, .. } = self;
        let raw = match format {
            Format::Table(table) => table.next()?,
            Format::Jsonl(objects) => objects.next()?,
            Format::Twitter(twitter) => twitter.next()?,
            Format::Combined(log) => {
                let Some(line) = log.next()? else { return Ok(None) };
                let wrong = || WrongTime::new("", &text(line.time), TimeForm::Log);
                let place = Place::Line(line.line);
                let epoch_us =
                    line.epoch_us.ok_or_else(|| Located::of(place, TraceFault::NotATime(wrong())))?;
                order.check(place, epoch_us, wrong)?;
                let user = Who::Text(text_in(line.user, &mut spares[0]));
                return Ok(Some(Row { place, epoch_us, user, says: Says::Request }));
            }
            Format::Oracle(records) => {
                let Some((place, record)) = records.next()? else { return Ok(None) };
                let epoch_us = stamp::in_us(record.time.into(), names.unit).unwrap_or(u64::MAX);
                order.check(place, epoch_us, || {
                    WrongTime::new("", &record.time.to_string(), TimeForm::Since(names.unit))
                })?;
                let user = Who::Number(record.number);
                return Ok(Some(Row { place, epoch_us, user, says: Says::Request }));
            }
        };
        raw.map(|raw| row(raw, names, order, spares)).transpose()
    }
}

/// Reads the cells of a row.
fn row<'a>(
    raw: RawRow<'a>,
    names: &Names,
    order: &mut Order,
    spares: &'a mut [String; 2],
) -> Result<Row<'a>, Located> {
    let place = Place::Line(raw.line);
    let wrong = || WrongTime::new(&names.time, &text(raw.time), names.form);
    let epoch_us = stamp::parse(raw.time, names.unit).map_err(|error| {
        let fault = match error {
            StampError::Negative => TraceFault::NegativeTime(wrong()),
            StampError::NotANumber => TraceFault::NotATime(wrong()),
            StampError::TooLarge => TraceFault::FarFuture(wrong()),
        };
        Located::of(place, fault)
    })?;
    order.check(place, epoch_us, wrong)?;
    if raw.user.is_empty() {
        let column = escape_cut(&names.user, SHOWN_CHARS);
        return Err(Located::of(place, TraceFault::EmptyUser(column)));
    }
    let [user, role] = spares;
    let says = says(&raw, names, role).map_err(|fault| Located::of(place, fault))?;
    Ok(Row { place, epoch_us, user: Who::Text(text_in(raw.user, user)), says })
}

/// What a row says by its operation and its role.
fn says<'a>(raw: &RawRow<'a>, names: &Names, spare: &'a mut String) -> Result<Says<'a>, TraceFault> {
    let op = if raw.op.is_empty() {
        if raw.role.is_empty() { Op::Read } else { Op::Write }
    } else {
        Op::of(raw.op).ok_or_else(|| {
            let (found, known) = (text(raw.op), Op::names().collect::<Vec<_>>());
            TraceFault::UnknownOp {
                column: escape_cut(&names.op, SHOWN_CHARS),
                hint: instead(&found, &known),
                found: escape_cut(&found, SHOWN_CHARS),
            }
        })?
    };
    Ok(match op {
        Op::Read => Says::Request,
        Op::Write | Op::SetRole if !raw.role.is_empty() => Says::Role(text_in(raw.role, spare)),
        Op::Write => Says::Set,
        Op::SetRole => {
            let column = escape_cut(&names.role, SHOWN_CHARS);
            return Err(TraceFault::NoRole { column, op: escape_cut(&text(raw.op), SHOWN_CHARS) });
        }
        Op::Delete => Says::Delete,
        Op::Raise => Says::Highest,
        Op::Lower => Says::Lowest,
        Op::Neither => Says::Neither,
    })
}

/// The times of the rows so far.
pub(super) struct Order {
    form: TimeForm,
    /// Whether they must not go backwards.
    sorted: bool,
    first: Option<Seen>,
    previous: Option<Seen>,
}

/// What is remembered of a row.
#[derive(Clone, Copy)]
struct Seen {
    place: Place,
    epoch_us: u64,
}

impl Order {
    /// Checks the time of the next row beside those before; `wrong` shows it.
    pub(super) fn check(
        &mut self,
        place: Place,
        epoch_us: u64,
        wrong: impl Fn() -> WrongTime,
    ) -> Result<(), Located> {
        let row = Seen { place, epoch_us };
        let first = *self.first.get_or_insert(row);
        let previous = self.previous.replace(row).unwrap_or(row);
        if epoch_us < previous.epoch_us && self.sorted {
            let found = Box::new((wrong(), self.written(previous.epoch_us)));
            return Err(Located::of(place, TraceFault::Backwards { found, previous: previous.place }));
        }
        if epoch_us.abs_diff(first.epoch_us) > MAX_SPAN_DAYS * DAY_US {
            let fault = TraceFault::LongSpan { found: wrong(), first: first.place, days: MAX_SPAN_DAYS };
            return Err(Located::of(place, fault));
        }
        Ok(())
    }

    /// A time as the trace writes it; the cell it came from is gone.
    fn written(&self, epoch_us: u64) -> String {
        match self.form {
            TimeForm::Since(unit) => stamp::written(epoch_us, unit),
            TimeForm::Log => combined::written(epoch_us),
        }
    }
}

/// Refuses what is not text, whatever its format says.
pub(super) fn not_text(head: &[u8]) -> Option<TraceFault> {
    const MAGICS: [(&[u8], &str); 4] = [
        (b"\x1f\x8b\x08", "compressed once more, with gzip"),
        (b"\x28\xb5\x2f\xfd", "compressed once more, with zstd"),
        (b"\xff\xfe", "in UTF-16"),
        (b"\xfe\xff", "in UTF-16"),
    ];
    MAGICS.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| TraceFault::NotText(kind))
}
