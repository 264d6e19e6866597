//! What is measured: names with units, counters, exact percentiles, and how they add up.
//!
//! Integers only; ratios are formed when a report asks for them. Knows nothing of caches, of the
//! database or of how numbers are shown.

mod metric;

pub use metric::{Measured, Metric, Unit, Value};
