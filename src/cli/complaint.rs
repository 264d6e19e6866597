//! What went wrong, as a terminal shows it: broken between words at its width, with the line of the file that is meant
//! and a caret below the place. Where nobody reads along, each fault is one line.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use unicode_width::UnicodeWidthStr;

use super::failure::Failure;
use crate::model::escape;

/// Every line begins as far in as the first one's text.
const HANG: usize = "error: ".len();
/// Narrower terminals are written to as if they were this wide.
const WIDTH_LEAST: usize = 40;
/// Only so much of a file is looked at for its line.
const BYTES_MOST: u64 = 16 << 20;

/// The lines of a failure for a terminal of this width; `line_of` finds a line of a file.
pub(super) fn shown(
    failure: &Failure,
    width: usize,
    line_of: impl Fn(&str, u64) -> Option<String>,
) -> Vec<String> {
    let width = width.max(WIDTH_LEAST);
    let mut out = Vec::new();
    for (lines, place) in failure.told() {
        out.extend(lines.iter().flat_map(|line| wrapped(line, width - HANG)));
        if let Some((file, line, column)) = place
            && let Some(text) = line_of(&file, line)
        {
            out.extend(pointed(&text, line, column, width - HANG));
        }
    }
    let before = |index| if index == 0 { "error: ".to_owned() } else { " ".repeat(HANG) };
    out.iter().enumerate().map(|(index, line)| format!("{}{line}", before(index))).collect()
}

/// A line of a regular file, as it is; `None` if there is none, or it is not text.
pub(super) fn line_of(file: &str, line: u64) -> Option<String> {
    let opened = File::open(file).ok()?;
    let regular = opened.metadata().ok()?.is_file();
    let index = usize::try_from(line).ok()?.checked_sub(1).filter(|_| regular)?;
    BufReader::new(opened.take(BYTES_MOST)).lines().nth(index)?.ok()
}

/// A text in lines of this width, broken between words; a longer word stays whole.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The line behind its number, and a caret below the column, which counts from 1. Of a long line the part around it.
fn pointed(text: &str, line: u64, column: u64, width: usize) -> [String; 2] {
    let number = format!("{line} | ");
    let room = width.saturating_sub(number.len()).max(1);
    let at = usize::try_from(column).map_or(0, |column| column.saturating_sub(1));
    let from = if escape(text).width() > room { at.saturating_sub(room / 2) } else { 0 };
    let piece = |from: usize, to: usize| -> String {
        escape(&text.chars().skip(from).take(to.saturating_sub(from)).collect::<String>())
    };
    let mut part = piece(from, from + room);
    while part.width() > room {
        part.pop();
    }
    let before = piece(from, at).width().min(room);
    [format!("{number}{}", part.trim_end()), format!("{}^", " ".repeat(number.len() + before))]
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::run::failure::Exit;

    fn failure(column: u64) -> Failure {
        let message = "traffic.shpae: is not a key of `traffic`, found `shpae`; did you mean `shape`?";
        Failure::of_file(Exit::Wrong, Path::new("day.yaml"), message).in_line(3, column)
    }

    #[test]
    fn a_fault_is_broken_between_words_and_points_at_its_place() {
        let line_of = |file: &str, line: u64| {
            assert_eq!((file, line), ("day.yaml", 3));
            Some("traffic: {requests: 5, shpae: flat}".to_owned())
        };
        assert_eq!(
            shown(&failure(24), 60, line_of),
            [
                "error: day.yaml:3:24: traffic.shpae: is not a key of",
                "       `traffic`, found `shpae`; did you mean `shape`?",
                "       3 | traffic: {requests: 5, shpae: flat}",
                "                                  ^",
            ]
        );
    }

    #[test]
    fn a_long_or_hostile_line_is_cut_around_the_place() {
        let long = format!("{}\u{1b}x{}", "a".repeat(500), "b".repeat(500));
        let lines = shown(&failure(502), 80, |_, _| Some(long.clone()));
        let [text, caret] = lines.last_chunk().unwrap();
        assert!(lines.iter().all(|line| line.width() <= 80), "{lines:?}");
        assert_eq!(text.chars().nth(caret.width() - 1), Some('x'), "{lines:?}");
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn without_the_line_the_message_stands_alone() {
        assert_eq!(shown(&failure(1), 200, |_, _| None).len(), 1);
        assert_eq!(line_of("/nowhere/x", 1), None);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x").display().to_string();
        std::fs::write(&file, b"one\ntwo\n\xff\n").unwrap();
        assert_eq!(line_of(&file, 2).as_deref(), Some("two"));
        assert_eq!((line_of(&file, 3), line_of(&file, 9), line_of(&file, 0)), (None, None, None));
    }
}
