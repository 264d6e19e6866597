//! What the language has and this release cannot simulate. All of it is refused here, in one sentence, and
//! nothing of it is read: taking a word away from this file is the first step of adding it.

use super::mapping::Mapping;
use crate::scenario::fault::FaultKind;

/// Parts of a scenario.
const SCENARIO: [&str; 1] = ["gate"];
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

pub(super) fn of_scenario(map: &mut Mapping<'_>) {
    refuse_keys(map, &SCENARIO);
}
