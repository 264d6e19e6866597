//! OpenFGA's ReadChanges: tuples that were written and deleted, as role changes.
//!
//! The relation is the role. Of users the type `user:` is left off; sets of users and `user:*` are left out, since whom
//! they mean is not said. <https://openfga.dev/api/service#/Relationship%20Tuples/ReadChanges>

use std::collections::VecDeque;

use super::interface::FormatDescriptor;
use super::json_events::{Events, Grants, Interpreter, Said};
use crate::model::{TraceSpec, escape_cut};
use crate::trace::fault::{SHOWN_CHARS, TraceFault};
use crate::trace::json_paths::{JsonPaths, Kind, Picked};

/// OpenFGA's ReadChanges.
pub(super) const OPENFGA_CHANGES: FormatDescriptor = FormatDescriptor {
    open: |input, spec| Ok(Box::new(Events::<_, Tuples>::open(input, "changes", spec)?)),
    has_lines: |_| false,
    writer: None,
};

const WRITE: &str = "TUPLE_OPERATION_WRITE";
const DELETE: &str = "TUPLE_OPERATION_DELETE";

/// What is read of a change, and which tuples there are.
struct Tuples {
    user: usize,
    relation: usize,
    object: usize,
    operation: usize,
    grants: Grants,
}

impl Interpreter for Tuples {
    fn new(paths: &mut JsonPaths, spec: &TraceSpec) -> Self {
        let mut plain = |name: &str| paths.add(name, Kind::Plain);
        Self {
            user: plain(&spec.columns.user),
            relation: plain("tuple_key.relation"),
            object: plain("tuple_key.object"),
            operation: plain("operation"),
            grants: Grants::default(),
        }
    }

    fn read(&mut self, change: &Picked, said: &mut VecDeque<Said>) -> Result<(), TraceFault> {
        let [user, relation, object, operation] =
            [self.user, self.relation, self.object, self.operation].map(|place| change.value(place));
        let grant = format!("{relation} {object}");
        if user.contains('#') || user.ends_with(":*") {
            return Ok(());
        }
        let name = user.strip_prefix("user:").unwrap_or(user);
        said.push_back(match operation {
            WRITE => self.grants.give(name, &grant, relation),
            DELETE => self.grants.take(name, &grant),
            found => {
                return Err(TraceFault::UnknownOp {
                    column: "operation".to_owned(),
                    found: escape_cut(found, SHOWN_CHARS),
                    hint: format!("known are {WRITE}, {DELETE}"),
                });
            }
        });
        Ok(())
    }
}
