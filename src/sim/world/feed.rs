//! A feed of changes that the replicas poll, in place of events that are sent to them.
//!
//! A poll carries, in the order of commits, what its replica has not had. While the feed cannot be reached a poll carries
//! nothing and loses nothing; the next one catches up.

use std::collections::VecDeque;

use super::{Begun, World};
use crate::model::{ChangeFault, Cursor, PollTrigger, Polling};
use crate::sim::block::{Block, Event, MomentKind, Request};
use crate::sim::draw_keys::DrawKeys;
use crate::workload::Chance;

/// A change in the feed.
#[derive(Clone, Copy, Debug)]
struct Item {
    event: Event,
    step: u32,
    begun: Begun,
    fault: ChangeFault,
}

/// What a replica knows of the feed.
#[derive(Clone, Debug, Default)]
struct Reader {
    /// Changes that it has not had, by their place in the feed.
    pending: VecDeque<usize>,
    /// The largest number that it has seen.
    cursor: u64,
    /// When its timetable has the next poll; `None` without one.
    next_us: Option<u64>,
    /// When a request last made it poll.
    last_us: Option<u64>,
}

/// The feed and its readers.
#[derive(Debug)]
pub(super) struct Feed {
    polling: Polling,
    end_us: u64,
    items: Vec<Item>,
    readers: Vec<Reader>,
}

impl Feed {
    /// An empty feed; the replicas' timetables are spread over a period.
    pub(super) fn new(polling: Polling, replicas: u32, end_us: u64) -> Self {
        let first_us = |replica: u32| polling.period.0 * u64::from(replica) / u64::from(replicas);
        let reader = |replica| Reader {
            next_us: Some(first_us(replica))
                .filter(|at_us| *at_us < end_us && polling.trigger == PollTrigger::Timetable),
            ..Reader::default()
        };
        Self { polling, end_us, items: Vec::new(), readers: (0..replicas).map(reader).collect() }
    }

    /// When the next poll of a timetable is, and whose.
    pub(super) fn next(&self) -> Option<(u64, u32)> {
        let due = (0..).zip(&self.readers).filter_map(|(replica, reader)| Some((reader.next_us?, replica)));
        due.min()
    }

    /// Whether a request polls that reaches a replica.
    fn is_due(&self, replica: u32, at_us: u64) -> bool {
        let last_us = self.readers[replica as usize].last_us;
        self.polling.trigger == PollTrigger::Read
            && last_us.is_none_or(|last_us| at_us >= last_us.saturating_add(self.polling.period.0))
    }

    /// How many changes are held for some reader.
    pub(super) fn held(&self) -> u64 {
        (self.items.len() + self.readers.iter().map(|reader| reader.pending.len()).sum::<usize>()) as u64
    }
}

impl World<'_> {
    /// Whether requests make replicas poll, so that they have to be taken one by one.
    pub(super) fn polls_on_read(&self) -> bool {
        self.feed.as_ref().is_some_and(|feed| feed.polling.trigger == PollTrigger::Read)
    }

    /// A change goes into the feed for some replicas.
    pub(super) fn publish(
        &mut self,
        (event, step): (Event, u32),
        begun: Begun,
        fault: ChangeFault,
        replicas: std::ops::Range<u32>,
    ) {
        let Some(feed) = &mut self.feed else { return };
        feed.items.push(Item { event, step, begun, fault });
        let place = feed.items.len() - 1;
        replicas.for_each(|replica| feed.readers[replica as usize].pending.push_back(place));
    }

    /// A poll of the timetable.
    pub(super) fn poll_on_time(&mut self, block: &mut Block, at_us: u64, replica: u32) {
        if let Some(feed) = &mut self.feed {
            let next_us = at_us.saturating_add(feed.polling.period.0);
            feed.readers[replica as usize].next_us = Some(next_us).filter(|next_us| *next_us < feed.end_us);
        }
        self.poll(block, at_us, Request::UNSCRIPTED, replica);
    }

    /// A request was put into the block that may make its replica poll.
    pub(super) fn poll_after(&mut self, block: &mut Block, at_us: u64) {
        let replica = block.replicas.last().copied().unwrap_or(0);
        let Some(feed) = self.feed.as_mut().filter(|feed| feed.is_due(replica, at_us)) else { return };
        feed.readers[replica as usize].last_us = Some(at_us);
        self.poll(block, at_us, Request::UNSCRIPTED, replica);
    }

    /// A replica asks the feed what it has not had.
    pub(super) fn poll(&mut self, block: &mut Block, at_us: u64, step: u32, replica: u32) {
        let faults = &self.fault_schedule;
        let is_cut = faults.loses(at_us, replica) || faults.is_down(at_us, replica);
        let Some(feed) = &mut self.feed else { return };
        let (mut carried, mut lost) = (Vec::new(), 0);
        let Feed { polling, items, readers, .. } = feed;
        let reader = &mut readers[replica as usize];
        let (mut young, pending) =
            (VecDeque::new(), if is_cut { VecDeque::new() } else { std::mem::take(&mut reader.pending) });
        // What this poll sees is compared with what earlier ones saw.
        let seen = reader.cursor;
        for place in pending {
            let item = &items[place];
            let is_passed = polling.cursor == Cursor::Id && item.begun.number <= seen;
            if !is_passed && item.begun.at_us.saturating_add(polling.lag.0) > at_us {
                young.push_back(place);
            } else if is_passed || item.fault == ChangeFault::EventLost {
                lost += u64::from(item.event.measured);
            } else {
                reader.cursor = reader.cursor.max(item.begun.number);
                carried.push(*item);
            }
        }
        if !is_cut {
            reader.pending = young;
        }
        let rows = (!is_cut).then_some(carried.len() as u64);
        let position = self.position;
        self.push_moment(block, at_us, step, None, MomentKind::Polled { replica, rows, lost });
        for Item { event, step, begun, fault } in carried {
            let key = DrawKeys::part(begun.key, replica.into());
            let delay =
                self.fault_schedule.channel_delay(at_us, replica).unwrap_or(self.system.channel.delay);
            let event = Event { fails: fault == ChangeFault::UpdateFails, replica, ..event };
            match self.chances.delay_us(delay, Chance::EventDelay, key) {
                0 => self.arrive(block, at_us, step, None, event),
                delay_us => {
                    let arrives_us = at_us.saturating_add(delay_us);
                    self.under_way.push(arrives_us, (position, super::UnderWay::Deliver { step, event }));
                }
            }
        }
    }
}
