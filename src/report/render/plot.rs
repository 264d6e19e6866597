//! A curve in characters.
//!
//! Two rows of figures over the same points, each on a scale of its own from 0 to its largest. It knows nothing of
//! what they are.

use unicode_width::UnicodeWidthStr;

use super::layout::WIDTH;
use crate::report::document::{Chart, Series};

/// Lines of a plot between its ends.
const LINES: usize = 11;
/// Maximum columns that a point takes, the gap to the next included.
const STEP_MOST: usize = 4;
/// Bars of a curve that has a single line, from least to most.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Where a figure stands.
pub(in crate::report) const FIRST: char = '●';
pub(in crate::report) const SECOND: char = '○';
pub(in crate::report) const BOTH: char = '◎';
/// A figure that all points are held against.
pub(in crate::report) const LEVEL: char = '┄';

/// Both series in a frame, with the ends below the first point and the last.
pub(super) fn plot(chart: &Chart) -> String {
    let Chart { first, second, level, ends, .. } = chart;
    let (left, right) = (first.largest.width().max(1), second.largest.width().max(1));
    let points = first.figures.len().max(1);
    let room = WIDTH.saturating_sub(left + right + 6).max(1);
    let width = ((points - 1) * (room / points).clamp(1, STEP_MOST) + 1).min(room);
    let mut cells = vec![vec![' '; width]; LINES];
    let most = |series: &Series| series.figures.iter().flatten().copied().fold(0.0, f64::max);
    // The level belongs on the first one's scale, whatever it is.
    let highest = most(first).max(level.unwrap_or(0.0));
    if let Some(level) = level {
        cells[line(*level, highest)].fill(LEVEL);
    }
    for (series, highest, mark) in [(second, most(second), SECOND), (first, highest, FIRST)] {
        for (index, figure) in series.figures.iter().enumerate() {
            let column = if points == 1 { 0 } else { index * (width - 1) / (points - 1) };
            if let Some(figure) = figure {
                let cell = &mut cells[line(*figure, highest)][column];
                *cell = if mark == FIRST && [SECOND, BOTH].contains(cell) { BOTH } else { mark };
            }
        }
    }
    let mut out = String::new();
    for (index, cells) in cells.iter().enumerate() {
        let (a, b, joints) = match index {
            0 => (first.largest.as_str(), second.largest.as_str(), ['┤', '├']),
            _ if index == LINES - 1 => ("0", "0", ['┤', '├']),
            _ => ("", "", ['│', '│']),
        };
        let cells: String = cells.iter().collect();
        let line = format!(" {}{a} {}{cells}{} {b}", " ".repeat(left - a.width()), joints[0], joints[1]);
        out.push_str(line.trim_end());
        out.push('\n');
    }
    let gap = width.saturating_sub(ends[0].width() + ends[1].width());
    let below = format!("{}{}{}{}", " ".repeat(left + 3), ends[0], " ".repeat(gap.max(1)), ends[1]);
    out.push_str(below.trim_end());
    out.push('\n');
    out
}

/// The line of a figure, counted from the top.
fn line(figure: f64, highest: f64) -> usize {
    LINES - 1 - height(figure, highest, LINES - 1)
}

/// How high a figure stands: 0 for 0 alone, the highest for itself.
fn height(figure: f64, highest: f64, top: usize) -> usize {
    if highest <= 0.0 { 0 } else { ((figure / highest * top as f64).round() as usize).min(top) }
}

/// A curve of a single line, of at most this many columns.
pub(in crate::report) fn spark(figures: &[Option<f64>], highest: f64, columns: usize) -> String {
    let width = figures.len().min(columns);
    let at = |column: usize| figures[column * figures.len() / width];
    let bar =
        |figure: Option<f64>| figure.map_or(' ', |figure| BARS[height(figure, highest, BARS.len() - 1)]);
    (0..width).map(|column| bar(at(column))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(first: &[Option<f64>], second: &[Option<f64>], largest: &str, level: Option<f64>) -> String {
        let series =
            |figures: &[Option<f64>]| Series { figures: figures.to_vec(), largest: largest.to_owned() };
        let ends = ["1s", "1d"].map(str::to_owned);
        plot(&Chart { legend: String::new(), first: series(first), second: series(second), level, ends })
    }

    #[test]
    fn the_largest_stands_at_the_top_and_nothing_at_the_bottom() {
        let falling: Vec<_> = (0..=10).rev().map(|figure| Some(f64::from(figure))).collect();
        let rising: Vec<_> = falling.iter().rev().copied().collect();
        let text = drawn(&falling, &rising, "10", Some(1.0));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), LINES + 1);
        assert_eq!(lines[0], " 10 ┤●                                       ○├ 10");
        assert_eq!(lines[5], "    │                    ◎                    │");
        assert_eq!(lines[9], "    │┄┄┄┄○┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄●┄┄┄┄│");
        assert_eq!(lines[10], "  0 ┤○                                       ●├ 0");
        assert_eq!(lines[11], "     1s                                     1d");
    }

    #[test]
    fn any_number_of_points_fits_the_page() {
        for points in [1, 2, 3, 60, 70, 71, 1_000] {
            let figures: Vec<_> = (0..points).map(|figure| Some(f64::from(figure))).collect();
            let text = drawn(&figures, &figures, "18,446,744,073,709,551,615", None);
            assert!(text.lines().all(|line| line.width() <= WIDTH), "{text}");
            assert_eq!(spark(&figures, 999.0, 20).chars().count(), points.min(20) as usize);
        }
    }

    #[test]
    fn what_there_is_not_leaves_a_gap() {
        let text = drawn(&[Some(1.0), None, Some(1.0)], &[None; 3], "10", None);
        assert_eq!(text.matches(FIRST).count(), 2);
        assert_eq!(spark(&[Some(0.0), None, Some(1.0)], 1.0, 9), "▁ █");
        assert_eq!(spark(&[Some(0.0), Some(0.0)], 0.0, 9), "▁▁");
    }
}
