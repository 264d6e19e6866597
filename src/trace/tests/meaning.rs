//! What rows mean: operations, roles, and what is left out.

use super::*;

fn roles() -> Roles {
    Roles::new(["guest", "user", "admin"].map(str::to_owned).to_vec()).unwrap()
}

fn kinds(text: &str, spec: &TraceSpec) -> Result<(Vec<RowKind>, Counts), TraceError> {
    let (rows, _, counts) = replayed_with(text, spec, &roles())?;
    Ok((rows.into_iter().map(|(_, _, kind)| kind).collect(), counts))
}

#[test]
fn a_get_is_a_request_and_a_role_is_a_role_change() {
    use RowKind::{Change, Other, Request};
    let changed = |sets| TraceSpec { sets, ..csv() };
    for (op, role, ignoring, changing) in [
        ("", "", Some(Request), Some(Request)),
        ("get", "", Some(Request), Some(Request)),
        ("GETS", "", Some(Request), Some(Request)),
        ("GET_LEASE", "", Some(Request), Some(Request)),
        // What was answered is not a change.
        ("read", "admin", Some(Request), Some(Request)),
        ("", "admin", Some(Change(RoleId(2))), Some(Change(RoleId(2)))),
        ("set", "user", Some(Change(RoleId(1))), Some(Change(RoleId(1)))),
        ("set_role", "guest", Some(Change(RoleId(0))), Some(Change(RoleId(0)))),
        ("add_admin", "", Some(Change(RoleId(2))), Some(Change(RoleId(2)))),
        ("remove_admin", "", Some(Change(RoleId(0))), Some(Change(RoleId(0)))),
        ("SET", "", None, Some(Other)),
        ("incr", "", None, Some(Other)),
        ("delete", "", None, Some(Change(RoleId(0)))),
        ("DELETE", "admin", None, Some(Change(RoleId(0)))),
        ("touch", "", None, None),
    ] {
        let text = format!("time,user,op,role\n1,a,{op},{role}\n");
        for (sets, expected) in [(Sets::Ignore, ignoring), (Sets::Changes, changing)] {
            let (kinds, _) = kinds(&text, &changed(sets)).unwrap();
            assert_eq!(kinds.first().copied(), expected, "{op:?} {role:?} {sets:?}");
        }
    }
}

#[test]
fn nothing_is_left_out_without_being_counted() {
    let text = "time,user,op,role\n1,a,get,\n1,a,set,\n1,a,cas,\n1,a,delete,\n1,a,nop,\n1,b,,user\n2,b,,\n";
    let (kinds, counts) = kinds(text, &csv()).unwrap();
    assert_eq!(kinds.len(), 3);
    assert_eq!(
        counts,
        Counts {
            rows: 7,
            requests: 2,
            changes: 1,
            sets: 2,
            deletes: 1,
            neither: 1,
            named: 1,
            ..Counts::default()
        }
    );
}

#[test]
fn columns_that_nobody_named_may_be_missing_named_ones_not() {
    let named =
        |op: Column, role: Column| TraceSpec { columns: Columns { op, role, ..Columns::default() }, ..csv() };
    let text = "time,user,op,role\n1,a,fly,king\n";
    assert!(kinds(text, &csv()).is_err());
    let (rows, _) = kinds(text, &named(Column::Unused, Column::Unused)).unwrap();
    assert_eq!(rows, [RowKind::Request]);
    // Nor does an operation need a role that nobody looks at: it sets something.
    let set = "time,user,op,role\n1,a,set_role,king\n2,a,set_role,\n3,a,get,\n";
    let maybe = || Column::Maybe("op".into());
    let (rows, counts) = kinds(set, &named(maybe(), Column::Unused)).unwrap();
    assert_eq!((rows, counts.sets), (vec![RowKind::Request], 2));
    let missing = kinds("time,user\n1,a\n", &named(Column::Named("op".into()), Column::Unused)).unwrap_err();
    assert_eq!(missing.to_string(), "day:1: column `op` is missing; the columns are `time`, `user`");
    let other = named(Column::Named("action".into()), Column::Named("to".into()));
    let (rows, _) = kinds("action,time,to,user\nget,1,,a\n,1,admin,a\n", &other).unwrap();
    assert_eq!(rows, [RowKind::Request, RowKind::Change(RoleId(2))]);
}

#[test]
fn unknown_operations_and_roles_hint_at_the_right_ones() {
    for (text, words) in [
        (
            "time,user,op\n1,a,got\n",
            "day:2: column `op`: `got` is not a known operation; did you mean `get`?",
        ),
        (
            "time,user,role\n1,a,admn\n",
            "day:2: column `role`: `admn` is not a role of the scenario; did you mean `admin`?",
        ),
        ("time,user,role\n1,a,king\n", "`king` is not a role of the scenario; known are guest, user, admin"),
        (
            "time,user,op\n1,a,set_role\n",
            "day:2: the operation `set_role` needs a role; write it in the column `role`",
        ),
        ("time,user,op,role\n1,a,set_role,\n", "the operation `set_role` needs a role"),
        ("time,user,op\n1,a,\u{1b}[2J\n", "`\\u{1b}[2J` is not a known operation"),
    ] {
        let said = kinds(text, &csv()).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn the_digest_covers_what_happens_and_not_how_it_is_said() {
    let digest = |text: &str, sets| {
        let (_, scan, _) = replayed_with(text, &TraceSpec { sets, ..csv() }, &roles()).unwrap();
        scan.digest
    };
    let ignoring = |text: &str| digest(text, Sets::Ignore);
    let base = ignoring("time,user,op,role\n1,a,get,\n2,a,,admin\n");
    assert_eq!(base, ignoring("op,role,user,time\n,,a,1.0\nadd_admin,,a,2\nset,,a,3\n"));
    for other in [
        "time,user,op,role\n1,a,get,\n2,a,,user\n",
        "time,user,op,role\n1,a,get,\n2,a,get,\n",
        "time,user,op,role\n2,a,,admin\n2,a,get,\n",
    ] {
        assert_ne!(ignoring(other), base, "{other}");
    }
    let sets = "time,user,op\n1,a,set\n1,a,get\n";
    assert_ne!(digest(sets, Sets::Changes), digest(sets, Sets::Ignore));
}

#[test]
fn too_many_users_are_a_limit_that_trips_while_reading() {
    let path = Path::new("day");
    let text = |user: fn(u32) -> String| {
        (0..20_000).fold("time,user\n".to_owned(), |text, n| text + &format!("1,{}\n", user(n)))
    };
    for (text, limit, rows) in [
        (text(|n| n.to_string()), 10_000, 12_288),
        (text(|n| format!("user-{n}")), 10_000, 12_288),
        // A name of 200 letters takes as much as three further users.
        (text(|n| format!("{n:a>200}")), 40_000, 12_288),
    ] {
        let mut replay = Replay::of(
            || Rows::open(Cursor::new(text.clone()), &csv(), true),
            TraceFiles::one(path),
            &csv(),
            &roles(),
        )
        .unwrap();
        replay.allow_users(limit);
        let error = replay.run_through().unwrap_err();
        assert_eq!(error.kind(), RecordedErrorKind::Limit);
        let expected = format!(
            "day: the first {rows} rows have more users than {limit}, long names counted more than once; no more are held in \
             memory, unless --max-memory says more"
        );
        assert_eq!(error.to_string(), expected);
        replay = Replay::of(
            || Rows::open(Cursor::new(text.clone()), &csv(), true),
            TraceFiles::one(path),
            &csv(),
            &roles(),
        )
        .unwrap();
        replay.allow_users(2 * limit);
        assert!(replay.run_through().is_ok());
    }
}
