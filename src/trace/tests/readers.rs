//! Logs that other programs write, read as they are.

use super::*;

/// What rows say: the user, and the role of a change.
fn said(text: &str, spec: &TraceSpec, roles: &[&str]) -> Result<(Vec<String>, Counts), TraceError> {
    let roles = Roles::new(roles.iter().map(|role| (*role).to_owned()).collect()).unwrap();
    let (rows, _, counts) = replayed_with(text, spec, &roles)?;
    let rows = rows.into_iter().map(|(_, user, kind)| match kind {
        RowKind::Change(role) => format!("{user}={}", roles.names()[usize::from(role.0)]),
        _ => user,
    });
    Ok((rows.collect(), counts))
}

fn audit(second: u32, stage: &str, verb: &str, more: &str) -> String {
    format!(
        "{{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"stage\":\"{stage}\",\"verb\":\"{verb}\",\
         \"user\":{{\"username\":\"root\"}},\"requestReceivedTimestamp\":\"2026-11-26T08:00:{second:02}.000000Z\"{more}}}\n"
    )
}

fn bound(name: &str, code: u32, role: &str, subjects: &str) -> String {
    format!(
        ",\"objectRef\":{{\"resource\":\"rolebindings\",\"namespace\":\"web\",\"name\":\"{name}\"}},\"responseStatus\":\
         {{\"code\":{code}}},\"requestObject\":{{\"roleRef\":{{\"name\":\"{role}\"}},\"subjects\":[{subjects}]}}"
    )
}

#[test]
fn an_audit_log_has_requests_once_and_bindings_as_changes() {
    let user = |name: &str| format!("{{\"kind\":\"User\",\"name\":\"{name}\"}}");
    let both = format!(
        "{},{{\"kind\":\"ServiceAccount\",\"name\":\"ci\",\"namespace\":\"x\"}},{{\"kind\":\"Group\",\"name\":\"g\"}}",
        user("ann")
    );
    let gone = ",\"objectRef\":{\"resource\":\"rolebindings\",\"namespace\":\"web\",\"name\":\"NAME\"},\"responseStatus\":{\"code\":200}";
    let text = [
        audit(1, "RequestReceived", "get", ""),
        audit(1, "ResponseComplete", "get", ",\"responseStatus\":{\"code\":404}"),
        audit(2, "ResponseStarted", "watch", ""),
        audit(1, "ResponseComplete", "watch", ""),
        audit(3, "ResponseComplete", "create", &bound("a", 201, "view", &both)),
        audit(4, "ResponseComplete", "create", &bound("b", 201, "edit", &user("ann"))),
        audit(5, "ResponseComplete", "create", &bound("c", 403, "edit", &user("bob"))),
        audit(6, "ResponseComplete", "delete", &gone.replace("NAME", "b")),
        audit(7, "ResponseComplete", "update", &bound("a", 200, "view", &user("bob"))),
        audit(8, "ResponseComplete", "delete", &gone.replace("NAME", "a")),
        audit(9, "ResponseComplete", "delete", &gone.replace("NAME", "unknown")),
    ]
    .concat();
    let spec = TraceSpec::new("day", TraceFormat::K8sAudit);
    let (rows, counts) = said(&text, &spec, &["nobody", "view", "edit"]).unwrap();
    let ci = "system:serviceaccount:x:ci";
    let expected = [
        "root".to_owned(),
        "root".to_owned(),
        "root".to_owned(),
        "ann=view".to_owned(),
        format!("{ci}=view"),
        "root".to_owned(),
        "ann=edit".to_owned(),
        "root".to_owned(),
        "root".to_owned(),
        // The other binding is left.
        "ann=view".to_owned(),
        "root".to_owned(),
        "ann=nobody".to_owned(),
        format!("{ci}=nobody"),
        "bob=view".to_owned(),
        "root".to_owned(),
        "bob=nobody".to_owned(),
        "root".to_owned(),
    ];
    assert_eq!(rows, expected);
    assert_eq!((counts.rows, counts.requests, counts.changes, counts.neither), (19, 9, 8, 2));
    let list = format!("{{\"kind\":\"EventList\",\"items\":[{}]}}", text.trim_end().replace('\n', ","));
    assert_eq!(said(&list, &spec, &["nobody", "view", "edit"]).unwrap().0, expected);
    let fault = said(&text, &spec, &["nobody", "view"]).unwrap_err().to_string();
    assert!(
        fault.starts_with("day:6: ") && fault.contains("`edit` is not a role of the scenario"),
        "{fault}"
    );
    assert!(fault.contains("write `roles: [view, edit]`"), "{fault}");
}

fn tuple(second: u32, user: &str, relation: &str, operation: &str) -> String {
    format!(
        "{{\"tuple_key\":{{\"user\":\"{user}\",\"relation\":\"{relation}\",\"object\":\"org:x\"}},\"operation\":\"{operation}\",\
         \"timestamp\":\"2026-11-26T08:00:{second:02}.5Z\"}}"
    )
}

#[test]
fn read_changes_are_role_changes() {
    let (write, delete) = ("TUPLE_OPERATION_WRITE", "TUPLE_OPERATION_DELETE");
    let all = [
        tuple(1, "user:ann", "member", write),
        tuple(2, "group:ops#member", "admin", write),
        tuple(3, "user:*", "member", write),
        tuple(4, "user:ann", "admin", write),
        tuple(5, "robot:7", "admin", write),
        tuple(6, "user:ann", "admin", delete),
        tuple(7, "user:ann", "member", delete),
    ];
    let spec = TraceSpec::new("day", TraceFormat::OpenfgaChanges);
    let expected = ["ann=member", "ann=admin", "robot:7=admin", "ann=member", "ann=none"];
    let pages = format!(
        "{{\"changes\":[{}],\"continuation_token\":\"x\"}}\n{{\"changes\":[\n{}]}}",
        all[..3].join(","),
        all[3..].join(",\n")
    );
    for text in [all.join("\n"), format!("[{}]", all.join(",")), pages] {
        let (rows, counts) = said(&text, &spec, &["none", "member", "admin"]).unwrap();
        assert_eq!((rows, counts.neither), (expected.map(str::to_owned).to_vec(), 2), "{text}");
    }
    let odd = tuple(1, "user:ann", "member", "TOUCH");
    let fault = said(&odd, &spec, &["none", "member"]).unwrap_err().to_string();
    assert!(fault.contains("`TOUCH` is not a known operation; known are TUPLE_OPERATION_WRITE"), "{fault}");
}

#[test]
fn decisions_and_cloud_events_are_requests() {
    let decision = "{\"decision_id\":\"1\",\"timestamp\":\"2026-11-26T08:00:01.123456Z\",\"input\":{\"user\":\"ann\"},\"result\":true}";
    let opa = TraceSpec::new("day", TraceFormat::Opa);
    for text in [format!("{decision}\n"), format!("[{decision}]")] {
        assert_eq!(said(&text, &opa, &["user"]).unwrap().0, ["ann"]);
    }
    let event = |who: &str| {
        format!("{{\"eventVersion\":\"1.11\",\"userIdentity\":{who},\"eventTime\":\"2026-11-26T08:00:01Z\"}}")
    };
    let events = [event("{\"arn\":\"arn:aws:iam::1:user/ann\"}"), event("{\"type\":\"AWSService\"}")];
    let cloud = TraceSpec::new("day", TraceFormat::Cloudtrail);
    let fault = said(&events.join("\n"), &cloud, &["user"]).unwrap_err().to_string();
    assert!(
        fault.contains("day:2: key `userIdentity.arn` is missing") && fault.contains("skip: [no-user]"),
        "{fault}"
    );
    let skipping = TraceSpec { skips_no_user: true, ..cloud };
    for text in [
        events.join("\n"),
        format!("{{\"Records\":[{}]}}", events.join(",")),
        format!("[{}]", events.join(",")),
    ] {
        let (rows, counts) = said(&text, &skipping, &["user"]).unwrap();
        assert_eq!((rows.as_slice(), counts.no_user), (&["arn:aws:iam::1:user/ann".to_owned()][..], 1));
    }
}

#[test]
fn a_look_knows_whose_log_it_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/logs");
    for (file, format, user) in [
        ("opa-decisions.json", TraceFormat::Opa, "input.subject.id"),
        ("openfga-changes.json", TraceFormat::OpenfgaChanges, "tuple_key.user"),
        ("k8s-audit.jsonl", TraceFormat::K8sAudit, "user.username"),
        ("cloudtrail.json", TraceFormat::Cloudtrail, "userIdentity.arn"),
        ("other-vhosts-access.log", TraceFormat::VhostCombined, "user"),
    ] {
        let spec = guess(&folder.join(file), &Known::default()).unwrap();
        assert_eq!((spec.format, spec.columns.user.as_str(), spec.unit), (format, user, None), "{file}");
    }
}

#[test]
fn a_combined_log_with_virtual_hosts_is_read_as_such() {
    let line = |names: &str| format!("{names} [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 1\n");
    let text =
        [line("a.example:443 10.0.0.7 - ann"), line("10.0.0.8 - bob"), line("b.example ::1 - -")].concat();
    let combined = TraceSpec::new("day", TraceFormat::Combined);
    let (rows, counts) = said(&text, &combined, &["user"]).unwrap();
    assert_eq!((rows, counts.hosts), (vec!["ann".to_owned(), "bob".to_owned(), "::1".to_owned()], 1));
}
