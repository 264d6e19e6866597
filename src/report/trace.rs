//! What a recorded day is like: a box of figures for people, and the same figures as data.
//!
//! Knows nothing of files and of how the figures came about.

use serde_json::{Map, Value as Json};

use super::Replayed;
use super::document::{Document, Element, Table};
use super::hourly::hour_name;
use super::html::{Downloads, Section, page};
use super::render::markdown::markdown;
use super::render::text::text;
use super::trace_distributions;
use super::words::{Arg, Lang, Words};
use crate::metrics::{DayFigures, Value};
use crate::model::{
    Column, DayTime, HOUR_US, Keep, Micros, Roles, Sets, TimeUnit, TraceSpec, escape, escape_json,
};

/// Maximum number of signs in a sparkline.
const SPARKS_MOST: usize = 48;
const SPARKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A recorded day that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceReport {
    /// How it is written.
    pub spec: TraceSpec,
    /// How it is compressed, in a word.
    pub packing: String,
    /// What its times count; `None` if they are dates.
    pub unit: Option<TimeUnit>,
    /// What became of its rows.
    pub rows: Replayed,
    /// What it is like.
    pub figures: DayFigures,
    /// The date and time of the first and of the last row, in the trace's time zone.
    pub span: (String, String),
    /// The dates of days that have more or less than 24 hours, and how long they are in microseconds.
    pub odd_days: Vec<(String, u64)>,
    /// The roles that rows name, the most frequent first.
    pub roles: Vec<String>,
}

/// A figure: its message, from which its name in data comes, its value for people and its value as data.
struct Figure {
    key: &'static str,
    shown: String,
    value: Json,
}

impl Figure {
    /// Its name, set in where it is a part or a detail of the one above.
    fn name_for_people(&self, words: &Words) -> String {
        let name = self.name();
        let detail = ["rows_", "session_", "one_time"].iter().any(|start| name.starts_with(start));
        format!("{}{}", if detail { "  " } else { "" }, words.text(self.key))
    }

    /// Its name in data.
    fn name(&self) -> String {
        self.key.split_once('-').map_or(self.key, |(_, name)| name).replace('-', "_")
    }
}

impl TraceReport {
    /// For people, in a box, with what a scenario says to replay it.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        text(&self.document(&Words::new(lang)), false)
    }

    /// For a browser: a page that also shows how requests are spread.
    ///
    /// # Errors
    /// When the template fails, which it has no reason to.
    pub fn html(&self, lang: Lang) -> Result<String, minijinja::Error> {
        let words = Words::new(lang);
        let mut document = self.document(&words);
        // What a scenario says comes last.
        let scenario = document.parts.pop();
        document
            .parts
            .extend(trace_distributions::chapters(&self.figures, &words).into_iter().chain(scenario));
        let section = Section::new(document, Vec::new(), Vec::new());
        let saved = Downloads::new(&self.json(), Some(self.csv()), "");
        page(&escape(&self.spec.named()), &[section], &saved, &words)
    }

    /// For documents.
    #[must_use]
    pub fn markdown(&self, lang: Lang) -> String {
        markdown(&self.document(&Words::new(lang)))
    }

    fn document(&self, words: &Words) -> Document {
        let line = |figure: Figure| vec![figure.name_for_people(words), figure.shown];
        let groups =
            self.figures(words).into_iter().map(|group| group.into_iter().map(line).collect()).collect();
        let header = ["init-figure", "check-md-value"].map(|key| words.text(key)).to_vec();
        let facts = Table { header, groups, is_facts: true, ..Table::default() };
        let mut document = Document::about(&self.spec.named(), None, vec![self.written(words)]);
        document.push(None, vec![Element::Table(facts), Element::Verbatim(self.sparks(words))]);
        document.push(Some(words.text("trace-scenario")), vec![Element::Verbatim(self.spec_yaml())]);
        document
    }

    /// For spreadsheets: a row for each figure.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut out = "figure,value\n".to_owned();
        for figure in self.figures(&Words::new(Lang::En)).into_iter().flatten() {
            let name = figure.name();
            let value = match figure.value {
                Json::Null => String::new(),
                // Dates alone are texts here, and they hold nothing to be quoted.
                Json::String(text) => text,
                number => number.to_string(),
            };
            out.push_str(&format!("{name},{value}\n"));
        }
        out
    }

    /// For programs: every figure, the hours, and how the file is written.
    #[must_use]
    pub fn json(&self) -> String {
        let mut whole = Map::new();
        let mut put = |key: &str, value: Json| whole.insert(key.to_owned(), value);
        put("file", self.spec.named().into());
        put("format", self.spec.format.name().into());
        put("compression", self.packing.as_str().into());
        for figure in self.figures(&Words::new(Lang::En)).into_iter().flatten() {
            put(&figure.name(), figure.value);
        }
        let skipped = self.rows.skipped().into_iter().filter(|(reason, _)| *reason != "outside_clock");
        put(
            "skipped",
            Json::Object(skipped.map(|(reason, count)| (reason.to_owned(), count.into())).collect()),
        );
        put("roles", self.roles.iter().map(String::as_str).collect());
        let hours = self.figures.hours.iter().enumerate().map(|(hour, requests)| {
            let from = hour_name(DayTime(hour as u64 * HOUR_US));
            Json::Object(Map::from_iter([
                ("from".to_owned(), from.into()),
                ("requests".to_owned(), (*requests).into()),
            ]))
        });
        put("hourly", hours.collect());
        trace_distributions::data(&self.figures).into_iter().for_each(|(key, value)| drop(put(key, value)));
        escape_json(&format!("{:#}\n", Json::Object(whole)))
    }

    fn figures(&self, words: &Words) -> Vec<Vec<Figure>> {
        let figures = &self.figures;
        let lang = words.lang();
        let count = |key, count: u64| Figure { key, shown: lang.count(count), value: count.into() };
        let share = |key, share: Option<f64>| Figure {
            key,
            shown: words.value(share.map_or(Value::Undefined, Value::Ratio), "number-undefined"),
            value: share.into(),
        };
        let decimal = |key, number: Option<f64>| Figure {
            key,
            shown: number.map_or_else(
                || words.text("number-undefined"),
                |number| lang.decimal(&format!("{number:.2}")),
            ),
            value: number.into(),
        };
        let duration = |key, us: Option<u64>| Figure {
            key,
            shown: words.value(Value::time(us), "number-undefined"),
            value: us.into(),
        };
        let text = |key, text: &str| Figure { key, shown: text.to_owned(), value: text.into() };
        let mut rows = vec![count("trace-rows", self.rows.rows), count("trace-rows-used", self.rows.used)];
        for (key, some) in [
            ("trace-rows-sets", self.rows.sets),
            ("trace-rows-deletes", self.rows.deletes),
            ("trace-rows-neither", self.rows.neither),
            ("trace-rows-no-user", self.rows.no_user),
            ("trace-rows-filtered", self.rows.filtered),
            ("trace-rows-without-user", self.rows.hosts),
        ] {
            if some > 0 {
                rows.push(count(key, some));
            }
        }
        let mut span = vec![
            text("trace-first", &self.span.0),
            text("trace-last", &self.span.1),
            duration("trace-span-us", figures.span_us.map(|(first, last)| last - first)),
        ];
        if !self.odd_days.is_empty() {
            let length = |us: u64| match us % HOUR_US {
                0 => format!("{}h", us / HOUR_US),
                rest => format!("{}h {}", us / HOUR_US, Micros(rest)),
            };
            let days: Vec<_> =
                self.odd_days.iter().map(|(date, us)| format!("{date}: {}", length(*us))).collect();
            span.push(text("trace-odd-days", &days.join("; ")));
        }
        span.push(count("trace-busiest-hour", figures.hours.iter().max().copied().unwrap_or(0)));
        vec![
            rows,
            vec![
                count("trace-requests", figures.requests),
                count("trace-role-changes", figures.changes),
                count("trace-users", figures.users),
                share("trace-one-time-users", figures.once_share()),
                share("trace-top-hundredth", figures.top_share()),
                decimal("trace-zipf-exponent", figures.zipf),
                share("trace-perfect-hit-ratio", figures.perfect_hit_ratio()),
            ],
            span,
            vec![
                count("trace-sessions", figures.sessions.count),
                decimal("trace-session-requests", figures.session_mean()),
                duration("trace-session-gap-us", figures.sessions.gap_p50_us),
            ],
        ]
    }

    /// The format, the compression and the columns, in a line.
    fn written<'a>(&'a self, words: &Words) -> String {
        let TraceSpec { format, columns, .. } = &self.spec;
        let mut parts = vec![format.name().to_owned(), self.packing.clone()];
        if format.has_columns() {
            // A column that is only looked for was not found.
            let found = |column: &'a Column| match column {
                Column::Named(name) => Some(name.as_str()),
                Column::Maybe(_) | Column::Unused => None,
            };
            let names =
                [Some(columns.time.as_str()), Some(&columns.user), found(&columns.op), found(&columns.role)];
            let keys = ["trace-column-time", "trace-column-user", "trace-column-op", "trace-column-role"];
            for (key, name) in keys.iter().zip(names) {
                let named = name.map(|name| words.with(key, &[("name", Arg::Text(&escape(name)))]));
                parts.extend(named);
            }
            parts.push(self.unit.map_or_else(|| words.text("trace-dates"), |unit| unit.name().to_owned()));
        }
        parts.push(self.spec.timezone_or_utc().to_owned());
        parts.join(" · ")
    }

    /// Requests over the day, as high as they are.
    fn sparks(&self, words: &Words) -> String {
        let hours = &self.figures.hours;
        if hours.is_empty() {
            return String::new();
        }
        let group = hours.len().div_ceil(SPARKS_MOST);
        let sums: Vec<u64> = hours.chunks(group).map(|hours| hours.iter().sum()).collect();
        let highest = sums.iter().max().copied().unwrap_or(0).max(1);
        let spark = |sum: &u64| match sum {
            0 => ' ',
            sum => SPARKS[(u128::from(*sum) * 8).div_ceil(highest.into()).clamp(1, 8) as usize - 1],
        };
        let line: String = sums.iter().map(spark).collect();
        let title = match group {
            1 => words.text("trace-sparks-hourly"),
            group => words.with("trace-sparks", &[("n", Arg::Count(group as u64))]),
        };
        let last = hour_name(DayTime((hours.len() as u64) * HOUR_US));
        let gap = " ".repeat(line.chars().count().saturating_sub(5 + last.chars().count()).max(1));
        format!("{title}\n  {line}\n  00:00{gap}{last}\n")
    }

    /// What a scenario says to replay it.
    #[must_use]
    pub fn spec_yaml(&self) -> String {
        let TraceSpec { files, format, columns, delimiter, unit, timezone, sets, .. } = &self.spec;
        // A JSON text is a quoted text of YAML too.
        let quoted = |text: &str| escape_json(&Json::from(text).to_string());
        let named = |files: &[String]| match files {
            [file] => format!("file: {}", quoted(file)),
            files => {
                format!("files: [{}]", files.iter().map(|file| quoted(file)).collect::<Vec<_>>().join(", "))
            }
        };
        let mut lines = vec![named(files), format!("format: {}", format.name())];
        if format.has_columns() {
            let mut names =
                vec![format!("time: {}", quoted(&columns.time)), format!("user: {}", quoted(&columns.user))];
            for (key, column) in [("op", &columns.op), ("role", &columns.role)] {
                match column {
                    Column::Unused if format.columns().op == Column::Unused => {}
                    Column::Unused => names.push(format!("{key}: \"\"")),
                    // It is not there, or has the name that is looked for anyway.
                    Column::Maybe(_) => {}
                    Column::Named(name) => names.push(format!("{key}: {}", quoted(name))),
                }
            }
            lines.push(format!("columns: {{{}}}", names.join(", ")));
        }
        if format.is_table() && *delimiter != format.delimiter() {
            lines.push(format!("delimiter: {}", quoted(&char::from(*delimiter).to_string())));
        }
        if let Some(unit) = unit.filter(|unit| *unit != TimeUnit::Seconds) {
            lines.push(format!("unit: {}", unit.name()));
        }
        if let Some(timezone) = timezone {
            lines.push(format!("timezone: {}", quoted(timezone)));
        }
        if *sets == Sets::Changes {
            lines.push("sets: changes".to_owned());
        }
        lines.extend(self.choice_yaml());
        format!("{}trace:\n  {}\n", self.roles_yaml(), lines.join("\n  "))
    }

    /// What it says of rows: which are meant, and what they mean.
    fn choice_yaml(&self) -> Vec<String> {
        let TraceSpec { ops, keep, skips_no_user, reorder_us, .. } = &self.spec;
        let quoted = |text: &str| escape_json(&Json::from(text).to_string());
        let mut lines = Vec::new();
        if !ops.is_empty() {
            let ops: Vec<_> =
                ops.iter().map(|(word, op)| format!("{}: {}", quoted(word), op.name())).collect();
            lines.push(format!("ops: {{{}}}", ops.join(", ")));
        }
        if !keep.is_empty() {
            let values =
                |keep: &Keep| keep.values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ");
            let keep: Vec<_> =
                keep.iter().map(|keep| format!("{}: [{}]", quoted(&keep.column), values(keep))).collect();
            lines.push(format!("where: {{{}}}", keep.join(", ")));
        }
        if *reorder_us > 0 {
            lines.push(format!("reorder: {}", Micros(*reorder_us)));
        }
        if *skips_no_user {
            lines.push("skip: [no-user]".to_owned());
        }
        lines
    }

    /// What a scenario says of the roles that rows name; nothing if it has them anyway.
    #[must_use]
    pub fn roles_yaml(&self) -> String {
        let usual = Roles::default();
        if self.roles.iter().all(|role| usual.find(role).is_some()) {
            return String::new();
        }
        // A lone role is one that users get, and others do not have it.
        let lowest = usual.names().first().filter(|_| self.roles.len() == 1);
        let names = lowest.into_iter().chain(&self.roles);
        let names = names.map(|role| escape_json(&Json::from(role.as_str()).to_string()));
        format!("roles: [{}]\n", names.collect::<Vec<_>>().join(", "))
    }
}
