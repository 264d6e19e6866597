//! A look at a whole recorded day: what it is like, and what its rows say.
//!
//! Roles may be any here; only a scenario knows which there are.

use super::counts::{Counts, Fate};
use super::error::Located;
use super::fault::TraceFault;
use super::reader::Rows;
use super::replay::{ROLES_MOST, since_midnight};
use super::source::Packing;
use super::trace_row::{NextRow, Says, UserRef};
use super::user_limit::UserLimit;
use super::zone::zone_of;
use crate::metrics::{DayFigures, DayReader};
use crate::model::{TimeUnit, TraceSpec};
use crate::workload::Users;

/// What a recorded day is like.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// How the files are compressed, each way once.
    pub packings: Vec<Packing>,
    /// What became of the rows.
    pub counts: Counts,
    /// What those are like that were not left out.
    pub figures: DayFigures,
    /// The midnight that begins the day, in microseconds since the Unix epoch.
    pub midnight_us: i64,
    /// What times count; `None` if they are dates.
    pub unit: Option<TimeUnit>,
    /// The roles that rows name, the most frequent first, at most 256.
    pub roles: Vec<String>,
}

/// Reads and checks a whole recorded day.
///
/// # Errors
/// When the file cannot be read, or something in it is wrong: the first fault.
pub(super) fn look(rows: &mut Rows<'_>, spec: &TraceSpec) -> Result<Survey, Located> {
    look_at_all(rows, spec).map_err(|fault| rows.explained(fault))
}

fn look_at_all(rows: &mut Rows<'_>, spec: &TraceSpec) -> Result<Survey, Located> {
    let zone = zone_of(spec)?;
    let (mut users, mut counts) = (Users::default(), Counts::default());
    let (mut reader, mut midnight_us, mut roles) = (DayReader::default(), None, Vec::<(String, u64)>::new());
    while let Some(row) = rows.next()? {
        let row = match row {
            NextRow::Row(row) => row,
            NextRow::LeftOut(reason) => {
                counts.leave_out(reason);
                continue;
            }
            NextRow::FileEnds => continue,
        };
        let at_us = since_midnight(&mut midnight_us, row.epoch_us, &zone)?;
        let fate = counts.add(&row, spec);
        if let (Fate::Change, Says::Role(role)) = (fate, row.says) {
            match roles.iter().position(|(known, _)| known == role) {
                Some(at) => roles[at].1 += 1,
                None if roles.len() < ROLES_MOST => roles.push((role.to_owned(), 1)),
                None => {}
            }
        }
        if fate == Fate::LeftOut {
            continue;
        }
        let user = match row.user {
            UserRef::Number(number) => users.intern_number(number),
            UserRef::Text(text) => users.intern_text(text),
        };
        UserLimit::default().holds(&users, counts.rows)?;
        match fate {
            Fate::Request => reader.request(at_us, user),
            _ => reader.change(at_us, user),
        }
    }
    let midnight_us =
        midnight_us.ok_or(TraceFault::NoRows { header: rows.has_header(), left_out: counts.rows })?;
    let (packings, unit) = (rows.packings().to_vec(), rows.unit());
    roles.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let roles = roles.into_iter().map(|(role, _)| role).collect();
    Ok(Survey { packings, counts, figures: reader.finish(), midnight_us, unit, roles })
}
