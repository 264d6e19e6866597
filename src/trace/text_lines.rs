//! From bytes to lines, none of them longer than a row may be.
//!
//! Blank lines are left out but counted, a byte order mark and carriage returns are dropped. Does not know what a
//! line says. Holds one line and what was read ahead.

use std::io::Read;

use super::error::Located;
use super::fault::TraceFault;
use super::row_limit::MAX_ROW;
use crate::model::is_utf16;

/// Bytes that are read at once.
const BUFFER: usize = 128 << 10;

/// The lines of a text.
pub(super) struct TextLines<R> {
    input: R,
    buffer: Vec<u8>,
    /// Where the next line begins in the buffer, and where what was read ends.
    start: usize,
    end: usize,
    /// Lines before the next one.
    before: u64,
    over: bool,
}

impl<R: Read> TextLines<R> {
    /// Lines that follow `before` others.
    pub(super) fn new(input: R, before: u64) -> Self {
        Self { input, buffer: vec![0; BUFFER], start: 0, end: 0, before, over: false }
    }

    /// The next line that is not blank and its number, counted from 1.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &[u8])>, Located> {
        loop {
            let Some((from, to)) = self.line()? else { return Ok(None) };
            let bytes = &self.buffer[from..to];
            if let Some(fault) = not_text(bytes).filter(|_| self.before == 1) {
                return Err(fault.into());
            }
            let skip = if self.before == 1 && bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            let to = from + without_returns(bytes).len();
            if from + skip < to {
                return Ok(Some((self.before, &self.buffer[from + skip..to])));
            }
        }
    }

    /// Where the next line lies in the buffer, without its newline.
    fn line(&mut self) -> Result<Option<(usize, usize)>, Located> {
        let mut looked = self.start;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[looked..self.end]) {
                let (from, to) = (self.start, looked + at);
                self.start = to + 1;
                return self.counted(from, to).map(Some);
            }
            looked = self.end;
            if self.over {
                let (from, to) = (self.start, self.end);
                self.start = to;
                return if from < to { self.counted(from, to).map(Some) } else { Ok(None) };
            }
            if (self.end - self.start) as u64 > MAX_ROW {
                return Err(Located::at(self.before + 1, TraceFault::TooLong { limit: MAX_ROW }));
            }
            looked -= self.start;
            self.read_on()?;
        }
    }

    fn counted(&mut self, from: usize, to: usize) -> Result<(usize, usize), Located> {
        self.before += 1;
        if (to - from) as u64 >= MAX_ROW {
            return Err(Located::at(self.before, TraceFault::TooLong { limit: MAX_ROW }));
        }
        Ok((from, to))
    }

    /// Makes room behind what is not yet used up, and reads.
    fn read_on(&mut self) -> Result<(), Located> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let count =
            self.input.read(&mut self.buffer[self.end..]).map_err(|error| TraceFault::of_io(&error))?;
        self.over = count == 0;
        self.end += count;
        Ok(())
    }
}

/// A line without the carriage returns at its end, which belong to the newline. There may be several, as `\r\r\n`, where
/// a file was taken for one without any on its way.
pub(super) fn without_returns(line: &[u8]) -> &[u8] {
    let kept = line.iter().rposition(|byte| *byte != b'\r').map_or(0, |last| last + 1);
    &line[..kept]
}

/// What is wrong with a file whose first bytes are not those of a text; `None` if they may be.
pub(super) fn not_text(head: &[u8]) -> Option<TraceFault> {
    const DECOMPRESS: &str = "decompress it";
    const MAGICS: [(&[u8], &str, &str); 5] = [
        (b"\x1f\x8b\x08", "compressed once more, with gzip", DECOMPRESS),
        (b"\x28\xb5\x2f\xfd", "compressed once more, with zstd", DECOMPRESS),
        (b"PK\x03\x04", "a zip archive", "unpack it, or save a spreadsheet (.xlsx) as csv"),
        (b"BZh91AY&SY", "compressed with bzip2", DECOMPRESS),
        (b"\xfd7zXZ\0", "compressed with xz", DECOMPRESS),
    ];
    if is_utf16(head) {
        return Some(TraceFault::NotText { kind: "in UTF-16", remedy: "save it as UTF-8" });
    }
    let (_, kind, remedy) = *MAGICS.iter().find(|(magic, ..)| head.starts_with(magic))?;
    Some(TraceFault::NotText { kind, remedy })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<(u64, String)> {
        let mut lines = TextLines::new(text, 0);
        let mut all = Vec::new();
        while let Some((number, line)) = lines.next().unwrap() {
            all.push((number, String::from_utf8_lossy(line).into_owned()));
        }
        all
    }

    #[test]
    fn blank_lines_count_and_the_last_needs_no_newline() {
        let expected = vec![(1, "a".to_owned()), (4, "b c".to_owned()), (5, "d".to_owned())];
        assert_eq!(lines(b"\xef\xbb\xbfa\r\n\n\r\nb c\nd"), expected);
        assert_eq!(lines(b"\xef\xbb\xbfa\n\n\nb c\nd\n"), expected);
        assert_eq!(lines(b"a\r\r\n\r\r\n\nb c\r\r\r\nd\r"), expected);
        assert_eq!(lines(b""), []);
        assert_eq!(lines(b"\n"), []);
    }

    #[test]
    fn lines_longer_than_the_buffer_are_whole() {
        let long = "x".repeat(3 * BUFFER);
        let text = format!("a\n{long}\nb\n{long}");
        let all = lines(text.as_bytes());
        assert_eq!(
            all.iter().map(|(number, line)| (*number, line.len())).collect::<Vec<_>>(),
            [(1, 1), (2, 3 * BUFFER), (3, 1), (4, 3 * BUFFER)]
        );
    }

    #[test]
    fn a_line_without_end_is_stopped() {
        let mut lines = TextLines::new(std::io::repeat(b'x'), 0);
        assert_eq!(lines.next().unwrap_err(), Located::at(1, TraceFault::TooLong { limit: MAX_ROW }));
        assert!(lines.buffer.len() <= 4 << 20);
    }
}
