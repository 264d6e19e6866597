//! The formats of recorded days, each a file: how it is recognised, read and written.

pub(super) mod combined;
mod interface;
mod json_events;
mod jsonl;
mod k8s_audit;
mod openfga;
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
        TraceFormat::VhostCombined => &combined::VHOST_COMBINED,
        TraceFormat::Opa => &jsonl::OPA,
        TraceFormat::K8sAudit => &k8s_audit::K8S_AUDIT,
        TraceFormat::OpenfgaChanges => &openfga::OPENFGA_CHANGES,
        TraceFormat::Cloudtrail => &jsonl::CLOUDTRAIL,
        TraceFormat::OracleGeneral => &oracle_general::ORACLE_GENERAL,
    }
}
