//! From bytes to a tree: which syntax, and whether the bytes are text at all.
//!
//! Knows no field of a scenario.

use super::fault::{Fault, FaultKind, Faults};
use super::node::{BYTE_LIMIT, Node, NodeKind, Place};
use super::syntax_limits::count;
use super::{json, yaml};
use crate::model::{TraceFormat, is_utf16, shown};

/// How a scenario is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    Json,
    Yaml,
}

/// Reads a scenario's text into a tree. The extension of `file_name` says how it is written; `-` is
/// standard input, which is JSON if it begins with a brace.
///
/// # Errors
/// When the bytes are no text, the text is neither JSON nor YAML, or it holds more than a scenario can.
pub fn parse(bytes: &[u8], file_name: &str) -> Result<Node, Faults> {
    read(bytes, file_name).map_err(|fault| Faults::new(file_name, vec![fault]))
}

fn read(bytes: &[u8], file_name: &str) -> Result<Node, Fault> {
    let named = syntax_of(file_name)?;
    let text = text_of(bytes)?;
    let begins_with_brace = text.trim_start().starts_with('{');
    let syntax = named.unwrap_or(if begins_with_brace { Syntax::Json } else { Syntax::Yaml });
    if text.trim().is_empty() {
        return Err(empty(Place::START));
    }
    let root = match syntax {
        Syntax::Json => json::parse(text)?,
        Syntax::Yaml => yaml::parse(text)?.ok_or_else(|| empty(Place::START))?,
    };
    match root.kind {
        NodeKind::Mapping(_) => Ok(root),
        _ if root.is_null() => Err(empty(root.place)),
        NodeKind::List(_) => Err(no_mapping(root.place, "a list")),
        NodeKind::Scalar { .. } => Err(no_mapping(root.place, "a single value")),
    }
}

/// The syntax that a file's name promises; nothing for standard input.
fn syntax_of(file_name: &str) -> Result<Option<Syntax>, Fault> {
    if file_name == "-" {
        return Ok(None);
    }
    let extension = std::path::Path::new(file_name).extension().and_then(|extension| extension.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("json") => Ok(Some(Syntax::Json)),
        Some("yaml" | "yml") => Ok(Some(Syntax::Yaml)),
        _ if TraceFormat::of_file(file_name).is_some() => {
            let name = shown(file_name);
            let message = format!(
                "a recorded day is not a scenario, which ends in .json, .yaml or .yml, found {name}; name it in one, as in \
                 `trace: {{file: …}}`, or write one with `rolesim init --from-trace`"
            );
            Err(Fault::new(Place::START, "", message))
        }
        _ => Err(Fault::new(
            Place::START,
            "",
            "the file's name does not say how it is written; a scenario ends in .json, .yaml or .yml",
        )),
    }
}

fn empty(place: Place) -> Fault {
    Fault::new(place, "", "the file is empty; a scenario is a mapping, as in `traffic: {requests: 10000}`")
}

fn no_mapping(place: Place, found: &str) -> Fault {
    let message =
        format!("the top level is not a mapping, found {found}; begin with keys such as `traffic:`");
    Fault::new(place, "", message)
}

/// The bytes as text, without a byte-order mark.
fn text_of(bytes: &[u8]) -> Result<&str, Fault> {
    if bytes.len() > BYTE_LIMIT {
        let message = format!(
            "the file is too large, found {} MiB; a scenario takes at most {} MiB",
            bytes.len() >> 20,
            BYTE_LIMIT >> 20
        );
        return Err(Fault::new(Place::START, "", message).of_kind(FaultKind::Limit));
    }
    if is_utf16(bytes) {
        return Err(Fault::new(Place::START, "", "the file is written in UTF-16; save it as UTF-8"));
    }
    if let Some(offset) = bytes.iter().position(|byte| *byte == 0) {
        let message = format!("a NUL byte stands at byte {offset}; a scenario is text, saved as UTF-8");
        return Err(Fault::new(place_of(bytes, offset), "", message));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let byte = bytes.get(offset).copied().unwrap_or_default();
        let message = format!("byte {offset} is not UTF-8 text, found 0x{byte:02X}; save the file as UTF-8");
        Fault::new(place_of(bytes, offset), "", message)
    })
}

/// The place of a byte; what comes before it may be no text.
pub(super) fn place_of(bytes: &[u8], offset: usize) -> Place {
    let before = bytes.get(..offset).unwrap_or(bytes);
    let lines = before.iter().filter(|byte| **byte == b'\n').count();
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count();
    Place::File { line: count(lines + 1), column: count(column + 1) }
}
