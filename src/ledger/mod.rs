//! The ledger of a day: what was committed when, whether an answer was still true, and what is counted of it.
//!
//! It is told of commits and of answers and knows neither the caches nor the order in which a day is played. What it
//! counts of some users adds up with what it counts of others, in any order, to what it would have counted of all.

mod account;
mod exposure;
mod history;
mod hourly;
mod judgement;
mod tally;

pub use account::{Account, LaneOutcome};
pub(crate) use account::{Answer, OpenAccount};
pub use exposure::{Charged, Exposure};
pub(crate) use history::{Commit, History};
pub(crate) use hourly::Hourly;
pub use judgement::Judgement;
pub use tally::{Tally, Terms};
