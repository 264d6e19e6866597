//! The trade-off as a picture: what each cache reads against the answers with which it let a revoked role in.
//!
//! Both scales are logarithmic, with a band of its own for 0. Everything has its place in per cent of the picture, so that
//! it can be stretched while its words keep their size; labels are kept apart for the narrowest page.

use serde::Serialize;

use crate::metrics::Metric;
use crate::model::escape;
use crate::report::answer::longest_us;
use crate::report::compare::verdict;
use crate::report::format::interval::NOTHING;
use crate::report::front::{Rank, Ranked, ranked};
use crate::report::words::{Arg, Words};
use crate::report::{CacheResult, Report};

/// Where the plot begins and ends, in per cent.
const LEFT: f64 = 14.0;
const RIGHT: f64 = 97.0;
const TOP: f64 = 9.0;
const BOTTOM: f64 = 86.0;
/// How high the band of 0 is.
const BAND: f64 = 9.0;
/// How wide a sign of a label is on the narrowest page, and how high a line is.
const SIGN: f64 = 1.75;
const LINE: f64 = 4.0;
/// Signs of a label; a longer name is shown as its number.
const SIGNS_MOST: usize = 24;
/// Marks on a scale.
const MARKS_MOST: usize = 5;

/// The picture.
#[derive(Serialize)]
pub(super) struct Scatter {
    title: String,
    /// What it shows in a sentence for each cache, for those who cannot see it.
    description: String,
    across_title: String,
    up_title: String,
    across: Vec<Mark>,
    up: Vec<Mark>,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    /// The front, from one cache to the next.
    steps: Vec<[String; 4]>,
    dots: Vec<Dot>,
}

/// A mark on a scale.
#[derive(Serialize)]
struct Mark {
    place: String,
    text: String,
}

/// A cache.
#[derive(Serialize)]
struct Dot {
    x: String,
    y: String,
    rank: &'static str,
    /// The intervals of the means, across and up; `None` for one run.
    spread: Option<[String; 4]>,
    label: Label,
    /// What shows under the pointer.
    told: String,
}

/// A name next to its dot.
#[derive(Serialize)]
struct Label {
    text: String,
    x: String,
    y: String,
    anchor: &'static str,
    /// Whether a stroke leads to it.
    is_apart: bool,
}

/// A rectangle, in per cent: left, right, top, bottom.
type Area = [f64; 4];

/// The picture of a comparison; `None` of a single cache, or if nobody asked.
pub(super) fn scatter(report: &Report, words: &Words) -> Option<Scatter> {
    if report.results.len() < 2 || !report.results.iter().any(|result| result.any(Metric::Requests)) {
        return None;
    }
    let ranked = ranked(&report.results);
    let of = |metric: Metric| ranked.iter().filter_map(move |one| one.result.figure(metric));
    let across = Scale::new(of(Metric::DbReads), LEFT, RIGHT, 0.0);
    let up = Scale::new(of(Metric::StaleGrants), BOTTOM, TOP, BAND);
    let place = |result: &CacheResult| {
        let figure = |metric| result.figure(metric).unwrap_or(0.0);
        (across.place(figure(Metric::DbReads)), up.place(figure(Metric::StaleGrants)))
    };
    let places: Vec<(f64, f64)> = ranked.iter().map(|one| place(one.result)).collect();
    let labels = labels(&ranked, &places);
    let told: Vec<String> = ranked.iter().map(|one| told(one, words)).collect();
    let dot = |(at, label): (usize, Label)| Dot {
        x: percent(places[at].0),
        y: percent(places[at].1),
        rank: class(ranked[at].rank),
        spread: spread(ranked[at].result, &across, &up),
        label,
        told: told[at].clone(),
    };
    Some(Scatter {
        title: words.text("html-scatter"),
        description: told.join(" "),
        across_title: words.text("html-scatter-across"),
        up_title: words.text("html-scatter-up"),
        across: across.marks(words),
        up: up.marks(words),
        left: LEFT,
        right: RIGHT,
        top: TOP,
        bottom: BOTTOM,
        steps: steps(&ranked, &places),
        dots: labels.into_iter().enumerate().map(dot).collect(),
    })
}

fn percent(place: f64) -> String {
    format!("{place:.2}%")
}

fn class(rank: Rank<'_>) -> &'static str {
    match rank {
        Rank::Front | Rank::Same(_) => "front",
        Rank::Beaten(_) => "beaten",
        Rank::Baseline | Rank::Bound => "bound",
    }
}

/// A cache with its figures and its verdict in a sentence.
fn told(one: &Ranked<'_>, words: &Words) -> String {
    let said = |metric| crate::report::columns::said(one.result, metric, words);
    let (reads, grants) = (said(Metric::DbReads), said(Metric::StaleGrants));
    let longest = longest_us(one.result).map_or_else(|| NOTHING.to_owned(), |us| words.lang().duration(us));
    let gaps = [
        ("cache", Arg::Text(&escape(&one.result.label))),
        ("reads", Arg::Text(&reads)),
        ("grants", Arg::Text(&grants)),
        ("time", Arg::Text(&longest)),
        ("verdict", Arg::Text(&verdict(one.rank, words))),
    ];
    words.with("html-scatter-told", &gaps)
}

/// The intervals of both means.
fn spread(result: &CacheResult, across: &Scale, up: &Scale) -> Option<[String; 4]> {
    let ends = |metric, scale: &Scale| {
        let spread = result.spread(metric)?;
        let half = spread.half_width?;
        Some([spread.mean - half, spread.mean + half].map(|figure| percent(scale.place(figure.max(0.0)))))
    };
    let ([from, to], [low, high]) = (ends(Metric::DbReads, across)?, ends(Metric::StaleGrants, up)?);
    Some([from, to, low, high])
}

/// The line below which no cache lies: along to the next one that lets fewer in, and down to it.
fn steps(ranked: &[Ranked<'_>], places: &[(f64, f64)]) -> Vec<[String; 4]> {
    let mut lines = Vec::new();
    let mut last: Option<(f64, f64)> = None;
    for (_, (x, y)) in ranked.iter().zip(places).filter(|(one, _)| one.rank == Rank::Front) {
        match last {
            Some((_, before_y)) if *y < before_y => continue,
            Some((before_x, before_y)) => {
                lines.push([before_x, before_y, *x, before_y].map(percent));
                lines.push([*x, before_y, *x, *y].map(percent));
            }
            None => {}
        }
        last = Some((*x, *y));
    }
    lines
}

/// A label for each cache, next to its dot where nothing else is, else as near as there is room.
fn labels(ranked: &[Ranked<'_>], places: &[(f64, f64)]) -> Vec<Label> {
    const DOT: f64 = 1.6;
    let mut taken: Vec<Area> = places.iter().map(|(x, y)| [x - DOT, x + DOT, y - DOT, y + DOT]).collect();
    let mut labels = Vec::new();
    for (one, (x, y)) in ranked.iter().zip(places) {
        let name = escape(&one.result.label);
        let text = if name.chars().count() <= SIGNS_MOST { name } else { (one.place + 1).to_string() };
        let width = text.chars().count() as f64 * SIGN;
        let side =
            |is_right: bool| if is_right { (x + 2.2, x + 2.2 + width) } else { (x - 2.2 - width, x - 2.2) };
        let spots = (0..14).flat_map(|row| {
            let away = f64::from((row + 1) / 2) * LINE * if row % 2 == 0 { 1.0 } else { -1.0 };
            [true, false].map(|is_right| (is_right, away))
        });
        let area = |(is_right, away): (bool, f64)| -> Area {
            let (from, to) = side(is_right);
            [from, to, y + away - LINE / 2.0, y + away + LINE / 2.0]
        };
        let is_free = |spot: &(bool, f64)| {
            let [from, to, above, below] = area(*spot);
            let is_inside = from >= LEFT && to <= 99.5 && above >= TOP - LINE && below <= BOTTOM + 3.0;
            is_inside
                && taken
                    .iter()
                    .all(|one| to <= one[0] || one[1] <= from || below <= one[2] || one[3] <= above)
        };
        let mut spots = spots;
        let fallback = (*x < 55.0, 0.0);
        let spot = spots.find(is_free).unwrap_or(fallback);
        taken.push(area(spot));
        let (is_right, away) = spot;
        labels.push(Label {
            text,
            x: percent(if is_right { x + 2.2 } else { x - 2.2 }),
            y: percent(y + away),
            anchor: if is_right { "start" } else { "end" },
            is_apart: away != 0.0,
        });
    }
    labels
}

/// A logarithmic scale with a band for 0 at its beginning.
struct Scale {
    /// Logarithms of its ends; equal if there is nothing above 0.
    low: f64,
    high: f64,
    from: f64,
    /// Where the logarithms begin.
    begin: f64,
    to: f64,
}

impl Scale {
    fn new(figures: impl Iterator<Item = f64>, from: f64, to: f64, band: f64) -> Self {
        let figures: Vec<f64> = figures.filter(|figure| *figure > 0.0).collect();
        let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
        let most = figures.iter().copied().fold(0.0, f64::max);
        let (low, high) = if figures.is_empty() { (0.0, 1.0) } else { (least.log10(), most.log10()) };
        // With a band the scale begins at a round figure, so that it is plain where the band ends.
        let low = if band > 0.0 { low.floor() } else { low - 0.12 };
        let begin = from + (to - from).signum() * band;
        Self { low, high: (high + 0.12).max(low + 0.5), from, begin, to }
    }

    fn place(&self, figure: f64) -> f64 {
        if figure <= 0.0 {
            return self.from;
        }
        let share = ((figure.log10() - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.begin + share * (self.to - self.begin)
    }

    /// A few round marks, and 0 where it has a band.
    fn marks(&self, words: &Words) -> Vec<Mark> {
        let decades = || (self.low.floor() as i32..=self.high.ceil() as i32).map(|power| 10_f64.powi(power));
        let within = |figure: &f64| {
            let log = figure.log10();
            *figure >= 1.0 && log >= self.low - 1e-9 && log <= self.high + 1e-9
        };
        let fine: Vec<f64> =
            decades().flat_map(|ten| [1.0, 2.0, 5.0].map(|times| times * ten)).filter(within).collect();
        let coarse: Vec<f64> = decades().filter(within).collect();
        let chosen = if fine.len() <= MARKS_MOST || coarse.len() < 2 { fine } else { coarse };
        let step = chosen.len().div_ceil(MARKS_MOST).max(1);
        let mark = |figure: f64| Mark {
            place: percent(self.place(figure)),
            text: words.lang().count(figure as u64),
        };
        let zero = (self.begin - self.from).abs() > 0.0;
        zero.then_some(0.0).into_iter().chain(chosen.into_iter().step_by(step)).map(mark).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Lang;
    use crate::report::test_reports::{cache, event, report, ttl};

    fn drawn(results: Vec<CacheResult>) -> Option<Scatter> {
        scatter(&report(results), &Words::new(Lang::En))
    }

    fn number(percent: &str) -> f64 {
        percent.trim_end_matches('%').parse().unwrap()
    }

    #[test]
    fn cheaper_lies_to_the_left_and_riskier_above() {
        let drawn = drawn(vec![event(), ttl()]).unwrap();
        let [own, other] = &drawn.dots[..] else { panic!() };
        assert!(number(&own.x) < number(&other.x) && number(&own.y) > number(&other.y));
        assert_eq!((own.rank, other.rank), ("front", "beaten"));
        assert_eq!(own.y, percent(BOTTOM), "nothing was let in: the band of 0");
        assert!(own.told.contains("1,050") && other.told.contains("beaten by event"), "{}", other.told);
        assert!(drawn.steps.is_empty(), "a front of one has no steps");
    }

    #[test]
    fn no_two_labels_of_many_caches_lie_upon_each_other() {
        let of = |at: u64| {
            let costs =
                [(Metric::Requests, 9_000), (Metric::DbReads, 1_000 + at), (Metric::StaleGrants, at / 4)];
            cache(&format!("event+ttl={at}h"), &costs)
        };
        let drawn = drawn((0..13).map(of).collect()).unwrap();
        let places: Vec<(f64, &str)> =
            drawn.dots.iter().map(|dot| (number(&dot.label.y), dot.label.anchor)).collect();
        for (at, (y, side)) in places.iter().enumerate() {
            let near = places[..at].iter().filter(|(other, of)| of == side && (other - y).abs() < LINE - 0.1);
            assert_eq!(near.count(), 0, "{places:?}");
        }
    }

    #[test]
    fn marks_are_round_and_few() {
        let texts = |figures: &[f64], band| {
            let scale = Scale::new(figures.iter().copied(), BOTTOM, TOP, band);
            scale.marks(&Words::new(Lang::En)).into_iter().map(|mark| mark.text).collect::<Vec<_>>()
        };
        assert_eq!(texts(&[8_945.0, 195_235.0], 0.0), ["10,000", "20,000", "50,000", "100,000", "200,000"]);
        assert_eq!(texts(&[2.0, 417.0], BAND), ["0", "1", "10", "100"]);
        assert_eq!(texts(&[], BAND), ["0", "1", "2", "5", "10"]);
        assert!(texts(&[1.0, 1e15], 0.0).len() <= MARKS_MOST);
    }

    #[test]
    fn a_single_cache_and_a_day_without_requests_have_no_picture() {
        assert!(drawn(vec![event()]).is_none());
        assert!(drawn(vec![cache("a", &[]), cache("b", &[])]).is_none());
    }
}
