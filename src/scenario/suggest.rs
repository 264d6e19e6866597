//! "Did you mean", for the words of scenarios.

pub(super) use crate::model::instead;
pub use crate::model::nearest;
