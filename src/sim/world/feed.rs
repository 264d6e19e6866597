//! A feed of changes that the replicas poll, in place of events that are sent to them.
//!
//! A poll carries, in the order of commits, what its replica has not had. While the feed cannot be reached a poll carries
//! nothing and loses nothing; the next one catches up.

use std::collections::VecDeque;

use super::under_way::Begun;
use crate::model::{ChangeFault, Cursor, PollTrigger, Polling};
use crate::sim::block::Event;

/// A change in the feed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Publication {
    pub(super) event: Event,
    pub(super) step: u32,
    pub(super) begun: Begun,
    pub(super) fault: ChangeFault,
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
    items: Vec<Publication>,
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

    /// Whether requests make replicas poll.
    pub(super) fn polls_on_read(&self) -> bool {
        self.polling.trigger == PollTrigger::Read
    }

    /// A change goes in, for some replicas.
    pub(super) fn publish(&mut self, item: Publication, replicas: std::ops::Range<u32>) {
        self.items.push(item);
        let place = self.items.len() - 1;
        replicas.for_each(|replica| self.readers[replica as usize].pending.push_back(place));
    }

    /// The timetable's poll of a replica begins: it has another one a period later.
    pub(super) fn on_time(&mut self, replica: u32, at_us: u64) {
        let next_us = at_us.saturating_add(self.polling.period.0);
        self.readers[replica as usize].next_us = Some(next_us).filter(|next_us| *next_us < self.end_us);
    }

    /// A request reached a replica: whether that polls now.
    pub(super) fn on_read(&mut self, replica: u32, at_us: u64) -> bool {
        let is_due = self.is_due(replica, at_us);
        if is_due {
            self.readers[replica as usize].last_us = Some(at_us);
        }
        is_due
    }

    /// What a replica has not had and reads now, and how many changes that count it passes over for good.
    pub(super) fn read(&mut self, replica: u32, at_us: u64) -> (Vec<Publication>, u64) {
        let Self { polling, items, readers, .. } = self;
        let reader = &mut readers[replica as usize];
        let (mut carried, mut lost, mut young) = (Vec::new(), 0, VecDeque::new());
        // What this poll sees is compared with what earlier ones saw.
        let seen = reader.cursor;
        for place in std::mem::take(&mut reader.pending) {
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
        reader.pending = young;
        (carried, lost)
    }
}
