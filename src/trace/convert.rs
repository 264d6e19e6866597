//! A recorded day rewritten: in another format, sorted, or compressed otherwise.
//!
//! What a row says is kept (when, who, what); columns without a meaning here are not. A user whom a format cannot hold
//! is an error; fractions of a second and rows that it cannot say are left out and counted.

use std::io::Write;

use super::error::{Located, TraceError};
use super::fault::{Place, TraceFault};
use super::format;
use super::reader::Rows;
use super::trace_row::{NextRow, Says, TraceRow, UserRef};
use super::user_limit::UserLimit;
use super::write::{Converted, RowError};
use crate::model::{TraceFormat, UserId};
use crate::workload::Users;

/// Maximum number of rows that are sorted in memory, some 48 bytes each, and half as much again while they are sorted.
const SORTED_MOST: usize = 50_000_000;

/// How a day is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The format.
    pub format: TraceFormat,
    /// Whether rows are put in order of time first; equal times stay in their order.
    pub sorted: bool,
    /// Whether users get numbers from 1 in their order of mention.
    pub numbered: bool,
}

/// Why a day could not be rewritten.
#[derive(Debug)]
pub enum ConvertError {
    /// Something is wrong with what is read, or the format cannot hold it.
    Trace(TraceError),
    /// What is written could not be written.
    Write(std::io::Error),
}

/// As [`ConvertError`], of a file that is not named yet.
pub(super) enum Failed {
    Read(Located),
    Write(std::io::Error),
}

impl From<Located> for Failed {
    fn from(fault: Located) -> Self {
        Self::Read(fault)
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self::Write(error)
    }
}

/// Writes rows in a format.
pub(super) fn rewrite(rows: &mut Rows<'_>, target: Target, out: &mut dyn Write) -> Result<Converted, Failed> {
    rewrite_all(rows, target, out).map_err(|failed| match failed {
        Failed::Read(fault) => Failed::Read(rows.explained(fault)),
        Failed::Write(error) => Failed::Write(error),
    })
}

fn rewrite_all(rows: &mut Rows<'_>, target: Target, out: &mut dyn Write) -> Result<Converted, Failed> {
    let begin = format::descriptor(target.format)
        .writer
        .ok_or(TraceFault::OnlyRead(target.format))
        .map_err(Located::from)?;
    let mut writer = begin(out, rows.may_write())?;
    let mut users = Users::default();
    let mut write = |row: &TraceRow<'_>, rows: u64, users: &mut Users| -> Result<(), Failed> {
        let (place, file) = (row.place, row.file);
        let number = target.numbered.then(|| number(row.user, users));
        UserLimit::default().holds(users, rows).map_err(Located::from)?;
        let row = TraceRow { user: number.map_or(row.user, UserRef::Number), ..*row };
        writer.write(&row).map_err(|error| match error {
            RowError::Unfit(fault) => Located::of(place, fault).in_nth(file).into(),
            RowError::Write(error) => Failed::Write(error),
        })
    };
    let (mut count, mut skipped) = (0, 0);
    if target.sorted {
        let kept = Kept::read(rows)?;
        count = kept.rows.len() as u64;
        skipped = kept.skipped;
        kept.in_order(|row| write(row, count, &mut users))?;
    } else {
        while let Some(row) = rows.next()? {
            let NextRow::Row(row) = row else {
                skipped += u64::from(row != NextRow::FileEnds);
                continue;
            };
            count += 1;
            write(&row, count, &mut users)?;
        }
    }
    if count == 0 {
        return Err(Failed::Read(TraceFault::NoRows { header: rows.has_header(), left_out: skipped }.into()));
    }
    let mut converted = writer.finish()?;
    (converted.rows, converted.skipped) = (count + skipped, skipped);
    Ok(converted)
}

/// The user's number from 1, in order of mention.
fn number(user: UserRef<'_>, users: &mut Users) -> u64 {
    let dense = match user {
        UserRef::Number(number) => users.intern_number(number),
        UserRef::Text(text) => users.intern_text(text),
    };
    u64::from(dense) + 1
}

/// Rows that are kept to be sorted.
#[derive(Default)]
struct Kept {
    rows: Vec<KeptRow>,
    users: Users,
    roles: Vec<String>,
    /// Rows that are left out.
    skipped: u64,
}

#[derive(Clone, Copy)]
struct KeptRow {
    epoch_us: u64,
    place: Place,
    file: u16,
    user: u32,
    says: KeptSays,
}

#[derive(Clone, Copy)]
enum KeptSays {
    Plain(Says<'static>),
    Role(u16),
}

impl Kept {
    fn read(rows: &mut Rows<'_>) -> Result<Self, Located> {
        let mut kept = Self::default();
        while let Some(row) = rows.next()? {
            let NextRow::Row(row) = row else {
                kept.skipped += u64::from(row != NextRow::FileEnds);
                continue;
            };
            if kept.rows.len() >= SORTED_MOST {
                return Err(TraceFault::TooManyRows { limit: SORTED_MOST as u64 }.into());
            }
            let says = match row.says.in_words() {
                Ok(role) => KeptSays::Role(kept.role(role).map_err(|fault| Located::of(row.place, fault))?),
                Err(plain) => KeptSays::Plain(plain),
            };
            let user = match row.user {
                UserRef::Number(number) => kept.users.intern_number(number),
                UserRef::Text(text) => kept.users.intern_text(text),
            };
            UserLimit::default().holds(&kept.users, kept.rows.len() as u64 + 1)?;
            kept.rows.push(KeptRow { epoch_us: row.epoch_us, place: row.place, file: row.file, user, says });
        }
        kept.rows.sort_by_key(|row| row.epoch_us);
        Ok(kept)
    }

    /// The place of a role among those that rows name.
    fn role(&mut self, role: &str) -> Result<u16, TraceFault> {
        let place = match self.roles.iter().position(|known| known == role) {
            Some(place) => place,
            None => {
                self.roles.push(role.to_owned());
                self.roles.len() - 1
            }
        };
        // No scenario has more than 256 roles.
        u16::try_from(place).ok().filter(|place| *place < 256).ok_or(TraceFault::TooManyRoles)
    }

    fn in_order(&self, mut each: impl FnMut(&TraceRow<'_>) -> Result<(), Failed>) -> Result<(), Failed> {
        let mut name = String::new();
        for kept in &self.rows {
            let says = match kept.says {
                KeptSays::Plain(says) => says,
                KeptSays::Role(place) => Says::Role(&self.roles[usize::from(place)]),
            };
            name.clear();
            let user = match self.users.id(kept.user) {
                UserId::Number(number) => UserRef::Number(*number),
                UserId::Name(text) => {
                    name.push_str(text);
                    UserRef::Text(&name)
                }
            };
            each(&TraceRow {
                place: kept.place,
                file: kept.file,
                epoch_us: kept.epoch_us,
                user,
                says,
                is_host: false,
            })?;
        }
        Ok(())
    }
}
