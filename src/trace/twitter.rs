//! Twitter's cache traces: `timestamp,key,key size,value size,client id,operation,TTL`, without a header.
//!
//! Nothing is quoted, and a key may hold commas: one cell is counted from the left and five from the right.
//! <https://github.com/twitter/cache-trace>

use std::io::Read;

use super::error::Located;
use super::fault::TraceFault;
use super::lines::Lines;
use super::rows::RawRow;

/// Cells of a line.
const CELLS: usize = 7;

/// The lines of a trace.
pub(super) struct Twitter<R>(Lines<R>);

impl<R: Read> Twitter<R> {
    pub(super) fn new(input: R, lines_before: u64) -> Self {
        Self(Lines::new(input, lines_before))
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<RawRow<'_>>, Located> {
        let Some((line, bytes)) = self.0.next()? else { return Ok(None) };
        let Some((time, key, op)) = split(bytes) else {
            let cells = bytes.iter().filter(|byte| **byte == b',').count() + 1;
            return Err(Located::at(line, TraceFault::Ragged { cells, expected: CELLS, header: false }));
        };
        Ok(Some(RawRow { line, time, user: key, op, role: b"" }))
    }
}

/// Whether a text can be a key.
pub(super) fn holds(key: &str) -> bool {
    !key.contains(['\n', '\r'])
}

/// Time, key and operation.
pub(super) fn split(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let time_end = memchr::memchr(b',', line)?;
    let mut commas = memchr::memrchr_iter(b',', line);
    let ttl = commas.next()?;
    let op = commas.next()?;
    let key_end = commas.nth(2).filter(|end| *end > time_end)?;
    Some((&line[..time_end], &line[time_end + 1..key_end], &line[op + 1..ttl]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_hold_commas() {
        let cells = |line: &'static str| {
            split(line.as_bytes())
                .map(|(time, key, op)| [time, key, op].map(|cell| std::str::from_utf8(cell).unwrap()))
        };
        assert_eq!(
            cells("0,nz:u:eeW511W3dcH3de3d15ec,22,304,5,get,0"),
            Some(["0", "nz:u:eeW511W3dcH3de3d15ec", "get"])
        );
        assert_eq!(cells("7,a,b,,c,6,1,2,set,60"), Some(["7", "a,b,,c", "set"]));
        assert_eq!(cells("7,,0,1,2,get,0"), Some(["7", "", "get"]));
        assert_eq!(cells("7,a,1,2,get,0"), None);
        assert_eq!(cells("7"), None);
    }
}
