//! H13 and S12: a TTL cache whose reads see the last multiple of a period P, and whose entries end at the next one.

use rolesim::metrics::Metric;

use crate::days::{Setup, play, share, span, us};
use crate::lab::{Experiment, grid, requests};
use crate::map::{Map, Slip};
use crate::table::{Line, Reading};
use crate::theory;

/// How many periods a day has. No entry outlasts one, so it needs no warm-up.
const PERIODS: f64 = 30.0;

pub(crate) fn laws() -> Vec<Experiment> {
    let rates = grid(&[(0.3, 1.0), (3.0, 0.3), (1.0, 5.0)], &[(10.0, 0.1), (0.3, 10.0)]);
    rates.into_iter().map(quantized).collect()
}

/// Requests and changes of a user at the rates `x` and `m` a period; what a life counts from its fill is the wrong engine.
fn quantized((x, m): (f64, f64)) -> Experiment {
    let line = |law, what| {
        Line::new(law, what, format!("λP = {x}, μP = {m}")).rejects("entries live for P from their fill")
    };
    let lines = vec![line("H13", "quantize: hit ratio"), line("S12", "quantize: outdated share of answers")];
    Experiment::new(lines, move |seed| {
        let users = (requests() / m.max(1.0) / (x * PERIODS)).ceil() as u64;
        let setup = Setup::new(seed, users, x, PERIODS);
        let mut day = setup.scenario();
        day.day.script = setup.changes(m, 0.0);
        let cache = format!("ttl:{}+quantize={}", span(1.5), span(1.0));
        let outcomes = play(&day, Some(Map::ttl(us(1.0), Slip::None)), &[&cache]);
        let reading = |theory, part| {
            let measured = |index: usize| share(&outcomes[index], part, Metric::Requests);
            Reading::new(theory, measured(1), measured(0))
        };
        vec![
            reading(theory::quantized_hits(x), Metric::Hits),
            reading(theory::ttl_outdated(m), Metric::OutdatedReads),
        ]
    })
}
