//! What other fields of a scenario are read against: its clock, its roles and its replicas.

use super::field::Field;
use super::mapping::Mapping;
use crate::model::{Clock, DAY_US, DayTime, Replicas, Roles, Window};

/// The clock, the roles and the replicas, each missing where it could not be read: then what
/// depends on it is not judged, since its faults would only repeat that one.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) clock: Option<Clock>,
    pub(super) roles: Option<Roles>,
    pub(super) replicas: Option<Replicas>,
}

/// What is known of the recorded day, for the clock's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TraceEnd {
    /// There is no recorded day.
    NoTrace,
    /// The end of its last row's day, in microseconds from its first midnight.
    EndOfDay(u64),
    /// It could not be read.
    Unknown,
}

/// The longest clock.
const LONGEST_DAYS: u64 = 3_660;

/// Reads `clock`, whose missing end is the end of the day of the trace's last row.
pub(super) fn clock(field: Option<Field<'_>>, trace: TraceEnd) -> Option<Clock> {
    let (mut start, mut end, mut measure_from) = (Some(None), Some(None), Some(None));
    if let Some(field) = &field {
        let mut map = field.mapping()?;
        start = map.maybe("start", |field| field.day_time());
        end = map.maybe("end", |field| field.day_time());
        measure_from = map.maybe("measure_from", |field| field.day_time());
        map.finish();
    }
    let start = start?.unwrap_or_default();
    let end = match (end?, trace) {
        (Some(end), _) => end,
        (None, TraceEnd::NoTrace) => DayTime(DAY_US),
        (None, TraceEnd::EndOfDay(end_us)) => DayTime(end_us),
        (None, TraceEnd::Unknown) => return None,
    };
    let clock = Clock { start, end, measure_from: measure_from?.unwrap_or(start) };
    match field {
        Some(field) => valid(&field, clock),
        None => Some(clock),
    }
}

fn valid(field: &Field<'_>, clock: Clock) -> Option<Clock> {
    let Clock { start, end, measure_from } = clock;
    if start >= end {
        let next_day = next_day(end, start);
        return field
            .at("end")
            .fault(format!("the clock ends at {end}; write a time after its start, {start}{next_day}"));
    }
    if end.0 - start.0 > LONGEST_DAYS * DAY_US {
        return field
            .at("end")
            .wrong("the clock runs too long", &format!("it runs at most {LONGEST_DAYS} days"));
    }
    if !(start..end).contains(&measure_from) {
        return field
            .at("measure_from")
            .wrong("lies outside the clock", &format!("write a time from {start} to before {end}"));
    }
    Some(clock)
}

/// What to write for a time that is meant on the day after another; nothing if that would not lie behind it either.
fn next_day(time: DayTime, after: DayTime) -> String {
    let next = DayTime(time.0.saturating_add(DAY_US));
    if next > after { format!(", or \"{next}\" for the next day") } else { String::new() }
}

/// Reads `roles`.
pub(super) fn roles(field: Option<Field<'_>>) -> Option<Roles> {
    const MOST: usize = 256;
    let Some(field) = field else { return Some(Roles::default()) };
    let items = field.list()?;
    if items.is_empty() || items.len() > MOST {
        return field.fault(format!("holds {} roles; write 1 to {MOST}", items.len()));
    }
    let mut names: Vec<String> = Vec::with_capacity(items.len());
    let mut whole = true;
    for item in items {
        match item.text() {
            Some(name) if names.contains(&name) => {
                item.wrong::<()>("names a role a second time", "leave it out");
                whole = false;
            }
            Some(name) => names.push(name),
            None => whole = false,
        }
    }
    whole.then(|| Roles::new(names)).flatten()
}

impl Words {
    /// The number of a replica.
    pub(super) fn replica(&self, field: &Field<'_>) -> Option<u32> {
        let number = field.whole(0, u32::MAX.into())? as u32;
        match self.replicas.map(|replicas| replicas.count.get()) {
            Some(1) if number > 0 => {
                field.wrong("is not a replica of this scenario", "there is one, so only 0 can stand here")
            }
            Some(count) if number >= count => field.wrong(
                "is not a replica of this scenario",
                &format!("there are {count}, so write a number from 0 to {}", count - 1),
            ),
            _ => Some(number),
        }
    }

    /// An instant of the day.
    pub(super) fn instant(&self, field: &Field<'_>) -> Option<DayTime> {
        let at = field.day_time()?;
        let clock = self.clock?;
        if (clock.start..clock.end).contains(&at) {
            return Some(at);
        }
        let right = format!("write a time from {} to before {}", clock.start, clock.end);
        field.wrong(
            if at < clock.start { "lies before the clock's start" } else { "lies past the clock's end" },
            &right,
        )
    }

    /// An instant of the day or its end.
    pub(super) fn instant_or_end(&self, field: &Field<'_>) -> Option<DayTime> {
        let at = field.day_time()?;
        let clock = self.clock?;
        if (clock.start..=clock.end).contains(&at) {
            return Some(at);
        }
        field.wrong("lies outside the clock", &format!("write a time from {} to {}", clock.start, clock.end))
    }

    /// The part of the day at `between`, else all of it.
    pub(super) fn between(&self, map: &mut Mapping<'_>) -> Option<Window> {
        match map.take("between") {
            Some(field) => self.window(&field),
            None => self.clock.map(|clock| Window { from: clock.start, to: clock.end }),
        }
    }

    fn window(&self, field: &Field<'_>) -> Option<Window> {
        let right = "write two times, as in `[\"08:00\", \"20:00\"]`";
        let items = field.list()?;
        let [from, to] = items.as_slice() else { return field.wrong("is not a pair of times", right) };
        self.window_between(from, to)
    }

    /// The part of the day between two fields.
    pub(super) fn window_between(&self, from: &Field<'_>, to: &Field<'_>) -> Option<Window> {
        let (first, last) = (self.instant_or_end(from), self.instant_or_end(to));
        let (first, last) = (first?, last?);
        if first < last {
            return Some(Window { from: first, to: last });
        }
        let next_day = next_day(last, first);
        let within = if next_day.is_empty() { "" } else { ", and let `clock.end` lie then or later" };
        let right = format!("write a time after {first}{next_day}{within}");
        to.wrong("does not lie after the window's start", &right)
    }
}
