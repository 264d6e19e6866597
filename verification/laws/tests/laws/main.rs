//! Laws: what theory says that a right simulator must give, held against the engine.
//!
//! ```text
//! cargo test --release -p rolesim-laws -- --nocapture
//! ROLESIM_NIGHTLY=1 cargo test --release -p rolesim-laws -- --nocapture
//! ```
//!
//! prints the table: what each law says, what was measured over twenty seeds, how many standard errors that is off, and
//! how far off a wrong engine is, named next to it. A law that accepts its wrong engine tests nothing, and fails. By
//! night the grid is wider and its days are larger.
//!
//! A z that looks bad may be chance or not: `ROLESIM_FIRST_SEED=101` gives the same table of other days, `ROLESIM_LAW=S3`
//! that of one law.
//!
//! Days are scenarios in text; only role changes at random times are added as steps. Wrong engines are a small
//! map with one wrong rule (see [`map`]), or the engine itself under another parameter, which the table then says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cold;
mod days;
mod exact;
mod hits;
mod intervals;
mod lab;
mod loss;
mod map;
mod overtaken;
mod quantized;
mod reference;
#[path = "../../../../tests/support/small_day.rs"]
mod small_day;
mod stale;
mod sweeps;
mod table;
mod theory;

use lab::{Experiment, measure};

/// The order of a table: hits, staleness, work, and what is exact; each by its number.
fn place(law: &str) -> (Option<usize>, u32) {
    let (family, number) = law.split_at(1);
    ("HSWE".find(family), number.parse().unwrap())
}

/// Prints the table and fails where a law does.
fn hold(what: &str, experiments: &[Experiment]) {
    let mut rows = measure(experiments);
    rows.sort_by_key(|row| place(row.line.law));
    println!("\n{what}\n\n{}", table::shown(&rows));
    let faults = table::faults(&rows);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_law_holds_and_rejects_its_wrong_engine() {
    let parts = [
        hits::laws(),
        cold::laws(),
        loss::laws(),
        stale::laws(),
        overtaken::laws(),
        sweeps::laws(),
        quantized::laws(),
        exact::laws(),
    ];
    hold("Laws", &parts.into_iter().flatten().collect::<Vec<_>>());
}

#[test]
fn a_reference_day() {
    reference::show();
}
