//! What a day of requests is like: how many, by whom, when, and in what bursts.
//!
//! Memory depends on users and hours, not on requests. Does not know where the requests come from.

use std::collections::BTreeMap;

use super::Samples;
use super::gaps::GapCounts;
use super::zipf;

/// A user who has been silent for longer begins a new session: the thirty minutes that are usual for visits to web sites.
pub const SESSION_GAP_US: u64 = 30 * 60 * 1_000_000;
/// An hour.
const HOUR_US: u64 = 3_600_000_000;

/// A day while it is read.
#[derive(Debug, Default)]
pub struct DayReader {
    figures: DayFigures,
    /// By user.
    users: Vec<Asked>,
    gaps: Samples,
    gap_sum_us: u128,
    /// The times of role changes after which the user has not asked, by user.
    unfollowed: BTreeMap<u32, Vec<u64>>,
}

/// What is known of a user so far.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    requests: u64,
    last_us: u64,
    /// Whether a role change came first.
    changed_first: bool,
    changed: bool,
}

/// What a day is like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DayFigures {
    /// Requests.
    pub requests: u64,
    /// Role changes.
    pub changes: u64,
    /// Users who ask or whose role changes.
    pub users: u64,
    /// Users who ask.
    pub asking: u64,
    /// Users who ask exactly once.
    pub asking_once: u64,
    /// Requests of a user whom nobody has seen before: the misses of a perfect cache.
    pub first_sights: u64,
    /// Requests of the most active hundredth of those who ask, at least one of them.
    pub of_top_hundredth: u64,
    /// The first and the last instant, in microseconds since the first midnight; nothing without rows.
    pub span_us: Option<(u64, u64)>,
    /// Requests of each hour since the first midnight, up to the last one that has any.
    pub hours: Vec<u64>,
    /// The fitted exponent of a Zipf distribution over users; nothing for fewer than two of them.
    pub zipf: Option<f64>,
    /// The spread of the users' requests beyond what chance gives: the variance of their shares over the squared mean.
    pub spread: f64,
    /// Bursts of requests.
    pub sessions: SessionFigures,
    /// Requests by the time since the one before of the same user; the first of each user is not among them.
    pub gaps: GapCounts,
    /// Users who ask and their requests, by how many requests one has: the smallest number of the class, a power of ten.
    pub by_requests: Vec<(u64, u64, u64)>,
    /// Role changes by the time to the user's next request; those without one are not among them.
    pub followed: GapCounts,
}

/// Requests of one user that follow each other within [`SESSION_GAP_US`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionFigures {
    /// How many sessions.
    pub count: u64,
    /// The mean time between two requests of a session, in microseconds.
    pub gap_mean_us: Option<u64>,
    /// Its median.
    pub gap_p50_us: Option<u64>,
    /// Its 95th percentile.
    pub gap_p95_us: Option<u64>,
}

impl DayReader {
    /// Takes in a request.
    pub fn request(&mut self, at_us: u64, user: u32) {
        self.seen(at_us);
        let hour = (at_us / HOUR_US) as usize;
        if self.figures.hours.len() <= hour {
            self.figures.hours.resize(hour + 1, 0);
        }
        self.figures.hours[hour] += 1;
        self.figures.requests += 1;
        let asked = self.asked(user);
        let gap_us = at_us.saturating_sub(asked.last_us);
        let is_first = asked.requests == 0;
        let goes_on = !is_first && gap_us <= SESSION_GAP_US;
        asked.requests += 1;
        asked.last_us = at_us;
        if asked.changed
            && let Some(changes) = self.unfollowed.remove(&user)
        {
            changes
                .iter()
                .for_each(|changed_us| self.figures.followed.add(at_us.saturating_sub(*changed_us)));
        }
        if !is_first {
            self.figures.gaps.add(gap_us);
        }
        if goes_on {
            self.gaps.record(gap_us);
            self.gap_sum_us += u128::from(gap_us);
        } else {
            self.figures.sessions.count += 1;
        }
    }

    /// Takes in a role change.
    pub fn change(&mut self, at_us: u64, user: u32) {
        self.seen(at_us);
        self.figures.changes += 1;
        let asked = self.asked(user);
        asked.changed_first |= asked.requests == 0;
        asked.changed = true;
        self.unfollowed.entry(user).or_default().push(at_us);
    }

    fn seen(&mut self, at_us: u64) {
        let (first, last) = self.figures.span_us.unwrap_or((at_us, at_us));
        self.figures.span_us = Some((first.min(at_us), last.max(at_us)));
    }

    fn asked(&mut self, user: u32) -> &mut Asked {
        let index = user as usize;
        if self.users.len() <= index {
            self.users.resize(index + 1, Asked::default());
        }
        &mut self.users[index]
    }

    /// What the day was like.
    #[must_use]
    pub fn finish(self) -> DayFigures {
        let Self { mut figures, users, gaps, gap_sum_us, .. } = self;
        figures.users = users.iter().filter(|user| user.requests > 0 || user.changed).count() as u64;
        figures.first_sights =
            users.iter().filter(|user| user.requests > 0 && !user.changed_first).count() as u64;
        let mut counts: Vec<u64> =
            users.iter().map(|user| user.requests).filter(|count| *count > 0).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        figures.asking = counts.len() as u64;
        figures.asking_once = (counts.len() - counts.partition_point(|count| *count > 1)) as u64;
        figures.of_top_hundredth = counts.iter().take(counts.len().div_ceil(100)).sum();
        figures.zipf = zipf::exponent(&counts);
        figures.by_requests = by_requests(&counts);
        figures.spread = spread(&counts);
        let count = gaps.count();
        figures.sessions.gap_mean_us = (count > 0).then(|| (gap_sum_us / u128::from(count.max(1))) as u64);
        figures.sessions.gap_p50_us = gaps.percentile(50);
        figures.sessions.gap_p95_us = gaps.percentile(95);
        figures
    }
}

/// Users and their requests by how many requests one has, the fewest first; `counts` are in falling order.
fn by_requests(counts: &[u64]) -> Vec<(u64, u64, u64)> {
    let class = |count: u64| 10u64.pow(count.max(1).ilog10());
    let classes = counts.chunk_by(|a, b| class(*a) == class(*b));
    let mut all: Vec<_> =
        classes.map(|some| (class(some[0]), some.len() as u64, some.iter().sum())).collect();
    all.reverse();
    all
}

/// How much the counts vary beyond a Poisson distribution, over the squared mean.
fn spread(counts: &[u64]) -> f64 {
    let count = counts.len().max(1) as f64;
    let mean = counts.iter().map(|count| *count as f64).sum::<f64>() / count;
    let variance =
        counts.iter().map(|count| (*count as f64 - mean) * (*count as f64 - mean)).sum::<f64>() / count;
    if mean > 0.0 { ((variance - mean) / (mean * mean)).max(0.0) } else { 0.0 }
}

impl DayFigures {
    /// The share of those who ask that do so exactly once.
    #[must_use]
    pub fn once_share(&self) -> Option<f64> {
        share(self.asking_once, self.asking)
    }

    /// The hit ratio of a cache that is never wrong and never forgets.
    #[must_use]
    pub fn perfect_hit_ratio(&self) -> Option<f64> {
        share(self.requests - self.first_sights, self.requests)
    }

    /// The share of the requests that the most active hundredth makes.
    #[must_use]
    pub fn top_share(&self) -> Option<f64> {
        share(self.of_top_hundredth, self.requests)
    }

    /// Role changes after which the user does not ask.
    #[must_use]
    pub fn unfollowed(&self) -> u64 {
        self.changes - self.followed.sum()
    }

    /// Requests of a session on average.
    #[must_use]
    pub fn session_mean(&self) -> Option<f64> {
        share(self.requests, self.sessions.count)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_day_is_what_it_is() {
        let mut reader = DayReader::default();
        let minute = 60_000_000;
        for (at, user) in [(0, 0), (1, 1), (2, 0), (33, 0), (34, 0), (60, 2)] {
            reader.request(at * minute, user);
        }
        reader.change(61 * minute, 5);
        reader.request(70 * minute, 5);
        reader.change(71 * minute, 2);
        let figures = reader.finish();
        assert_eq!((figures.requests, figures.changes, figures.users, figures.asking), (7, 2, 4, 4));
        // User 5 was seen through a role change before the first request.
        assert_eq!((figures.asking_once, figures.first_sights), (3, 3));
        assert_eq!(figures.span_us, Some((0, 71 * minute)));
        assert_eq!(figures.hours, [5, 2]);
        assert_eq!(figures.of_top_hundredth, 4);
        // User 0's silence of 31 minutes ends a session.
        assert_eq!(figures.sessions.count, 5);
        assert_eq!(figures.sessions.gap_p50_us, Some(minute));
        assert_eq!(figures.sessions.gap_p95_us, Some(2 * minute));
        assert_eq!(figures.sessions.gap_mean_us, Some(90_000_000));
        assert_eq!(figures.perfect_hit_ratio(), Some(4.0 / 7.0));
        let classes = |counts: &GapCounts| counts.classes().filter(|(_, n)| *n > 0).collect::<Vec<_>>();
        assert_eq!(
            classes(&figures.gaps),
            [(Some(minute), 1), (Some(2 * minute), 1), (Some(60 * minute), 1)]
        );
        // The change of user 5 was followed after nine minutes, that of user 2 never.
        assert_eq!((classes(&figures.followed), figures.unfollowed()), (vec![(Some(10 * minute), 1)], 1));
        assert_eq!(figures.by_requests, [(1, 4, 7)]);
        assert_eq!(by_requests(&[1000, 99, 10, 9, 1]), [(1, 2, 10), (10, 2, 109), (1000, 1, 1000)]);
    }

    #[test]
    fn no_rows_have_no_shares() {
        let figures = DayReader::default().finish();
        assert_eq!(figures, DayFigures::default());
        assert_eq!((figures.once_share(), figures.perfect_hit_ratio(), figures.zipf), (None, None, None));
    }
}
