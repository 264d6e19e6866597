use super::*;

/// Figures of a day with requests and no stale answer, but for the given ones.
fn figures(given: &[(Metric, Value)]) -> Measured {
    Measured::collect(&[], |metric| {
        let own = given.iter().find(|(name, _)| *name == metric).map(|(_, value)| *value);
        own.unwrap_or(match (metric, metric.unit()) {
            (Metric::Requests, _) => Value::Count(10_000),
            (_, Unit::Count) => Value::Count(0),
            (_, Unit::Ratio) => Value::Ratio(0.5),
            (_, Unit::Micros) => Value::Undefined,
        })
    })
}

fn standing(metric: Metric, old: Value, new: Value, tolerance: Option<&str>) -> Standing {
    let amount = tolerance.map(|text| Amount::parse(text, metric.unit()).unwrap());
    of_run(metric, &figures(&[(metric, old)]), &figures(&[(metric, new)]), amount)
}

#[test]
fn without_a_tolerance_the_last_bit_counts() {
    use Standing::{Better, Changed, Same, Worse};
    use Value::{Count, Micros, Ratio};
    let next = f64::from_bits(0.895f64.to_bits() + 1);
    for (metric, old, new, expected) in [
        (Metric::Hits, Count(8_950), Count(8_950), Same),
        (Metric::Hits, Count(8_950), Count(8_949), Worse),
        (Metric::Hits, Count(8_950), Count(8_951), Better),
        (Metric::HitRatio, Ratio(0.895), Ratio(0.895), Same),
        (Metric::HitRatio, Ratio(next), Ratio(0.895), Worse),
        (Metric::HitRatio, Ratio(0.895), Ratio(next), Better),
        (Metric::Freshness, Ratio(1.0), Ratio(0.999_999_999_999), Worse),
        (Metric::DbReads, Count(u64::MAX - 1), Count(u64::MAX), Worse),
        (Metric::DbReads, Count(u64::MAX), Count(u64::MAX - 1), Better),
        (Metric::WindowMax, Micros(5), Micros(6), Worse),
        (Metric::WindowMax, Micros(5), Micros(0), Better),
        (Metric::Requests, Count(5), Count(6), Worse),
        (Metric::Requests, Count(6), Count(5), Worse),
        (Metric::DbWrites, Count(6), Count(5), Worse),
        (Metric::CacheSize, Count(6), Count(5), Changed),
        (Metric::CacheSizePeak, Count(5), Count(6), Changed),
    ] {
        assert_eq!(standing(metric, old, new, None), expected, "{metric} {old:?} {new:?}");
    }
}

#[test]
fn what_lies_exactly_on_the_limit_passes() {
    use Standing::{Better, Within, Worse};
    use Value::{Count, Micros, Ratio};
    for (metric, old, new, tolerance, expected) in [
        (Metric::StaleGrants, Count(9), Count(12), "3", Within),
        (Metric::StaleGrants, Count(9), Count(13), "3", Worse),
        (Metric::StaleGrants, Count(9), Count(6), "3", Within),
        (Metric::StaleGrants, Count(9), Count(5), "3", Better),
        (Metric::StaleGrants, Count(9), Count(10), "0", Worse),
        // 0.89 is a little less than 0.89, 0.895 a little more than 0.895.
        (Metric::HitRatio, Ratio(0.895), Ratio(0.89), "0.5pp", Within),
        (Metric::HitRatio, Ratio(0.895), Ratio(0.8899), "0.5pp", Worse),
        (Metric::HitRatio, Ratio(0.89), Ratio(0.895), "0.5pp", Within),
        (Metric::HitRatio, Ratio(0.89), Ratio(0.8951), "0.5pp", Better),
        (Metric::HitRatio, Ratio(0.7), Ratio(0.6), "10pp", Within),
        (Metric::HitRatio, Ratio(0.5), Ratio(0.49), "2%", Within),
        (Metric::HitRatio, Ratio(0.5), Ratio(0.4899), "2%", Worse),
        (Metric::DbReads, Count(1_050), Count(1_071), "2%", Within),
        (Metric::DbReads, Count(1_050), Count(1_072), "2%", Worse),
        (Metric::DbReads, Count(1_000), Count(1_001), "0.1%", Within),
        (Metric::DbReads, Count(999), Count(1_000), "0.1%", Worse),
        (Metric::DbReads, Count(0), Count(1), "50%", Worse),
        (Metric::DbReads, Count(u64::MAX / 2), Count(u64::MAX - 1), "100%", Within),
        (Metric::DbReads, Count(u64::MAX / 2), Count(u64::MAX), "100%", Worse),
        (Metric::WindowMax, Micros(1_000_000), Micros(301_000_000), "5m", Within),
        (Metric::WindowMax, Micros(1_000_000), Micros(301_000_001), "5m", Worse),
        (Metric::Requests, Count(10), Count(11), "1", Within),
        (Metric::Requests, Count(10), Count(12), "1", Worse),
        (Metric::Requests, Count(10), Count(8), "1", Worse),
        (Metric::CacheSize, Count(10), Count(11), "1", Within),
        (Metric::CacheSize, Count(10), Count(12), "1", Worse),
        (Metric::CacheSize, Count(10), Count(8), "1", Worse),
    ] {
        assert_eq!(
            standing(metric, old, new, Some(tolerance)),
            expected,
            "{metric} {old:?} {new:?} {tolerance}"
        );
    }
}

#[test]
fn no_data_never_passes() {
    use Standing::{Better, Same, Undefined as None, Worse};
    use Value::{Micros, Ratio, Undefined};
    for (metric, old, new, tolerance, expected) in [
        (Metric::HitRatio, Undefined, Undefined, Option::None, None),
        (Metric::HitRatio, Ratio(0.5), Undefined, Option::None, None),
        (Metric::HitRatio, Undefined, Ratio(0.5), Option::None, None),
        (Metric::HitRatio, Undefined, Ratio(0.5), Some("100pp"), None),
        (Metric::LatencyMax, Undefined, Undefined, Option::None, Same),
        (Metric::LatencyMax, Undefined, Undefined, Some("5m"), None),
        (Metric::LatencyMax, Undefined, Micros(0), Option::None, None),
        (Metric::LatencyMax, Micros(0), Undefined, Option::None, None),
        // No stale answer has no age, and that is the best there is.
        (Metric::StaleAgeMax, Undefined, Undefined, Option::None, Same),
        (Metric::StaleAgeMax, Undefined, Undefined, Some("5m"), Same),
        (Metric::StaleAgeMax, Micros(7), Undefined, Option::None, Better),
        (Metric::StaleAgeMax, Undefined, Micros(7), Some("5m"), Worse),
        (Metric::WindowMax, Micros(7), Undefined, Option::None, Better),
        (Metric::WindowMax, Undefined, Micros(0), Option::None, Worse),
        (Metric::WindowSum, Undefined, Micros(0), Option::None, None),
    ] {
        assert_eq!(standing(metric, old, new, tolerance), expected, "{metric} {old:?} {new:?} {tolerance:?}");
    }
}

#[test]
fn having_no_stale_answer_is_no_merit_where_nobody_asked() {
    let nobody = figures(&[(Metric::Requests, Value::Count(0))]);
    let somebody = figures(&[(Metric::StaleAgeMax, Value::Micros(7)), (Metric::StaleReads, Value::Count(1))]);
    assert_eq!(of_run(Metric::StaleAgeMax, &somebody, &nobody, None), Standing::Undefined);
    assert_eq!(of_run(Metric::WindowMax, &nobody, &somebody, None), Standing::Same);
    let lost = figures(&[(Metric::StaleReads, Value::Count(1))]);
    assert_eq!(
        of_run(Metric::StaleAgeMax, &somebody, &lost, None),
        Standing::Undefined,
        "its age is missing"
    );
}

#[test]
fn several_runs_are_judged_by_the_interval_of_their_differences() {
    use Standing::{Better, Inconclusive, Same, Within, Worse};
    let around = |mean: f64, half_width: f64| Spread {
        mean,
        half_width: Some(half_width),
        min: mean - half_width,
        max: mean + half_width,
    };
    let paired = |mean: f64, half_width: f64| Paired {
        accepted: around(100.0, 0.0),
        actual: around(100.0 + mean, 0.0),
        difference: around(mean, half_width),
    };
    for (metric, mean, half_width, tolerance, expected) in [
        (Metric::DbReads, 0.0, 0.0, "3", Same),
        (Metric::DbReads, 2.0, 1.0, "3", Within),
        (Metric::DbReads, 2.0, 1.5, "3", Inconclusive),
        (Metric::DbReads, 5.0, 1.5, "3", Worse),
        (Metric::DbReads, 4.5, 1.5, "3", Inconclusive),
        (Metric::DbReads, -2.0, 9.0, "3", Inconclusive),
        (Metric::DbReads, -6.0, 9.0, "3", Within),
        (Metric::DbReads, -6.0, 2.0, "3", Better),
        (Metric::DbReads, 5.0, 1.5, "3%", Worse),
        (Metric::Hits, -5.0, 1.5, "3", Worse),
        (Metric::Hits, -2.0, 1.0, "3", Within),
        (Metric::Hits, -2.0, 1.5, "3", Inconclusive),
        (Metric::Hits, 6.0, 2.0, "3", Better),
        (Metric::Hits, 6.0, 9.0, "3", Within),
        (Metric::Requests, 5.0, 1.5, "3", Worse),
        (Metric::Requests, -5.0, 1.5, "3", Worse),
        (Metric::Requests, 1.0, 1.5, "3", Within),
        (Metric::Requests, 1.0, 2.5, "3", Inconclusive),
        (Metric::CacheSize, 5.0, 1.5, "3", Worse),
    ] {
        let amount = Amount::parse(tolerance, metric.unit()).unwrap();
        assert_eq!(
            of_interval(metric, &paired(mean, half_width), amount),
            expected,
            "{metric} {mean} ± {half_width}"
        );
    }
}

#[test]
fn a_difference_that_all_runs_share_is_found() {
    let run = |reads| figures(&[(Metric::DbReads, Value::Count(reads))]);
    let accepted = [run(100), run(900), run(400)];
    let actual = [run(110), run(910), run(410)];
    let amount = |text| Amount::parse(text, Unit::Count).unwrap();
    let of = |text| {
        let (old, new): (Vec<_>, Vec<_>) = (accepted.iter().collect(), actual.iter().collect());
        of_runs(Metric::DbReads, &old, &new, amount(text)).unwrap()
    };
    let (standing, paired) = of("9");
    assert_eq!(standing, Standing::Worse);
    assert_eq!((paired.difference.mean, paired.difference.half_width), (10.0, Some(0.0)));
    assert_eq!(of("10").0, Standing::Within);
}
