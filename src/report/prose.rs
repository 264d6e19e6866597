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
}
