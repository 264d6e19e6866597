//! The vocabulary of recorded days: a row, what it says, and the checks that every row passes.
//!
//! All formats give rows of this kind. Does not know how a trace is written, nor when its day begins, nor which roles
//! there are.

use super::error::Located;
use super::fault::{Place, SHOWN_CHARS, TimeForm, TraceFault, WrongTime};
use super::operations::Op;
use super::timestamp::{self, TimestampError};
use crate::model::{Column, DAY_US, TimeUnit, TraceFormat, TraceSpec, escape_cut, instead};

/// Maximum span of a recorded day, in days; a longer one is taken for a mistake in the unit.
const MAX_SPAN_DAYS: u64 = 3660;
pub(super) const MAX_SPAN_US: u64 = MAX_SPAN_DAYS * DAY_US;

/// The cells of one row that mean something; a cell that is missing is empty.
pub(super) struct RawRow<'a> {
    /// The line on which the row begins.
    pub(super) line: u64,
    pub(super) time: &'a [u8],
    pub(super) user: &'a [u8],
    /// What was done.
    pub(super) op: &'a [u8],
    /// The role from then on.
    pub(super) role: &'a [u8],
}

/// A row that has been checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TraceRow<'a> {
    pub(super) place: Place,
    /// Microseconds since the epoch.
    pub(super) epoch_us: u64,
    pub(super) user: UserRef<'a>,
    pub(super) says: Says<'a>,
    /// Whether the user is the host, since the row has no user.
    pub(super) is_host: bool,
}

/// A user as a trace names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UserRef<'a> {
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

/// What messages call the columns, and how times are written.
#[derive(Clone, Debug)]
struct Names {
    time: String,
    user: String,
    op: String,
    role: String,
    /// Whether roles are looked at, if the trace has any.
    reads_roles: bool,
    form: TimeForm,
    unit: TimeUnit,
}

impl Names {
    fn new(spec: &TraceSpec) -> Self {
        let named = |name: Option<&str>| {
            if spec.format.has_columns() { name.unwrap_or_default().to_owned() } else { String::new() }
        };
        Self {
            time: named(Some(&spec.columns.time)),
            user: named(Some(&spec.columns.user)),
            op: named(spec.columns.op.name()),
            role: spec.columns.role.name().unwrap_or("role").to_owned(),
            reads_roles: spec.columns.role != Column::Unused,
            form: match spec.format {
                TraceFormat::Combined => TimeForm::Log,
                _ => TimeForm::Since(spec.unit),
            },
            unit: spec.unit,
        }
    }
}

/// The checks that rows pass one after the other, and the room for their texts.
pub(super) struct RowChecks {
    names: Names,
    order: Order,
    spare_user: String,
    spare_role: String,
}

impl RowChecks {
    /// Checks of a trace's first row and all later ones; with `sorted`, times must not go backwards.
    pub(super) fn new(spec: &TraceSpec, sorted: bool) -> Self {
        let names = Names::new(spec);
        let order = Order { form: names.form, sorted, first: None, previous: None };
        Self { names, order, spare_user: String::new(), spare_role: String::new() }
    }

    /// The times so far.
    pub(super) fn order(&mut self) -> &mut Order {
        &mut self.order
    }

    /// The row that these cells are.
    pub(super) fn cells<'a>(&'a mut self, raw: RawRow<'a>) -> Result<TraceRow<'a>, Located> {
        let Self { names, order, spare_user, spare_role } = self;
        let place = Place::Line(raw.line);
        let wrong = || WrongTime::new(&names.time, &text(raw.time), names.form);
        let epoch_us = timestamp::parse(raw.time, names.unit).map_err(|error| {
            let fault = match error {
                TimestampError::Negative => TraceFault::NegativeTime(wrong()),
                TimestampError::NotANumber => TraceFault::NotATime(wrong()),
                TimestampError::TooLarge => TraceFault::FarFuture(wrong()),
            };
            Located::of(place, fault)
        })?;
        order.check(place, epoch_us, wrong)?;
        if raw.user.is_empty() {
            let column = escape_cut(&names.user, SHOWN_CHARS);
            return Err(Located::of(place, TraceFault::EmptyUser(column)));
        }
        let says = says(&raw, names, spare_role).map_err(|fault| Located::of(place, fault))?;
        Ok(TraceRow {
            place,
            epoch_us,
            user: UserRef::Text(text_in(raw.user, spare_user)),
            says,
            is_host: false,
        })
    }

    /// The request on a line of a web server's log; `epoch_us` is `None` if the time cannot be read.
    pub(super) fn log_line<'a>(
        &'a mut self,
        line: u64,
        (time, epoch_us): (&[u8], Option<u64>),
        user: &'a [u8],
        is_host: bool,
    ) -> Result<TraceRow<'a>, Located> {
        let wrong = || WrongTime::new("", &text(time), TimeForm::Log);
        let place = Place::Line(line);
        let epoch_us = epoch_us.ok_or_else(|| Located::of(place, TraceFault::NotATime(wrong())))?;
        self.order.check(place, epoch_us, wrong)?;
        let user = UserRef::Text(text_in(user, &mut self.spare_user));
        Ok(TraceRow { place, epoch_us, user, says: Says::Request, is_host })
    }

    /// The request that a binary record is.
    pub(super) fn record(
        &mut self,
        place: Place,
        time: u64,
        user: u64,
    ) -> Result<TraceRow<'static>, Located> {
        let epoch_us = self.order.number(place, time, self.names.unit)?;
        Ok(TraceRow { place, epoch_us, user: UserRef::Number(user), says: Says::Request, is_host: false })
    }
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

/// The place and the time of a row that was checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    place: Place,
    epoch_us: u64,
}

impl Order {
    /// The first row and the last so far.
    pub(super) fn ends(&self) -> Option<(Seen, Seen)> {
        self.first.zip(self.previous)
    }

    /// Whether rows that are in order among themselves continue those before; if so, they count among them from now on.
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

    /// Checks the time of a record, and gives it in microseconds since the epoch.
    pub(super) fn number(&mut self, place: Place, time: u64, unit: TimeUnit) -> Result<u64, Located> {
        let epoch_us = timestamp::in_us(time, unit).unwrap_or(u64::MAX);
        self.check(place, epoch_us, || WrongTime::new("", &time.to_string(), TimeForm::Since(unit)))?;
        Ok(epoch_us)
    }

    /// Checks the time of the next row against those before; `wrong` shows it.
    fn check(&mut self, place: Place, epoch_us: u64, wrong: impl Fn() -> WrongTime) -> Result<(), Located> {
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
            TimeForm::Since(unit) => timestamp::written(epoch_us, unit),
            TimeForm::Log => timestamp::written_in_log(epoch_us),
        }
    }
}

/// A cell as text: UTF-8, and Latin-1 where it is not.
pub(super) fn text(cell: &[u8]) -> String {
    let mut spare = String::new();
    text_in(cell, &mut spare).to_owned()
}

/// As [`text`], without allocating where `spare` is large enough.
pub(super) fn text_in<'a>(cell: &'a [u8], spare: &'a mut String) -> &'a str {
    if let Ok(utf8) = std::str::from_utf8(cell) {
        return utf8;
    }
    spare.clear();
    // The 256 characters of Latin-1 are the first of Unicode.
    spare.extend(cell.iter().map(|byte| char::from(*byte)));
    spare
}
