//! Options about entries that grow old, which several policies have: past their life, or not to be trusted.

use super::option::{OptionDefault, OptionKind, OptionSpec, OptionValue, OptionValues, Requirement, Word};
use crate::cache::Ageing;

/// For how long entries answer past their life.
pub(super) const STALE_IF_ERROR: OptionSpec = OptionSpec {
    name: "stale-if-error",
    kind: OptionKind::PositiveDuration,
    default: OptionDefault::Absent,
    doc: "for so long past its life an entry answers where a read fails",
};

/// How long a failed read keeps others off.
pub(super) const RETRY: OptionSpec = OptionSpec {
    name: "retry",
    kind: OptionKind::PositiveDuration,
    default: OptionDefault::Absent,
    doc: "for so long after a failed read such an entry answers without another",
};

/// What [`RETRY`] asks.
pub(super) const RETRY_DEMAND: Requirement = Requirement::Needs("retry", "stale-if-error");

/// Which entries are read again before they answer.
pub(super) const RECHECK: OptionSpec = OptionSpec {
    name: "recheck",
    kind: OptionKind::Word(&[
        Word { name: "none", doc: "entries answer as they are" },
        Word { name: "deny", doc: "an entry with the first role is read again before it answers" },
    ]),
    default: OptionDefault::Value(OptionValue::Word("none")),
    doc: "which entries are not trusted",
};

/// What these options say of ageing entries.
pub(super) fn ageing(options: &OptionValues) -> Ageing {
    let us = |name| options.duration(name).map(|duration| duration.0);
    Ageing {
        refresh_us: us("refresh"),
        stale_us: us("stale-if-error").unwrap_or(0),
        retry_us: us("retry").unwrap_or(0),
        scope_all: options.word("scope") == Some("all"),
    }
}
