//! By which rules entries grow old.

/// What becomes of entries as they age, beyond the end of their lives. Times are in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ageing {
    /// A hit of an entry this old starts a fetch in the background.
    pub(crate) refresh_us: Option<u64>,
    /// For so long past its life an entry answers where a fetch fails.
    pub(crate) stale_us: u64,
    /// For so long after a failed fetch such an entry answers without another.
    pub(crate) retry_us: u64,
    /// Whether an event drops the entries of all other users too.
    pub(crate) scope_all: bool,
}
