//! Recorded days that cannot be replayed.

use super::Input::{MadeTrace, Trace};
use super::Row;

fn million_and_one() -> Vec<u8> {
    let mut rows = b"time,user\n".to_vec();
    (0..50_000).for_each(|n| rows.extend(format!("{},{}\n", n / 10, n % 100).bytes()));
    rows.extend(b"soon,5\n");
    rows
}

fn long_line() -> Vec<u8> {
    let mut rows = b"time,user\n1,".to_vec();
    rows.resize(100 << 20, b'x');
    rows
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("no row",                      Trace("", b"time,user\n"),                                   2, &["rows.csv"]),
    ("not even a header",           Trace("", b""),                                              2, &["rows.csv", "name the columns"]),
    ("blank lines only",            Trace("", b"\n\n\n"),                                        2, &["rows.csv"]),
    ("no column of users",          Trace("", b"time,who\n1,2\n"),                               2, &["`user`", "`who`"]),
    ("no column of times",          Trace("", b"when,user\n1,2\n"),                              2, &["`time`", "`when`"]),
    ("a column twice",              Trace("", b"time,user,user\n1,2,3\n"),                       2, &["more than once"]),
    ("columns in another order",    Trace("", b"size,user,time\n9,2,1\n"),                       0, &[]),
    ("a short row",                 Trace("", b"time,user\n1,2\n3\n"),                           2, &["line 3", "1 cell"]),
    ("a long row",                  Trace("", b"time,user\n1,2,3\n"),                            2, &["line 2", "3 cells"]),
    ("a time that is a word",       Trace("", b"time,user\nnoon,2\n"),                           2, &["line 2", "`noon`"]),
    ("a time that is empty",        Trace("", b"time,user\n,2\n"),                               2, &["line 2"]),
    ("a time that is not one",      Trace("", b"time,user\nnan,2\n"),                            2, &["line 2", "`nan`"]),
    ("a negative time",             Trace("", b"time,user\n-1,2\n"),                             2, &["line 2", "negative"]),
    ("a time beyond the calendar",  Trace("", b"time,user\n99999999999999999999,2\n"),           2, &["line 2"]),
    ("a time that acts",            Trace("", b"time,user\n\x1b[31m,2\n"),                       2, &["\\u{1b}[31m"]),
    ("a row without a user",        Trace("", b"time,user\n1,\n"),                               2, &["line 2", "empty"]),
    ("a row that is wrong, far down", MadeTrace("", million_and_one),                            2, &["line 50002", "`soon`"]),
    ("time goes backwards",         Trace("", b"time,user\n5,1\n7,1\n6,1\n"),                    2, &["line 4", "line 3"]),
    ("milliseconds for seconds",    Trace("", b"time,user\n1700000000000,1\n1700000500000,2\n"), 2, &["unit"]),
    ("a span of many years",        Trace("", b"time,user\n1,1\n1700000000,2\n"),                2, &["line 3", "days"]),
    ("semicolons",                  Trace("", b"time;user\n1;2\n"),                              2, &["commas"]),
    ("tabs in csv",                 Trace("", b"time\tuser\n1\t2\n"),                            2, &["commas"]),
    ("commas in tsv",               Trace(", format: tsv", b"time,user\n1,2\n"),                 2, &["tabs"]),
    ("an open quote to the end",    Trace("", b"time,user\n1,\"2\n3,4\n"),                       2, &["line 2", "quote"]),
    ("quotes are fine",             Trace("", b"time,user\n1,\"a, \"\"b\"\"\"\n"),               0, &[]),
    ("a last line without its end", Trace("", b"time,user\n1,2\n3,4"),                           0, &[]),
    ("a last line cut in two",      Trace("", b"time,user\n1,2\n3"),                             2, &["line 3"]),
    ("UTF-16 rows",                 Trace("", b"\xff\xfet\0i\0m\0e\0"),                          2, &["UTF-16"]),
    ("rows after a byte-order mark",   Trace("", b"\xEF\xBB\xBFtime,user\n1,2\n"),                  0, &[]),
    ("Latin-1 users are fine",      Trace("", b"time,user\n1,caf\xe9\n"),                        0, &[]),
    ("NULs in a name",              Trace("", b"time,user\n1,a\0b\n"),                           0, &[]),
    ("one line of 100 MB",          MadeTrace("", long_line),                                    2, &["longer than"]),
    ("all rows outside the clock",  Trace(", timezone: UTC}\nclock: {start: '08:00', end: '09:00'", b"time,user\n1,2\n"), 0, &[]),
];

#[test]
fn traces() {
    super::hold(ROWS);
}
