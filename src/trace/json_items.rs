//! From bytes to JSON texts, one after the other: a line each, or the items of an array, however they are broken into
//! lines.
//!
//! Items are only told apart here, by their brackets and quotes; what is wrong inside one is found where it is read.
//! Holds one item and what was read ahead.

use std::io::{Cursor, Read};

use super::error::Located;
use super::fault::TraceFault;
use super::row_limit::MAX_ROW;
use super::text_lines::{TextLines, not_text};

/// Bytes that are read at once.
const BUFFER: usize = 128 << 10;
/// Blank bytes before the first one that says what the text is; a text with more of them is taken for lines.
const BLANKS_MOST: u64 = 64 << 10;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// JSON texts, each with the line on which it begins.
pub(super) enum JsonItems<R> {
    /// One in each line.
    Lines(TextLines<R>),
    /// Those of arrays.
    Array(Box<ArrayItems<R>>),
}

/// What may be ahead of a text that was looked at.
pub(super) type Peeked<R> = std::io::Chain<Cursor<Vec<u8>>, R>;

/// Whether a text begins an array of objects, or something that is not a line of its own.
pub(super) fn begins_array(head: &[u8]) -> bool {
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    head.trim_ascii_start().first() == Some(&b'[')
}

impl<R: Read> JsonItems<Peeked<R>> {
    /// Looks how a text begins. With `within`, an object may hold the items in an array under this key.
    pub(super) fn open(mut input: R, within: Option<&'static str>) -> Result<Self, Located> {
        let mut head = Vec::new();
        let failed = |error: std::io::Error| Located::from(TraceFault::of_io(&error));
        while head.trim_ascii_start().len() < BYTE_ORDER_MARK.len() + 1 && head.len() as u64 <= BLANKS_MOST {
            if input.by_ref().take(64).read_to_end(&mut head).map_err(failed)? == 0 {
                break;
            }
        }
        let in_array = within.is_some() || begins_array(&head);
        let whole = Cursor::new(head).chain(input);
        Ok(match in_array {
            true => Self::Array(Box::new(ArrayItems::new(whole, within))),
            false => Self::Lines(TextLines::new(whole, 0)),
        })
    }
}

impl<R: Read> JsonItems<R> {
    /// The next text, and the line on which it begins.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &[u8])>, Located> {
        match self {
            Self::Lines(lines) => lines.next(),
            Self::Array(items) => items.next(),
        }
    }
}

/// Where between items the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    /// Outside of all arrays.
    Top,
    /// In an array that stands by itself, or in one of an object.
    Array { in_object: bool },
    /// Behind the array, in the rest of the object that holds it.
    Rest,
}

/// Where a value ends, counted from its beginning.
enum End {
    Value(usize),
    /// The array of items begins in it.
    Within(usize),
}

/// The items of arrays, of objects that hold one, or of objects that follow each other.
pub(super) struct ArrayItems<R> {
    input: R,
    within: Option<&'static str>,
    buffer: Vec<u8>,
    /// Where the next item begins in the buffer, and where what was read ends.
    start: usize,
    end: usize,
    /// The line on which it begins.
    line: u64,
    over: bool,
    between: Between,
}

impl<R: Read> ArrayItems<R> {
    fn new(input: R, within: Option<&'static str>) -> Self {
        let buffer = vec![0; BUFFER];
        Self { input, within, buffer, start: 0, end: 0, line: 1, over: false, between: Between::Top }
    }

    fn next(&mut self) -> Result<Option<(u64, &[u8])>, Located> {
        if self.line == 1 && self.start == 0 {
            self.byte(BYTE_ORDER_MARK.len())?;
            if let Some(fault) = not_text(&self.buffer[..self.end]) {
                return Err(fault.into());
            }
            self.start = if self.buffer.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        }
        let length = loop {
            self.skip_blanks()?;
            let next = self.byte(0)?;
            match (self.between, next) {
                (Between::Top, None) => return Ok(None),
                (_, None) => return Err(Located::at(self.line, TraceFault::OpenArray)),
                (Between::Top, Some(b'[')) => {
                    self.between = Between::Array { in_object: false };
                    self.start += 1;
                }
                (Between::Array { in_object }, Some(b']')) => {
                    self.between = if in_object { Between::Rest } else { Between::Top };
                    self.start += 1;
                }
                (Between::Rest, Some(_)) => {
                    let (End::Value(end) | End::Within(end)) = self.end_of_value(1, None)?;
                    self.pass(end);
                    self.between = Between::Top;
                }
                (between, Some(_)) => {
                    let within = self.within.filter(|_| between == Between::Top);
                    match self.end_of_value(0, within)? {
                        End::Value(length) => break length,
                        End::Within(end) => {
                            self.pass(end);
                            self.between = Between::Array { in_object: true };
                        }
                    }
                }
            }
        };
        let (line, from) = (self.line, self.start);
        self.pass(length);
        Ok(Some((line, &self.buffer[from..from + length])))
    }

    /// A byte so far behind the next item's beginning; `None` behind the end.
    fn byte(&mut self, at: usize) -> Result<Option<u8>, Located> {
        while self.start + at >= self.end && !self.over {
            if at as u64 > MAX_ROW {
                return Err(Located::at(self.line, TraceFault::TooLong { limit: MAX_ROW }));
            }
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
        }
        Ok((self.start + at < self.end).then(|| self.buffer[self.start + at]))
    }

    /// Goes so far, and counts the lines.
    fn pass(&mut self, length: usize) {
        let passed = &self.buffer[self.start..self.start + length];
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.start += length;
    }

    /// Goes to what is neither blank nor a comma between items.
    fn skip_blanks(&mut self) -> Result<(), Located> {
        while let Some(byte) = self.byte(0)? {
            let is_comma = byte == b',' && matches!(self.between, Between::Array { .. });
            if !byte.is_ascii_whitespace() && !is_comma {
                break;
            }
            self.pass(1);
        }
        Ok(())
    }

    /// Where the value at hand ends, `depth` brackets deep in it already; or where in it the array under a key begins.
    fn end_of_value(&mut self, mut depth: usize, within: Option<&str>) -> Result<End, Located> {
        let (mut at, mut text, mut is_key, mut is_escaped) = (0, None, false, false);
        while let Some(byte) = self.byte(at)? {
            at += 1;
            if let Some(from) = text {
                match byte {
                    _ if is_escaped => is_escaped = false,
                    b'\\' => is_escaped = true,
                    b'"' => {
                        let found = &self.buffer[self.start + from..self.start + at - 1];
                        is_key = depth == 1 && within.is_some_and(|key| found == key.as_bytes());
                        text = None;
                        if depth == 0 {
                            return Ok(End::Value(at));
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => text = Some(at),
                b'[' if is_key => return Ok(End::Within(at)),
                b'{' | b'[' => depth += 1,
                // Of the array around it.
                b'}' | b']' | b',' if depth == 0 => return Ok(End::Value((at - 1).max(1))),
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(End::Value(at));
                    }
                }
                byte if depth == 0 && byte.is_ascii_whitespace() => return Ok(End::Value(at - 1)),
                _ => {}
            }
            is_key &= byte == b':' || byte.is_ascii_whitespace();
        }
        Ok(End::Value(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One byte at a time, so that the buffer ends everywhere.
    struct Single<'a>(&'a [u8]);

    impl Read for Single<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = buffer.len().min(1);
            (&mut self.0).take(count as u64).read(buffer)
        }
    }

    fn items(text: &str, within: Option<&'static str>) -> Result<Vec<(u64, String)>, Located> {
        let mut items = JsonItems::open(Single(text.as_bytes()), within)?;
        let mut all = Vec::new();
        while let Some((line, item)) = items.next()? {
            all.push((line, String::from_utf8_lossy(item).into_owned()));
        }
        Ok(all)
    }

    #[test]
    fn an_array_is_read_like_lines() {
        let expected = |lines: [u64; 2]| {
            Ok(vec![(lines[0], "{\"a\":\"]}\\\",\"}".to_owned()), (lines[1], "{\"b\":[{}]}".to_owned())])
        };
        for (text, lines) in [
            ("{\"a\":\"]}\\\",\"}\n\n{\"b\":[{}]}\n", [1, 3]),
            ("[{\"a\":\"]}\\\",\"},{\"b\":[{}]}]", [1, 1]),
            ("\u{feff}\n [\n{\"a\":\"]}\\\",\"}\n,\n{\"b\":[{}]}\n]\n", [3, 5]),
            ("[{\"a\":\"]}\\\",\"}]\n[{\"b\":[{}]}]\n", [1, 2]),
        ] {
            assert_eq!(items(text, None), expected(lines), "{text}");
        }
        assert_eq!(items("[1, \"x,]\" ,null]", None).unwrap().len(), 3);
        assert_eq!(items("[]", None), Ok(Vec::new()));
        assert_eq!(items("[{},\n", None), Err(Located::at(2, TraceFault::OpenArray)));
    }

    #[test]
    fn an_object_may_hold_the_array() {
        for text in [
            "{\"Records\":[{\"Records\":[]},2]}",
            "{\"kind\":\"[Records\",\"Records\" : [ {\"Records\":[]}, 2 ], \"more\":{\"Records\":[3]}}\n",
            "{\"Records\":[{\"Records\":[]}]}{\"Records\":[2]}",
            "[{\"Records\":[]},2]",
        ] {
            let found: Vec<String> =
                items(text, Some("Records")).unwrap().into_iter().map(|(_, item)| item).collect();
            assert_eq!(found, ["{\"Records\":[]}", "2"], "{text}");
        }
        // Without that key an object is an item, and may be broken into lines.
        let lone = "{\"a\":\"Records\",\n\"b\":[1]}\n{}";
        assert_eq!(
            items(lone, Some("Records")),
            Ok(vec![(1, "{\"a\":\"Records\",\n\"b\":[1]}".to_owned()), (3, "{}".to_owned())])
        );
    }

    #[test]
    fn an_item_without_an_end_is_stopped() {
        let mut items = JsonItems::open((&b"[\""[..]).chain(std::io::repeat(b'x')), None).unwrap();
        assert_eq!(items.next().unwrap_err(), Located::at(1, TraceFault::TooLong { limit: MAX_ROW }));
    }
}
