//! A text in pieces of whole lines, which several threads read at once.
//!
//! One thread reads, unpacks and cuts; others make rows of its pieces, in turns; the reader gives them in the order of the
//! text. A piece in which anything is wrong, or in which a quote stands, is not judged here: it and all behind it are read
//! once more through [`Rest`], one row after the other. So what comes out, errors included, is what a single thread would
//! have read. Does not know how a format is written, nor what rows are for.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::error::Located;
use super::fault::{Place, TraceFault};
use super::format::{self, FormatReader, Input, Resume};
use super::piece_cutter::{Cutter, PIECE, Piece};
use super::row_checks::{RowChecks, Sequence};
use super::trace_row::{LeftOut, NextRow, Says, TraceRow, UserRef};
use crate::model::{TraceFormat, TraceSpec, UserId};

/// Pieces that wait for each thread, and for the reader.
const WAITING: usize = 1;
/// Maximum number of threads that make rows; more of them make rows faster than a run takes them.
const THREADS_MOST: usize = 8;
/// What begins a text must not begin a piece: it would be left out.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What is handed on: a piece or what became of it, a failure behind all before, or that it is the end.
type Sent<T> = io::Result<Option<T>>;

/// A piece, and its rows if nothing is wrong with them.
struct Batch {
    piece: Piece,
    rows: Option<PieceRows>,
}

/// The rows of a piece, which stand for themselves.
struct PieceRows {
    rows: Vec<PieceRow>,
    /// Those that are left out, which are given first.
    left_out: Vec<LeftOut>,
    /// What they say in words.
    texts: String,
    /// What is known of all.
    checked: Option<Sequence>,
}

struct PieceRow {
    place: Place,
    epoch_us: u64,
    user: PieceUser,
    says: PieceSays,
    is_host: bool,
}

/// A stretch of the texts.
#[derive(Clone, Copy)]
struct Span(u32, u32);

enum PieceUser {
    Number(u64),
    Text(Span),
}

enum PieceSays {
    Plain(Says<'static>),
    Role(Span),
}

impl PieceRows {
    /// Reads a piece; `None` if something about it must be looked at row by row.
    fn read(piece: &Piece, format: TraceFormat, mut checks: RowChecks, resume: &Resume) -> Option<Self> {
        let quotes = format == TraceFormat::Csv && memchr::memchr(b'"', &piece.bytes).is_some();
        let marked = piece.lines_before > 0 && piece.bytes.starts_with(BYTE_ORDER_MARK);
        if quotes || marked || !piece.bytes.ends_with(b"\n") {
            return None;
        }
        let mut format = resume(Box::new(piece.bytes.as_slice()), piece.lines_before);
        let mut read = Self { rows: Vec::new(), left_out: Vec::new(), texts: String::new(), checked: None };
        while let Some(row) = format.next(&mut checks).ok()? {
            match row {
                NextRow::Row(row) => read.push(&row),
                NextRow::LeftOut(reason) => read.left_out.push(reason),
                NextRow::FileEnds => {}
            }
        }
        read.checked = checks.checked();
        Some(read)
    }

    fn push(&mut self, row: &TraceRow<'_>) {
        let user = match row.user {
            UserRef::Number(number) => PieceUser::Number(number),
            UserRef::Text(text) => {
                UserId::number(text).map_or_else(|| PieceUser::Text(self.keep(text)), PieceUser::Number)
            }
        };
        let says = match row.says.in_words() {
            Ok(role) => PieceSays::Role(self.keep(role)),
            Err(plain) => PieceSays::Plain(plain),
        };
        let TraceRow { place, epoch_us, is_host, .. } = *row;
        self.rows.push(PieceRow { place, epoch_us, user, says, is_host });
    }

    fn keep(&mut self, text: &str) -> Span {
        let start = self.texts.len() as u32;
        self.texts.push_str(text);
        Span(start, self.texts.len() as u32)
    }

    fn text(&self, Span(start, end): Span) -> &str {
        self.texts.get(start as usize..end as usize).unwrap_or_default()
    }

    fn row(&self, at: usize, file: u16) -> Option<TraceRow<'_>> {
        let PieceRow { place, epoch_us, user, says, is_host } = self.rows.get(at)?;
        Some(TraceRow {
            place: *place,
            file,
            epoch_us: *epoch_us,
            user: match user {
                PieceUser::Number(number) => UserRef::Number(*number),
                PieceUser::Text(span) => UserRef::Text(self.text(*span)),
            },
            says: match says {
                PieceSays::Plain(says) => *says,
                PieceSays::Role(span) => Says::Role(self.text(*span)),
            },
            is_host: *is_host,
        })
    }
}

/// A text to be read.
pub(super) enum Text {
    /// By several threads.
    Shared(Box<ParallelReader>),
    /// By one.
    Whole(Input<'static>),
}

/// The rows of a text that several threads read.
pub(super) struct ParallelReader {
    batches: Vec<Receiver<Sent<Batch>>>,
    turn: usize,
    rows: Option<PieceRows>,
    next: usize,
    may_write: bool,
    resume: Resume,
    /// What is read row by row.
    rest: Option<Box<dyn FormatReader>>,
}

/// What may come next.
enum Ahead {
    /// A row is at hand.
    Row,
    /// The text is over.
    Over,
    /// What comes must be read row by row.
    Alone(Box<dyn FormatReader>),
}

/// Begins a text. Several threads read it if its lines can be told apart, its header is one line without quotes, and it
/// is not short.
pub(super) fn open(
    input: impl Read + Send + 'static,
    spec: &TraceSpec,
    threads: usize,
) -> Result<Text, Located> {
    let failed = |error: io::Error| TraceFault::of_io(&error);
    let mut cutter = Cutter::new(input);
    let Some(Piece { bytes, .. }) = cutter.next().map_err(failed)? else {
        return Ok(Text::Whole(Box::new(io::empty())));
    };
    let header = match memchr::memchr(b'\n', &bytes) {
        Some(end) if spec.format.is_table() => &bytes[..=end],
        _ => &[],
    };
    let descriptor = format::descriptor(spec.format);
    let is_shared =
        bytes.len() >= PIECE / 2 && (descriptor.has_lines)(&bytes) && memchr::memchr(b'"', header).is_none();
    let format = is_shared.then(|| (descriptor.open)(Box::new(header), spec).ok());
    let resumed = format.flatten().and_then(|format| Some((format.may_write(), format.resume()?)));
    let Some((may_write, resume)) = resumed else {
        return Ok(Text::Whole(Box::new(cutter.back(bytes))));
    };
    let (bytes, lines_before) = (bytes[header.len()..].to_vec(), u64::from(!header.is_empty()));
    let checks = RowChecks::new(spec, true)?.in_the_middle();
    let batches = start_all(Piece { bytes, lines_before }, cutter, (spec.format, checks), &resume, threads)
        .map_err(failed)?;
    Ok(Text::Shared(Box::new(ParallelReader {
        batches,
        turn: 0,
        rows: None,
        next: 0,
        may_write,
        resume,
        rest: None,
    })))
}

/// Sets threads to work on a text from this piece on, and one that cuts it; gives what they have made, in turns.
fn start_all<R: Read + Send + 'static>(
    first: Piece,
    mut cutter: Cutter<R>,
    (format, checks): (TraceFormat, RowChecks),
    resume: &Resume,
    threads: usize,
) -> io::Result<Vec<Receiver<Sent<Batch>>>> {
    let (mut to, mut from) = (Vec::new(), Vec::new());
    for _ in 0..threads.clamp(1, THREADS_MOST) {
        let (pieces, work) = sync_channel(WAITING);
        let (done, batches) = sync_channel(WAITING);
        let (checks, resume) = (checks.clone(), Arc::clone(resume));
        start(move || make_rows(&work, &done, format, &checks, &resume))?;
        to.push(pieces);
        from.push(batches);
    }
    start(move || {
        let mut piece = Ok(Some(first));
        for to in to.iter().cycle() {
            let is_last = !matches!(piece, Ok(Some(_)));
            // A thread that takes no more pieces has nobody who reads its rows.
            if to.send(piece).is_err() || is_last {
                return;
            }
            piece = cutter.next();
        }
    })?;
    Ok(from)
}

impl FormatReader for ParallelReader {
    fn next<'a>(&'a mut self, checks: &'a mut RowChecks) -> Result<Option<NextRow<'a>>, Located> {
        if self.rest.is_none() {
            match self.look_ahead(checks) {
                Ahead::Row => return Ok(self.take(checks.file())),
                Ahead::Over => return Ok(None),
                Ahead::Alone(rest) => self.rest = Some(rest),
            }
        }
        self.rest.as_mut().map_or(Ok(None), |rest| rest.next(checks))
    }

    fn may_write(&self) -> bool {
        self.may_write
    }
}

impl ParallelReader {
    /// Makes the next row known.
    fn look_ahead(&mut self, checks: &mut RowChecks) -> Ahead {
        loop {
            if self.rows.as_ref().is_some_and(|rows| self.next < rows.rows.len() || !rows.left_out.is_empty())
            {
                return Ahead::Row;
            }
            let Some(from) = self.batches.get(self.turn) else { return Ahead::Over };
            let batch = received(from);
            self.turn = (self.turn + 1) % self.batches.len();
            match batch {
                Ok(None) => self.batches.clear(),
                Ok(Some(Batch { rows: Some(rows), .. })) if checks.goes_on(rows.checked) => {
                    (self.rows, self.next) = (Some(rows), 0);
                }
                Ok(Some(Batch { piece, .. })) => return Ahead::Alone(self.alone(Ok(piece))),
                Err(error) => return Ahead::Alone(self.alone(Err(error))),
            }
        }
    }

    /// The row at hand, which is of this file.
    fn take(&mut self, file: u16) -> Option<NextRow<'_>> {
        let rows = self.rows.as_mut()?;
        if let Some(reason) = rows.left_out.pop() {
            return Some(NextRow::LeftOut(reason));
        }
        self.next += 1;
        rows.row(self.next - 1, file).map(NextRow::Row)
    }

    /// Everything from a piece on, to be read row by row.
    fn alone(&mut self, piece: io::Result<Piece>) -> Box<dyn FormatReader> {
        let (mut bytes, mut lines_before, mut failed) = (Vec::new(), 0, None);
        match piece {
            Ok(piece) => (bytes, lines_before) = (piece.bytes, piece.lines_before),
            Err(error) => failed = Some(error),
        }
        if lines_before > 0 && bytes.starts_with(BYTE_ORDER_MARK) {
            bytes.insert(0, b'\n');
            lines_before -= 1;
        }
        let (batches, turn) = (std::mem::take(&mut self.batches), self.turn);
        let rest = Rest { piece: Cursor::new(bytes), batches, turn, failed };
        (self.resume)(Box::new(rest), lines_before)
    }
}

/// What comes next from a thread. That it ends without a word is a failure, not the end of the text.
fn received<T>(from: &Receiver<Sent<T>>) -> Sent<T> {
    from.recv().unwrap_or_else(|_| Err(io::Error::other("a thread that read it is gone")))
}

fn start(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let failed = |error: io::Error| {
        let message = format!("failed to start a thread that reads it: {error}; take a smaller --jobs");
        io::Error::new(error.kind(), message)
    };
    thread::Builder::new().spawn(work).map(drop).map_err(failed)
}

fn make_rows(
    work: &Receiver<Sent<Piece>>,
    done: &SyncSender<Sent<Batch>>,
    format: TraceFormat,
    checks: &RowChecks,
    resume: &Resume,
) {
    let batch = |piece| Batch { rows: PieceRows::read(&piece, format, checks.clone(), resume), piece };
    for sent in work {
        if done.send(sent.map(|piece| piece.map(batch))).is_err() {
            return;
        }
    }
}

/// The bytes of a text from some piece on.
struct Rest {
    piece: Cursor<Vec<u8>>,
    batches: Vec<Receiver<Sent<Batch>>>,
    turn: usize,
    failed: Option<io::Error>,
}

impl Read for Rest {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            let count = self.piece.read(buffer)?;
            if count > 0 || buffer.is_empty() || self.batches.is_empty() {
                return Ok(count);
            }
            match received(&self.batches[self.turn])? {
                None => self.batches.clear(),
                Some(batch) => self.piece = Cursor::new(batch.piece.bytes),
            }
            self.turn = (self.turn + 1) % self.batches.len().max(1);
        }
    }
}
