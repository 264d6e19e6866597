//! Text from outside, made safe to show.
//!
//! A name may carry terminal commands, turn the reading direction round or hide letters. All of that
//! becomes visible here, and so do the words by which a line of a log commands a build service. It does not know how
//! wide a line may be, nor which format follows.

/// Maximum number of characters of a found value that are shown.
const VALUE_LENGTH: usize = 80;

/// The text with everything that is invisible or acts on a terminal written as an escape, as in
/// `\u{202e}` or `\n`. Backslashes stay as they are: the result is for reading, not for reading back.
#[must_use]
pub fn escape(text: &str) -> String {
    escape_cut(text, usize::MAX)
}

/// As [`escape`], and at most `most` characters long; what is cut ends in `…`.
#[must_use]
pub fn escape_cut(text: &str, most: usize) -> String {
    let (mut out, mut used, mut cut) = (String::new(), 0usize, 0);
    for (at, c) in text.char_indices() {
        let start = out.len();
        if is_hidden(c) {
            out.extend(c.escape_default())
        } else if commands(&text[at..]) {
            out.extend(c.escape_unicode())
        } else {
            out.push(c)
        }
        used += out[start..].chars().count();
        if used > most {
            out.truncate(cut);
            out.push('…');
            break;
        }
        if used < most {
            cut = out.len();
        }
    }
    out
}

/// JSON text whose strings hold nothing that is invisible: such characters are written as `\u` escapes, which
/// mean the same.
#[must_use]
pub fn escape_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // Line breaks and the like can only stand between values here; inside strings they are escaped.
        if is_hidden(c) && c >= '\u{7f}' {
            let mut units = [0; 2];
            out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// A found value in backquotes, escaped and cut to 80 characters.
#[must_use]
pub fn shown(text: &str) -> String {
    format!("`{}`", escape_cut(text, VALUE_LENGTH).replace('`', "\\`"))
}

/// Whether a build service that reads this in a log may take it for a command, as in `::error::` or `##vso[task]`. Some
/// look at the beginning of lines only, but where lines begin is not known here.
fn commands(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("::") {
        return rest.starts_with(|c: char| c.is_ascii_alphabetic());
    }
    let name = text.strip_prefix("##").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
    name.is_some_and(|rest| rest.starts_with('['))
}

/// Controls, marks of direction, characters without width or shape, and those that are none (XML has no way to
/// write them). Combining marks are letters'
/// parts, and the emoji selector U+FE0F only chooses a picture: both stay.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0e}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_or_hides_becomes_visible() {
        for (text, safe) in [
            ("plain", "plain"),
            ("почта й 茶 🛡\u{fe0f}", "почта й 茶 🛡\u{fe0f}"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
            ("a\u{ffff}", "a\\u{ffff}"),
            ("two\nlines\t\r", "two\\nlines\\t\\r"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("C:\\day", "C:\\day"),
            ("say \"no\"", "say \"no\""),
            ("::error file=x::y", "\\u{3a}:error file=x\\u{3a}:y"),
            ("so ::stop-commands::z", "so \\u{3a}:stop-commands\\u{3a}:z"),
            ("2001:db8::1, a:b", "2001:db8::1, a:b"),
            ("##vso[task.complete]", "\\u{23}#vso[task.complete]"),
            ("##[group]##teamcity['x']", "\\u{23}#[group]\\u{23}#teamcity['x']"),
            ("## heading", "## heading"),
        ] {
            assert_eq!(escape(text), safe);
        }
    }

    #[test]
    fn what_is_cut_has_at_most_so_many_characters() {
        assert_eq!(escape_cut(&"x".repeat(80), 80), "x".repeat(80));
        assert_eq!(escape_cut(&"x".repeat(81), 80), format!("{}…", "x".repeat(79)));
        for text in ["\u{202e}".repeat(50), format!("{}\u{0}", "y".repeat(78)), "\\".repeat(200)] {
            assert!(escape_cut(&text, 80).chars().count() <= 80, "{text:?}");
        }
    }

    #[test]
    fn hidden_characters_of_json_are_escaped_and_mean_the_same() {
        let text = "a\u{202e}b\u{e0001}\n\u{9b}";
        let json = escape_json(&serde_json::to_string_pretty(&[text]).unwrap());
        assert!(json.is_ascii(), "{json}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
    }

    #[test]
    fn a_shown_value_cannot_leave_its_quotes() {
        assert_eq!(shown("tick`"), "`tick\\``");
        assert_eq!(shown("a\nb"), "`a\\nb`");
    }
}
