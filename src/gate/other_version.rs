//! Accepted results of another version of rolesim: what cannot be compared.

use std::collections::BTreeSet;

use crate::metrics::Metric;

/// What another version of rolesim accepted, beyond the figures that both know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherVersion {
    /// That version, as it calls itself.
    pub version: String,
    /// Metrics that it did not have; they are not compared.
    pub absent: BTreeSet<Metric>,
    /// Names of metrics that it had and this one does not know.
    pub unknown: BTreeSet<String>,
}

impl OtherVersion {
    /// A version that differs in nothing yet.
    #[must_use]
    pub fn new(version: String) -> Self {
        Self { version, ..Self::default() }
    }

    /// Notes what the figures of a run lack, and what they have that is not known.
    pub fn note<'m>(
        &mut self,
        absent: impl IntoIterator<Item = &'m Metric>,
        unknown: impl IntoIterator<Item = &'m String>,
    ) {
        self.absent.extend(absent);
        self.unknown.extend(unknown.into_iter().cloned());
    }
}
