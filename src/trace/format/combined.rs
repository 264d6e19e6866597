//! Logs of web servers, in the common and the combined format.
//!
//! `HOST IDENT USER [TIME] "REQUEST" STATUS BYTES`, and behind that whatever else. The user is the remote user, or the
//! host where nobody logged in. Every line is a request, whatever was asked for and however it went. Apache's
//! `vhost_combined` has a virtual host in front. More names between host and time are an error: what they are is not known.

use std::io::{Read, Write};
use std::net::IpAddr;
use std::sync::Arc;

use super::interface::{FormatDescriptor, FormatReader, Resume};
use crate::model::{TraceFormat, escape_cut};
use crate::trace::calendar;
use crate::trace::error::Located;
use crate::trace::fault::{SHOWN_CHARS, TraceFault};
use crate::trace::row_checks::RowChecks;
use crate::trace::text_lines::TextLines;
use crate::trace::timestamp;
use crate::trace::trace_row::{NextRow, Says, TraceRow, text};
use crate::trace::write::{Converted, LineFormat, LineWriter, RowError, named, unfit};

/// Logs of web servers.
pub(super) const COMBINED: FormatDescriptor = FormatDescriptor {
    open: |input, _| Ok(Box::new(Log::new(input, false, 0))),
    has_lines: |_| true,
    writer: Some(|out, _| {
        let lines = LogLines { last: (0, timestamp::written_in_log(0)) };
        Ok(Box::new(LineWriter::new(out, TraceFormat::Combined, lines)))
    }),
};
/// The same with a virtual host before each line, as Apache's `vhost_combined` writes it.
pub(super) const VHOST_COMBINED: FormatDescriptor =
    FormatDescriptor { open: |input, _| Ok(Box::new(Log::new(input, true, 0))), writer: None, ..COMBINED };

/// What a log can hold.
const HOLDS: &str = ", whose users have no blank, quote or control character and are not `-`; number the users with \
                     --number-users";

/// `01/Aug/1995:00:00:01 -0400`.
const TIME_BYTES: usize = 26;
const MONTHS: [&[u8; 3]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// A line of a log.
struct LogLine<'a> {
    line: u64,
    /// The time as it is written.
    time: &'a [u8],
    /// Microseconds since the epoch; `None` if that is before it.
    epoch_us: Option<u64>,
    user: &'a [u8],
    /// Whether that is the host, since nobody logged in.
    is_host: bool,
}

/// The lines of a log.
struct Log<R> {
    lines: TextLines<R>,
    /// Whether a virtual host stands before each.
    has_hosts: bool,
    /// The time of the line before, as it was written and as it was read: it is often the same.
    last: ([u8; TIME_BYTES], Option<u64>),
}

impl<R: Read> Log<R> {
    fn new(input: R, has_hosts: bool, lines_before: u64) -> Self {
        Self { lines: TextLines::new(input, lines_before), has_hosts, last: ([0; TIME_BYTES], None) }
    }

    /// The next line.
    fn next_line(&mut self) -> Result<Option<LogLine<'_>>, Located> {
        let Some((line, bytes)) = self.lines.next()? else { return Ok(None) };
        let refused = |what| Located::at(line, TraceFault::NotALogLine { what, found: shown(bytes) });
        let all = if self.has_hosts { behind_host(bytes).map_err(refused)? } else { bytes };
        let mut parts = split(all).map_err(refused)?;
        // A line of which the second name is an address has a virtual host before it.
        if has_host(&parts) && !self.has_hosts {
            parts = behind_host(bytes).and_then(split).map_err(refused)?;
        }
        let Parts { host, names, time } = parts;
        let user = match names {
            [_, b"" | b"-" | b"\"\""] => None,
            [_, user] if !user.contains(&b' ') => Some(user),
            names => return Err(Located::at(line, too_many(names, bytes))),
        };
        if *time != self.last.0 {
            self.last = (*time, epoch_us(time));
        }
        let (user, is_host) = (user.unwrap_or(host), user.is_none());
        Ok(Some(LogLine { line, time, epoch_us: self.last.1, user, is_host }))
    }
}

impl<R: Read> FormatReader for Log<R> {
    fn next<'a>(&'a mut self, checks: &'a mut RowChecks) -> Result<Option<NextRow<'a>>, Located> {
        let Some(LogLine { line, time, epoch_us, user, is_host }) = self.next_line()? else {
            return Ok(None);
        };
        checks.log_line(line, (time, epoch_us), user, is_host).map(Some)
    }

    fn may_write(&self) -> bool {
        false
    }

    fn resume(&self) -> Option<Resume> {
        let has_hosts = self.has_hosts;
        Some(Arc::new(move |input, before| Box::new(Log::new(input, has_hosts, before))))
    }
}

/// Rows as a log in the combined format, in UTC and whole seconds; the request is a placeholder.
struct LogLines {
    /// The last line's second and how it was written: the next one is often the same.
    last: (u64, String),
}

impl LineFormat for LogLines {
    fn line(
        &mut self,
        row: &TraceRow<'_>,
        line: &mut Vec<u8>,
        converted: &mut Converted,
    ) -> Result<bool, RowError> {
        if row.says != Says::Request {
            return Ok(false);
        }
        let mut number = String::new();
        let user = named(row.user, &mut number);
        if !holds(user) {
            return Err(unfit(user, TraceFormat::Combined, HOLDS));
        }
        let second = converted.whole_second(row.epoch_us);
        if second != self.last.0 {
            self.last = (second, timestamp::written_in_log(row.epoch_us));
        }
        write!(line, "- - {user} [{}] \"GET / HTTP/1.1\" 200 0 \"-\" \"-\"", self.last.1)?;
        Ok(true)
    }
}

/// What a line is whose user holds a blank.
fn too_many([client, user]: [&[u8]; 2], line: &[u8]) -> TraceFault {
    let found = shown(line);
    // Behind a virtual host stand the client, its ident, which nobody fills in, and the user.
    match user.strip_prefix(b"- ") {
        Some(user) if client != b"-" && !user.contains(&b' ') => TraceFault::VirtualHost { found },
        _ => TraceFault::NotALogLine { what: "has a blank in its user", found },
    }
}

/// The line, if it is like one of a log; else its length, since it may be of any file.
fn shown(line: &[u8]) -> String {
    match time_in(line, 0) {
        Some(_) => format!("`{}`", escape_cut(&text(line), SHOWN_CHARS)),
        None => format!("a line of {} bytes", line.len()),
    }
}

/// Whether a line is one of a web server's log, and which format that is.
pub(in crate::trace) fn looks_like(line: &[u8]) -> Option<TraceFormat> {
    let parts = split(line).ok()?;
    Some(if has_host(&parts) { TraceFormat::VhostCombined } else { TraceFormat::Combined })
}

/// A line without the virtual host before it.
fn behind_host(line: &[u8]) -> Result<&[u8], &'static str> {
    let end = memchr::memchr(b' ', line).filter(|end| *end > 0).ok_or("has no virtual host")?;
    Ok(&line[end + 1..])
}

/// Whether what was read as host, ident and user is a virtual host, the address of a client, an ident and a user.
fn has_host(parts: &Parts<'_>) -> bool {
    let [client, user] = parts.names;
    let is_address = || std::str::from_utf8(client).is_ok_and(|text| text.parse::<IpAddr>().is_ok());
    user.starts_with(b"- ") && is_address()
}

/// Whether a line is one of a system's log: `<34>1 2003-10-11T22:14:15Z …` or `Oct 11 22:14:15 …`.
pub(in crate::trace) fn is_syslog(line: &[u8]) -> bool {
    let first = |from: usize| line.get(from).copied().unwrap_or_default();
    let priority =
        || first(0) == b'<' && first(1).is_ascii_digit() && line.iter().take(5).any(|byte| *byte == b'>');
    let dated = || MONTHS.iter().any(|name| line.starts_with(*name)) && [3, 6, 9, 12].map(first) == *b"  ::";
    priority() || dated()
}

/// The parts of a line that mean something.
#[derive(Debug)]
struct Parts<'a> {
    host: &'a [u8],
    /// The ident, and all between it and the time.
    names: [&'a [u8]; 2],
    time: &'a [u8; TIME_BYTES],
}

/// The parts of a line, or what is wrong with it.
fn split(line: &[u8]) -> Result<Parts<'_>, &'static str> {
    let host_end =
        memchr::memchr(b' ', line).filter(|end| *end > 0).ok_or("is not a line of a web server's log")?;
    let (open, time) = time_in(line, host_end).ok_or("has no time in brackets")?;
    let names = line.get(host_end + 1..open).unwrap_or_default();
    let ident_end = memchr::memchr(b' ', names).ok_or("has no user before the time")?;
    let user = names[ident_end + 1..].strip_suffix(b" ").ok_or("has no user before the time")?;
    let rest = &line[open + TIME_BYTES + 2..];
    let request = rest.strip_prefix(b" \"").ok_or("has no request in quotes")?;
    let request_end = closing_quote(request).ok_or("ends inside the request")?;
    let mut rest = request[request_end + 1..].split(|byte| *byte == b' ').skip(1);
    let status = rest.next().unwrap_or_default();
    if status != b"-" && !(status.len() == 3 && status.iter().all(u8::is_ascii_digit)) {
        return Err("has no status behind the request");
    }
    let bytes = rest.next().unwrap_or_default();
    if bytes != b"-" && (bytes.is_empty() || !bytes.iter().all(u8::is_ascii_digit)) {
        return Err("has no count of bytes behind the status");
    }
    Ok(Parts { host: &line[..host_end], names: [&names[..ident_end], user], time })
}

/// Where the time's bracket opens, and the time.
fn time_in(line: &[u8], from: usize) -> Option<(usize, &[u8; TIME_BYTES])> {
    let opens = memchr::memchr_iter(b'[', line.get(from..)?).map(|at| from + at);
    opens.into_iter().find_map(|open| {
        let time: &[u8; TIME_BYTES] = line.get(open + 1..=open + TIME_BYTES)?.try_into().ok()?;
        let looks = time[2] == b'/' && time[6] == b'/' && time[11] == b':' && time[20] == b' ';
        (looks && line.get(open + TIME_BYTES + 1) == Some(&b']')).then_some((open, time))
    })
}

/// Where a quoted text ends; a backslash takes the next byte along. Old servers logged quotes as they came, so the
/// last quote counts that a space and a status follow.
fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut first = None;
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'"', &text[from..]).map(|at| from + at) {
        let slashes = text[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
        let status = text.get(at + 2..at + 5).is_some_and(|status| status.iter().all(u8::is_ascii_digit));
        if slashes % 2 == 0 {
            if text.get(at + 1) == Some(&b' ') && (status || text.get(at + 2) == Some(&b'-')) {
                return Some(at);
            }
            first.get_or_insert(at);
        }
        from = at + 1;
    }
    first
}

/// A time as microseconds since the epoch.
fn epoch_us(time: &[u8; TIME_BYTES]) -> Option<u64> {
    let number = |from: usize, to: usize| calendar::number(&time[from..to]);
    let month = MONTHS.iter().position(|name| time[3..6].eq_ignore_ascii_case(*name))? as i64 + 1;
    let date = calendar::date(number(7, 11)?, month, number(0, 2)?)?;
    let (hour, minute, second) = (number(12, 14)?, number(15, 17)?, number(18, 20)?);
    if time[14] != b':' || time[17] != b':' || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let east = match time[21] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (zone_hours, zone_minutes) = (number(22, 24)?, number(24, 26)?);
    if zone_hours > 23 || zone_minutes > 59 {
        return None;
    }
    let offset = east * (zone_hours * 3600 + zone_minutes * 60);
    let seconds = calendar::seconds_of(date) + hour * 3600 + minute * 60 + second - offset;
    u64::try_from(seconds.checked_mul(1_000_000)?).ok()
}

/// Whether a text can be a remote user: other programs take blanks and quotes for what they part, and `-` is nobody.
fn holds(user: &str) -> bool {
    user != "-" && !user.contains(|c: char| c.is_whitespace() || c.is_control() || c == '"')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The user, and whether it is the host.
    fn user(line: &str) -> Result<(String, bool), Located> {
        let mut log = Log::new(line.as_bytes(), false, 0);
        let found = log.next_line()?.unwrap();
        assert_eq!(found.epoch_us, Some(971_211_336_000_000), "{line}");
        Ok((String::from_utf8_lossy(found.user).into_owned(), found.is_host))
    }

    #[test]
    fn a_line_gives_its_user_and_time() {
        for (line, expected) in [
            (r#"h.example - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326"#, ("h.example", true)),
            (
                r#"::1 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "agent [x]""#,
                ("frank", false),
            ),
            (r#"10.0.0.1 id a_b [10/Oct/2000:13:55:36 -0700] "\"[" 400 -"#, ("a_b", false)),
            (r#"10.0.0.1 - "" [10/Oct/2000:13:55:36 -0700] "-" 408 0 "-" "-""#, ("10.0.0.1", true)),
            (r#"10.0.0.1 -  [10/Oct/2000:13:55:36 -0700] "" 400 0"#, ("10.0.0.1", true)),
            (r#"10.0.0.1 - [x] [10/Oct/2000:13:55:36 -0700] "a" - -"#, ("[x]", false)),
            (r#"h - - [10/Oct/2000:13:55:36 -0700] "GET "quoted".htm" 404 -"#, ("h", true)),
        ] {
            assert_eq!(user(line), Ok((expected.0.to_owned(), expected.1)), "{line}");
        }
    }

    #[test]
    fn a_virtual_host_before_a_line_is_told_apart() {
        let line = |names: &str| format!("{names} [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 1");
        for (names, expected) in [
            ("example.com:443 10.0.0.7 - -", ("10.0.0.7", true)),
            ("example.com:443 10.0.0.7 - user99", ("user99", false)),
            ("example.com ::1 - \"\"", ("::1", true)),
        ] {
            let line = line(names);
            assert_eq!(looks_like(line.as_bytes()), Some(TraceFormat::VhostCombined));
            assert_eq!(user(&line), Ok((expected.0.to_owned(), expected.1)), "{line}");
            let mut log = Log::new(line.as_bytes(), true, 0);
            assert_eq!(log.next_line().unwrap().unwrap().user, expected.0.as_bytes());
        }
        for (names, words) in [
            ("example.com:443 client.example - bob", "vhost-combined"),
            ("10.0.0.1 - a b", "has a blank in its user"),
            ("10.0.0.1 id a b", "has a blank in its user"),
            ("10.0.0.1 - - -", "has a blank in its user"),
        ] {
            let line = line(names);
            assert_eq!(
                looks_like(line.as_bytes()),
                Some(TraceFormat::Combined),
                "read as a log, and refused as one"
            );
            let said = user(&line).unwrap_err().in_file(std::path::Path::new("log")).to_string();
            assert!(said.starts_with("log:1: ") && said.contains(words) && said.contains(names), "{said}");
        }
        let plain = line("10.0.0.1 - bob");
        assert!(Log::new(plain.as_bytes(), true, 0).next_line().is_err());
        let named = line("example.com:443 client.example - bob");
        assert_eq!(Log::new(named.as_bytes(), true, 0).next_line().unwrap().unwrap().user, b"bob");
    }

    #[test]
    fn what_is_no_log_line_says_what_is_missing() {
        for (line, what) in [
            ("nonsense", "is not a line of a web server's log"),
            ("a b c d", "has no time in brackets"),
            ("h - - [10/Oct/2000:13:55:36 -0700]", "has no request in quotes"),
            ("h [10/Oct/2000:13:55:36 -0700] \"a\" 200 1", "has no user before the time"),
            ("h - - [10/Oct/2000:13:55:36 -0700] \"GET / HT", "ends inside the request"),
            ("h - - [10/Oct/2000:13:55:36 -0700] \"GET /\"", "has no status behind the request"),
            ("h - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 20", "has no status behind the request"),
            ("h - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 ", "has no count of bytes behind the status"),
        ] {
            assert_eq!(split(line.as_bytes()).unwrap_err(), what, "{line}");
        }
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (time, us) in [
            ("01/Aug/1995:00:00:01 -0400", Some(807_249_601_000_000)),
            ("01/Jan/1970:00:00:00 +0000", Some(0)),
            ("29/Feb/2024:23:59:59 +0530", Some(1_709_231_399_000_000)),
            ("31/Dec/1969:23:59:59 +0000", None),
            ("30/Feb/2024:00:00:00 +0000", None),
            ("01/Foo/2024:00:00:00 +0000", None),
            ("01/Jan/2024:24:00:00 +0000", None),
            ("01/Jan/2024:00:00:00 *0000", None),
        ] {
            assert_eq!(epoch_us(time.as_bytes().try_into().unwrap()), us, "{time}");
        }
        assert_eq!(timestamp::written_in_log(807_249_601_500_000), "01/Aug/1995:04:00:01 +0000");
    }
}
