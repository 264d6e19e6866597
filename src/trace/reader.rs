//! The rows of a recorded day in their order, whatever its format and packing, from one file or several, with the role
//! changes of another file among them.

use std::io::Read;

use jiff::tz::TimeZone;

use super::error::Located;
use super::fault::TraceFault;
use super::format::RecordBlock;
use super::row_files::{OpenFile, OpenedFile, RowFiles, opened};
use super::row_order::RowOrder;
use super::row_window::{HeldRow, RowWindow};
use super::source::Packing;
use super::timestamp;
use super::trace_files::TraceFiles;
use super::trace_row::NextRow;
use super::zone::zone_of;
use crate::model::{TimeUnit, TraceSpec};

/// The rows of a trace.
pub(super) struct Rows<'i> {
    main: RowFiles<'i>,
    has_header: bool,
    /// Rows that are held before they are given; `None` if they come in order, from one place.
    held: Option<Box<HeldRows<'i>>>,
}

/// What is held of rows, and what comes among them.
struct HeldRows<'i> {
    window: RowWindow,
    changes: Option<Changes<'i>>,
    /// The row that was given last.
    current: Option<HeldRow>,
}

/// Role changes of another file.
struct Changes<'i> {
    files: RowFiles<'i>,
    window: RowWindow,
    zone: TimeZone,
    /// The midnight before the first row of the others, and the time of the last one so far.
    midnight_us: Option<i64>,
    last_us: u64,
}

impl<'i> Rows<'i> {
    /// Reads the header, if the format has one. With `sorted`, times must not go backwards.
    pub(super) fn open(
        input: impl Read + Send + 'i,
        spec: &TraceSpec,
        sorted: bool,
    ) -> Result<Self, Located> {
        let file = opened(input, spec);
        Self::new(only(file), 1, spec, sorted)
    }

    fn new(open: OpenFile<'i>, count: usize, spec: &TraceSpec, sorted: bool) -> Result<Self, Located> {
        let main = RowFiles::new(open, count, 0, spec, sorted)?;
        let is_held = sorted && spec.reorder_us > 0;
        let window = RowWindow::new(spec.reorder_us);
        let held = is_held.then(|| Box::new(HeldRows { window, changes: None, current: None }));
        Ok(Self { main, has_header: spec.format.is_table(), held })
    }

    /// Whether rows may say something else than a request.
    pub(super) fn may_write(&self) -> bool {
        self.main.may_write() || self.held.as_ref().is_some_and(|held| held.changes.is_some())
    }

    /// How the files are compressed that were opened so far, each way once.
    pub(super) fn packings(&self) -> &[Packing] {
        self.main.packings()
    }

    /// What times count; `None` if they are dates, and before the first row.
    pub(super) fn unit(&self) -> Option<TimeUnit> {
        self.main.unit()
    }

    /// Whether the first line names columns.
    pub(super) fn has_header(&self) -> bool {
        self.has_header
    }

    /// The next records of a binary trace, none of them at the end, and what checks their times; `None` if rows are to be
    /// read one by one.
    pub(super) fn block(&mut self) -> Result<Option<(RecordBlock<'_>, &mut RowOrder)>, Located> {
        if self.held.is_some() { Ok(None) } else { self.main.block() }
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<NextRow<'_>>, Located> {
        match &mut self.held {
            None => self.main.next(),
            Some(held) => held.next(&mut self.main),
        }
    }

    /// A fault with what the rest of the rows says about it: how late they come.
    pub(super) fn explained(&mut self, fault: Located) -> Located {
        let Some(file) = fault.file_of_late_row() else { return fault };
        let changes = self.held.as_mut().and_then(|held| held.changes.as_mut());
        let files = match changes {
            Some(changes) if usize::from(file) >= self.main.count() => &mut changes.files,
            _ => &mut self.main,
        };
        fault.late_by_at_most(files.measure_lateness())
    }
}

impl Rows<'static> {
    /// The same for a text that several threads may read, whose times must not go backwards.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(super) fn open_on(
        threads: usize,
        input: impl Read + Send + 'static,
        spec: &TraceSpec,
    ) -> Result<Self, Located> {
        let file = super::row_files::opened_on(threads, input, spec);
        Self::new(only(file), 1, spec, true)
    }

    /// The rows of all files of a trace, whose times must not go backwards if they are to be `sorted`; only then role changes
    /// are put among them. `first` is what the first file holds, if that was opened already.
    pub(super) fn open_files(
        threads: usize,
        files: &TraceFiles,
        first: Option<Box<dyn Read + Send>>,
        spec: &TraceSpec,
        sorted: bool,
    ) -> Result<Self, Located> {
        let threads = if sorted { threads } else { 1 };
        let mut rows = Self::new(files.opener(threads, first, 0, spec), spec.files.len(), spec, sorted)?;
        let Some(written) = spec.changes.as_deref().filter(|_| sorted) else { return Ok(rows) };
        let before = spec.files.len();
        let open = files.opener(1, None, before, written);
        let changes = Changes {
            files: RowFiles::new(open, written.files.len(), before, written, true)?,
            window: RowWindow::new(written.reorder_us),
            zone: zone_of(spec)?,
            midnight_us: None,
            last_us: 0,
        };
        let window = RowWindow::new(spec.reorder_us);
        rows.held = Some(Box::new(HeldRows { window, changes: Some(changes), current: None }));
        Ok(rows)
    }
}

/// Gives a file that was opened already.
fn only<'i>(file: Result<OpenedFile<'i>, Located>) -> OpenFile<'i> {
    let mut file = Some(file);
    Box::new(move |_| file.take().unwrap_or_else(|| Err(TraceFault::Unreadable("read twice".into()).into())))
}

impl HeldRows<'_> {
    fn next(&mut self, main: &mut RowFiles<'_>) -> Result<Option<NextRow<'_>>, Located> {
        if let Some(reason) = self.window.fill(main)? {
            return Ok(Some(NextRow::LeftOut(reason)));
        }
        if let Some(changes) = &mut self.changes {
            if let Some(reason) = changes.window.fill(&mut changes.files)? {
                return Ok(Some(NextRow::LeftOut(reason)));
            }
            if let Some(change) = changes.before(self.window.next_us())? {
                self.current = Some(change);
                return Ok(self.current.as_ref().map(|row| NextRow::Row(row.row())));
            }
        }
        self.current = self.window.pop();
        Ok(self.current.as_ref().map(|row| NextRow::Row(row.row())))
    }
}

impl Changes<'_> {
    /// The next change, if it comes before the next of the other rows, which is at this time, or if there is none of these any
    /// more. Changes of one instant come before the other rows. Those before the first day are what that day begins with, and
    /// those after the last are not looked at.
    fn before(&mut self, next_us: Option<u64>) -> Result<Option<HeldRow>, Located> {
        if let Some(us) = next_us {
            self.last_us = us;
            if self.midnight_us.is_none() {
                self.midnight_us = Some(timestamp::midnight(us, &self.zone).ok_or(TraceFault::NoMidnight)?);
            }
        }
        let Some(midnight_us) = self.midnight_us else { return Ok(None) };
        let begin_us = u64::try_from(midnight_us).unwrap_or(0);
        let end_us = next_us.unwrap_or_else(|| {
            let since_us = self.last_us.saturating_sub(begin_us);
            begin_us.saturating_add(timestamp::day_end(midnight_us, since_us, &self.zone)).saturating_sub(1)
        });
        if self.window.next_us().is_none_or(|us| us > end_us) {
            return Ok(None);
        }
        let Some(mut change) = self.window.pop() else { return Ok(None) };
        change.epoch_us = change.epoch_us.max(begin_us);
        change.must_change()?;
        Ok(Some(change))
    }
}
