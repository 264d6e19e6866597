//! A recorded day and a generated one that resembles it, side by side: as a table, and as the comments of the scenario
//! that generates it. It does not know how the scenario was found.

use unicode_width::UnicodeWidthStr;

use super::document::Table;
use super::format::interval::NOTHING;
use super::render::layout::framed;
use super::words::{Arg, Words};
use crate::metrics::{DayFigures, Value};
use crate::model::escape;

/// What one of the two days is like.
#[derive(Clone, Debug, PartialEq)]
pub struct DaySide {
    /// The requests, the users who make them, and when.
    pub figures: DayFigures,
    /// The hit ratio of some caches on that day, by their specs.
    pub hit_ratios: Vec<(&'static str, Value)>,
}

/// Both days. They have the hit ratios of the same caches, in the same order.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// The recorded day.
    pub recorded: DaySide,
    /// The generated day.
    pub generated: DaySide,
}

impl Likeness {
    /// For people, in a box.
    #[must_use]
    pub fn text(&self, words: &Words) -> String {
        framed(
            &Table::new(header(words).into(), self.rows(words).into_iter().map(Vec::from).collect()),
            false,
        )
    }

    /// The comments above the scenario: both days, and what a scenario says to replay the recorded one, whose file is
    /// named as well.
    #[must_use]
    pub fn comments(&self, file: &str, replay: &str, words: &Words) -> String {
        let rows: Vec<[String; 3]> = std::iter::once(header(words)).chain(self.rows(words)).collect();
        let widest = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let blanks = |count: usize| " ".repeat(count);
        let widths = [widest(0), widest(1), widest(2)];
        let mut lines =
            vec![words.with("init-resembles", &[("file", Arg::Text(&escape(file)))]), String::new()];
        for [what, recorded, generated] in &rows {
            let gaps = [
                blanks(widths[0] - what.width()),
                blanks(widths[1] - recorded.width()),
                blanks(widths[2] - generated.width()),
            ];
            lines.push(format!("{what}{}  {}{recorded}  {}{generated}", gaps[0], gaps[1], gaps[2]));
        }
        lines.extend([String::new(), words.text("init-replayed-by"), String::new()]);
        lines.extend(replay.lines().map(|line| format!("  {line}")));
        lines.iter().map(|line| format!("{}\n", format!("# {line}").trim_end())).collect()
    }

    /// What is compared, of the recorded and of the generated day.
    fn rows(&self, words: &Words) -> Vec<[String; 3]> {
        let (left, right) = (self.recorded.rows(words), self.generated.rows(words));
        left.into_iter().zip(right).map(|((what, left), (_, right))| [what, left, right]).collect()
    }
}

impl DaySide {
    fn rows(&self, words: &Words) -> Vec<(String, String)> {
        let lang = words.lang();
        let day = &self.figures;
        let share =
            |share: Option<f64>| share.map_or_else(|| NOTHING.to_owned(), |share| lang.percent(share));
        let zipf = day.zipf.map_or_else(|| NOTHING.to_owned(), |s| lang.decimal(&format!("{s:.2}")));
        let busiest = day.hours.iter().max().copied().unwrap_or(0);
        let rows = [
            ("trace-requests", lang.count(day.requests)),
            ("init-asking", lang.count(day.asking)),
            ("init-asking-once", share(day.once_share())),
            ("trace-top-hundredth", share(day.top_share())),
            ("trace-zipf-exponent", zipf),
            ("trace-busiest-hour", lang.count(busiest)),
            ("trace-sessions", lang.count(day.sessions.count)),
        ];
        let mut rows: Vec<_> = rows.into_iter().map(|(key, shown)| (words.text(key), shown)).collect();
        rows.extend(self.hit_ratios.iter().map(|(cache, ratio)| {
            (words.with("init-hit-ratio", &[("cache", Arg::Text(cache))]), share(ratio.number()))
        }));
        rows
    }
}

fn header(words: &Words) -> [String; 3] {
    ["init-figure", "init-recorded", "init-generated"].map(|key| words.text(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::words::Lang;

    fn side(requests: u64, ratio: f64) -> DaySide {
        let figures =
            DayFigures { requests, asking: requests / 5, hours: vec![requests], ..DayFigures::default() };
        DaySide { figures, hit_ratios: vec![("event", Value::Ratio(ratio))] }
    }

    #[test]
    fn a_likeness_is_told_in_the_language_of_its_words() {
        let likeness = Likeness { recorded: side(50_000, 0.895), generated: side(50_000, 0.9) };
        for (lang, lines) in [
            (Lang::En, ["Requests", "50,000", "Hit ratio of event", "89.50 %"]),
            (Lang::Ru, ["Запросов", "50 000", "Процент попаданий: event", "89,50 %"]),
        ] {
            let words = Words::new(lang);
            let comments =
                likeness.comments("a\nb.csv", "trace:\n  file: x\n", &words).replace('\u{a0}', " ");
            let table = likeness.text(&words).replace('\u{a0}', " ");
            for line in lines {
                assert!(comments.contains(line) && table.contains(line), "{line}: {comments}{table}");
            }
            assert!(comments.lines().all(|line| line.starts_with('#') && !line.ends_with(' ')), "{comments}");
            assert!(comments.contains("a\\nb.csv") && comments.ends_with("#   trace:\n#     file: x\n"));
            let english = comments.lines().any(|line| line.contains("recorded one"));
            assert_eq!(english, lang == Lang::En, "{comments}");
        }
    }
}
