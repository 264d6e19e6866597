//! Lines over the day, one for each cache: hit ratio, database reads and stale answers by the hour.
//!
//! A line lies in a box of as many units as there are hours, stretched to the page; the scales beside it are text.
//! Written by hand, and not by a library for charts: those known draw every word into the picture, which then is
//! unreadable on a phone, and none names a value under the pointer without a script.

use std::fmt::Write as _;

use serde::Serialize;

use super::{CacheResult, LOOKS, Words};
use crate::metrics::{HourRow, Value};
use crate::model::{DAY_US, escape};
use crate::report::hourly::{hour_name, sum};
use crate::report::words::Arg;

/// A longer day is drawn with several hours to a point: more points than this cannot be told apart.
const MOST_POINTS: usize = 336;

/// So high is the box of a line, in units.
const HEIGHT: f64 = 100.0;

/// A picture with a line for each cache.
#[derive(Serialize)]
pub(in crate::report) struct Lines {
    /// Tells its parts from those of other pictures.
    id: &'static str,
    title: String,
    /// What it shows in a sentence for each cache, for who cannot see it.
    description: String,
    /// How wide the box is, in units.
    width: usize,
    lines: Vec<Line>,
    across: Vec<Mark>,
    up: Vec<Mark>,
    points: Vec<Point>,
    caches: Vec<String>,
}

#[derive(Serialize)]
struct Line {
    look: usize,
    path: String,
}

/// A mark on a scale, at so many per cent of its length.
#[derive(Serialize)]
struct Mark {
    place: String,
    text: String,
}

/// An hour, with what each cache did in it.
#[derive(Serialize)]
struct Point {
    at: usize,
    name: String,
    values: Vec<String>,
    /// What shows under the pointer.
    told: String,
}

/// What is drawn.
struct Subject {
    id: &'static str,
    title: &'static str,
    of: fn(&HourRow) -> Value,
    is_share: bool,
}

const SUBJECTS: [Subject; 3] = [
    Subject { id: "hit-ratio", title: "html-line-hit-ratio", of: HourRow::hit_ratio, is_share: true },
    Subject {
        id: "db-reads",
        title: "html-line-reads",
        of: |hour| Value::Count(hour.db_reads),
        is_share: false,
    },
    Subject {
        id: "stale-reads",
        title: "html-line-stale",
        of: |hour| Value::Count(hour.stale_reads),
        is_share: false,
    },
];

/// All pictures; none where the day has no hours.
pub(super) fn lines(results: &[CacheResult], words: &Words) -> Vec<Lines> {
    let hours = results.first().map_or(0, |own| own.hourly.len());
    if hours == 0 {
        return Vec::new();
    }
    let each = hours.div_ceil(MOST_POINTS);
    let points: Vec<Vec<HourRow>> =
        results.iter().map(|result| result.hourly.chunks(each).map(sum).collect()).collect();
    SUBJECTS.iter().map(|subject| picture(subject, results, &points, each, words)).collect()
}

fn picture(
    subject: &Subject,
    results: &[CacheResult],
    points: &[Vec<HourRow>],
    each: usize,
    words: &Words,
) -> Lines {
    let own = points.first().map_or(&[][..], Vec::as_slice);
    let title = match each {
        1 => words.text(subject.title),
        _ => format!(
            "{} ({})",
            words.text(subject.title),
            words.with("html-line-each", &[("n", Arg::Count(each as u64))])
        ),
    };
    let lines = results
        .iter()
        .zip(points)
        .map(|(result, hours)| (escape(&result.label), hours.iter().map(subject.of).collect::<Vec<Value>>()));
    let names = own.iter().map(|hour| hour_name(hour.from)).collect();
    let drawn = Drawn { id: subject.id, title, names, lines: lines.collect(), is_share: subject.is_share };
    drawn.picture(across(own), words)
}

/// What a picture is made of: a name for each point, and for each line its name and its values.
pub(in crate::report) struct Drawn {
    /// Tells its parts from those of other pictures.
    pub(in crate::report) id: &'static str,
    pub(in crate::report) title: String,
    pub(in crate::report) names: Vec<String>,
    pub(in crate::report) lines: Vec<(String, Vec<Value>)>,
    pub(in crate::report) is_share: bool,
}

impl Drawn {
    /// With marks at a few points.
    pub(in crate::report) fn with_some_names(self, words: &Words) -> Lines {
        const MOST: usize = 6;
        let step = self.names.len().div_ceil(MOST).max(1);
        let place = |at: usize| format!("{:.2}", (at as f64 + 0.5) / self.names.len() as f64 * 100.0);
        let marked = self.names.iter().enumerate().step_by(step);
        let marks = marked.map(|(at, name)| Mark { place: place(at), text: name.clone() }).collect();
        self.picture(marks, words)
    }

    fn picture(self, across: Vec<Mark>, words: &Words) -> Lines {
        let Self { id, title, names, lines, is_share } = self;
        let numbers = lines.iter().flat_map(|(_, values)| values).filter_map(|value| value.number());
        let scale = if is_share { Scale::SHARE } else { Scale::up_to(numbers.fold(0.0, f64::max)) };
        let shown = |value: &Value| words.value(*value, "html-undefined");
        let point = |(at, name): (usize, &String)| {
            let values: Vec<String> =
                lines.iter().filter_map(|(_, values)| values.get(at)).map(shown).collect();
            let mut told = name.clone();
            for ((label, _), value) in lines.iter().zip(&values) {
                let _ = write!(told, "\n{label}: {value}");
            }
            Point { at, name: name.clone(), values, told }
        };
        let line = |(index, (_, values)): (usize, &(String, Vec<Value>))| Line {
            look: index % LOOKS,
            path: path(values.iter().map(|value| value.number()), scale.top),
        };
        let described = lines.iter().map(|(label, values)| describe(label, values, words));
        Lines {
            id,
            title,
            description: described.collect::<Vec<_>>().join(" "),
            width: names.len(),
            lines: lines.iter().enumerate().map(line).collect(),
            across,
            up: scale.marks(|number| match is_share {
                true => words.lang().exact_percent(number),
                false => words.lang().count(number as u64),
            }),
            points: names.iter().enumerate().map(point).collect(),
            caches: lines.iter().map(|(label, _)| label.clone()).collect(),
        }
    }
}

/// Between what the values of a line lie.
fn describe(label: &str, values: &[Value], words: &Words) -> String {
    let values = values.iter().copied().filter(|value| *value != Value::Undefined);
    let by_number =
        |one: &Value, other: &Value| one.number().unwrap_or(0.0).total_cmp(&other.number().unwrap_or(0.0));
    let least = values.clone().min_by(by_number).unwrap_or(Value::Undefined);
    let most = values.max_by(by_number).unwrap_or(Value::Undefined);
    let (least, most) = (words.value(least, "html-undefined"), words.value(most, "html-undefined"));
    let gaps = [("cache", Arg::Text(label)), ("least", Arg::Text(&least)), ("most", Arg::Text(&most))];
    words.with("html-line-between", &gaps)
}

/// A line through the middles of hours, with gaps where there is no value. A point on its own is a line of no length,
/// which round ends make a dot.
fn path(values: impl Iterator<Item = Option<f64>>, top: f64) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for (at, value) in values.enumerate() {
        let Some(value) = value else {
            drawing = false;
            continue;
        };
        let y = HEIGHT - value / top * HEIGHT;
        let _ = match drawing {
            true => write!(path, "L{at}.5 {y:.2}"),
            false => write!(path, "M{at}.5 {y:.2}h0"),
        };
        drawing = true;
    }
    path
}

/// Marks below: at most seven hours, at even distances, and where there are several days their first hours.
fn across(hours: &[HourRow]) -> Vec<Mark> {
    const MOST: usize = 6;
    const STEPS: [usize; 11] = [1, 2, 3, 4, 6, 12, 24, 48, 72, 96, 168];
    let step = STEPS.into_iter().find(|step| hours.len() / step <= MOST).unwrap_or(hours.len());
    let first = hours.iter().position(|hour| hour.from.0 % (DAY_US / 24 * step.min(24) as u64) == 0);
    let marked = hours.iter().enumerate().skip(first.unwrap_or(0)).step_by(step.max(1));
    let place = |at: usize| format!("{:.2}", (at as f64 + 0.5) / hours.len() as f64 * 100.0);
    marked.map(|(at, hour)| Mark { place: place(at), text: hour_name(hour.from) }).collect()
}

/// A scale from 0 with round marks.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    top: f64,
    step: f64,
}

impl Scale {
    const SHARE: Self = Self { top: 1.0, step: 0.25 };

    /// The smallest round scale that holds the value, with at most five steps.
    fn up_to(most: f64) -> Self {
        let mut step = 1.0;
        for factor in [2.0, 2.5, 2.0].into_iter().cycle() {
            if step * 5.0 >= most {
                break;
            }
            step *= factor;
        }
        // Steps of whole things: 1, 2, 5, 10, 20, 50 and so on.
        Self { top: ((most / step).ceil() * step).max(step), step }
    }

    fn marks(self, shown: impl Fn(f64) -> String) -> Vec<Mark> {
        let count = (self.top / self.step).round() as u32;
        let mark = |index| {
            let value = f64::from(index) * self.step;
            Mark { place: format!("{:.2}", HEIGHT - value / self.top * HEIGHT), text: shown(value) }
        };
        (0..=count).map(mark).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DayTime, HOUR_US};

    #[test]
    fn scales_are_round_and_hold_what_they_show() {
        for (most, top, step) in [
            (0.0, 1.0, 1.0),
            (1.0, 1.0, 1.0),
            (5.0, 5.0, 1.0),
            (6.0, 6.0, 2.0),
            (12.0, 15.0, 5.0),
            (48.0, 50.0, 10.0),
            (1_048.0, 1_500.0, 500.0),
            (9_999_999.0, 10_000_000.0, 2_000_000.0),
        ] {
            assert_eq!(Scale::up_to(most), Scale { top, step }, "{most}");
        }
    }

    #[test]
    fn a_line_has_gaps_where_there_is_no_value() {
        let values = [Some(0.5), Some(1.0), None, Some(0.0), None];
        assert_eq!(path(values.into_iter(), 1.0), "M0.5 50.00h0L1.5 0.00M3.5 100.00h0");
    }

    #[test]
    fn marks_below_are_few_and_stand_at_round_hours() {
        let marks = |first: u64, count: u64| {
            let hours = (first..first + count)
                .map(|hour| HourRow { from: DayTime(hour * HOUR_US), ..HourRow::default() });
            across(&hours.collect::<Vec<_>>()).into_iter().map(|mark| mark.text).collect::<Vec<_>>()
        };
        assert_eq!(marks(0, 24), ["00:00", "04:00", "08:00", "12:00", "16:00", "20:00"]);
        assert_eq!(marks(9, 3), ["09:00", "10:00", "11:00"]);
        assert_eq!(marks(22, 30), ["1d 00:00", "1d 06:00", "1d 12:00", "1d 18:00", "2d 00:00"]);
        assert!(marks(0, 336).len() <= 7);
    }
}
