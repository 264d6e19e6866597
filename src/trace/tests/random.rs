//! Random bytes and tables, however they arrive.

use super::*;

/// Hands out a few bytes at a time.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.1.min(buffer.len());
        self.0.read(&mut buffer[..size])
    }
}

fn quoted(user: &str) -> String {
    format!("\"{}\"", user.replace('"', "\"\""))
}

proptest! {
    #[test]
    fn random_bytes_never_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        header in any::<bool>(),
    ) {
        let mut all = if header { b"time,user\n1,a\n".to_vec() } else { Vec::new() };
        all.extend(bytes);
        for spec in [csv(), tsv()] {
            if let Err(error) = scanned(&all, &spec) {
                prop_assert!(!error.to_string().contains(char::is_control));
            }
        }
    }

    #[test]
    fn random_tables_never_panic(text in "(time|user|[0-9]{1,3}|[-.,\"\t\r\n]){0,60}") {
        let _ = scanned(format!("time,user\n{text}"), &csv());
        let _ = scanned(format!("time\tuser\n{text}"), &tsv());
    }

    #[test]
    fn what_was_written_is_read_however_it_arrives(
        users in proptest::collection::vec("[a-z0-9 ,\"\n\u{e9}]{1,12}", 1..20),
        columns in 0usize..70,
        size in 3usize..20,
    ) {
        let pad = ",".repeat(columns);
        let mut text = format!("time,user{pad}\n");
        for (at, user) in users.iter().enumerate() {
            let _ = writeln!(text, "{at},{}{pad}", quoted(user));
        }
        let rows = rows_of(Drops(text.as_bytes(), size), &csv()).unwrap();
        let read: Vec<&str> = rows.iter().map(|(_, user)| user.as_str()).collect();
        prop_assert_eq!(read, users);
    }
}
