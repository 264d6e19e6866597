//! The text and binary formats behind one question: what is the next row.
//!
//! A format is opened at the beginning of its bytes, or resumed at any line by who knows its [`Layout`]. Does not know
//! which rows came before, nor who reads.

use std::io::Read;

use super::combined::Log;
use super::error::{Located, Place};
use super::fault::{TimeForm, TraceFault, WrongTime};
use super::jsonl::Objects;
use super::oracle_general::Records;
use super::rows::{Order, Row, Says, Who, row};
use super::stamp;
use super::table::{Cells, Table, text, text_in};
use super::twitter::Twitter;
use crate::model::{Column, TimeUnit, TraceFormat, TraceSpec};

/// A recorded day in one of the formats.
pub(super) enum Format<I> {
    Table(Table<I>),
    Jsonl(Objects<I>),
    Combined(Log<I>),
    Twitter(Twitter<I>),
    Oracle(Records<I>),
}

/// What messages call things, and how times are written.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) time: String,
    pub(super) user: String,
    pub(super) op: String,
    pub(super) role: String,
    /// Whether roles are looked at where they are there.
    pub(super) reads_roles: bool,
    pub(super) form: TimeForm,
    pub(super) unit: TimeUnit,
}

impl Names {
    pub(super) fn new(spec: &TraceSpec) -> Self {
        let named = |name: Option<&str>| {
            if spec.format.has_columns() { name.unwrap_or_default().to_owned() } else { String::new() }
        };
        Self {
            time: named(Some(&spec.columns.time)),
            user: named(Some(&spec.columns.user)),
            op: named(spec.columns.op.name()),
            role: spec.columns.role.name().unwrap_or("role").to_owned(),
            reads_roles: spec.columns.role != Column::Unused,
            form: match spec.format {
                TraceFormat::Combined => TimeForm::Log,
                _ => TimeForm::Since(spec.unit),
            },
            unit: spec.unit,
        }
    }
}

/// What must be known of a text to go on in the middle of it.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) spec: TraceSpec,
    /// Where a table has its columns; nothing where there is no table.
    pub(super) cells: Option<Cells>,
}

impl Layout {
    /// Whether rows may say something else than a request.
    pub(super) fn may_write(&self) -> bool {
        self.cells.map_or(self.spec.format != TraceFormat::Combined, Cells::may_write)
    }
}

impl<I: Read> Format<I> {
    /// Reads the header, where the format has one.
    pub(super) fn open(input: I, spec: &TraceSpec) -> Result<Self, Located> {
        Ok(match spec.format {
            TraceFormat::Csv | TraceFormat::Tsv => Self::Table(Table::open(input, spec)?),
            TraceFormat::Jsonl => Self::Jsonl(Objects::new(input, &spec.columns, 0)),
            TraceFormat::Combined => Self::Combined(Log::new(input, 0)),
            TraceFormat::Twitter => Self::Twitter(Twitter::new(input, 0)),
            TraceFormat::OracleGeneral => Self::Oracle(Records::new(input)),
        })
    }

    /// Goes on behind so many lines; records are not gone on with.
    pub(super) fn resume(input: I, layout: &Layout, lines_before: u64) -> Self {
        let Layout { spec, cells } = layout;
        match (spec.format, cells) {
            (_, Some(cells)) => Self::Table(Table::resume(input, spec, *cells, lines_before)),
            (TraceFormat::Combined, _) => Self::Combined(Log::new(input, lines_before)),
            (TraceFormat::Twitter, _) => Self::Twitter(Twitter::new(input, lines_before)),
            _ => Self::Jsonl(Objects::new(input, &spec.columns, lines_before)),
        }
    }

    /// Whether rows may say something else than a request.
    pub(super) fn may_write(&self) -> bool {
        match self {
            Self::Table(table) => table.cells().may_write(),
            Self::Jsonl(_) | Self::Twitter(_) => true,
            Self::Combined(_) | Self::Oracle(_) => false,
        }
    }

    /// The records, where there are such.
    pub(super) fn records(&mut self) -> Option<&mut Records<I>> {
        match self {
            Self::Oracle(records) => Some(records),
            _ => None,
        }
    }

    /// The next row, whose time is checked beside those before.
    pub(super) fn next<'a>(
        &'a mut self,
        names: &Names,
        order: &mut Order,
        spares: &'a mut [String; 2],
    ) -> Result<Option<Row<'a>>, Located> {
        let raw = match self {
            Self::Table(table) => table.next()?,
            Self::Jsonl(objects) => objects.next()?,
            Self::Twitter(twitter) => twitter.next()?,
            Self::Combined(log) => {
                let Some(line) = log.next()? else { return Ok(None) };
                let wrong = || WrongTime::new("", &text(line.time), TimeForm::Log);
                let place = Place::Line(line.line);
                let epoch_us =
                    line.epoch_us.ok_or_else(|| Located::of(place, TraceFault::NotATime(wrong())))?;
                order.check(place, epoch_us, wrong)?;
                let user = Who::Text(text_in(line.user, &mut spares[0]));
                let is_host = line.is_host;
                return Ok(Some(Row { place, epoch_us, user, says: Says::Request, is_host }));
            }
            Self::Oracle(records) => {
                let Some((place, record)) = records.next()? else { return Ok(None) };
                let epoch_us = stamp::in_us(record.time.into(), names.unit).unwrap_or(u64::MAX);
                order.check(place, epoch_us, || {
                    WrongTime::new("", &record.time.to_string(), TimeForm::Since(names.unit))
                })?;
                let user = Who::Number(record.number);
                return Ok(Some(Row { place, epoch_us, user, says: Says::Request, is_host: false }));
            }
        };
        raw.map(|raw| row(raw, names, order, spares)).transpose()
    }
}
