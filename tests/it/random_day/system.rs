//! The systems and caches of random days.

use std::num::{NonZeroU32, NonZeroUsize};

use rand::RngExt;
use rand::seq::IndexedRandom;
use rolesim::model::{
    Channel, Cursor, DayTime, Delay, Micros, PollTrigger, Polling, Probability, Reach, Replicas, Routing,
    System, TimedFault, Trouble, Window,
};
use rolesim::policy::{IDLE, NONE, ORACLE, OptionValue, PolicyDescriptor, PolicySpec, SNAPSHOT, TOKEN, TTL};

use super::Dice;

impl Dice {
    /// More than plain, that often.
    fn odd(&mut self, percent: u32) -> bool {
        !self.plain && self.chance(percent)
    }

    fn latency(&mut self) -> Delay {
        if self.odd(35) {
            return self.drawn_latency();
        }
        Delay::Fixed(match self.rng.random_range(0..3) {
            0 => Micros(0),
            1 => Micros(self.tick_us),
            _ => self.ticks(2, 6),
        })
    }

    fn drawn_latency(&mut self) -> Delay {
        let (least, most) = (self.ticks(0, 2), self.ticks(2, 6));
        match self.rng.random_range(0..4) {
            0 => Delay::Exponential(most),
            1 => Delay::Lognormal { median: most, sigma: 1.0 },
            _ => Delay::Uniform(least, most),
        }
    }

    fn probability(&mut self, percent: u32) -> Probability {
        let likely = [0.2, 0.5, 0.5, 1.0].choose(&mut self.rng).copied();
        likely.filter(|_| self.odd(percent)).and_then(Probability::new).unwrap_or_default()
    }

    pub(super) fn system(&mut self, start_us: u64) -> System {
        let reach = if self.odd(20) { Reach::Local } else { Reach::All };
        let few = self.crowded || self.odd(45);
        let poll = self.polling();
        let mut system = System {
            read_latency: self.latency(),
            read_errors: self.probability(25),
            replica_lag: if self.odd(15) { self.latency() } else { Delay::NONE },
            concurrency: if few { NonZeroU32::new(self.rng.random_range(1..=3)) } else { None },
            write_latency: self.latency(),
            replicas: Replicas {
                count: NonZeroU32::new(self.replicas).unwrap(),
                routing: *[Routing::Sticky, Routing::Random, Routing::RoundRobin]
                    .choose(&mut self.rng)
                    .unwrap(),
            },
            channel: Channel {
                delay: self.latency(),
                loss: self.probability(25),
                duplicate: self.probability(40),
                reach,
                poll: None,
                heartbeat: if self.odd(50) { Some(self.ticks(1, 6)) } else { None },
            },
            faults: self.faults(start_us),
        };
        if poll.is_some() {
            let (loss, duplicate) = (Probability::NEVER, Probability::NEVER);
            system.channel = Channel { poll, loss, duplicate, ..system.channel };
        }
        system
    }

    fn polling(&mut self) -> Option<Polling> {
        if !self.odd(12) {
            return None;
        }
        let trigger = if self.chance(30) { PollTrigger::Read } else { PollTrigger::Timetable };
        let cursor = if self.chance(40) { Cursor::Id } else { Cursor::Commit };
        let lag = if self.chance(30) { self.ticks(1, 4) } else { Micros(0) };
        Some(Polling { period: self.ticks(1, 8), trigger, cursor, lag })
    }

    fn faults(&mut self, start_us: u64) -> Vec<TimedFault> {
        let count = if self.odd(60) { self.rng.random_range(1..=4) } else { 0 };
        let mut faults: Vec<_> = (0..count).map(|_| self.fault(start_us)).collect();
        if self.crowded {
            let trouble = Trouble::ReadLatency(self.latency());
            faults.insert(0, TimedFault { trouble, ..self.fault(start_us) });
        }
        // Often a second one of the same kind, which overlaps.
        if let Some(TimedFault { window, replica, trouble }) =
            faults.last().copied().filter(|_| self.chance(50))
        {
            let trouble = match trouble {
                Trouble::ChannelDelay(_) => Trouble::ChannelDelay(self.latency()),
                Trouble::ReadLatency(_) => Trouble::ReadLatency(self.latency()),
                other => other,
            };
            let to = DayTime(window.to.0.min(window.from.0 + 2 * self.tick_us));
            faults.push(TimedFault { window: Window { to, ..window }, replica, trouble });
        }
        faults
    }

    /// Mostly short, and within the clock.
    fn fault(&mut self, start_us: u64) -> TimedFault {
        let from = self.rng.random_range(self.first..self.end);
        let longest = if self.chance(80) { 3 } else { 20 };
        let to = (from + self.rng.random_range(1..=longest)).min(self.end);
        let at = |tick: u64| DayTime(start_us + tick * self.tick_us);
        let window = Window { from: at(from), to: at(to) };
        let replica = if self.odd(20) { Some(self.rng.random_range(0..self.replicas)) } else { None };
        let trouble = match self.rng.random_range(0..10) {
            0..3 => Trouble::DatabaseDown,
            3 => Trouble::ChannelLost,
            4 => Trouble::UpdateFails,
            5 => Trouble::ChannelDelay(self.latency()),
            6 => Trouble::ChannelDown,
            7 => Trouble::ChannelLoss(self.probability(60)),
            _ => Trouble::ReadLatency(self.latency()),
        };
        TimedFault { window, replica, trouble }
    }
}

// The caches.
impl Dice {
    fn lifetime(&mut self) -> Micros {
        if self.chance(5) { Micros(0) } else { self.ticks(1, 12) }
    }

    /// Fewer than there are users, mostly.
    fn capacity(&mut self) -> Option<NonZeroUsize> {
        if self.odd(40) { NonZeroUsize::new(self.rng.random_range(1..=3)) } else { None }
    }

    fn ttl(&mut self) -> PolicySpec {
        let life = self.lifetime();
        let jitter_ppm = if self.odd(40) { self.rng.random_range(0..=10) * 100_000 } else { 0 };
        let deny = if self.odd(40) { Some(self.lifetime()) } else { None };
        let capacity = self.capacity().map(OptionValue::Count);
        let cache = PolicySpec::living(&TTL, life).with("capacity", capacity);
        if self.odd(30) {
            return cache.with("quantize", Some(OptionValue::Duration(self.ticks(1, 8))));
        }
        let cache = self.ageing(cache);
        if self.odd(40) && life.0 > self.tick_us {
            let ticks = life.0 / self.tick_us;
            let refresh = Micros(self.rng.random_range(1..ticks.max(2)) * self.tick_us);
            return cache.with("refresh", Some(OptionValue::Duration(refresh)));
        }
        cache
            .with("jitter", Some(OptionValue::Share(jitter_ppm)))
            .with("deny", deny.map(OptionValue::Duration))
    }

    /// A cache with a life, with what may become of entries that grow old.
    fn ageing(&mut self, cache: PolicySpec) -> PolicySpec {
        let recheck = if self.odd(25) { Some(OptionValue::Word("deny")) } else { None };
        let cache = cache.with("recheck", recheck);
        if !self.odd(40) {
            return cache;
        }
        let retry = if self.chance(50) { Some(OptionValue::Duration(self.ticks(1, 4))) } else { None };
        cache.with("stale-if-error", Some(OptionValue::Duration(self.ticks(1, 12)))).with("retry", retry)
    }

    /// A cache that hears, with what it may make of gaps and late reads.
    fn connected(&mut self, cache: PolicySpec) -> PolicySpec {
        let lease = if self.odd(25) { Some(OptionValue::Duration(self.ticks(2, 10))) } else { None };
        let hold = if self.odd(20) { Some(OptionValue::Duration(self.ticks(1, 4))) } else { None };
        let on_gap = if self.odd(30) { ["keep", "flush"].choose(&mut self.rng).copied() } else { None };
        cache.with("lease", lease).with("hold", hold).with("on-gap", on_gap.map(OptionValue::Word))
    }

    fn snapshot(&mut self) -> PolicySpec {
        let jitter_ppm = if self.odd(40) { self.rng.random_range(0..=9) * 100_000 } else { 0 };
        let word = |word, other, is_other| Some(OptionValue::Word(if is_other { other } else { word }));
        PolicySpec::living(&SNAPSHOT, self.ticks(1, 12))
            .with("jitter", Some(OptionValue::Share(jitter_ppm)))
            .with("on-event", word("ignore", "reload", self.chance(40)))
            .with("atomic", word("yes", "no", self.odd(40)))
    }

    fn token(&mut self) -> PolicySpec {
        let yes = |is_on: bool| is_on.then_some(OptionValue::Word("yes"));
        let denylist = self.chance(60);
        PolicySpec::living(&TOKEN, self.ticks(1, 12))
            .with("denylist", yes(denylist))
            .with("persist", yes(denylist && self.odd(40)))
    }

    /// Each guard of the event cache, the default one twice, and every other cache.
    pub(super) fn caches(&mut self) -> Vec<PolicySpec> {
        let mut caches: Vec<_> = ["version", "version", "singleflight", "none"]
            .into_iter()
            .map(|guard| {
                let modes = ["update", "update-if-present", "invalidate"];
                let on_event = *modes.choose(&mut self.rng).unwrap();
                let ttl = if self.chance(50) { Some(self.lifetime()) } else { None };
                let scope = if self.odd(6) { "all" } else { "user" };
                let cache = PolicySpec::default()
                    .with("scope", Some(OptionValue::Word(scope)))
                    .with("on-event", Some(OptionValue::Word(on_event)))
                    .with("guard", Some(OptionValue::Word(guard)))
                    .with("ttl", ttl.map(OptionValue::Duration))
                    .with("capacity", self.capacity().map(OptionValue::Count));
                let cache = self.connected(cache);
                if ttl.is_some() { self.ageing(cache) } else { cache }
            })
            .collect();
        let (unswept, swept) = (self.ttl(), self.ttl());
        let swept = swept.with("sweep", Some(OptionValue::Duration(self.ticks(1, 8))));
        for cache in [unswept, swept] {
            caches.push(if self.odd(50) { under(&IDLE, &cache) } else { cache });
        }
        caches.extend([self.snapshot(), self.token()]);
        caches.extend([&NONE, &ORACLE].map(PolicySpec::of));
        caches
    }
}

/// The same options under a policy that has all of them.
pub(super) fn under(policy: &'static PolicyDescriptor, cache: &PolicySpec) -> PolicySpec {
    let options = cache.options();
    PolicySpec::living(policy, options.duration("ttl").unwrap())
        .with("sweep", options.duration("sweep").map(OptionValue::Duration))
        .with("jitter", options.share_ppm("jitter").map(OptionValue::Share))
        .with("deny", options.duration("deny").map(OptionValue::Duration))
        .with("capacity", options.count("capacity").map(OptionValue::Count))
        .with("stale-if-error", options.duration("stale-if-error").map(OptionValue::Duration))
        .with("retry", options.duration("retry").map(OptionValue::Duration))
        .with("recheck", options.word("recheck").map(OptionValue::Word))
}
