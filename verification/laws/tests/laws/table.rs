//! The table: what each law says, what was measured, and how far apart they are.
//!
//! A law is held over seeds: the difference between measured value and theory is averaged, and its standard
//! error comes from the runs themselves. With twenty runs that z is Student's t with 19 degrees of freedom. It does
//! *not* know how a figure came about.

/// What a law is held to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Judge {
    /// |z| is at most 4, and above 3 in at most one line of a law.
    Statistics,
    /// Every run gives exactly what theory says.
    Exact,
    /// The law is an approximation: the mean is within so much of it.
    Within(f64),
}

/// One line before it is measured.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The number of the law.
    pub(crate) law: &'static str,
    pub(crate) what: &'static str,
    pub(crate) parameters: String,
    /// The engine that the law must reject; none where a line of its own adds nothing to the others.
    pub(crate) wrong: Option<&'static str>,
    pub(crate) judge: Judge,
}

impl Line {
    pub(crate) fn new(law: &'static str, what: &'static str, parameters: impl Into<String>) -> Self {
        Self { law, what, parameters: parameters.into(), wrong: None, judge: Judge::Statistics }
    }

    pub(crate) fn rejects(mut self, wrong: &'static str) -> Self {
        self.wrong = Some(wrong);
        self
    }

    pub(crate) fn judged(mut self, judge: Judge) -> Self {
        self.judge = judge;
        self
    }
}

/// What one run says about a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reading {
    /// The law, summed over the rates that this run drew.
    pub(crate) theory: f64,
    pub(crate) measured: f64,
    /// What the wrong engine gives, where the line has one.
    pub(crate) wrong: f64,
}

impl Reading {
    pub(crate) fn new(theory: f64, measured: f64, wrong: f64) -> Self {
        Self { theory, measured, wrong }
    }

    /// Of a line without a wrong engine.
    pub(crate) fn alone(theory: f64, measured: f64) -> Self {
        Self::new(theory, measured, f64::NAN)
    }
}

/// A line with its figures.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) line: Line,
    pub(crate) theory: f64,
    pub(crate) measured: f64,
    pub(crate) z: f64,
    pub(crate) wrong_z: f64,
    /// The distance in the judge's own terms: small is good.
    holds: bool,
}

/// A wrong engine is rejected beyond doubt, and not just by a hair, from this |z| on.
const REJECTED: f64 = 8.0;

impl Row {
    pub(crate) fn new(line: Line, runs: &[Reading]) -> Self {
        let mean = |of: fn(&Reading) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
        let (theory, measured) = (mean(|run| run.theory), mean(|run| run.measured));
        let z = z(runs.iter().map(|run| run.measured - run.theory));
        let wrong_z = z_of_wrong(&line, runs);
        let holds = match line.judge {
            Judge::Statistics => z.abs() <= 4.0,
            Judge::Exact => runs.iter().all(|run| run.measured == run.theory),
            Judge::Within(distance) => (measured - theory).abs() <= distance,
        };
        Self { line, theory, measured, z, wrong_z, holds }
    }

    fn rejects(&self, runs_wrong: f64) -> bool {
        match self.line.judge {
            Judge::Exact => runs_wrong != 0.0,
            _ => runs_wrong.abs() >= REJECTED,
        }
    }
}

fn z_of_wrong(line: &Line, runs: &[Reading]) -> f64 {
    match line.judge {
        _ if line.wrong.is_none() => f64::NAN,
        // Beyond what the approximation is allowed, in the terms of the runs.
        Judge::Within(distance) => {
            let beyond = |run: &Reading| {
                let apart = run.wrong - run.theory;
                apart - apart.clamp(-distance, distance)
            };
            z(runs.iter().map(beyond))
        }
        _ => z(runs.iter().map(|run| run.wrong - run.theory)),
    }
}

/// The mean in units of its own standard error, as the values themselves tell it.
pub(crate) fn z(differences: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = differences.collect();
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let error = (variance / count).sqrt();
    match mean {
        0.0 => 0.0,
        // Runs that differ in the last bits only are all alike.
        _ if error < mean.abs() * 1e-9 => mean.signum() * f64::INFINITY,
        _ => mean / error,
    }
}

/// The table as Markdown.
pub(crate) fn shown(rows: &[Row]) -> String {
    let head = ["law", "what", "parameters", "theory", "measured", "z", "wrong engine", "its z"];
    let mut cells: Vec<Vec<String>> = vec![head.map(str::to_owned).to_vec()];
    for row in rows {
        let z = match row.line.judge {
            Judge::Statistics => of_z(row.z),
            Judge::Exact if row.holds => "exact".to_owned(),
            Judge::Exact => "differs".to_owned(),
            Judge::Within(distance) => format!("within {distance}"),
        };
        cells.push(vec![
            row.line.law.to_owned(),
            row.line.what.to_owned(),
            row.line.parameters.clone(),
            figure(row.theory),
            figure(row.measured),
            z,
            row.line.wrong.unwrap_or("").to_owned(),
            row.line.wrong.map_or(String::new(), |_| of_z(row.wrong_z)),
        ]);
    }
    markdown(&cells)
}

/// Cells in columns, the first row their names.
pub(crate) fn markdown(cells: &[Vec<String>]) -> String {
    let columns = cells.first().map_or(0, Vec::len);
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let padded = row.iter().zip(&widths).map(|(cell, width)| format!(" {cell:width$} ", width = *width));
        format!("|{}|\n", padded.collect::<Vec<_>>().join("|"))
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    let rule = format!("|{}|\n", rule.join("|"));
    let mut text = String::new();
    for (index, row) in cells.iter().enumerate() {
        text += &line(row);
        if index == 0 {
            text += &rule;
        }
    }
    text
}

fn of_z(z: f64) -> String {
    if z.is_infinite() {
        if z > 0.0 { "+∞".to_owned() } else { "−∞".to_owned() }
    } else {
        format!("{z:+.2}")
    }
}

/// Six significant digits.
fn figure(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let before = value.abs().log10().floor() as i32 + 1;
    format!("{value:.digits$}", digits = (6 - before).clamp(0, 9) as usize)
}

/// What is wrong with the table: laws that do not hold, and laws that reject no wrong engine.
pub(crate) fn faults(rows: &[Row]) -> Vec<String> {
    let mut laws: Vec<&str> = rows.iter().map(|row| row.line.law).collect();
    laws.dedup();
    let mut faults = Vec::new();
    for law in laws {
        let of_law: Vec<&Row> = rows.iter().filter(|row| row.line.law == law).collect();
        for row in of_law.iter().filter(|row| !row.holds) {
            let Row { line, theory, measured, z, .. } = row;
            let Line { what, parameters, .. } = line;
            faults.push(format!(
                "{law} does not hold: {what}, {parameters}: {measured} for {theory}, z = {z:.2}"
            ));
        }
        let doubtful = of_law.iter().filter(|row| row.line.judge == Judge::Statistics && row.z.abs() > 3.0);
        if doubtful.count() > 1 {
            faults.push(format!("{law} is doubtful: |z| is above 3 more than once"));
        }
        if !of_law.iter().any(|row| row.line.wrong.is_some() && row.rejects(row.wrong_z)) {
            faults.push(format!("{law} rejects no wrong engine, so it tests nothing"));
        }
    }
    faults
}

#[test]
fn z_is_the_mean_in_standard_errors() {
    assert_eq!(z([1.0, 3.0, 2.0].into_iter()), 2.0 / (1.0f64 / 3.0).sqrt());
    assert_eq!(z([0.0, 0.0].into_iter()), 0.0);
    assert_eq!(z([1.0, 1.0].into_iter()), f64::INFINITY);
}

#[test]
fn a_table_is_at_fault_where_a_law_fails_or_accepts_everything() {
    let row = |measured: [f64; 4], wrong: f64| {
        let line = Line::new("H0", "a share", "x = 1").rejects("one that is off");
        Row::new(line, &measured.map(|measured| Reading::new(0.0, measured, wrong)))
    };
    let right = [0.1, -0.1, 0.05, -0.05];
    assert_eq!(faults(&[row(right, 1.0)]), Vec::<String>::new());
    assert_eq!(faults(&[row(right, 0.0)]), ["H0 rejects no wrong engine, so it tests nothing"]);
    assert_eq!(faults(&[row([1.1, 0.9, 1.0, 1.0], 1.0)]).len(), 1);
    let doubtful = [0.8, 0.2, 0.4, 0.6];
    assert_eq!(faults(&[row(doubtful, 1.0)]), Vec::<String>::new());
    assert_eq!(faults(&[row(doubtful, 1.0), row(doubtful, 1.0)]).len(), 1);
}
