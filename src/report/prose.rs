//! Running text from a file, made safe to show in a report.

use crate::model::escape;

/// The text in one line, escaped; line breaks are only layout in it.
#[must_use]
pub fn escape_prose(text: &str) -> String {
    escape(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The same with the line breaks of the text, for a place that shows them; blanks at the ends of lines go.
#[must_use]
pub(super) fn escape_lines(text: &str) -> String {
    let lines: Vec<String> = text.trim().lines().map(|line| escape(line.trim_end())).collect();
    lines.join("\n")
}

/// The pieces of a name between which a line may break: before a `+` and behind a blank.
pub(super) fn pieces(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for c in name.chars() {
        let begins = c == '+' || out.last().is_some_and(|last| last.ends_with(' '));
        match out.last_mut() {
            Some(last) if !begins || last.is_empty() => last.push(c),
            _ => out.push(c.to_string()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_loses_its_line_breaks_and_nothing_else() {
        assert_eq!(escape_prose("two\n  lines\u{7}\n"), "two lines\\u{7}");
    }

    #[test]
    fn lines_stay_lines_where_a_place_shows_them() {
        assert_eq!(escape_lines("two \n- lines\u{7}\r\n\n"), "two\n- lines\\u{7}");
    }

    #[test]
    fn names_break_before_a_plus_and_behind_a_blank() {
        for (name, wanted) in [
            ("event", &["event"][..]),
            ("event+on-event=invalidate+ttl=5m", &["event", "+on-event=invalidate", "+ttl=5m"]),
            ("Redis pub/sub + TTL", &["Redis ", "pub/sub ", "+ ", "TTL"]),
            ("+", &["+"]),
            ("", &[""]),
        ] {
            assert_eq!(pieces(name), wanted);
        }
    }
}
