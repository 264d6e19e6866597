//! Running text from a file, made safe to show in a report.

use crate::model::escape;

/// The text in one line, escaped; line breaks are only layout in it.
#[must_use]
pub fn escape_prose(text: &str) -> String {
    escape(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_loses_its_line_breaks_and_nothing_else() {
        assert_eq!(escape_prose("two\n  lines\u{7}\n"), "two lines\\u{7}");
    }
}
