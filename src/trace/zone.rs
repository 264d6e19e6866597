//! The time zone that a recorded day names.

use jiff::tz::TimeZone;

use super::fault::{SHOWN_CHARS, TraceFault};
use super::timestamp::timezone;
use crate::model::{TraceSpec, escape_cut};

/// The time zone of a recorded day.
pub(super) fn zone_of(spec: &TraceSpec) -> Result<TimeZone, TraceFault> {
    let name = spec.timezone_or_utc();
    timezone(name).ok_or_else(|| TraceFault::UnknownTimezone(escape_cut(name, SHOWN_CHARS)))
}
