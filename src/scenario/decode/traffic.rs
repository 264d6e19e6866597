//! `traffic`: how much the active users ask, and when.

use super::context::Words;
use super::field::Field;
use crate::model::{HOUR_US, Sessions, Shape, Traffic, Window};
use crate::scenario::node::NodeKind;

/// The largest weight of an hour after scaling.
const TOP_WEIGHT: f64 = 1_000_000.0;
/// The longest sessions, on average.
const MOST_IN_SESSION: f64 = 1_000_000.0;

pub(super) fn traffic(field: &Field<'_>, words: &Words) -> Option<Traffic> {
    let mut map = field.mapping()?;
    let requests = map.need("requests", "say how many the day has in all", |field| field.whole(0, u64::MAX));
    let between = words.between(&mut map);
    let shape = map.or("shape", Shape::Flat, |field| shape(&field, between));
    let every_active_user = map.or("every_active_user", false, |field| field.flag());
    let sessions = map.maybe("sessions", |field| sessions(&field));
    map.finish();
    Some(Traffic {
        requests: requests?,
        between: between?,
        shape: shape?,
        every_active_user: every_active_user?,
        sessions: sessions?,
    })
}

fn sessions(field: &Field<'_>) -> Option<Sessions> {
    let mut map = field.mapping()?;
    let requests = map.need("requests", "say how many a session has on average", |field| {
        field.number(1.0, MOST_IN_SESSION)
    });
    let gap = map.need("gap", "say how long it is from one request to the next", |field| field.delay());
    map.finish();
    Some(Sessions { requests: requests?, gap: gap? })
}

fn shape(field: &Field<'_>, between: Option<Window>) -> Option<Shape> {
    if !matches!(field.node.kind, NodeKind::List(_)) {
        return match field.scalar() {
            Some(_) => field.one_of(&[("flat", Shape::Flat), ("day", Shape::Day)]),
            None => field.wrong("is not a shape", "write flat, day or a list of 24 weights"),
        };
    }
    let weights = field.each(|field| field.number(0.0, f64::MAX))?;
    let Ok(weights) = <[f64; 24]>::try_from(weights.as_slice()) else {
        return field.fault(format!("holds {} weights; write 24, one for each hour", weights.len()));
    };
    let top = weights.iter().copied().fold(0.0, f64::max);
    if top == 0.0 {
        return field.fault("holds 24 weights of zero; at least one hour needs more");
    }
    if between.is_some_and(|between| !hours(between).any(|hour| weights[hour] > 0.0)) {
        return field.fault("all weights within `between` are zero; at least one of its hours needs more");
    }
    Some(Shape::Hours(Box::new(weights.map(|weight| scaled(weight, top)))))
}

/// A weight as a whole-number share of the largest; what is not nothing stays at least 1.
fn scaled(weight: f64, top: f64) -> u32 {
    let rounded = (weight / top * TOP_WEIGHT).round() as u32;
    if weight > 0.0 { rounded.max(1) } else { 0 }
}

/// The hours of the day that a window touches.
fn hours(between: Window) -> impl Iterator<Item = usize> {
    let (first, last) = (between.from.0 / HOUR_US, (between.to.0 - 1) / HOUR_US);
    (first..=last).take(24).map(|hour| (hour % 24) as usize)
}
