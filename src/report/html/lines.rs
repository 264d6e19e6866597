//! Lines over the day, one for each cache: database reads by the hour, and what went wrong where anything did.
//!
//! A line lies in a box of as many units as there are hours, stretched to the page; the scales next to it are text.
//! Written by hand, and not by a library for charts: those known draw every word into the picture, which then is
//! unreadable on a phone, and none names a value under the pointer without a script.

use std::fmt::Write as _;

use serde::Serialize;

use super::drawn::{Cache, REST, Reading};
use super::ends::{Ends, collapsed, ends};
use crate::metrics::{HourRow, Value};
use crate::model::{DAY_US, DayTime, HOUR_US};
use crate::report::hourly::{hour_name, sum};
use crate::report::words::{Arg, Words};
use crate::report::{CacheResult, Incident};

/// A longer day is drawn with several hours to a point: more points than this cannot be told apart.
const MOST_POINTS: usize = 336;

/// So high is the box of a line, in units.
const HEIGHT: f64 = 100.0;

/// How wide a sign of a scale is, in em of the page.
const SIGN_EM: f64 = 0.5;

/// A picture with a line for each cache.
#[derive(Serialize)]
pub(in crate::report) struct Lines {
    /// Tells its parts from those of other pictures.
    id: &'static str,
    title: String,
    /// What its table is called.
    as_table: String,
    /// What it shows in a sentence for each cache, for those who cannot see it.
    description: String,
    /// How wide the box is, in units.
    width: usize,
    lines: Vec<Line>,
    /// Incidents: where each begins, and how wide it is, in units.
    bands: Vec<[String; 2]>,
    ends: Ends,
    /// What the points along the page are values of.
    axis: Option<String>,
    across: Vec<Mark>,
    up: Vec<Mark>,
    /// How wide the scale is, in em.
    up_width: f64,
    points: Vec<Point>,
    caches: Vec<String>,
}

/// A line that is drawn; several caches may share it.
#[derive(Serialize)]
struct Line {
    look: usize,
    /// The numbers of its caches.
    numbers: Vec<usize>,
    path: String,
    /// Points that the line alone would not show.
    dots: String,
}

/// A mark on a scale, at a percentage of its length.
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

/// How values become a line.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::report) enum LineShape {
    /// As steps as wide as the points: counts are of a whole hour and do not grow from one to the next.
    Steps,
    /// As a line, with a dot at each point that was tried.
    Curve,
}

/// What is drawn.
struct Subject {
    id: &'static str,
    title: &'static str,
    of: fn(&HourRow) -> Value,
}

const SUBJECTS: [Subject; 4] = [
    Subject { id: "db-reads", title: "html-line-reads", of: |hour| Value::Count(hour.db_reads) },
    Subject { id: "stale-grants", title: "html-line-grants", of: |hour| Value::Count(hour.stale_grants) },
    Subject { id: "stale-reads", title: "html-line-stale", of: |hour| Value::Count(hour.stale_reads) },
    Subject { id: "failed", title: "html-line-failed", of: |hour| Value::Count(hour.failed) },
];

/// All pictures but those of nothing; none where the day has no hours.
pub(super) fn lines(
    results: &[CacheResult],
    caches: &[Cache],
    incidents: &[Incident],
    words: &Words,
) -> Vec<Lines> {
    let hours = results.first().map_or(0, |own| own.hourly.len());
    if hours == 0 {
        return Vec::new();
    }
    let each = hours.div_ceil(MOST_POINTS);
    let points: Vec<Vec<HourRow>> =
        results.iter().map(|result| result.hourly.chunks(each).map(sum).collect()).collect();
    let is_worth_it = |subject: &&Subject| {
        points.iter().flatten().any(|hour| (subject.of)(hour).whole().is_some_and(|count| count > 0))
    };
    let drawn = SUBJECTS.iter().filter(is_worth_it);
    let start = results.first().and_then(|own| own.hourly.first()).map_or(0, |hour| hour.from.0);
    let bands = bands(incidents, start, (HOUR_US * each as u64) as f64, hours.div_ceil(each) as f64);
    let with_bands =
        |subject| Lines { bands: bands.clone(), ..picture(subject, caches, &points, each, words) };
    aligned(drawn.map(with_bands).collect())
}

/// Where incidents lie within a box of this many points, the first of which begins at `start_us`.
fn bands(incidents: &[Incident], start_us: u64, point_us: f64, points: f64) -> Vec<[String; 2]> {
    let place = |at: DayTime| (at.0.saturating_sub(start_us) as f64 / point_us).clamp(0.0, points);
    let band = |incident: &Incident| {
        let from = place(incident.from);
        let width = incident.to.map_or(0.0, |to| place(to) - from);
        // So wide that a moment is seen at all.
        [format!("{from:.3}"), format!("{:.3}", width.max(points / 400.0))]
    };
    incidents.iter().map(band).collect()
}

/// Pictures below each other with room for the widest scale and the widest labels, so that their hours are too.
pub(in crate::report) fn aligned(mut pictures: Vec<Lines>) -> Vec<Lines> {
    let widest = |of: fn(&Lines) -> f64| pictures.iter().map(of).fold(0.0, f64::max);
    let (scale, labels) = (widest(|picture| picture.up_width), widest(|picture| picture.ends.width));
    for picture in &mut pictures {
        picture.up_width = scale;
        picture.ends.width = labels;
    }
    pictures
}

fn picture(
    subject: &Subject,
    caches: &[Cache],
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
    let readings = |hours: &Vec<HourRow>| {
        hours.iter().map(|hour| Reading::of_value((subject.of)(hour), words)).collect::<Vec<_>>()
    };
    Drawn {
        id: subject.id,
        title,
        axis: None,
        names: own.iter().map(|hour| hour_name(hour.from)).collect(),
        caches,
        lines: points.iter().map(readings).collect(),
        is_share: false,
        shape: LineShape::Steps,
    }
    .picture(across(own), words)
}

/// What a picture is made of: a name for each point, and for each line the cache that it is of and its values.
pub(in crate::report) struct Drawn<'a> {
    /// Tells its parts from those of other pictures.
    pub(in crate::report) id: &'static str,
    pub(in crate::report) title: String,
    /// What the points are values of.
    pub(in crate::report) axis: Option<String>,
    pub(in crate::report) names: Vec<String>,
    pub(in crate::report) caches: &'a [Cache],
    /// For each of the caches.
    pub(in crate::report) lines: Vec<Vec<Reading>>,
    pub(in crate::report) is_share: bool,
    pub(in crate::report) shape: LineShape,
}

impl Drawn<'_> {
    /// With marks at a few points, the first and the last among them.
    pub(in crate::report) fn with_some_names(self, words: &Words) -> Lines {
        // As many characters as have room below a picture on a phone.
        const SIGNS: usize = 40;
        let count = self.names.len();
        let longest = self.names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let marked = count.min((SIGNS / (longest + 2)).clamp(2, 7));
        let places = (0..marked).map(|mark| mark * (count - 1) / (marked - 1).max(1));
        let place = |at: usize| format!("{:.2}", (at as f64 + 0.5) / count as f64 * 100.0);
        let marks = places.map(|at| Mark { place: place(at), text: self.names[at].clone() }).collect();
        self.picture(marks, words)
    }

    fn picture(self, across: Vec<Mark>, words: &Words) -> Lines {
        let numbers: Vec<Vec<Option<f64>>> =
            self.lines.iter().map(|line| line.iter().map(|value| value.number).collect()).collect();
        let most = numbers.iter().flatten().flatten().copied().fold(0.0, f64::max);
        let scale = if self.is_share { Scale::SHARE } else { Scale::up_to(most) };
        let of_caches = self.caches.iter().zip(&numbers);
        let lines: Vec<_> = of_caches.map(|(cache, line)| (cache.number, cache.look, &line[..])).collect();
        let drawn = collapsed(&lines);
        let ends = ends(&drawn, scale.top);
        let line = |line: super::ends::CollapsedLine<'_>| {
            let (path, dots) = path(line.values, scale.top, self.shape);
            Line { look: line.look, numbers: line.numbers, path, dots }
        };
        let mut lines: Vec<Line> = drawn.into_iter().map(line).collect();
        // Those without a colour of their own lie below the others.
        lines.sort_by_key(|line| line.look != REST);
        let up = scale.marks(|number| match self.is_share {
            true => words.lang().exact_percent(number),
            false => words.lang().count(number as u64),
        });
        let signs = up.iter().map(|mark| mark.text.chars().count()).max().unwrap_or(0);
        let described = self.caches.iter().zip(&self.lines).map(|(cache, line)| describe(cache, line, words));
        Lines {
            id: self.id,
            as_table: words.with("html-as-table", &[("title", Arg::Text(&self.title))]),
            description: described.collect::<Vec<_>>().join(" "),
            width: self.names.len(),
            lines,
            bands: Vec::new(),
            ends,
            across,
            up,
            up_width: signs as f64 * SIGN_EM,
            points: self.names.iter().enumerate().map(|(at, name)| self.point(at, name)).collect(),
            caches: self.caches.iter().map(|cache| cache.label.clone()).collect(),
            axis: self.axis,
            title: self.title,
        }
    }

    fn point(&self, at: usize, name: &str) -> Point {
        let values = self.lines.iter().filter_map(|line| line.get(at));
        let values: Vec<String> = values.map(|value| value.text.clone()).collect();
        let mut told = name.to_owned();
        for (cache, value) in self.caches.iter().zip(&values) {
            let _ = write!(told, "\n{}: {value}", cache.label);
        }
        Point { at, name: name.to_owned(), values, told }
    }
}

/// Between what the values of a line lie.
fn describe(cache: &Cache, line: &[Reading], words: &Words) -> String {
    let number = |reading: &Reading| reading.number.unwrap_or(0.0);
    let by_number = |one: &&Reading, other: &&Reading| number(one).total_cmp(&number(other));
    let values = || line.iter().filter(|reading| reading.number.is_some());
    let shown = |reading: Option<&Reading>| {
        reading.map_or_else(|| words.text("html-undefined"), |reading| reading.text.clone())
    };
    let (least, most) = (shown(values().min_by(by_number)), shown(values().max_by(by_number)));
    let gaps = [("cache", Arg::Text(&cache.label)), ("least", Arg::Text(&least)), ("most", Arg::Text(&most))];
    words.with("html-line-between", &gaps)
}

/// A line with gaps where there is no value, and its dots: lines of no length, which round ends make visible.
fn path(values: &[Option<f64>], top: f64, shape: LineShape) -> (String, String) {
    let (mut path, mut dots) = (String::new(), String::new());
    let mut drawing = false;
    for (at, value) in values.iter().enumerate() {
        let Some(value) = value else {
            drawing = false;
            continue;
        };
        let y = HEIGHT - value / top * HEIGHT;
        let _ = match (shape, drawing) {
            (LineShape::Steps, true) => write!(path, "V{y:.2}H{}", at + 1),
            (LineShape::Steps, false) => write!(path, "M{at} {y:.2}H{}", at + 1),
            (_, true) => write!(path, "L{at}.5 {y:.2}"),
            (_, false) => write!(path, "M{at}.5 {y:.2}h0"),
        };
        if shape == LineShape::Curve {
            let _ = write!(dots, "M{at}.5 {y:.2}h0");
        }
        drawing = true;
    }
    (path, dots)
}

/// Marks below, where their hours begin: at most seven, at even distances, and where there are several days their first hours.
fn across(hours: &[HourRow]) -> Vec<Mark> {
    const MOST: usize = 6;
    const STEPS: [usize; 11] = [1, 2, 3, 4, 6, 12, 24, 48, 72, 96, 168];
    let step = STEPS.into_iter().find(|step| hours.len() / step <= MOST).unwrap_or(hours.len());
    let first = hours.iter().position(|hour| hour.from.0 % (DAY_US / 24 * step.min(24) as u64) == 0);
    let marked = hours.iter().enumerate().skip(first.unwrap_or(0)).step_by(step.max(1));
    let place = |at: usize| format!("{:.2}", at as f64 / hours.len() as f64 * 100.0);
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
    use crate::report::IncidentKind;

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
        for (shape, line, dots) in [
            (LineShape::Steps, "M0 50.00H1V0.00H2M3 100.00H4", ""),
            (LineShape::Curve, "M0.5 50.00h0L1.5 0.00M3.5 100.00h0", "M0.5 50.00h0M1.5 0.00h0M3.5 100.00h0"),
        ] {
            assert_eq!(path(&values, 1.0, shape), (line.to_owned(), dots.to_owned()));
        }
    }

    #[test]
    fn incidents_lie_where_their_hours_do() {
        let at = |hour: f64| DayTime((hour * HOUR_US as f64) as u64);
        let outage = Incident { from: at(12.0), to: Some(at(12.5)), kind: IncidentKind::DatabaseDown };
        let restart = Incident { from: at(9.25), to: None, kind: IncidentKind::Restart };
        let text = |from: &str, width: &str| [from.to_owned(), width.to_owned()];
        assert_eq!(
            bands(&[outage, restart], 8 * HOUR_US, HOUR_US as f64, 10.0),
            [text("4.000", "0.500"), text("1.250", "0.025")]
        );
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
