//! A text cut into pieces of whole lines. Does not know what lines say, nor who reads the pieces.

use std::io::{self, Cursor, Read};

use super::row_limit::MAX_ROW;

/// Bytes of a piece, about.
#[cfg(not(any(test, feature = "fuzzing")))]
pub(super) const PIECE: usize = 256 << 10;
/// So small that tests cut everywhere.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) const PIECE: usize = 64;

/// Some lines of a text.
pub(super) struct Piece {
    pub(super) bytes: Vec<u8>,
    pub(super) lines_before: u64,
}

/// Cuts a text.
pub(super) struct Cutter<R> {
    input: R,
    /// What was read behind the last newline.
    tail: Vec<u8>,
    lines: u64,
    /// Why reading failed; given after what came before it.
    failed: Option<io::Error>,
}

impl<R: Read> Cutter<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, tail: Vec::new(), lines: 0, failed: None }
    }

    /// The text as it was before these bytes were cut off.
    pub(super) fn back(self, mut bytes: Vec<u8>) -> impl Read {
        bytes.extend(self.tail);
        Cursor::new(bytes).chain(Ended(self.failed)).chain(self.input)
    }

    /// The next lines; `None` at the end. A line that is too long is cut somewhere: the format's reader refuses it.
    pub(super) fn next(&mut self) -> io::Result<Option<Piece>> {
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

/// How reading ended: with an error, which is given once, or at the end.
struct Ended(Option<io::Error>);

impl Read for Ended {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
