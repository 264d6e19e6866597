//! The closed forms. λ is a user's request rate, μ its rate of role changes, both Poisson and independent; T the life
//! of an entry from its fill, x = λT, D the length of a day that begins with an empty cache.
//!
//! They know nothing of the simulator; times are in any one unit.

/// Hits per request of a TTL cache in the long run: x/(1+x) (Jung, Berger, Balakrishnan 2003).
pub(crate) fn ttl_hits(x: f64) -> f64 {
    x / (1.0 + x)
}

/// Hits per request of a TTL cache under renewal arrivals, by the renewal function at T (the same).
pub(crate) fn renewal_hits(renewals: f64) -> f64 {
    renewals / (1.0 + renewals)
}

/// The renewal function of hyper-exponential gaps: with probability `p` a gap has the rate `l1`, else `l2`.
pub(crate) fn hyperexponential_renewals(p: f64, l1: f64, l2: f64, t: f64) -> f64 {
    let mean = p / l1 + (1.0 - p) / l2;
    let square = 2.0 * (p / (l1 * l1) + (1.0 - p) / (l2 * l2));
    let g = (1.0 - p) * l1 + p * l2;
    t / mean + (square / (2.0 * mean * mean) - 1.0) * (1.0 - (-g * t).exp())
}

/// Misses of a user in a day under TTL, and their square, both expected. The (k+1)-th miss comes within the day
/// where k lives and k+1 waits for a request fit in, so where Poisson(λ(D − kT)) is at least k + 1.
pub(crate) fn ttl_day_misses(rate: f64, life: f64, day: f64) -> (f64, f64) {
    let (mut mean, mut square) = (0.0, 0.0);
    for k in 0.. {
        let left = day - k as f64 * life;
        if left <= 0.0 {
            break;
        }
        let tail = poisson_at_least(k + 1, rate * left);
        mean += tail;
        square += (2 * k + 1) as f64 * tail;
        if tail < 1e-13 {
            break;
        }
    }
    (mean, square)
}

/// The probability that a Poisson number with this mean is at least `k`: the regularised incomplete gamma function
/// P(k, mean), by its series below k + 1 and by Lentz's continued fraction above (Press et al., Numerical Recipes).
pub(crate) fn poisson_at_least(k: u64, mean: f64) -> f64 {
    if k == 0 || mean <= 0.0 {
        return if k == 0 { 1.0 } else { 0.0 };
    }
    let a = k as f64;
    let scale = (a * mean.ln() - mean - libm::lgamma(a)).exp();
    if mean < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-15 {
            n += 1.0;
            term *= mean / n;
            sum += term;
        }
        return sum * scale;
    }
    let mut b = mean + 1.0 - a;
    let (mut c, mut d) = (1.0 / f64::MIN_POSITIVE, 1.0 / b);
    let mut h = d;
    for i in 1..10_000 {
        let an = -f64::from(i) * (f64::from(i) - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    1.0 - scale * h
}

/// Hits per request where all entries end at the multiples of a period, in which `x` requests of a user come on average:
/// all requests of a period but the first. Outdated are those before which a change came in their period, which is the same
/// question of changes: see [`ttl_outdated`].
pub(crate) fn quantized_hits(x: f64) -> f64 {
    1.0 + (-x).exp_m1() / x
}

/// Hits per request where every hit renews the life, in the long run.
pub(crate) fn idle_hits(x: f64) -> f64 {
    1.0 - (-x).exp()
}

/// Misses of a user in a day where every hit renews the life; T ≤ D.
pub(crate) fn idle_day_misses(rate: f64, life: f64, day: f64) -> f64 {
    let x = rate * life;
    idle_hits(x) + rate * (day - life) * (-x).exp()
}

/// Reads of a user in a day who is remembered from the first request or role change on.
pub(crate) fn event_day_misses(rate: f64, changes: f64, day: f64) -> f64 {
    let both = rate + changes;
    rate / both * (1.0 - (-both * day).exp())
}

/// Reads of a user in a day where a role change drops the entry: a Markov chain of two states.
pub(crate) fn invalidated_day_misses(rate: f64, changes: f64, day: f64) -> f64 {
    let (both, share) = (rate + changes, rate / (rate + changes));
    share * changes * day + share * share * (1.0 - (-both * day).exp())
}

/// Hits per request where entries live for T and an event restarts the life; `delivered` is the rate of events. The
/// entry is there for a busy period (e^(νT) − 1)/ν, and away until the next request or event.
pub(crate) fn safety_ttl_hits(rate: f64, delivered: f64, life: f64) -> f64 {
    let busy = if delivered == 0.0 { life } else { (delivered * life).exp_m1() / delivered };
    busy / (busy + 1.0 / (rate + delivered))
}

/// Hits per request of each user in an LRU cache of `capacity` entries, by the characteristic time (Che, Tung, Wang
/// 2002).
pub(crate) fn che_hits(rates: &[f64], capacity: f64) -> Vec<f64> {
    let held = |t: f64| rates.iter().map(|rate| -(-rate * t).exp_m1()).sum::<f64>();
    let (mut low, mut high) = (0.0, 1.0);
    while held(high) < capacity {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if held(middle) < capacity { low = middle } else { high = middle }
    }
    rates.iter().map(|rate| -(-rate * low).exp_m1()).collect()
}

/// The share of TTL hits that are outdated (Cho, Garcia-Molina 2000: the age of a copy); `m` is μT.
pub(crate) fn ttl_outdated(m: f64) -> f64 {
    1.0 + (-m).exp_m1() / m
}

/// Outdated reads for each role change under TTL, where changes are far apart.
pub(crate) fn ttl_outdated_per_change(x: f64) -> f64 {
    x * x / (2.0 * (1.0 + x))
}

/// The probability that a change stays unseen for more than `u` lives, `u` from 0 to 1.
pub(crate) fn ttl_unseen(x: f64, u: f64) -> f64 {
    ttl_hits(x) * (1.0 - u)
}

/// The share of changes that at least one read misses under TTL.
pub(crate) fn ttl_exposed(x: f64) -> f64 {
    (x + (-x).exp_m1()) / (1.0 + x)
}

/// Outdated reads for each role change where every hit renews the life, and changes are far apart.
pub(crate) fn idle_outdated_per_change(x: f64) -> f64 {
    x.exp_m1() - x
}

/// The same within a day, after a change at a random time of it, for an entry may outlive the day. The renewal
/// equation in small steps: a read keeps the entry until the next one comes within a life, or none does.
pub(crate) fn idle_day_outdated_per_change(rate: f64, life: f64, day: f64) -> f64 {
    let x = rate * life;
    if x > 12.0 {
        // Once there, the entry stays for e^x/x lives.
        return lost_event_outdated(rate, day);
    }
    let steps = (10.0 * x).ceil().max(40.0) as usize;
    let step = life / steps as f64;
    let comes = |i: usize| (-rate * step * i as f64).exp() * -(-rate * step).exp_m1();
    // The entry was there when the change came, given when the next request does.
    let was_there = |i: usize| -(-rate * (life - step * (i as f64 + 0.5))).exp_m1();
    let gaps: Vec<(f64, f64)> = (0..steps).map(|i| (comes(i), was_there(i))).collect();
    let count = (day / step) as usize;
    // Outdated reads still to come after a read, by the steps that are left of the day.
    let mut after = vec![0.0f64; count + 1];
    let mut sum = 0.0;
    for left in 1..=count {
        let further = |after: &[f64], i: usize| 1.0 + (after[left - i] + after[left - i - 1]) / 2.0;
        let within = steps.min(left);
        // What a read in the very next step leaves is itself half unknown.
        let (soon, _) = gaps[0];
        let later: f64 = (1..within).map(|i| gaps[i].0 * further(&after, i)).sum();
        after[left] = (soon * (1.0 + after[left - 1] / 2.0) + later) / (1.0 - soon / 2.0);
        sum += (0..within).map(|i| gaps[i].0 * gaps[i].1 * further(&after, i)).sum::<f64>();
    }
    sum / count as f64
}

/// The share of hits that are outdated where a share `loss` of events is lost and entries live for T; `m` is μT, and
/// infinite without a TTL. It has TTL (`loss` 1) and the loss itself (no TTL) as its ends.
pub(crate) fn lossy_outdated(loss: f64, m: f64) -> f64 {
    let kept = 1.0 - loss;
    match (loss, m.is_infinite()) {
        (0.0, _) => 0.0,
        (_, true) => loss,
        (1.0, false) => ttl_outdated(m),
        _ => 1.0 - kept * (-m).exp_m1() / (-kept * m).exp_m1(),
    }
}

/// Outdated reads of a user in a day after a change at a random time of it whose event is lost, without a TTL: all
/// reads that follow, where the user was remembered by then.
pub(crate) fn lost_event_outdated(rate: f64, day: f64) -> f64 {
    let n = rate * day;
    n / 2.0 - 1.0 - (-n).exp_m1() / n
}

/// Entries examined by a sweep, for one user; P is its period.
pub(crate) fn examined(x: f64, rate: f64, period: f64) -> f64 {
    (x - (-rate * period).exp_m1()) / (1.0 + x)
}

/// Entries removed by a sweep, for one user.
pub(crate) fn removed(x: f64, rate: f64, period: f64) -> f64 {
    -(-rate * period).exp_m1() / (1.0 + x)
}

/// A function of a rate, tabled at rates apart by a fixed factor and straight between them: sums over ten thousand
/// users would else evaluate a series for each.
pub(crate) struct ByRate {
    low: f64,
    values: Vec<f64>,
}

/// Steps of [`ByRate`] per factor e.
const STEPS: f64 = 60.0;

impl ByRate {
    pub(crate) fn new(low: f64, high: f64, value: impl Fn(f64) -> f64) -> Self {
        let count = ((high / low).ln() * STEPS).ceil() as usize + 2;
        Self { low, values: (0..count).map(|step| value(low * (step as f64 / STEPS).exp())).collect() }
    }

    pub(crate) fn at(&self, rate: f64) -> f64 {
        let place = ((rate / self.low).ln() * STEPS).clamp(0.0, (self.values.len() - 2) as f64);
        let step = place as usize;
        let low = self.low * (step as f64 / STEPS).exp();
        let share = (rate / low - 1.0) / (1.0 / STEPS).exp_m1();
        self.values[step] * (1.0 - share) + self.values[step + 1] * share
    }
}

#[test]
fn the_tail_of_a_poisson_number_is_a_plain_sum() {
    for (k, mean) in [(1u64, 0.3), (3, 1.0), (7, 7.0), (40, 30.0), (25, 40.0)] {
        let term = |j: u64| (j as f64 * f64::ln(mean) - mean - libm::lgamma(j as f64 + 1.0)).exp();
        let plain = 1.0 - (0..k).map(term).sum::<f64>();
        assert!((poisson_at_least(k, mean) - plain).abs() < 1e-11, "{k} {mean}");
    }
}

#[test]
fn the_closed_forms_meet_at_their_ends() {
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6 * b.abs().max(1.0), "{a} is not {b}");
    near(lossy_outdated(1.0 - 1e-9, 2.0), ttl_outdated(2.0));
    near(lossy_outdated(0.3, 60.0), 0.3);
    near(lossy_outdated(1e-9, 2.0), 0.0);
    near(safety_ttl_hits(0.3, 1e-9, 7.0), ttl_hits(2.1));
    near(hyperexponential_renewals(0.4, 2.0, 2.0, 3.0), 6.0);
    // A long day of a delayed renewal process (Cox 1962): D/m + (σ² + m²)/(2m²) − 1/(λm).
    let (mean, square) = ttl_day_misses(0.3, 10.0, 1e5);
    let m = 10.0 + 1.0 / 0.3;
    near(mean, 1e5 / m + (1.0 / 0.09 + m * m) / (2.0 * m * m) - 1.0 / (0.3 * m));
    let variance = square - mean * mean;
    assert!((variance / (1e5 / 0.09 / m.powi(3)) - 1.0).abs() < 0.01, "{variance}");
    near(ttl_day_misses(0.1, 30.0, 20.0).0, 1.0 - (-2.0f64).exp());
    near(idle_day_misses(0.1, 20.0, 20.0), 1.0 - (-2.0f64).exp());
    // In a long day the ends don't show; a frequent user's entry stays to the end.
    let long = idle_day_outdated_per_change(1.5, 1.0, 3000.0);
    assert!((long / idle_outdated_per_change(1.5) - 1.0).abs() < 0.005, "{long}");
    let frequent = idle_day_outdated_per_change(11.9, 1.0, 24.0);
    assert!((frequent / lost_event_outdated(11.9, 24.0) - 1.0).abs() < 0.01, "{frequent}");
    near(che_hits(&[1.0; 100], 50.0)[0], 0.5);
}

#[test]
fn what_is_tabled_by_rate_is_right_to_a_ten_thousandth() {
    let misses = |rate: f64| ttl_day_misses(rate, 1.0, 50.0).0;
    let tabled = ByRate::new(0.001, 30.0, misses);
    for rate in [0.001, 0.0123, 0.7, 3.0, 11.0] {
        assert!((tabled.at(rate) / misses(rate) - 1.0).abs() < 1e-4, "{rate}: {}", tabled.at(rate));
    }
}
