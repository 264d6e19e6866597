//! Which lines of a picture are one and the same, and the labels at their ends.
//!
//! There are more caches than colours that can be told apart, so each line ends in the number of its cache. Lines with
//! the same values are drawn once and share a label. Labels keep their distance; a short stroke leads from each line to
//! its label.

use serde::Serialize;

/// How high a label is, in em of the page.
const LABEL_EM: f64 = 0.9;
/// How high a picture is at least, in em of the page.
const LEAST_EM: f64 = 13.0;
/// How wide a sign of a label is, in em of the page.
const SIGN_EM: f64 = 0.5;
/// How wide the stroke that leads to a label is with the gap behind it, in em of the page.
const STROKE_EM: f64 = 1.0;
/// Numbers, or ranges of them, that a label lists.
const PARTS_MOST: usize = 4;

/// The labels of a picture.
#[derive(Default, Serialize)]
pub(super) struct Ends {
    /// How high the picture must be, in em.
    pub(super) height: String,
    /// How wide the labels are, in em.
    pub(super) width: f64,
    labels: Vec<Label>,
}

#[derive(Serialize)]
struct Label {
    look: usize,
    text: String,
    /// Where the line ends, in per cent from the top.
    from: String,
    /// Where the label stands, in per cent from the top.
    to: String,
}

/// A line that is drawn: the first cache's look, and all caches that have it.
pub(super) struct CollapsedLine<'a> {
    pub(super) look: usize,
    pub(super) numbers: Vec<usize>,
    pub(super) values: &'a [Option<f64>],
}

/// Lines with the same values as one, in their order. Each is given with its cache's number and look.
pub(super) fn collapsed<'a>(lines: &[(usize, usize, &'a [Option<f64>])]) -> Vec<CollapsedLine<'a>> {
    let mut drawn: Vec<CollapsedLine<'_>> = Vec::new();
    for &(number, look, values) in lines {
        match drawn.iter_mut().find(|one| one.values == values) {
            Some(same) => same.numbers.push(number),
            None => drawn.push(CollapsedLine { look, numbers: vec![number], values }),
        }
    }
    drawn
}

/// The labels of lines, on a scale up to `top`; a line without values has none, and a picture of one cache needs none.
pub(super) fn ends(drawn: &[CollapsedLine<'_>], top: f64) -> Ends {
    let caches: usize = drawn.iter().map(|line| line.numbers.len()).sum();
    let mut labels: Vec<(f64, usize, String)> = Vec::new();
    for line in drawn.iter().filter(|_| caches > 1) {
        if let Some(last) = line.values.iter().rev().find_map(|value| *value) {
            labels.push((100.0 - last / top * 100.0, line.look, listed(&line.numbers)));
        }
    }
    labels.sort_by(|one, other| one.0.total_cmp(&other.0));
    let height = LEAST_EM.max((labels.len() + 1) as f64 * LABEL_EM);
    let places =
        spread(&labels.iter().map(|(place, ..)| *place).collect::<Vec<_>>(), LABEL_EM / height * 100.0);
    let widest = labels.iter().map(|(.., text)| text.chars().count()).max();
    let width = widest.map_or(0.0, |signs| STROKE_EM + signs as f64 * SIGN_EM);
    let label = |((from, look, text), to): ((f64, usize, String), f64)| Label {
        look,
        text,
        from: format!("{from:.2}"),
        to: format!("{to:.2}"),
    };
    Ends {
        height: format!("{height:.1}"),
        width,
        labels: labels.into_iter().zip(places).map(label).collect(),
    }
}

/// Places in ascending order, moved apart as little as it takes; there is room for all of them between 0 and 100.
fn spread(places: &[f64], gap: f64) -> Vec<f64> {
    let mut out: Vec<f64> = Vec::new();
    for place in places {
        out.push(out.last().map_or(*place, |last| place.max(last + gap)));
    }
    let mut most = 100.0;
    for place in out.iter_mut().rev() {
        *place = place.min(most);
        most = *place - gap;
    }
    out
}

/// Ascending numbers in short, as in `1–3, 7`.
fn listed(numbers: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let part = |(first, last): &(usize, usize)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    };
    let shown = ranges.iter().take(PARTS_MOST).map(part).collect::<Vec<_>>().join(", ");
    let rest: usize = ranges.iter().skip(PARTS_MOST).map(|(first, last)| last - first + 1).sum();
    if rest == 0 { shown } else { format!("{shown} +{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_listed_in_short() {
        for (numbers, text) in [
            (&[1][..], "1"),
            (&[1, 2], "1, 2"),
            (&[1, 2, 3, 7], "1–3, 7"),
            (&[1, 3, 5, 7, 9, 10], "1, 3, 5, 7 +2"),
        ] {
            assert_eq!(listed(numbers), text);
        }
    }

    #[test]
    fn labels_keep_their_distance_within_the_picture() {
        assert_eq!(spread(&[0.0, 50.0, 52.0], 10.0), [0.0, 50.0, 60.0]);
        assert_eq!(spread(&[95.0, 100.0, 100.0], 10.0), [80.0, 90.0, 100.0]);
        let many = vec![100.0; 40];
        let height = LEAST_EM.max(41.0 * LABEL_EM);
        let places = spread(&many, LABEL_EM / height * 100.0);
        assert!(places[0] >= 0.0 && places.windows(2).all(|two| two[1] > two[0]), "{places:?}");
    }

    #[test]
    fn lines_with_the_same_values_are_one() {
        let (a, b) = ([Some(1.0), None], [Some(2.0), Some(0.0)]);
        let drawn = collapsed(&[(1, 0, &a), (2, 1, &b), (3, 2, &a)]);
        let numbers: Vec<&[usize]> = drawn.iter().map(|line| line.numbers.as_slice()).collect();
        assert_eq!(numbers, [&[1, 3][..], &[2]]);
        let texts = |ends: Ends| ends.labels.into_iter().map(|label| label.text).collect::<Vec<_>>();
        assert_eq!(texts(ends(&drawn, 2.0)), ["1, 3", "2"]);
        assert!(texts(ends(&collapsed(&[(1, 0, &a)]), 2.0)).is_empty());
    }
}
