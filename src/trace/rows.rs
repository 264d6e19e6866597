//! From cells to meaning: when each row happened, who it was, and what it says.
//!
//! Every row is checked here, whoever reads and however often. Does not know how a trace is written, nor when its day
//! begins, nor which roles there are.

use std::io::Read;

use super::combined;
use super::error::{Located, Place, SHOWN_CHARS};
use super::fault::{TimeForm, TraceFault, WrongTime};
use super::format::{Format, Names};
use super::oracle_general::Records;
use super::pieces::{Ahead, Cutter, Pieces, Rest, Whole};
use super::source::{Packing, Source};
use super::stamp::{self, StampError};
use super::table::{text, text_in};
use super::words::Op;
use crate::model::{DAY_US, TraceFormat, TraceSpec, escape_cut, instead, is_utf16};

/// A recorded day that spans more is taken for a mistake in the unit.
const MAX_SPAN_DAYS: u64 = 3660;
pub(super) const MAX_SPAN_US: u64 = MAX_SPAN_DAYS * DAY_US;

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
    /// Whether the user is the host, since the row has no user.
    pub(super) is_host: bool,
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
    /// The role that it names, or else what it says without words.
    pub(super) fn in_words(self) -> Result<&'a str, Says<'static>> {
        Err(match self {
            Self::Role(role) => return Ok(role),
            Self::Request => Says::Request,
            Self::Highest => Says::Highest,
            Self::Lowest => Says::Lowest,
            Self::Set => Says::Set,
            Self::Delete => Says::Delete,
            Self::Neither => Says::Neither,
        })
    }

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

type Text<R> = Whole<Source<R>>;

enum Input<R: Read> {
    Alone(Box<Format<Text<R>>>),
    Pieces(Pieces),
    Rest(Box<Format<Rest>>),
}

/// The rows of a trace in order.
pub(super) struct Rows<R: Read> {
    input: Input<R>,
    packing: Packing,
    has_header: bool,
    may_write: bool,
    names: Names,
    order: Order,
    spares: [String; 2],
}

impl<R: Read> Rows<R> {
    /// Reads the header, where the format has one. `sorted` says whether times must not go backwards.
    pub(super) fn open(input: R, spec: &TraceSpec, sorted: bool) -> Result<Self, Located> {
        let source = Source::new(input).map_err(|error| TraceFault::of_io(&error))?;
        let packing = source.packing();
        Self::alone(Whole::new(source), packing, spec, sorted)
    }

    fn alone(text: Text<R>, packing: Packing, spec: &TraceSpec, sorted: bool) -> Result<Self, Located> {
        let format = Format::open(text, spec)?;
        let may_write = format.may_write();
        Ok(Self::new(Input::Alone(Box::new(format)), packing, may_write, spec, sorted))
    }

    fn new(input: Input<R>, packing: Packing, may_write: bool, spec: &TraceSpec, sorted: bool) -> Self {
        let names = Names::new(spec);
        let order = Order::new(names.form, sorted);
        let has_header = spec.format.is_table();
        Self { input, packing, has_header, may_write, names, order, spares: Default::default() }
    }

    /// Whether rows may say something else than a request.
    pub(super) fn may_write(&self) -> bool {
        self.may_write
    }

    /// How the file is compressed.
    pub(super) fn packing(&self) -> Packing {
        self.packing
    }

    /// Whether the first line names columns.
    pub(super) fn has_header(&self) -> bool {
        self.has_header
    }

    /// The records of a binary trace, and what checks their order: for who reads many at once.
    pub(super) fn records(&mut self) -> Option<(&mut Records<Text<R>>, &mut Order)> {
        match &mut self.input {
            Input::Alone(format) => format.records().map(|records| (records, &mut self.order)),
            _ => None,
        }
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, Located> {
        let Self { input, names, order, spares, .. } = self;
        if let Input::Pieces(pieces) = input {
            match pieces.look_ahead(order) {
                Ahead::Row => {}
                Ahead::Over => return Ok(None),
                Ahead::Alone(rest) => *input = Input::Rest(rest),
            }
        }
        match input {
            Input::Alone(format) => format.next(names, order, spares),
            Input::Rest(format) => format.next(names, order, spares),
            Input::Pieces(pieces) => Ok(pieces.take()),
        }
    }
}

impl<R: Read + Send + 'static> Rows<R> {
    /// The same for a text that so many threads may read, whose times must not go backwards.
    pub(super) fn open_on(threads: usize, input: R, spec: &TraceSpec) -> Result<Self, Located> {
        if threads < 2 || spec.format == TraceFormat::OracleGeneral {
            return Self::open(input, spec, true);
        }
        let failed = |error: std::io::Error| TraceFault::of_io(&error);
        let source = Source::new(input).map_err(failed)?;
        let packing = source.packing();
        let mut cutter = Cutter::new(source);
        match cutter.begin(spec).map_err(failed)? {
            (Some(first), Some(layout)) => {
                let may_write = layout.may_write();
                let pieces = Pieces::start(first, cutter, layout, threads).map_err(failed)?;
                Ok(Self::new(Input::Pieces(pieces), packing, may_write, spec, true))
            }
            (first, _) => Self::alone(cutter.back(first), packing, spec, true),
        }
    }
}

/// Reads the cells of a row.
pub(super) fn row<'a>(
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
    Ok(Row { place, epoch_us, user: Who::Text(text_in(raw.user, user)), says, is_host: false })
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
        // To which role is not looked at.
        Op::SetRole if !names.reads_roles => Says::Set,
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
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    place: Place,
    epoch_us: u64,
}

impl Order {
    pub(super) fn new(form: TimeForm, sorted: bool) -> Self {
        Self { form, sorted, first: None, previous: None }
    }

    /// The first row and the last so far.
    pub(super) fn ends(&self) -> Option<(Seen, Seen)> {
        self.first.zip(self.previous)
    }

    /// Whether rows that are in order among themselves go on where those before ended; if so they are among those from
    /// now on.
    pub(super) fn goes_on(&mut self, ends: Option<(Seen, Seen)>) -> bool {
        let Some((first, last)) = ends else { return true };
        let begin = self.first.unwrap_or(first);
        let is_later = self.previous.is_none_or(|previous| previous.epoch_us <= first.epoch_us);
        let goes_on = is_later && last.epoch_us - begin.epoch_us <= MAX_SPAN_US;
        if goes_on {
            (self.first, self.previous) = (Some(begin), Some(last));
        }
        goes_on
    }

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
        if epoch_us.abs_diff(first.epoch_us) > MAX_SPAN_US {
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
    const DECOMPRESS: &str = "decompress it";
    const MAGICS: [(&[u8], &str, &str); 5] = [
        (b"\x1f\x8b\x08", "compressed once more, with gzip", DECOMPRESS),
        (b"\x28\xb5\x2f\xfd", "compressed once more, with zstd", DECOMPRESS),
        (b"PK\x03\x04", "a zip archive", "unpack it, or save a spreadsheet (.xlsx) as csv"),
        (b"BZh91AY&SY", "compressed with bzip2", DECOMPRESS),
        (b"\xfd7zXZ\0", "compressed with xz", DECOMPRESS),
    ];
    if is_utf16(head) {
        return Some(TraceFault::NotText { kind: "in UTF-16", remedy: "save it as UTF-8" });
    }
    let (_, kind, remedy) = *MAGICS.iter().find(|(magic, ..)| head.starts_with(magic))?;
    Some(TraceFault::NotText { kind, remedy })
}
