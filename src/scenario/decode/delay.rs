//! How long something takes: a duration, or a distribution of durations.

use super::field::Field;
use crate::model::Delay;
use crate::scenario::node::NodeKind;

const DISTRIBUTIONS: [&str; 3] = ["exponential", "uniform", "lognormal"];

impl Field<'_> {
    pub(super) fn delay(&self) -> Option<Delay> {
        if !matches!(self.node.kind, NodeKind::Mapping(_)) {
            return self.duration().map(Delay::Fixed);
        }
        let mut map = self.mapping()?;
        let named = map.only(
            &DISTRIBUTIONS,
            "is not a delay; write a duration, as in \"5ms\", or one of exponential, uniform, lognormal with its value",
            "a delay has one distribution, so leave one out",
        );
        map.finish();
        let (name, value) = named?;
        match name {
            "exponential" => value.duration().map(Delay::Exponential),
            "uniform" => uniform(&value),
            _ => lognormal(&value),
        }
    }
}

fn uniform(field: &Field<'_>) -> Option<Delay> {
    let items = field.list()?;
    let [shortest, longest] = items.as_slice() else {
        return field.wrong("is not a pair of durations", "write two, as in `[2ms, 8ms]`");
    };
    let (first, last) = (shortest.duration(), longest.duration());
    let (first, last) = (first?, last?);
    if first <= last {
        return Some(Delay::Uniform(first, last));
    }
    longest.wrong("is shorter than the first", &format!("write {first} or more"))
}

fn lognormal(field: &Field<'_>) -> Option<Delay> {
    let mut map = field.mapping()?;
    let median = map.need("median", "say what half of all stay below", |field| field.duration());
    let sigma = map
        .need("sigma", "say how widely they vary, as in `sigma: 0.5`", |field| field.number(0.0, f64::MAX));
    map.finish();
    Some(Delay::Lognormal { median: median?, sigma: sigma? })
}
