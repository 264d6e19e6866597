//! `replicas`, `channel` and `faults`: the processes, how events reach them, and what goes wrong when.

use std::num::NonZeroU32;

use super::context::Words;
use super::field::Field;
use super::mapping::Mapping;
use crate::model::shown;
use crate::model::{
    Channel, Cursor, Delay, Micros, PollTrigger, Polling, Probability, Reach, Replicas, Routing, TimedFault,
    Trouble,
};
use crate::policy::CacheSpec;
use crate::scenario::fault::FaultKind;

/// Each has a cache of its own, and every event goes to each.
const MOST_REPLICAS: u32 = 10_000;

pub(super) fn replicas(field: Option<Field<'_>>) -> Option<Replicas> {
    let Some(field) = field else { return Some(Replicas::default()) };
    let default = Replicas::default();
    let mut map = field.mapping()?;
    let count = map.or("count", default.count, |field| count(&field));
    let routings =
        [("sticky", Routing::Sticky), ("random", Routing::Random), ("round-robin", Routing::RoundRobin)];
    let routing = map.or("routing", default.routing, |field| field.one_of(&routings));
    map.finish();
    Some(Replicas { count: count?, routing: routing? })
}

fn count(field: &Field<'_>) -> Option<NonZeroU32> {
    let count = field.whole(1, u64::MAX)?;
    match u32::try_from(count) {
        Ok(count) if count <= MOST_REPLICAS => NonZeroU32::new(count),
        _ => field.fault_of(
            FaultKind::Limit,
            format!("the run would need {count} replicas; at most {MOST_REPLICAS} can be simulated"),
        ),
    }
}

pub(super) fn channel(field: Option<Field<'_>>) -> Option<Channel> {
    let Some(field) = field else { return Some(Channel::default()) };
    let mut map = field.mapping()?;
    let delay = map.or("delay", Delay::NONE, |field| field.delay());
    let loss = map.or("loss", Probability::NEVER, |field| field.probability());
    let duplicate = map.or("duplicate", Probability::NEVER, |field| field.probability());
    let reaches = [("all", Reach::All), ("local", Reach::Local)];
    let reach = map.or("reach", Reach::All, |field| field.one_of(&reaches));
    let heartbeat = map.maybe("heartbeat", |field| match field.duration()? {
        Micros(0) => {
            field.wrong("is not a period", "write how often the channel says that it is there, as in 10s")
        }
        period => Some(period),
    });
    let poll = polling(&mut map);
    map.finish();
    let (poll, loss, duplicate) = (poll?, loss?, duplicate?);
    let key = if loss.is_never() { "duplicate" } else { "loss" };
    if poll.is_some() && !(loss.is_never() && duplicate.is_never()) {
        return field.at(key).fault(
            "goes with events that are sent, and `poll` fetches them; leave it out, or describe a feed that is away by \
             a fault `channel: lost`",
        );
    }
    let heartbeat = heartbeat?;
    Some(Channel { delay: delay?, loss, duplicate, reach: reach?, heartbeat, poll })
}

/// How replicas poll a feed, from the keys of `channel`.
fn polling(map: &mut Mapping<'_>) -> Option<Option<Polling>> {
    let period = map.maybe("poll", |field| match field.duration()? {
        Micros(0) => field.wrong("is not a period", "write how often the feed is polled, as in 10s"),
        period => Some(period),
    });
    let others = ["trigger", "cursor", "lag"].map(|key| map.take(key));
    if let (Some(None), Some(stray)) = (period, others.iter().flatten().next()) {
        return stray.fault("goes with a feed that is polled; add `poll: 10s` or leave it out");
    }
    let [trigger, cursor, lag] = others;
    let triggers = [("timetable", PollTrigger::Timetable), ("read", PollTrigger::Read)];
    let trigger = trigger.map_or(Some(PollTrigger::Timetable), |field| field.one_of(&triggers));
    let cursors = [("commit", Cursor::Commit), ("id", Cursor::Id)];
    let cursor = cursor.map_or(Some(Cursor::Commit), |field| field.one_of(&cursors));
    let lag = lag.map_or(Some(Micros(0)), |field| field.duration());
    let (trigger, cursor, lag) = (trigger?, cursor?, lag?);
    Some(period?.map(|period| Polling { period, trigger, cursor, lag }))
}

/// At most this many heartbeats are simulated, over all replicas: all of them are held from the start, in some 50 MB.
const MOST_HEARTBEATS: u64 = 2_000_000;

/// Whether the channel's heartbeats are what the caches need, and not too many.
pub(super) fn heartbeats_fit(
    root: &Field<'_>,
    channel: Option<&Channel>,
    words: &Words,
    caches: Option<&[CacheSpec]>,
) -> Option<()> {
    let (Some(channel), Some(caches)) = (channel, caches) else { return Some(()) };
    for spec in caches {
        let Some(lease) = spec.policy.lease() else { continue };
        let cache = shown(&spec.title());
        match channel.heartbeat {
            None => {
                return root.at("channel").fault(format!(
                    "the cache {cache} has a lease, and the channel has no heartbeats; add `heartbeat: {}`",
                    Micros(lease.0.div_ceil(3)).compact()
                ));
            }
            Some(period) if lease < period => {
                return root.at("channel").at("heartbeat").fault(format!(
                    "the lease of the cache {cache} ends before the next heartbeat; write at most {}, or a longer lease",
                    lease.compact()
                ));
            }
            Some(_) => {}
        }
    }
    let (Some(period), Some(clock), Some(replicas)) = (channel.heartbeat, words.clock, words.replicas) else {
        return Some(());
    };
    let count = (clock.end.0 - clock.start.0).div_ceil(period.0).saturating_mul(replicas.count.get().into());
    if count > MOST_HEARTBEATS {
        let message =
            format!("the run would have {count} heartbeats; at most {MOST_HEARTBEATS} can be simulated");
        return root.at("channel").at("heartbeat").fault_of(FaultKind::Limit, message);
    }
    Some(())
}

const TROUBLES: [&str; 4] = ["database", "channel", "update", "read_latency"];

pub(super) fn faults(field: Option<Field<'_>>, words: &Words) -> Option<Vec<TimedFault>> {
    field.map_or(Some(Vec::new()), |field| field.each(|field| fault(&field, words)))
}

fn fault(field: &Field<'_>, words: &Words) -> Option<TimedFault> {
    let mut map = field.mapping()?;
    let from = map.need("from", "say when it begins, as in `from: \"09:00\"`", Some);
    let to = map.need("to", "say when it is over, as in `to: \"09:30\"`", Some);
    let replica = map.maybe("replica", |field| words.replica(&field));
    let named = map.only(
        &TROUBLES,
        "has no trouble; write one of `database: down`, `channel: lost`, `channel: down`, `channel: {delay: 5s}`, \
         `channel: {loss: 0.5}`, `update: fails` and `read_latency: 1s`",
        "a fault has one trouble, so write two faults",
    );
    map.finish();
    let trouble = named.and_then(|(name, value)| trouble(name, &value));
    let window = words.window_between(&from?, &to?);
    Some(TimedFault { window: window?, replica: replica?, trouble: trouble? })
}

fn trouble(name: &str, value: &Field<'_>) -> Option<Trouble> {
    match name {
        "database" => value.one_of(&[("down", Trouble::DatabaseDown)]),
        "update" => value.one_of(&[("fails", Trouble::UpdateFails)]),
        "read_latency" => value.delay().map(Trouble::ReadLatency),
        _ if value.scalar().is_some() => {
            value.one_of(&[("lost", Trouble::ChannelLost), ("down", Trouble::ChannelDown)])
        }
        _ => {
            let mut map = value.mapping()?;
            let named = map.only(
                &["delay", "loss"],
                "says nothing of the channel; write `delay: 5s` or `loss: 0.5`",
                "a fault has one trouble, so write two faults",
            );
            map.finish();
            match named? {
                ("loss", value) => value.probability().map(Trouble::ChannelLoss),
                (_, value) => value.delay().map(Trouble::ChannelDelay),
            }
        }
    }
}
