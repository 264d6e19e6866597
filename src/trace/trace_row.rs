//! The vocabulary of recorded days: a row, and what it says.
//!
//! All formats give rows of this kind. Does not know how a trace is written, nor when its day begins, nor which roles
//! there are.

use super::fault::Place;

/// The cells of one row that mean something; a cell that is missing is empty.
pub(super) struct RawRow<'a> {
    /// The line on which the row begins.
    pub(super) line: u64,
    pub(super) time: &'a [u8],
    pub(super) user: &'a [u8],
    /// What was done.
    pub(super) op: &'a [u8],
    /// The role from then on.
    pub(super) role: &'a [u8],
    /// Whether other columns say that the row is kept.
    pub(super) is_kept: bool,
}

/// What comes next of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextRow<'a> {
    /// A row that has been checked.
    Row(TraceRow<'a>),
    /// A row that is left out.
    LeftOut(LeftOut),
    /// None yet: one of several files is over.
    FileEnds,
}

/// Why a row is left out before anybody looks at what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeftOut {
    /// It has no user.
    NoUser,
    /// A column has none of the values that are kept.
    Filtered,
    /// It says nothing of any user.
    Neither,
}

/// A row that has been checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TraceRow<'a> {
    pub(super) place: Place,
    /// Which of the trace's files, counted from 0.
    pub(super) file: u16,
    /// Microseconds since the epoch.
    pub(super) epoch_us: u64,
    pub(super) user: UserRef<'a>,
    pub(super) says: Says<'a>,
    /// Whether the user is the host, since the row has no user.
    pub(super) is_host: bool,
}

/// A user as a trace names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UserRef<'a> {
    /// By a number.
    Number(u64),
    /// By a text, which may be that of a number; never empty.
    Text(&'a str),
}

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says<'a> {
    /// The user asks.
    Request,
    /// The user has this role from now on.
    Role(&'a str),
    /// The user has the highest role from now on.
    Highest,
    /// The user has the lowest role from now on.
    Lowest,
    /// Something is set, which may be a fill.
    Set,
    /// Something is deleted.
    Delete,
    /// Neither of these.
    Neither,
}

impl<'a> Says<'a> {
    /// The role that it names, or else what it says without words.
    pub(super) fn in_words(self) -> Result<&'a str, Says<'static>> {
        Err(match self {
            Self::Role(role) => return Ok(role),
            Self::Request => Says::Request,
            Self::Highest => Says::Highest,
            Self::Lowest => Says::Lowest,
            Self::Set => Says::Set,
            Self::Delete => Says::Delete,
            Self::Neither => Says::Neither,
        })
    }

    /// The operation and the role that say it.
    pub(super) fn words(self) -> (&'static str, &'a str) {
        match self {
            Self::Request => ("get", ""),
            Self::Role(role) => ("set_role", role),
            Self::Highest => ("add_admin", ""),
            Self::Lowest => ("remove_admin", ""),
            Self::Set => ("set", ""),
            Self::Delete => ("delete", ""),
            Self::Neither => ("nop", ""),
        }
    }
}

/// Whether a cell is one of some values.
pub(super) fn one_of(values: &[String], cell: &[u8]) -> bool {
    values.iter().any(|value| value.as_bytes() == cell)
}

/// A cell as text: UTF-8, and Latin-1 where it is not.
pub(super) fn text(cell: &[u8]) -> String {
    let mut spare = String::new();
    text_in(cell, &mut spare).to_owned()
}

/// As [`text`], without allocating where `spare` is large enough.
pub(super) fn text_in<'a>(cell: &'a [u8], spare: &'a mut String) -> &'a str {
    if let Ok(utf8) = std::str::from_utf8(cell) {
        return utf8;
    }
    spare.clear();
    // The 256 characters of Latin-1 are the first of Unicode.
    spare.extend(cell.iter().map(|byte| char::from(*byte)));
    spare
}
