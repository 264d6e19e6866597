//! What stands between a file and the csv reader, which would keep a row of any length in memory.
//!
//! Stops rows that never end, and gives the last line the newline that it may lack. Knows nothing of
//! delimiters and quotes: where a row begins it is told.

use std::io::{self, ErrorKind, Read};

/// Maximum length of a row in bytes, its delimiters, quotes and the blank lines before it included.
pub(super) const MAX_ROW: u64 = 1 << 20;

/// A reader that stops at a row that is too long.
pub(super) struct RowLimit<R> {
    input: R,
    /// Most bytes that the csv reader has taken and not yet looked at.
    ahead: u64,
    /// Bytes handed out since the row began.
    handed: u64,
    ends_in_newline: bool,
    at_end: bool,
}

impl<R> RowLimit<R> {
    /// Limits what a csv reader takes whose buffer has this many bytes.
    pub(super) fn new(input: R, buffer: usize) -> Self {
        Self { input, ahead: buffer as u64, handed: 0, ends_in_newline: true, at_end: false }
    }

    /// What is handed out from now on may belong to another row.
    pub(super) fn row_begins(&mut self) {
        self.handed = 0;
    }

    /// Whether the row is too long, whatever of it the buffer held when it began.
    pub(super) fn too_long(&self) -> bool {
        self.handed > MAX_ROW + self.ahead
    }

    /// Whether the reader has been told that there is no more.
    pub(super) fn at_end(&self) -> bool {
        self.at_end
    }
}

impl<R: Read> Read for RowLimit<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.too_long() {
            return Err(io::Error::other("the row is too long"));
        }
        let count = loop {
            match self.input.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.handed += count as u64;
        if count > 0 {
            self.ends_in_newline = buffer[..count].ends_with(b"\n");
            return Ok(count);
        }
        match buffer.first_mut() {
            Some(first) if !self.ends_in_newline => {
                *first = b'\n';
                self.ends_in_newline = true;
                Ok(1)
            }
            _ => {
                self.at_end = true;
                Ok(0)
            }
        }
    }
}
