//! "Did you mean", for the words of scenarios.

use crate::metrics::Metric;
pub(super) use crate::model::instead;
pub use crate::model::nearest;
use crate::model::shown;

/// What to say of a name that no metric has.
#[must_use]
pub fn no_metric(name: &str) -> String {
    let known: Vec<&str> = Metric::ALL.iter().map(|metric| metric.name()).collect();
    // `window_us` alone is the name of a group.
    let group = format!("{name}.");
    let parts: Vec<&str> = known.iter().copied().filter(|known| known.starts_with(&group)).collect();
    let right =
        if parts.is_empty() { instead(name, &known) } else { format!("write one of {}", parts.join(", ")) };
    format!("is no metric, found {}; {right}", shown(name))
}
