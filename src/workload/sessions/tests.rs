//! Sessions as anybody sees them: lengths, gaps, users, and what the end of the window cuts.

use super::super::Users;
use super::super::arrivals::Generated;
use super::super::shape::Density;
use super::super::traffic::Picker;
use super::*;
use crate::model::{Activity, Clock, DAY_US, DayTime, HOUR_US, Micros, SECOND_US, Shape, UserId, Window};

const FEW_SECONDS: Delay = Delay::Uniform(Micros(SECOND_US), Micros(3 * SECOND_US));

fn sessions(requests: f64, gap: Delay) -> Sessions {
    Sessions { requests, gap }
}

/// Requests of `members` users within a window of the day.
fn requests(
    (seed, count): (u64, u64),
    spec: Option<Sessions>,
    (activity, members): (Activity, u64),
    (from_us, to_us): (u64, u64),
) -> Generated {
    let clock = Clock { start: DayTime(0), end: DayTime(DAY_US), measure_from: DayTime(0) };
    let window = Window { from: DayTime(from_us), to: DayTime(to_us) };
    let mut users = Users::default();
    let members: Vec<u32> = (1..=members).map(|id| users.intern(&UserId::Number(id))).collect();
    let picker = Picker::new(activity, &members, seed, &users);
    let demand = Arc::new(Demand { density: Density::new(&Shape::Flat, &window, &clock), picker });
    match spec {
        None => Generated::Single(RandomRequests::new(seed, count, demand)),
        Some(spec) => Generated::InSessions(Box::new(SessionRequests::new(seed, count, demand, spec, to_us))),
    }
}

fn all(mut requests: Generated) -> Vec<Arrival> {
    let mut out = Vec::new();
    while requests.next_block(&mut out) {}
    out
}

#[test]
fn the_total_is_met_exactly_in_order_and_within_the_window() {
    let gaps = [
        Delay::NONE,
        Delay::Fixed(Micros(1)),
        Delay::Fixed(Micros(2 * DAY_US)),
        Delay::Exponential(Micros(600 * SECOND_US)),
        Delay::Lognormal { median: Micros(SECOND_US), sigma: 3.0 },
        Delay::Uniform(Micros(0), Micros(u64::MAX)),
    ];
    for gap in gaps {
        for mean in [1.0, 1.000_001, 1.5, 40.0, 1e6, 1e300, f64::MAX] {
            for window in [(0, DAY_US), (DAY_US - 1, DAY_US), (HOUR_US, HOUR_US + 3), (5, HOUR_US)] {
                for count in [0, 1, 2, 2047, 5001] {
                    let spec = Some(sessions(mean, gap));
                    let drawn = all(requests((count, count), spec, (Activity::Zipf(1.0), 20), window));
                    assert_eq!(drawn.len() as u64, count, "{mean} {gap:?} {window:?}");
                    assert!(drawn.is_sorted_by_key(|arrival| arrival.at_us));
                    assert!(drawn.iter().all(|asked| (window.0..window.1).contains(&asked.at_us)));
                }
            }
        }
    }
    let nobody = requests((1, 50), Some(sessions(3.0, Delay::NONE)), (Activity::Uniform, 0), (0, DAY_US));
    assert_eq!(all(nobody), []);
}

#[test]
fn sessions_of_one_request_are_single_requests() {
    let who = (Activity::Lognormal(1.0), 500);
    let single = all(requests((9, 10_000), None, who, (0, DAY_US)));
    assert_eq!(all(requests((9, 10_000), Some(sessions(1.0, FEW_SECONDS)), who, (0, DAY_US))), single);
}

/// Sessions are told apart by what anyone sees: requests of one user, a few seconds apart.
#[test]
fn lengths_are_geometric_and_gaps_as_they_should_be() {
    for (seed, mean) in [(1, 4.0f64), (2, 1.3), (3, 12.0)] {
        let count = (50_000.0 * mean) as u64;
        let spec = Some(sessions(mean, FEW_SECONDS));
        let mut drawn = all(requests((seed, count), spec, (Activity::Uniform, 200_000), (0, DAY_US)));
        drawn.sort_by_key(|asked| (asked.user, asked.at_us));
        let together = |a: &Arrival, b: &Arrival| a.user == b.user && b.at_us - a.at_us <= 3 * SECOND_US;
        let lengths: Vec<usize> = drawn.chunk_by(together).map(<[_]>::len).collect();
        let begun = lengths.len() as f64;
        let z = (count as f64 / begun - mean) / ((mean * mean - mean) / begun).sqrt();
        assert!(z.abs() < 4.0, "mean length {}, not {mean}", count as f64 / begun);
        for length in 1..4 {
            let measured = lengths.iter().filter(|own| **own == length as usize).count() as f64;
            let share = (1.0 - 1.0 / mean).powi(length - 1) / mean;
            let z = (measured - begun * share) / (begun * share * (1.0 - share)).sqrt();
            assert!(z.abs() < 4.0, "{measured} of {begun} have {length}, not {share}");
        }
        let gaps: Vec<f64> = drawn
            .windows(2)
            .filter(|pair| together(&pair[0], &pair[1]))
            .map(|pair| (pair[1].at_us - pair[0].at_us) as f64 / SECOND_US as f64)
            .collect();
        let measured = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let z = (measured - 2.0) / (1.0 / 3.0 / gaps.len() as f64).sqrt();
        assert!(z.abs() < 4.0, "mean gap {measured} s");
    }
}

#[test]
fn users_ask_in_proportion_to_their_weights() {
    let (mean, count) = (6.0, 600_000.0);
    let spec = Some(sessions(mean, FEW_SECONDS));
    let drawn = all(requests((7, count as u64), spec, (Activity::Zipf(1.0), 10), (0, DAY_US)));
    let harmonic: f64 = (1..=10).map(|rank| 1.0 / f64::from(rank)).sum();
    for rank in 1..=10u32 {
        let asked = drawn.iter().filter(|arrival| arrival.user == rank - 1).count() as f64;
        let share = 1.0 / f64::from(rank) / harmonic;
        // Whole sessions are one user's: count / mean of them, whose squared length is 2 mean² − mean on average.
        let deviation = (count * (2.0 * mean - 1.0) * share * (1.0 - share)).sqrt();
        assert!((asked - count * share).abs() < 4.0 * deviation, "rank {rank}: {asked}");
    }
}

/// Requests in sessions, as they are before any was taken, by members who are practically all different.
fn planned(seed: u64, count: u64, spec: Sessions, window: (u64, u64)) -> SessionRequests {
    let Generated::InSessions(planned) =
        requests((seed, count), Some(spec), (Activity::Uniform, 1_000_000), window)
    else {
        panic!("sessions were asked for");
    };
    *planned
}

/// The figures are those of sessions that were drawn one by one until they had that many requests, each with a
/// geometric length, begun evenly over the window and cut at its end.
#[test]
fn what_is_cut_at_the_end_is_made_up_by_further_sessions() {
    let minutes = |count: u64| Delay::Exponential(Micros(count * 60 * SECOND_US));
    for (mean, gap, hours, repeated) in [
        (4.0, Delay::Exponential(Micros(30 * SECOND_US)), 12, 0.748),
        (5.0, minutes(2), 8, 0.797),
        (10.0, minutes(5), 12, 0.892),
        (20.0, minutes(5), 12, 0.942),
        (20.0, minutes(5), 4, 0.922),
    ] {
        for seed in 1..=3 {
            let window = (8 * HOUR_US, (8 + hours) * HOUR_US);
            let planned = planned(seed, 200_000, sessions(mean, gap), window);
            let begun: u64 = planned.plans.iter().map(|one| one.plan.sessions).sum();
            let share = 1.0 - begun as f64 / 200_000.0;
            // Three deviations and more.
            assert!((share - repeated).abs() < 0.004, "{mean} {hours} h: {share}, not {repeated}");
            assert!(planned.plans.len() <= 20, "{} rounds", planned.plans.len());
        }
    }
}

#[test]
fn cut_sessions_are_as_long_as_they_should_be() {
    let (gap_us, mean) = (300 * SECOND_US, 20.0f64);
    let (fits, on) = (144, 1.0 - 1.0 / mean);
    // Begun evenly over twelve hours, a session has room for 1 to 144 requests.
    let ones = 1.0 / f64::from(fits) + (1.0 - 1.0 / f64::from(fits)) / mean;
    let longest = (1..=fits).map(|room| mean * (1.0 - on.powi(room))).sum::<f64>() / f64::from(fits);
    for seed in 1..=5 {
        let window = (8 * HOUR_US, 20 * HOUR_US);
        let spec = sessions(mean, Delay::Fixed(Micros(gap_us)));
        let mut drawn = all(Generated::InSessions(Box::new(planned(seed, 200_000, spec, window))));
        assert_eq!(drawn.len(), 200_000);
        // Two sessions of one user hardly begin in the same microsecond of a gap.
        drawn.sort_by_key(|asked| (asked.user, asked.at_us % gap_us, asked.at_us));
        let together = |a: &Arrival, b: &Arrival| a.user == b.user && a.at_us + gap_us == b.at_us;
        let lengths: Vec<usize> = drawn.chunk_by(together).map(<[_]>::len).collect();
        let begun = lengths.len() as f64;
        let single = lengths.iter().filter(|length| **length == 1).count() as f64;
        let z = (single - begun * ones) / (begun * ones * (1.0 - ones)).sqrt();
        assert!(z.abs() < 4.0, "{single} of {begun} have one request, not {ones}");
        // The lengths deviate by some 15 from each other.
        let z = (200_000.0 / begun - longest) / (15.0 / begun.sqrt());
        assert!(z.abs() < 4.0, "mean length {}, not {longest}", 200_000.0 / begun);
    }
}

/// Few sessions that keep next to nothing of what they have: what the first kept says little of the next ones.
#[test]
fn however_little_is_kept_the_rounds_are_few() {
    for (mean, gap, window) in [
        (1e300, Delay::Fixed(Micros(2 * DAY_US)), (0, DAY_US)),
        (1e6, Delay::Fixed(Micros(60 * SECOND_US)), (0, DAY_US)),
        (1e6, Delay::Lognormal { median: Micros(SECOND_US), sigma: 5.0 }, (0, DAY_US)),
        (1e6, Delay::Uniform(Micros(0), Micros(HOUR_US)), (0, HOUR_US)),
    ] {
        let planned = planned(7, 300_000, sessions(mean, gap), window);
        assert!(planned.plans.len() <= 60, "{} rounds", planned.plans.len());
    }
}

#[test]
fn only_sessions_under_way_are_held() {
    for (mean, gap, most) in [(5.0, FEW_SECONDS, 2 * 2048 + 500), (1e9, Delay::Fixed(Micros(1)), 1)] {
        let spec = Some(sessions(mean, gap));
        let Generated::InSessions(mut drawn) =
            requests((1, 500_000), spec, (Activity::Uniform, 1000), (0, DAY_US))
        else {
            panic!("sessions were asked for");
        };
        let (mut out, mut total) = (Vec::new(), 0);
        loop {
            out.clear();
            let more = drawn.next_block(&mut out);
            total += out.len();
            assert!(drawn.under_way.len() <= most && out.len() <= BLOCK_REQUESTS);
            if !more {
                break;
            }
        }
        assert_eq!(total, 500_000);
    }
}

/// What a seed means is part of the interface: these figures may change only with a new version of the
/// scenario language.
#[test]
fn sampled_values_are_pinned() {
    let gap = Delay::Exponential(Micros(60 * SECOND_US));
    let drawn = all(requests((42, 5000), Some(sessions(3.0, gap)), (Activity::Zipf(1.1), 1000), (0, DAY_US)));
    let some: Vec<(u64, u32)> = drawn.iter().step_by(999).map(|asked| (asked.at_us, asked.user)).collect();
    assert_eq!(
        some,
        [
            (141_091_152, 51),
            (17_262_126_363, 15),
            (35_552_026_187, 4),
            (52_117_470_938, 2),
            (69_876_891_141, 0),
            (86_346_237_141, 680)
        ]
    );
}
