//! What the readers of both formats share: how places are counted, and what both refuse.

use super::fault::{Fault, FaultKind};
use super::node::{DEPTH_LIMIT, NODE_LIMIT, Place};
use crate::model::shown;

/// Lines and columns fit 32 bits, since a text has at most 64 MiB.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A key that its mapping already has; `place` is the second one's.
pub(super) fn duplicate_key(key: &str, first: &Place, place: Place) -> Fault {
    let earlier = match first {
        Place::File { line, column } => format!("at {line}:{column}"),
        Place::Option(_) | Place::Row(_) => "before".to_owned(),
    };
    let message = format!("the key {} is given twice, first {earlier}; leave one out", shown(key));
    Fault::new(place, "", message)
}

/// Lists and mappings inside each other without end.
pub(super) fn too_deep(place: Place) -> Fault {
    let message = format!("lists and mappings are nested too deep; at most {DEPTH_LIMIT} levels are read");
    Fault::new(place, "", message)
}

/// More values than a scenario can have.
pub(super) fn too_large(place: Place) -> Fault {
    let message = format!(
        "the file holds too much, aliases written out: more than {NODE_LIMIT} values or 64 MiB of text"
    );
    Fault::new(place, "", message).of_kind(FaultKind::Limit)
}

/// The longest single text, in bytes. What is longer is neither a name nor a description.
const TEXT_LIMIT: usize = 64 << 10;

/// A key or a value, if it is not too long to be one.
pub(super) fn short(text: &str, place: &Place) -> Result<(), Fault> {
    if text.len() <= TEXT_LIMIT {
        return Ok(());
    }
    let (found, most) = (text.len() >> 10, TEXT_LIMIT >> 10);
    let message =
        format!("a text is too long, found {found} KiB; a name or a value takes at most {most} KiB");
    Err(Fault::new(place.clone(), "", message).of_kind(FaultKind::Limit))
}
