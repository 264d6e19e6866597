//! Kubernetes' audit log: requests by their users, and role bindings as role changes.
//!
//! A request is logged once for each stage, and counted once: when its answer began to be sent if it is a watch, and else
//! when it was complete. Of `RoleBinding` and `ClusterRoleBinding`, `create`, `update` and `patch` give their subjects the
//! role they refer to, and `delete` takes it away, if the answer was a success and the log has the bodies of requests.
//! Groups are left out: who is in them is not said.
//! <https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/>

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::interface::FormatDescriptor;
use super::json_events::{Events, Grants, Interpreter, Said};
use crate::model::TraceSpec;
use crate::trace::fault::TraceFault;
use crate::trace::json_paths::{JsonPaths, Kind, Picked};

/// Kubernetes' audit log.
pub(super) const K8S_AUDIT: FormatDescriptor = FormatDescriptor {
    open: |input, spec| Ok(Box::new(Events::<_, Audit>::open(input, "items", spec)?)),
    has_lines: |_| false,
    writer: None,
};

/// Subjects of a binding.
#[derive(Deserialize)]
struct Subject {
    kind: String,
    name: String,
    #[serde(default)]
    namespace: String,
}

impl Subject {
    /// The user whom it names; `None` for a group.
    fn user(&self) -> Option<String> {
        match self.kind.as_str() {
            "User" => Some(self.name.clone()),
            "ServiceAccount" => Some(format!("system:serviceaccount:{}:{}", self.namespace, self.name)),
            _ => None,
        }
    }
}

/// What is read of an event, and what bindings said so far.
struct Audit {
    user: usize,
    stage: usize,
    verb: usize,
    resource: usize,
    subresource: usize,
    namespace: usize,
    name: usize,
    uri: usize,
    code: usize,
    role: usize,
    subjects: usize,
    /// The users of each binding.
    bindings: FxHashMap<String, Vec<String>>,
    grants: Grants,
}

impl Interpreter for Audit {
    fn new(paths: &mut JsonPaths, spec: &TraceSpec) -> Self {
        let mut plain = |name: &str| paths.add(name, Kind::Plain);
        Self {
            user: plain(&spec.columns.user),
            stage: plain("stage"),
            verb: plain("verb"),
            resource: plain("objectRef.resource"),
            subresource: plain("objectRef.subresource"),
            namespace: plain("objectRef.namespace"),
            name: plain("objectRef.name"),
            uri: plain("requestURI"),
            code: plain("responseStatus.code"),
            role: plain("requestObject.roleRef.name"),
            subjects: paths.add("requestObject.subjects", Kind::Json),
            bindings: FxHashMap::default(),
            grants: Grants::default(),
        }
    }

    fn read(&mut self, event: &Picked, said: &mut VecDeque<Said>) -> Result<(), TraceFault> {
        let value = |place: usize| event.value(place);
        let is_watch = value(self.verb) == "watch";
        let is_answer = match value(self.stage) {
            "ResponseStarted" => is_watch,
            "ResponseComplete" | "Panic" => !is_watch,
            _ => false,
        };
        if !is_answer {
            return Ok(());
        }
        said.push_back(Said { user: value(self.user).to_owned(), op: "get", role: String::new() });
        let is_binding = matches!(value(self.resource), "rolebindings" | "clusterrolebindings");
        let is_done =
            matches!(value(self.code).as_bytes(), [b'2', _, _]) && !value(self.uri).contains("dryRun=");
        if is_binding && is_done && value(self.subresource).is_empty() {
            self.bound(event, said)?;
        }
        Ok(())
    }
}

impl Audit {
    /// What a change of a binding means to its subjects.
    fn bound(&mut self, event: &Picked, said: &mut VecDeque<Said>) -> Result<(), TraceFault> {
        let value = |place: usize| event.value(place);
        let binding = format!("{}/{}/{}", value(self.resource), value(self.namespace), value(self.name));
        let is_end = value(self.verb) == "delete";
        // A patch may be of something else, and without the body nothing is known of the subjects.
        if !is_end && (value(self.subjects).is_empty() || value(self.role).is_empty()) {
            return Ok(());
        }
        let subjects: Vec<Subject> = match is_end {
            true => Vec::new(),
            false => serde_json::from_str(value(self.subjects)).map_err(|error| TraceFault::WrongValue {
                key: "requestObject.subjects".to_owned(),
                found: error.to_string(),
            })?,
        };
        let users: Vec<String> = subjects.iter().filter_map(Subject::user).collect();
        let before = self.bindings.insert(binding.clone(), users.clone()).unwrap_or_default();
        for user in before.iter().filter(|user| !users.contains(user)) {
            said.push_back(self.grants.take(user, &binding));
        }
        for user in &users {
            said.push_back(self.grants.give(user, &binding, value(self.role)));
        }
        Ok(())
    }
}
