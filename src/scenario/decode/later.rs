//! What the language has and this release cannot simulate. All of it is refused here, in one sentence, and
//! nothing of it is read: taking a word away from this file is the first step of adding it.

use super::field::Field;
use super::mapping::Mapping;
use crate::scenario::fault::FaultKind;

/// Columns of a recorded day.
const COLUMNS: [&str; 2] = ["op", "role"];
/// Formats of a recorded day.
const FORMATS: [&str; 4] = ["jsonl", "combined", "twitter", "oracle-general"];

fn sentence(what: &str) -> String {
    format!("`{what}` is in the language, but this release cannot simulate it")
}

fn refuse_keys(map: &mut Mapping<'_>, keys: &[&'static str]) {
    for key in keys {
        if let Some(field) = map.take(key) {
            let place = map.key_place(key).unwrap_or(&field.node.place);
            field.fault_at::<()>(place, FaultKind::Content, sentence(key));
        }
    }
}

/// Without a column of operations there are no sets to obey.
pub(super) fn of_trace(map: &mut Mapping<'_>) {
    if let Some(field) = map.take("sets")
        && field.one_of(&[("ignore", false), ("changes", true)]) == Some(true)
    {
        field.fault::<()>(sentence("sets: changes"));
    }
}

pub(super) fn of_columns(map: &mut Mapping<'_>) {
    refuse_keys(map, &COLUMNS);
}

/// Notes the format of a trace that cannot be replayed yet; whether it was one of those.
pub(super) fn is_later_format(field: &Field<'_>, format: &str) -> bool {
    let is_later = FORMATS.contains(&format);
    if is_later {
        field.fault::<()>(sentence(format));
    }
    is_later
}
