//! The formats of recorded days, each a file: how it is recognised, read and written.

pub(super) mod combined;
mod interface;
mod jsonl;
pub(super) mod oracle_general;
mod table;
pub(super) mod twitter;

pub(super) use interface::{FormatDescriptor, FormatReader, Input, RECORD, RecordBlock, Resume};

use crate::model::TraceFormat;

/// What there is to know of a format.
pub(super) fn descriptor(format: TraceFormat) -> &'static FormatDescriptor {
    match format {
        TraceFormat::Csv => &table::CSV,
        TraceFormat::Tsv => &table::TSV,
        TraceFormat::Jsonl => &jsonl::JSONL,
        TraceFormat::Combined => &combined::COMBINED,
        TraceFormat::Twitter => &twitter::TWITTER,
        TraceFormat::OracleGeneral => &oracle_general::ORACLE_GENERAL,
    }
}
