//! What `trace` says of rows, whatever the format: which are kept, and what their operations mean.

use super::field::Field;
use super::mapping::Mapping;
use crate::model::{HOUR_US, Keep, Operation};

/// Reads `skip`: whether rows without a user are left out.
pub(super) fn skips_no_user(map: &mut Mapping<'_>) -> Option<bool> {
    map.or("skip", false, |field| {
        let reasons = field.list()?;
        let known = reasons.iter().map(|reason| reason.one_of(&[("no-user", ())]));
        Some(!known.collect::<Option<Vec<()>>>()?.is_empty())
    })
}

/// Reads `where`: the values that a column of a kept row has.
pub(super) fn keep(map: &mut Mapping<'_>) -> Option<Vec<Keep>> {
    map.or("where", Vec::new(), |field| {
        let columns = field.mapping()?;
        let keep = columns.all().map(|(entry, field)| {
            let values: Option<Vec<String>> = match field.scalar() {
                Some((value, _)) => Some(vec![value.to_owned()]),
                None => field.list()?.iter().map(value).collect(),
            };
            let values = values?;
            if values.is_empty() {
                return field
                    .fault("keeps no rows, for it names no values; write some, as in `[update, message]`");
            }
            Some(Keep { column: entry.key.clone(), values })
        });
        keep.collect()
    })
}

/// A value of a cell, which may be empty.
fn value(field: &Field<'_>) -> Option<String> {
    match field.scalar() {
        Some((text, _)) => Some(text.to_owned()),
        None => field.wrong("is not a value of a cell", "write a text or a number"),
    }
}

/// Reads `ops`: what words mean, in place of the usual ones.
pub(super) fn ops(map: &mut Mapping<'_>) -> Option<Vec<(String, Operation)>> {
    map.or("ops", Vec::new(), |field| {
        let words = field.mapping()?;
        words
            .all()
            .map(|(entry, field)| Some((entry.key.clone(), field.one_of(&Operation::NAMES)?)))
            .collect()
    })
}

/// Reads `reorder`: by how much a row may be earlier than one before it.
pub(super) fn reorder_us(map: &mut Mapping<'_>) -> Option<u64> {
    map.or("reorder", 0, |field| match field.duration()?.0 {
        us if us <= HOUR_US => Some(us),
        _ => field.wrong(
            "is longer than an hour, and rows are held for as long",
            "write at most 1h, or sort the rows with `rolesim trace convert --sort`",
        ),
    })
}
