//! A text in pieces of whole lines, which several threads read at once.
//!
//! One thread reads, unpacks and cuts; others make rows of its pieces, in turns; whoever asks gets them in the order of
//! the text. A piece in which anything is wrong, or in which a quote stands, is not judged here: it and all behind it are
//! read once more by [`Rest`], one row after the other. So what comes out, errors included, is what a single thread would
//! have read. Does not know what rows are for.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::error::Place;
use super::format::{Format, Layout, Names};
use super::guard::MAX_ROW;
use super::rows::{Order, Row, Says, Seen, Who};
use super::source::Source;
use crate::model::{TraceFormat, TraceSpec, UserId};

/// Bytes of a piece, about.
#[cfg(not(any(test, feature = "fuzzing")))]
const PIECE: usize = 256 << 10;
/// So small that tests cut everywhere.
#[cfg(any(test, feature = "fuzzing"))]
const PIECE: usize = 64;
/// Pieces that wait for each thread, and for who asks.
const WAITING: usize = 1;
/// More threads than this make rows faster than a run takes them.
const THREADS_MOST: usize = 8;
/// What begins a text may not begin a piece: it would be left out.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Some lines of a text.
pub(super) struct Piece {
    bytes: Vec<u8>,
    lines_before: u64,
}

/// Cuts a text.
pub(super) struct Cutter<R> {
    input: R,
    /// What was read behind the last newline.
    tail: Vec<u8>,
    lines: u64,
    /// Why there is no more, where that is not the end: told behind what came before it.
    failed: Option<io::Error>,
}

impl<R: Read> Cutter<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, tail: Vec::new(), lines: 0, failed: None }
    }

    /// The first piece of a text; and where its rows begin, if several threads can read it: its header is one line without
    /// quotes, and it is no short text. Otherwise it is to be read row by row.
    pub(super) fn begin(&mut self, spec: &TraceSpec) -> io::Result<(Option<Piece>, Option<Layout>)> {
        let Some(first) = self.next()? else { return Ok((None, None)) };
        let layout = |cells| Some(Layout { spec: spec.clone(), cells });
        if first.bytes.len() < PIECE / 2 {
            return Ok((Some(first), None));
        }
        if !spec.format.is_table() {
            return Ok((Some(first), layout(None)));
        }
        let end = memchr::memchr(b'\n', &first.bytes).map_or(0, |at| at + 1);
        let (header, rows) = first.bytes.split_at(end);
        match Format::open(header, spec) {
            Ok(Format::Table(table)) if memchr::memchr(b'"', header).is_none() => {
                let rows = Piece { bytes: rows.to_vec(), lines_before: 1 };
                Ok((Some(rows), layout(Some(table.cells()))))
            }
            _ => Ok((Some(first), None)),
        }
    }

    /// The text as it was before this piece was cut off.
    pub(super) fn back(self, first: Option<Piece>) -> Whole<R> {
        let mut bytes = first.map(|piece| piece.bytes).unwrap_or_default();
        bytes.extend(self.tail);
        Whole { head: Cursor::new(bytes), failed: self.failed, input: self.input }
    }

    /// The next lines; none at the end. A line without an end is cut somewhere, for somebody else to complain of.
    fn next(&mut self) -> io::Result<Option<Piece>> {
        let mut bytes = std::mem::take(&mut self.tail);
        loop {
            let known = bytes.len();
            let read = match &self.failed {
                Some(_) => Ok(0),
                None => self.input.by_ref().take(PIECE as u64).read_to_end(&mut bytes),
            };
            self.failed = read.err().or(self.failed.take());
            let end = memchr::memrchr(b'\n', &bytes[known..]).map(|at| known + at + 1);
            let cut = match end {
                Some(end) => end,
                None if bytes.len() == known || bytes.len() as u64 > 2 * MAX_ROW => bytes.len(),
                None => continue,
            };
            if cut == 0 {
                return self.failed.take().map_or(Ok(None), Err);
            }
            self.tail = bytes.split_off(cut);
            let lines_before = self.lines;
            self.lines += memchr::memchr_iter(b'\n', &bytes).count() as u64;
            return Ok(Some(Piece { bytes, lines_before }));
        }
    }
}

/// A text of which something may have been read already.
pub(super) struct Whole<R> {
    head: Cursor<Vec<u8>>,
    /// How reading it ended.
    failed: Option<io::Error>,
    input: R,
}

impl<R: Read> Whole<R> {
    /// Nothing was read yet.
    pub(super) fn new(input: R) -> Self {
        Self { head: Cursor::default(), failed: None, input }
    }
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.head.read(buffer)? {
            0 => self.failed.take().map_or_else(|| self.input.read(buffer), Err),
            count => Ok(count),
        }
    }
}

/// What is handed on: a piece or what became of it, a failure behind all before, or that it is the end.
type Sent<T> = io::Result<Option<T>>;

/// A piece, and its rows where nothing is wrong with them.
struct Batch {
    piece: Piece,
    rows: Option<PieceRows>,
}

/// The rows of a piece, which stand for themselves.
struct PieceRows {
    rows: Vec<PieceRow>,
    /// What they say in words.
    texts: String,
    /// The first and the last.
    ends: Option<(Seen, Seen)>,
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
    /// Reads a piece; nothing where something about it must be looked at row by row.
    fn read(piece: &Piece, layout: &Layout, names: &Names) -> Option<Self> {
        let quotes = layout.spec.format == TraceFormat::Csv && memchr::memchr(b'"', &piece.bytes).is_some();
        let marked = piece.lines_before > 0 && piece.bytes.starts_with(BYTE_ORDER_MARK);
        if quotes || marked || !piece.bytes.ends_with(b"\n") {
            return None;
        }
        let mut format = Format::resume(piece.bytes.as_slice(), layout, piece.lines_before);
        let (mut order, mut spares) = (Order::new(names.form, true), Default::default());
        let mut read = Self { rows: Vec::new(), texts: String::new(), ends: None };
        while let Some(row) = format.next(names, &mut order, &mut spares).ok()? {
            read.push(&row);
        }
        read.ends = order.ends();
        Some(read)
    }

    fn push(&mut self, row: &Row<'_>) {
        let user = match row.user {
            Who::Number(number) => PieceUser::Number(number),
            Who::Text(text) => {
                UserId::number(text).map_or_else(|| PieceUser::Text(self.keep(text)), PieceUser::Number)
            }
        };
        let says = match row.says.in_words() {
            Ok(role) => PieceSays::Role(self.keep(role)),
            Err(plain) => PieceSays::Plain(plain),
        };
        let Row { place, epoch_us, is_host, .. } = *row;
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

    fn row(&self, at: usize) -> Option<Row<'_>> {
        let PieceRow { place, epoch_us, user, says, is_host } = self.rows.get(at)?;
        Some(Row {
            place: *place,
            epoch_us: *epoch_us,
            user: match user {
                PieceUser::Number(number) => Who::Number(*number),
                PieceUser::Text(span) => Who::Text(self.text(*span)),
            },
            says: match says {
                PieceSays::Plain(says) => *says,
                PieceSays::Role(span) => Says::Role(self.text(*span)),
            },
            is_host: *is_host,
        })
    }
}

/// The rows of a text that several threads read.
pub(super) struct Pieces {
    batches: Vec<Receiver<Sent<Batch>>>,
    turn: usize,
    rows: Option<PieceRows>,
    next: usize,
    layout: Arc<Layout>,
}

/// What may come next.
pub(super) enum Ahead {
    /// A row is at hand.
    Row,
    /// Nothing comes any more.
    Over,
    /// What comes must be read row by row.
    Alone(Box<Format<Rest>>),
}

impl Pieces {
    /// Sets so many threads to work behind the first piece of a text, and one that cuts it.
    pub(super) fn start<R: Read + Send + 'static>(
        first: Piece,
        mut cutter: Cutter<Source<R>>,
        layout: Layout,
        threads: usize,
    ) -> io::Result<Self> {
        let layout = Arc::new(layout);
        let (mut to, mut from) = (Vec::new(), Vec::new());
        for _ in 0..threads.clamp(1, THREADS_MOST) {
            let (pieces, work) = sync_channel(WAITING);
            let (done, batches) = sync_channel(WAITING);
            let layout = Arc::clone(&layout);
            start(move || make_rows(&work, &done, &layout))?;
            to.push(pieces);
            from.push(batches);
        }
        start(move || {
            let mut piece = Ok(Some(first));
            for to in to.iter().cycle() {
                let is_last = !matches!(piece, Ok(Some(_)));
                // Who no longer takes pieces needs none.
                if to.send(piece).is_err() || is_last {
                    return;
                }
                piece = cutter.next();
            }
        })?;
        Ok(Self { batches: from, turn: 0, rows: None, next: 0, layout })
    }

    /// Makes the next row known.
    pub(super) fn look_ahead(&mut self, order: &mut Order) -> Ahead {
        loop {
            if self.rows.as_ref().is_some_and(|rows| self.next < rows.rows.len()) {
                return Ahead::Row;
            }
            let Some(from) = self.batches.get(self.turn) else { return Ahead::Over };
            let batch = received(from);
            self.turn = (self.turn + 1) % self.batches.len();
            match batch {
                Ok(None) => self.batches.clear(),
                Ok(Some(Batch { rows: Some(rows), .. })) if order.goes_on(rows.ends) => {
                    (self.rows, self.next) = (Some(rows), 0);
                }
                Ok(Some(Batch { piece, .. })) => return Ahead::Alone(Box::new(self.alone(Ok(piece)))),
                Err(error) => return Ahead::Alone(Box::new(self.alone(Err(error)))),
            }
        }
    }

    /// The row at hand.
    pub(super) fn take(&mut self) -> Option<Row<'_>> {
        self.next += 1;
        self.rows.as_ref().and_then(|rows| rows.row(self.next - 1))
    }

    /// Everything from a piece on, to be read row by row.
    fn alone(&mut self, piece: io::Result<Piece>) -> Format<Rest> {
        let mut rest = Rest {
            piece: Cursor::default(),
            batches: std::mem::take(&mut self.batches),
            turn: self.turn,
            failed: None,
        };
        match piece {
            Ok(Piece { bytes, lines_before }) if lines_before > 0 && bytes.starts_with(BYTE_ORDER_MARK) => {
                rest.piece = Cursor::new([b"\n", bytes.as_slice()].concat());
                Format::resume(rest, &self.layout, lines_before - 1)
            }
            Ok(Piece { bytes, lines_before }) => {
                rest.piece = Cursor::new(bytes);
                Format::resume(rest, &self.layout, lines_before)
            }
            Err(error) => {
                rest.failed = Some(error);
                Format::resume(rest, &self.layout, 0)
            }
        }
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

fn make_rows(work: &Receiver<Sent<Piece>>, done: &SyncSender<Sent<Batch>>, layout: &Layout) {
    let names = Names::new(&layout.spec);
    let batch = |piece| Batch { rows: PieceRows::read(&piece, layout, &names), piece };
    for sent in work {
        if done.send(sent.map(|piece| piece.map(batch))).is_err() {
            return;
        }
    }
}

/// The bytes of a text from some piece on.
pub(super) struct Rest {
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
