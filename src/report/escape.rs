//! Text from a file, made safe to show.
//!
//! A name may carry terminal commands, turn the reading direction round or hide letters. All of that
//! becomes visible here. It does not know how wide a line may be, nor which format follows.

/// The text with everything that is invisible or acts on a terminal written as an escape, as in
/// `\u{202e}` or `\n`. Backslashes stay as they are: the result is for reading, not for reading back.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// The same for running text, in which line breaks are only layout.
#[must_use]
pub fn escape_prose(text: &str) -> String {
    escape(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Controls, marks of direction, and characters without width or shape. Combining marks are letters'
/// parts, and the emoji selector U+FE0F only chooses a picture: both stay.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0e}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_or_hides_becomes_visible() {
        for (text, shown) in [
            ("plain", "plain"),
            ("почта й 茶 🛡\u{fe0f}", "почта й 茶 🛡\u{fe0f}"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
            ("two\nlines\t\r", "two\\nlines\\t\\r"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("C:\\day", "C:\\day"),
        ] {
            assert_eq!(escape(text), shown);
        }
    }

    #[test]
    fn prose_loses_its_line_breaks_and_nothing_else() {
        assert_eq!(escape_prose("two\n  lines\u{7}\n"), "two lines\\u{7}");
    }
}
