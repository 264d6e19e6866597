//! What is measured: names with units, counters, exact percentiles.
//!
//! Integers only; ratios are formed when a report asks for them. Knows nothing of caches, of the
//! database or of how numbers are shown.

mod direction;
mod figures;
mod gaps;
mod hour;
mod metric;
mod rates;
mod samples;
mod sizes;
mod spread;
mod zipf;

pub use direction::Direction;
pub use figures::{DayFigures, DayReader, SESSION_GAP_US, SessionFigures};
pub use gaps::{GAP_BOUNDS_US, GapCounts};
pub use hour::HourRow;
pub use metric::{FRESH_WITHIN, Measured, Metric, Unit, Value};
pub use rates::Rates;
pub use samples::Samples;
pub use sizes::Sizes;
pub use spread::Spread;
