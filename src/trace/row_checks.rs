//! The checks that every row passes, whatever its format: what its time is, that it has a user, and what it says.
//!
//! How times are written is decided by the first row and holds for all. Does not know how a trace is written otherwise,
//! nor when its day begins, nor which roles there are.

use jiff::tz::TimeZone;

use super::calendar::{self, Instants};
use super::error::Located;
use super::fault::{Place, SHOWN_CHARS, TimeForm, TraceFault, WrongTime};
use super::operations::Operations;
use super::row_order::{Extent, RowOrder};
use super::timestamp::{self, TimestampError};
use super::trace_row::{LeftOut, NextRow, RawRow, Says, TraceRow, UserRef, text, text_in};
use super::zone::zone_of;
use crate::model::{Column, Operation, TimeUnit, TraceSpec, escape_cut, instead};

/// What messages call the columns.
#[derive(Clone, Debug)]
struct Names {
    time: String,
    user: String,
    op: String,
    role: String,
    /// Whether roles are looked at, if the trace has any.
    reads_roles: bool,
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
        }
    }
}

/// How times are to be read.
#[derive(Clone, Debug)]
struct Times {
    /// How they are written; `None` until the first row decides it.
    form: Option<TimeForm>,
    /// What they count, if that was said.
    unit: Option<TimeUnit>,
    /// The zone of dates without an offset, if it was said.
    zone: Option<TimeZone>,
    /// Whether rows came before that are not known here: then which of two instants is meant cannot be told.
    in_the_middle: bool,
}

/// The checks that rows pass one after the other, and the room for their texts.
#[derive(Clone, Debug)]
pub(super) struct RowChecks {
    names: Names,
    operations: Operations,
    skips_no_user: bool,
    times: Times,
    order: RowOrder,
    /// Which of the trace's files the rows are of.
    file: u16,
    spare_user: String,
    spare_role: String,
}

/// What is known of rows that were checked by themselves: their order, and how their times are written.
pub(super) type Sequence = (Extent, Option<TimeForm>);

impl RowChecks {
    /// Checks of a trace's first row and all later ones; with `sorted`, times must not go backwards.
    pub(super) fn new(spec: &TraceSpec, sorted: bool) -> Result<Self, TraceFault> {
        let form = match spec.format {
            format if format.is_web_log() => Some(TimeForm::Log),
            format if format.has_columns() => None,
            _ => Some(TimeForm::Since(spec.unit_or_seconds())),
        };
        let zone = zone_of(spec)?;
        let zone = spec.timezone.is_some().then_some(zone);
        let times = Times { form, unit: spec.unit, zone, in_the_middle: false };
        let order = RowOrder::new(sorted.then_some(spec.reorder_us));
        Ok(Self {
            names: Names::new(spec),
            operations: Operations::new(&spec.ops),
            skips_no_user: spec.skips_no_user,
            times,
            order,
            file: 0,
            spare_user: String::new(),
            spare_role: String::new(),
        })
    }

    /// The same for rows of which earlier ones are checked elsewhere.
    pub(super) fn in_the_middle(mut self) -> Self {
        self.times.in_the_middle = true;
        self
    }

    /// Which of the trace's files the rows are of.
    pub(super) fn file(&self) -> u16 {
        self.file
    }

    /// The rows that come next are of this file.
    pub(super) fn set_file(&mut self, file: u16) {
        self.file = file;
    }

    /// The times so far.
    pub(super) fn order(&mut self) -> &mut RowOrder {
        &mut self.order
    }

    /// How times are written; `None` if no row has said it.
    pub(super) fn form(&self) -> Option<TimeForm> {
        self.times.form
    }

    /// What is known of the rows so far; `None` if there were none.
    pub(super) fn checked(&self) -> Option<Sequence> {
        self.order.ends().map(|ends| (ends, self.times.form))
    }

    /// Whether rows that were checked by themselves continue those before; if so, they count among them from now on.
    pub(super) fn goes_on(&mut self, checked: Option<Sequence>) -> bool {
        let Some((ends, form)) = checked else { return true };
        let goes_on = self.times.form.is_none_or(|own| Some(own) == form) && self.order.goes_on(ends);
        if goes_on {
            self.times.form = form;
        }
        goes_on
    }

    /// The row that these cells are.
    pub(super) fn cells<'a>(&'a mut self, raw: RawRow<'a>) -> Result<NextRow<'a>, Located> {
        let Self { names, operations, skips_no_user, times, order, file, spare_user, spare_role } = self;
        if !raw.is_kept {
            return Ok(NextRow::LeftOut(LeftOut::Filtered));
        }
        // Most users are told by their first byte.
        let is_doubtful = raw.user.first().is_none_or(|first| *first == b'-');
        let has_user = !is_doubtful || !raw.user.is_empty() && raw.user != b"-";
        if !has_user && *skips_no_user {
            return Ok(NextRow::LeftOut(LeftOut::NoUser));
        }
        let place = Place::Line(raw.line);
        let located = |fault| Located::of(place, fault);
        let form = times.decide(raw.time);
        let wrong = || WrongTime::new(&names.time, &text(raw.time), form);
        let epoch_us = times.read(raw.time, form, order, wrong).map_err(located)?;
        order.check(place, epoch_us, form, wrong)?;
        if is_doubtful && (!has_user || is_nobody(raw.user)) {
            let (column, found) = (escape_cut(&names.user, SHOWN_CHARS), text(raw.user));
            let fault = if found.is_empty() {
                TraceFault::EmptyUser(column)
            } else {
                TraceFault::NotAUser { column, found: escape_cut(&found, SHOWN_CHARS) }
            };
            return Err(located(fault));
        }
        let says = says(&raw, names, operations, spare_role).map_err(located)?;
        let user = UserRef::Text(text_in(raw.user, spare_user));
        Ok(NextRow::Row(TraceRow { place, file: *file, epoch_us, user, says, is_host: false }))
    }

    /// The request on a line of a web server's log; `epoch_us` is `None` if the time cannot be read.
    pub(super) fn log_line<'a>(
        &'a mut self,
        line: u64,
        (time, epoch_us): (&[u8], Option<u64>),
        user: &'a [u8],
        is_host: bool,
    ) -> Result<NextRow<'a>, Located> {
        if is_host && self.skips_no_user {
            return Ok(NextRow::LeftOut(LeftOut::NoUser));
        }
        let wrong = || WrongTime::new("", &text(time), TimeForm::Log);
        let place = Place::Line(line);
        let epoch_us = epoch_us.ok_or_else(|| Located::of(place, TraceFault::NotATime(wrong())))?;
        self.order.check(place, epoch_us, TimeForm::Log, wrong)?;
        let user = UserRef::Text(text_in(user, &mut self.spare_user));
        Ok(NextRow::Row(TraceRow { place, file: self.file, epoch_us, user, says: Says::Request, is_host }))
    }

    /// The request that a binary record is.
    pub(super) fn record(&mut self, place: Place, time: u64, user: u64) -> Result<NextRow<'static>, Located> {
        let epoch_us = self.order.number(place, time, self.times.unit.unwrap_or(TimeUnit::Seconds))?;
        let user = UserRef::Number(user);
        Ok(NextRow::Row(TraceRow {
            place,
            file: self.file,
            epoch_us,
            user,
            says: Says::Request,
            is_host: false,
        }))
    }
}

impl Times {
    /// How times are written, which the first one decides.
    #[inline]
    fn decide(&mut self, time: &[u8]) -> TimeForm {
        let unit = self.unit;
        *self.form.get_or_insert_with(|| match calendar::looks_like(time) {
            true => TimeForm::Date,
            false => TimeForm::Since(unit.unwrap_or(TimeUnit::Seconds)),
        })
    }

    /// A time in microseconds since the epoch; `wrong` shows it.
    #[inline]
    fn read(
        &self,
        time: &[u8],
        form: TimeForm,
        order: &RowOrder,
        wrong: impl Fn() -> WrongTime,
    ) -> Result<u64, TraceFault> {
        let TimeForm::Since(unit) = form else { return self.date(time, order, wrong) };
        timestamp::parse(time, unit).map_err(|error| match error {
            TimestampError::Negative => TraceFault::NegativeTime(wrong()),
            TimestampError::NotANumber => TraceFault::NotATime(wrong()),
            TimestampError::TooLarge => TraceFault::FarFuture(wrong()),
        })
    }

    fn date(&self, time: &[u8], order: &RowOrder, wrong: impl Fn() -> WrongTime) -> Result<u64, TraceFault> {
        if let Some(unit) = self.unit {
            return Err(TraceFault::UnitOfDates { found: wrong(), unit });
        }
        let written = calendar::parse(time).ok_or_else(|| TraceFault::NotATime(wrong()))?;
        let is_past = |us: &i64| u64::try_from(*us).map_or(true, |us| order.is_too_late(us));
        let epoch_us = match (written.instant(), &self.zone) {
            (Some(us), _) => us,
            (None, None) => return Err(TraceFault::NoOffset(wrong())),
            (None, Some(zone)) => match written.in_zone(zone) {
                Instants::One(us) => us,
                Instants::Never => {
                    let zone = zone.iana_name().unwrap_or_default().to_owned();
                    return Err(TraceFault::SkippedTime { found: Box::new((wrong(), zone)) });
                }
                // Not a fault of the row: who knows the rows before it reads it again.
                Instants::Two(..) if self.in_the_middle => return Err(TraceFault::NotATime(wrong())),
                // Rows are in order, so the clock has been set back where the first would lie before the last row.
                Instants::Two(first, second) => Some(first).filter(|us| !is_past(us)).unwrap_or(second),
            },
        };
        u64::try_from(epoch_us).map_err(|_| TraceFault::NegativeTime(wrong()))
    }
}

/// Whether a cell is made of dashes that stand for nobody, with blanks between them: what is read so was cut at other places
/// than it was written.
fn is_nobody(user: &[u8]) -> bool {
    user.contains(&b' ') && user.iter().all(|byte| b"- ".contains(byte))
}

/// What a row says by its operation and its role.
fn says<'a>(
    raw: &RawRow<'a>,
    names: &Names,
    operations: &Operations,
    spare: &'a mut String,
) -> Result<Says<'a>, TraceFault> {
    let op = if raw.op.is_empty() {
        if raw.role.is_empty() { Operation::Read } else { Operation::Write }
    } else {
        operations.find(raw.op).ok_or_else(|| {
            let (found, known) = (text(raw.op), operations.names());
            TraceFault::UnknownOp {
                column: escape_cut(&names.op, SHOWN_CHARS),
                hint: instead(&found, &known),
                found: escape_cut(&found, SHOWN_CHARS),
            }
        })?
    };
    Ok(match op {
        Operation::Read => Says::Request,
        Operation::Write | Operation::SetRole if !raw.role.is_empty() => Says::Role(text_in(raw.role, spare)),
        // To which role is not looked at.
        Operation::SetRole if !names.reads_roles => Says::Set,
        Operation::Write => Says::Set,
        Operation::SetRole => {
            let column = escape_cut(&names.role, SHOWN_CHARS);
            return Err(TraceFault::NoRole { column, op: escape_cut(&text(raw.op), SHOWN_CHARS) });
        }
        Operation::Delete => Says::Delete,
        Operation::Raise => Says::Highest,
        Operation::Lower => Says::Lowest,
        Operation::Neither => Says::Neither,
    })
}
