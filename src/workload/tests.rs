//! What a whole day's draws hold, whatever the seed: exact numbers, bounds, and dials that leave each other alone.

use rustc_hash::FxHashMap;

use super::*;
use crate::model::{
    Action, Active, Activity, ChangeFault, ChangeKind, Clock, DAY_US, DatabaseUsers, DayTime, Delay, Follow,
    HOUR_US, IdRange, IdSet, Members, Micros, NewUsers, Population, Probability, RoleChange, RoleChanges,
    Roles, SECOND_US, Sessions, Shape, Spacing, Step, Traffic, UserId, Window,
};

const MINUTE: Delay = Delay::Fixed(Micros(60 * SECOND_US));

fn window(from_us: u64, to_us: u64) -> Window {
    Window { from: DayTime(from_us), to: DayTime(to_us) }
}

fn share(share: f64) -> Probability {
    Probability::new(share).unwrap()
}

fn active(count: u64, roles: &[(u8, f64)]) -> Population {
    let roles = roles.iter().map(|(role, share)| (RoleId(*role), *share)).collect();
    let active = Active { members: Members::Count(count), activity: Activity::Uniform, roles };
    Population { active: Some(active), new: None }
}

fn changes(count: u64, grants: f64) -> RoleChanges {
    let between = window(8 * HOUR_US, 20 * HOUR_US);
    RoleChanges { count, between, grants: share(grants), retry: None, newcomers: None }
}

fn traffic(requests: u64) -> Traffic {
    Traffic {
        requests,
        between: window(0, DAY_US),
        shape: Shape::Day,
        every_active_user: false,
        sessions: None,
    }
}

/// A day of four roles, a thousand active users and whatever is drawn.
fn day(seed: u64) -> Day {
    Day {
        seed,
        clock: Clock { start: DayTime(0), end: DayTime(DAY_US), measure_from: DayTime(0) },
        roles: Roles::new(["guest", "user", "moderator", "admin"].map(str::to_owned).to_vec()).unwrap(),
        users: Vec::new(),
        mailboxes: Vec::new(),
        population: active(1000, &[(1, 0.3), (2, 0.2), (3, 0.1)]),
        traffic: None,
        role_changes: Some(changes(200, 0.5)),
        trace: None,
        script: Vec::new(),
    }
}

fn with_changes(seed: u64, role_changes: RoleChanges) -> Day {
    Day { role_changes: Some(role_changes), ..day(seed) }
}

fn draw(day: &Day) -> Workload<'static> {
    Workload::new(day, None).unwrap()
}

fn arrivals(workload: &mut Workload<'_>, day: &Day) -> Vec<Arrival> {
    let mut all = Vec::new();
    while let Some(at_us) = workload.arrivals.peek_us(&mut workload.users, &day.clock).unwrap() {
        let (user, kind) = workload.arrivals.take(at_us).unwrap();
        assert_eq!(kind, RowKind::Request);
        all.push(Arrival { at_us, user });
    }
    assert!(all.is_sorted_by_key(|arrival| arrival.at_us));
    all
}

fn followers(day: &Day) -> Vec<Arrival> {
    arrivals(&mut draw(&Day { traffic: None, ..day.clone() }), day)
}

fn ids(text: &str) -> IdSet {
    IdSet(text.split(", ").map(|part| IdRange::parse(part).unwrap()).collect())
}

fn set_role(hour: u64, user: u64, role: u8) -> Step {
    let kind = ChangeKind::SetRole { user: UserId::Number(user), role: RoleId(role) };
    let change = RoleChange { kind, fault: ChangeFault::EventLost, replica: 0 };
    Step { at: DayTime(hour * HOUR_US), action: Action::Change(change) }
}

/// Plays the changes over the roles as they are by then; how many went up and how many down.
fn played(day: &Day, workload: &Workload<'_>) -> (u64, u64) {
    let mut roles: FxHashMap<u32, RoleId> = workload.roles.iter().copied().collect();
    let mut steps: Vec<&Step> = day.script.iter().collect();
    steps.sort_by_key(|step| step.at);
    let mut steps = steps.into_iter().peekable();
    let (mut up, mut down) = (0, 0);
    for change in &workload.changes {
        while let Some(step) = steps.next_if(|step| step.at.0 <= change.at_us) {
            if let Action::Change(scripted) = &step.action {
                let user = workload.users.find(scripted.kind.user()).unwrap();
                roles.insert(user, scripted.kind.role(&day.roles));
            }
        }
        let before = roles.insert(change.user, change.role).unwrap_or_default();
        assert_ne!(before, change.role);
        assert!(change.role <= day.roles.highest());
        *(if before < change.role { &mut up } else { &mut down }) += 1;
    }
    (up, down)
}

#[test]
fn changes_of_each_kind_are_as_many_as_the_shares_say() {
    for seed in 0..20 {
        for (count, grants, retry, newcomers) in [
            (0, 0.5, 0.5, 0.5),
            (1, 1.0, 1.0, 1.0),
            (1, 0.0, 1.0, 1.0),
            (199, 0.5, 0.333, 0.1),
            (200, 0.47, 1.0, 0.0),
            (333, 0.6, 0.01, 0.77),
            (60, 1.0, 0.5, 1.0),
            (60, 0.0, 0.5, 1.0),
        ] {
            let follow = |of| Some(Follow { share: share(of), after: MINUTE });
            let spec =
                RoleChanges { retry: follow(retry), newcomers: follow(newcomers), ..changes(count, grants) };
            let day = with_changes(seed, spec);
            let workload = draw(&day);
            let raised = (grants * count as f64).round() as u64;
            assert_eq!(played(&day, &workload), (raised, count - raised));
            assert!(workload.changes.is_sorted_by_key(|change| change.at_us));
            let between = 8 * HOUR_US..20 * HOUR_US;
            assert!(workload.changes.iter().all(|change| between.contains(&change.at_us)));
            let new = workload.changes.iter().filter(|change| change.user >= 1000).count() as u64;
            assert_eq!(new, (newcomers * raised as f64).round() as u64);
            let retried = (retry * (count - raised) as f64).round() as u64;
            assert_eq!((spec.newcomers(), spec.retries()), (new, retried));
            let asked = followers(&day);
            assert_eq!(asked.len() as u64, new + retried);
            for request in asked {
                let cause = |change: &&DrawnChange| {
                    change.user == request.user && change.at_us + 60 * SECOND_US == request.at_us
                };
                assert!(workload.changes.iter().any(|change| cause(&change)));
            }
        }
    }
}

#[test]
fn scripted_changes_of_the_same_instant_come_first() {
    // Two roles and one user: a draw that knew only the start could neither raise nor lower as it must go.
    for seed in 0..50 {
        let mut day = with_changes(seed, changes(1, 1.0));
        day.roles = Roles::default();
        day.population = active(1, &[]);
        day.script = vec![set_role(9, 1, 1), set_role(8, 1, 0)];
        day.role_changes.as_mut().unwrap().between = window(9 * HOUR_US, 9 * HOUR_US + 1);
        let error = Workload::new(&day, None).err();
        assert_eq!(error, Some(DayError::Draw(DrawError::NobodyToRaise { at: DayTime(9 * HOUR_US) })));
        day.role_changes.as_mut().unwrap().grants = share(0.0);
        assert_eq!(draw(&day).changes, [DrawnChange { at_us: 9 * HOUR_US, user: 0, role: RoleId(0) }]);
        day.script.clear();
        let error = Workload::new(&day, None).err();
        assert_eq!(error, Some(DayError::Draw(DrawError::NobodyToLower { at: DayTime(9 * HOUR_US) })));
    }
}

#[test]
fn roles_are_those_that_scripts_of_every_kind_leave() {
    for seed in 0..30 {
        let mut day = with_changes(seed, changes(300, 0.5));
        day.script = (0..24)
            .flat_map(|hour| (1..30).map(move |user| (hour, user)))
            .map(|(hour, user)| set_role(hour, user, ((hour + user + seed) % 4) as u8))
            .collect();
        let workload = draw(&day);
        assert_eq!(played(&day, &workload), (150, 150));
    }
}

#[test]
fn an_error_says_when_and_what_would_help() {
    let error = DrawError::NobodyToLower { at: DayTime(9 * HOUR_US) };
    assert_eq!(
        error.to_string(),
        "at 09:00:00 `role_changes` finds nobody with a role above the lowest; give more users one from the start, as \
         in `population.active.roles: {admin: 0.02}` (of a recorded day `trace.roles`), a larger share of `grants`, or \
         fewer changes"
    );
    let mut alone = with_changes(1, changes(3, 1.0));
    alone.roles = Roles::new(vec!["user".to_owned()]).unwrap();
    alone.population.active = Some(Active { roles: Vec::new(), ..alone.population.active.unwrap() });
    assert!(matches!(
        Workload::new(&alone, None).err(),
        Some(DayError::Draw(DrawError::NobodyToRaise { .. }))
    ));
    let new = Follow { share: share(1.0), after: MINUTE };
    alone.role_changes.as_mut().unwrap().newcomers = Some(new);
    assert!(matches!(
        Workload::new(&alone, None).err(),
        Some(DayError::Draw(DrawError::NobodyToRaise { .. }))
    ));
}

#[test]
fn without_active_users_the_databases_own_are_meant() {
    let mut day = with_changes(3, changes(50, 0.5));
    day.population = Population::default();
    day.users = vec![DatabaseUsers { ids: ids("7, 7, 20..=29"), role: RoleId(2), name: None }];
    let workload = draw(&day);
    assert_eq!(played(&day, &workload), (25, 25));
    assert!(workload.changes.iter().all(|change| day.users[0].ids.contains(workload.users.id(change.user))));
}

#[test]
fn newcomers_are_the_first_numbers_that_nobody_has() {
    let mut day = with_changes(3, changes(10, 1.0));
    let follow = Follow { share: share(1.0), after: Delay::NONE };
    day.role_changes.as_mut().unwrap().newcomers = Some(follow);
    day.population = active(4, &[]);
    let between = window(0, HOUR_US);
    day.population.new = Some(NewUsers { members: Members::Ids(ids("6")), between, requests_each: 0 });
    day.users = vec![DatabaseUsers { ids: ids("8..=9, alice"), role: RoleId(0), name: None }];
    let asks = Action::Request { users: ids("11, 5"), count: 1, spacing: Spacing::Together };
    day.script = vec![Step { at: DayTime(0), action: asks }, set_role(1, 13, 0)];
    let workload = draw(&day);
    let mut new: Vec<String> =
        workload.changes.iter().map(|change| workload.users.id(change.user).to_string()).collect();
    new.sort_by_key(|id| id.parse::<u64>().unwrap());
    assert_eq!(new, ["7", "10", "12", "14", "15", "16", "17", "18", "19", "20"]);
}

#[test]
fn one_more_change_leaves_the_times_of_the_others() {
    let times = |count| -> Vec<u64> {
        draw(&with_changes(5, changes(count, 0.5))).changes.iter().map(|change| change.at_us).collect()
    };
    for count in [0, 1, 2, 99, 400] {
        let (fewer, mut more) = (times(count), times(count + 1));
        let added = more.iter().position(|at| !fewer.contains(at)).unwrap();
        more.remove(added);
        assert_eq!(fewer, more);
    }
}

#[test]
fn a_larger_share_of_retries_keeps_those_of_a_smaller() {
    let after = Delay::Exponential(Micros(HOUR_US));
    let follow = |of| Some(Follow { share: share(of), after });
    for seed in 0..10 {
        let days = [0.0, 0.1, 0.5, 0.9, 1.0]
            .map(|of| with_changes(seed, RoleChanges { retry: follow(of), ..changes(400, 0.5) }));
        for pair in days.windows(2) {
            let (fewer, more) = (followers(&pair[0]), followers(&pair[1]));
            assert!(fewer.len() < more.len() && fewer.iter().all(|asked| more.contains(asked)));
            assert_eq!(draw(&pair[0]).changes, draw(&pair[1]).changes);
        }
        let days = [0.0, 0.1, 0.5, 0.9, 1.0]
            .map(|of| with_changes(seed, RoleChanges { newcomers: follow(of), ..changes(400, 0.5) }));
        for pair in days.windows(2) {
            let (fewer, more) = (followers(&pair[0]), followers(&pair[1]));
            assert!(fewer.len() < more.len() && fewer.iter().all(|asked| more.contains(asked)));
        }
    }
}

#[test]
fn more_grants_keep_the_retries_among_the_reductions_left() {
    let retry = Some(Follow { share: share(0.5), after: Delay::NONE });
    let times = |grants| -> Vec<u64> {
        let day = with_changes(2, RoleChanges { retry, ..changes(400, grants) });
        followers(&day).iter().map(|asked| asked.at_us).collect()
    };
    let (many, few) = (times(0.5), times(0.6));
    assert_eq!((many.len(), few.len()), (100, 80));
    assert!(few.iter().all(|at_us| many.contains(at_us)));
}

#[test]
fn changes_and_traffic_leave_each_other_alone() {
    let quiet = day(8);
    let busy = Day { traffic: Some(traffic(5000)), ..quiet.clone() };
    let still = Day { role_changes: None, ..busy.clone() };
    assert_eq!(draw(&quiet).changes, draw(&busy).changes);
    assert_eq!(arrivals(&mut draw(&busy), &busy), arrivals(&mut draw(&still), &still));
    assert_eq!(draw(&busy).changes, draw(&busy).changes);
    assert_ne!(draw(&busy).changes, draw(&day(9)).changes);
}

#[test]
fn the_days_total_is_met_though_some_who_follow_come_too_late() {
    let follow = Some(Follow { share: share(1.0), after: Delay::Exponential(Micros(3 * HOUR_US)) });
    for seed in 0..20 {
        for sessions in [None, Some(Sessions { requests: 4.0, gap: MINUTE })] {
            let spec = RoleChanges { retry: follow, newcomers: follow, ..changes(101, 0.5) };
            let mut day = with_changes(seed, spec);
            let asks = Action::Request { users: ids("1..=7"), count: 2, spacing: Spacing::Together };
            day.script = vec![Step { at: DayTime(0), action: asks }];
            assert!((60..101).contains(&followers(&day).len()), "some come too late");
            day.traffic = Some(Traffic { every_active_user: true, sessions, ..traffic(3000) });
            assert_eq!(arrivals(&mut draw(&day), &day).len(), 3000 - 14);
        }
    }
}

/// What a seed means is part of the interface: these figures may change only with a new version of the scenario
/// language.
#[test]
fn sampled_values_are_pinned() {
    let delay = Delay::Exponential(Micros(HOUR_US));
    let follow = Some(Follow { share: share(0.5), after: delay });
    let day = with_changes(42, RoleChanges { retry: follow, newcomers: follow, ..changes(200, 0.5) });
    let workload = draw(&day);
    let head = |n| workload.changes.iter().take(n).map(|c| (c.at_us, c.user, c.role.0)).collect::<Vec<_>>();
    assert_eq!(
        head(4),
        [
            (28_953_602_009, 89, 1),
            (29_355_957_962, 1017, 1),
            (29_367_472_837, 250, 0),
            (29_448_383_856, 1028, 2)
        ]
    );
    let asked: Vec<_> = followers(&day).iter().take(4).map(|a| (a.at_us, a.user)).collect();
    assert_eq!(
        asked,
        [(30_975_897_821, 250), (31_579_160_397, 1018), (31_773_026_723, 1028), (31_814_730_362, 1038)]
    );
}

#[test]
fn a_hundred_thousand_changes_over_a_million_users_are_drawn() {
    let follow = Some(Follow { share: share(0.5), after: MINUTE });
    let mut day = with_changes(1, RoleChanges { retry: follow, newcomers: follow, ..changes(100_000, 0.5) });
    day.population = active(1_000_000, &[(3, 0.1)]);
    assert_eq!(played(&day, &draw(&day)), (50_000, 50_000));
}
