//! A recorded day as a run reads it: rows with dense users and roles, counted, and a digest of what they say.
//!
//! Reads once and keeps nothing but users. Does *not* know the simulated clock: rows outside it are the caller's
//! business.

use jiff::tz::TimeZone;

use super::counts::{Counts, Fate};
use super::digest::RowDigest;
use super::error::{Located, TraceError};
use super::fault::{Place, SHOWN_CHARS, TraceFault};
use super::format::oracle_general;
use super::oddities::odd_beginning;
use super::reader::Rows;
use super::timestamp;
use super::trace_files::TraceFiles;
use super::trace_row::{NextRow, Says, TraceRow, UserRef};
use super::user_limit::UserLimit;
use super::zone::zone_of;
use crate::model::{OddBeginning, RoleId, Roles, TraceSpec, UserId, escape_cut, instead};
use crate::workload::{RecordedDay, RecordedError, RecordedErrorKind, RecordedRows, RowKind, Users};

/// More names of roles than this are no roles.
pub(super) const ROLES_MOST: usize = 256;
/// Rows that are read at once.
const AT_ONCE: usize = 4096;

/// A recorded day while it is replayed.
pub struct Replay {
    rows: Rows<'static>,
    files: TraceFiles,
    meaning: Meaning,
    midnight_us: Option<i64>,
    first_us: Option<u64>,
    last_us: u64,
    counts: Counts,
    digest: RowDigest,
    user_limit: UserLimit,
    /// How often rows named each role.
    named: Vec<u64>,
    /// Buffers for the users of a block of rows, and for the times of a block of records.
    numbers: Vec<u32>,
    moments: Vec<(u64, usize)>,
}

/// What turns a row into one that a run knows.
struct Meaning {
    roles: Roles,
    role_column: String,
    zone: TimeZone,
    spec: TraceSpec,
}

impl Replay {
    /// Opens a recorded day on this many threads, which share a long text, and reads its header, if it has one. What is read
    /// does not depend on the threads.
    ///
    /// # Errors
    /// When a file cannot be read, is not what it was when the files were looked at before, or begins with something else.
    pub fn open(
        threads: usize,
        files: &TraceFiles,
        spec: &TraceSpec,
        roles: &Roles,
    ) -> Result<Self, TraceError> {
        let mut looked = files.clone();
        let replay = looked.look().and_then(|()| {
            Self::of(|| Rows::open_files(threads, &looked, None, spec, true), looked.clone(), spec, roles)
        });
        replay.map_err(|fault| files.error(fault))
    }

    /// The files, and what they were when they were opened.
    #[must_use]
    pub fn files(&self) -> &TraceFiles {
        &self.files
    }

    /// The recorded day that these rows are.
    pub(super) fn of(
        rows: impl FnOnce() -> Result<Rows<'static>, Located>,
        files: TraceFiles,
        spec: &TraceSpec,
        roles: &Roles,
    ) -> Result<Self, Located> {
        let zone = zone_of(spec)?;
        Ok(Self {
            rows: rows()?,
            files,
            meaning: Meaning {
                roles: roles.clone(),
                role_column: spec.columns.role.name().unwrap_or_default().to_owned(),
                zone,
                spec: spec.clone(),
            },
            midnight_us: None,
            first_us: None,
            last_us: 0,
            counts: Counts::default(),
            digest: RowDigest::default(),
            user_limit: UserLimit::default(),
            named: vec![0; roles.names().len()],
            numbers: Vec::new(),
            moments: Vec::new(),
        })
    }

    /// Allows this many users with short names instead of the usual number.
    pub fn allow_users(&mut self, most: usize) {
        self.user_limit = UserLimit::of_memory(most);
    }

    /// What became of the rows so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The midnight that begins the day, in microseconds since the Unix epoch, once a row was read.
    #[must_use]
    pub fn midnight_us(&self) -> Option<i64> {
        self.midnight_us
    }

    /// The first row's time, counted from that midnight.
    #[must_use]
    pub fn first_us(&self) -> Option<u64> {
        self.first_us
    }

    /// That the day began before 1990 or after 2100; `None` if it did not, and before the first row.
    #[must_use]
    pub fn odd_beginning(&self) -> Option<OddBeginning> {
        let (midnight_us, first_us) = self.midnight_us.zip(self.first_us)?;
        let first_us = midnight_us.saturating_add_unsigned(first_us);
        odd_beginning(first_us, self.rows.unit(), self.meaning.spec.timezone_or_utc())
    }

    /// The last row's time so far.
    #[must_use]
    pub fn last_us(&self) -> u64 {
        self.last_us
    }

    /// The end of the day of the last row so far, counted from the first midnight.
    #[must_use]
    pub fn end_us(&self) -> u64 {
        timestamp::day_end(self.midnight_us.unwrap_or_default(), self.last_us, &self.meaning.zone)
    }

    /// Identifies what the rows so far say (when, who, what), in hex; how they were written does not matter.
    #[must_use]
    pub fn digest(&self) -> String {
        self.digest.hex()
    }

    /// Reads and checks the rest.
    ///
    /// # Errors
    /// At the first row that is wrong, and when the file cannot be read on.
    pub fn run_through(&mut self) -> Result<(), TraceError> {
        let (mut users, mut rows) = (Users::default(), RecordedRows::default());
        loop {
            rows.clear();
            self.read_on(&mut users, &mut rows).map_err(|fault| self.files.error(fault))?;
            if rows.is_empty() {
                return Ok(());
            }
        }
    }

    pub(super) fn read_on(&mut self, users: &mut Users, out: &mut RecordedRows) -> Result<(), Located> {
        let read = self.read_records(users, out);
        let read = read.and_then(|read| if read { Ok(()) } else { self.read_rows(users, out) });
        read.map_err(|fault| self.explained(fault))?;
        if self.first_us.is_none() {
            let left_out = self.counts.rows;
            return Err(TraceFault::NoRows { header: self.rows.has_header(), left_out }.into());
        }
        self.user_limit.holds(users, self.counts.rows)?;
        Ok(())
    }

    /// A fault with what the rest of the rows says about it: how late they come, and which roles there are.
    fn explained(&mut self, fault: Located) -> Located {
        let mut fault = self.rows.explained(fault);
        if let Some(roles) = fault.roles() {
            let known = self.meaning.roles.names().iter().zip(&self.named);
            roles.extend(known.filter(|(_, count)| **count > 0).map(|(name, count)| (name.clone(), *count)));
            while let Ok(Some(row)) = self.rows.next() {
                let NextRow::Row(TraceRow { says: Says::Role(name), .. }) = row else { continue };
                match roles.iter().position(|(known, _)| known == name) {
                    Some(at) => roles[at].1 += 1,
                    None if roles.len() < ROLES_MOST => roles.push((name.to_owned(), 1)),
                    None => break,
                }
            }
            roles.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        }
        fault
    }

    /// Some more rows. Users whose ids are numbers are numbered together at the end.
    fn read_rows(&mut self, users: &mut Users, out: &mut RecordedRows) -> Result<(), Located> {
        let (mut ids, mut places) = (Vec::with_capacity(AT_ONCE), Vec::with_capacity(AT_ONCE));
        while out.len() < AT_ONCE {
            let Some(row) = self.rows.next()? else { break };
            let row = match row {
                NextRow::Row(row) => row,
                NextRow::LeftOut(reason) => {
                    self.counts.leave_out(reason);
                    continue;
                }
                NextRow::FileEnds => continue,
            };
            let (place, file) = (row.place, row.file);
            let at_us = since_midnight(&mut self.midnight_us, row.epoch_us, &self.meaning.zone)?;
            self.first_us.get_or_insert(at_us);
            self.last_us = at_us;
            let kind = self.meaning.kind(&row, &mut self.counts);
            if let (Says::Role(_), Ok(Some(RowKind::Change(role)))) = (row.says, &kind) {
                self.named[usize::from(role.0)] += 1;
            }
            let Some(kind) = kind.map_err(|fault| Located::of(place, fault).in_nth(file))? else { continue };
            let number = match row.user {
                UserRef::Number(number) => Ok(number),
                UserRef::Text(text) => UserId::number(text).ok_or(text),
            };
            match number {
                Ok(number) => {
                    ids.push(number);
                    places.push(out.len());
                    out.push_unnamed(at_us, kind);
                }
                Err(text) => {
                    let user = users.intern_text(text);
                    out.push(at_us, user, kind, users);
                }
            }
        }
        self.numbers.clear();
        users.intern_numbers(&ids, &mut self.numbers);
        for ((place, user), id) in places.into_iter().zip(&self.numbers).zip(ids) {
            out.name(place, *user, id);
        }
        self.digest.rows(out);
        Ok(())
    }

    /// The same of records; false if the rows are none.
    fn read_records(&mut self, users: &mut Users, out: &mut RecordedRows) -> Result<bool, Located> {
        let Self { rows, meaning, midnight_us, first_us, last_us, counts, digest, moments, .. } = self;
        let Some(((before, records), order)) = rows.block()? else { return Ok(false) };
        let mut at_us = *last_us;
        let count = records.len() as u64;
        let numbers = records.iter().map(|record| oracle_general::parse(record).number);
        moments.clear();
        let mut rest = records;
        // Most records have the time of the one before, and only one of them need be judged.
        while let Some(first) = rest.first() {
            let time = oracle_general::parse(first).time;
            let place = Place::Record(before + (records.len() - rest.len()) as u64 + 1);
            let epoch_us = order.number(place, time.into(), meaning.spec.unit_or_seconds())?;
            at_us = since_midnight(midnight_us, epoch_us, &meaning.zone)?;
            first_us.get_or_insert(at_us);
            let alike = oracle_general::leading(time, rest);
            moments.push((at_us, alike));
            rest = &rest[alike..];
        }
        out.extend_requests(moments.drain(..), numbers, users);
        digest.rows(out);
        *last_us = at_us;
        counts.rows += count;
        counts.requests += count;
        Ok(true)
    }
}

impl RecordedDay for Replay {
    fn next_rows(&mut self, users: &mut Users, rows: &mut RecordedRows) -> Result<(), RecordedError> {
        self.read_on(users, rows).map_err(|fault| self.files.error(fault).into())
    }

    fn reopen(&self) -> Result<Box<dyn RecordedDay>, RecordedError> {
        if self.files.is_standard_input() {
            return Err(RecordedError {
                place: None,
                message: "standard input is read once, and drawn role changes and `trace.roles` must know its users beforehand; \
                          name the users in `population` or `database.users`, or write the rows to a file"
                    .to_owned(),
                kind: RecordedErrorKind::Content,
            });
        }
        Ok(Box::new(Self::open(1, &self.files, &self.meaning.spec, &self.meaning.roles)?))
    }
}

/// The time since the midnight of the first row, which is noted where there was none before.
pub(super) fn since_midnight(
    midnight_us: &mut Option<i64>,
    epoch_us: u64,
    zone: &TimeZone,
) -> Result<u64, Located> {
    let midnight = match *midnight_us {
        Some(midnight) => midnight,
        None => *midnight_us.insert(timestamp::midnight(epoch_us, zone).ok_or(TraceFault::NoMidnight)?),
    };
    let since = i64::try_from(epoch_us).ok().and_then(|epoch| epoch.checked_sub(midnight));
    since.and_then(|since| u64::try_from(since).ok()).ok_or_else(|| TraceFault::NoMidnight.into())
}

impl Meaning {
    /// What a row is to a run, and counts it; `None` if it is left out.
    fn kind(&self, row: &TraceRow<'_>, counts: &mut Counts) -> Result<Option<RowKind>, TraceFault> {
        match counts.add(row, &self.spec) {
            Fate::Request => return Ok(Some(RowKind::Request)),
            Fate::LeftOut => return Ok(None),
            Fate::Change => {}
        }
        Ok(Some(match row.says {
            Says::Role(name) => RowKind::Change(self.role(name)?),
            Says::Highest => RowKind::Change(self.roles.highest()),
            Says::Lowest | Says::Delete => RowKind::Change(self.roles.lowest()),
            Says::Request | Says::Set | Says::Neither => RowKind::Other,
        }))
    }

    fn role(&self, name: &str) -> Result<RoleId, TraceFault> {
        self.roles.find(name).ok_or_else(|| {
            let known: Vec<&str> = self.roles.names().iter().map(String::as_str).collect();
            TraceFault::UnknownRole {
                column: escape_cut(&self.role_column, SHOWN_CHARS),
                found: escape_cut(name, SHOWN_CHARS),
                hint: Box::new((
                    escape_cut(&instead(name, &known), SHOWN_CHARS * 4),
                    vec![(name.to_owned(), 1)],
                )),
            }
        })
    }
}
