//! The replicas of one cache, looked at as one.

use crate::model::RoleId;
use crate::sim::observer::Contents;

/// A subject for each replica, or one for all; never none.
pub(super) struct Processes<S>(pub(super) Vec<S>);

impl<S: Contents> Contents for Processes<S> {
    #[inline]
    fn len(&self) -> usize {
        self.0.iter().map(Contents::len).sum()
    }

    fn entries(&self) -> Vec<(u32, RoleId)> {
        self.0.iter().flat_map(Contents::entries).collect()
    }
}
