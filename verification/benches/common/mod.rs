//! What the benchmarks share.

use rolesim::scenario::{ProbeError, Question, Recorded, Scenario, decode, parse};

/// The scenario that a text describes; it has no recorded day.
pub fn scenario(text: &str) -> Scenario {
    let mut probe = |_: Question<'_>| -> Result<Recorded, ProbeError> { unreachable!("no trace is read") };
    let node = parse(text.as_bytes(), "bench.yaml").unwrap();
    decode(&node, "bench.yaml", &mut probe).unwrap()
}
