//! Polls of the feed, and what they bring to the replicas.

use super::World;
use super::feed::Publication;
use super::under_way::UnderWay;
use crate::model::ChangeFault;
use crate::sim::block::{Block, Event, MomentKind, Request};
use crate::sim::draw_keys::DrawKeys;
use crate::workload::Chance;

impl World<'_> {
    /// Whether requests make replicas poll, so that they have to be taken one by one.
    pub(super) fn polls_on_read(&self) -> bool {
        self.feed.as_ref().is_some_and(super::feed::Feed::polls_on_read)
    }

    /// A poll of the timetable.
    pub(super) fn poll_on_time(&mut self, block: &mut Block, at_us: u64, replica: u32) {
        if let Some(feed) = &mut self.feed {
            feed.on_time(replica, at_us);
        }
        self.poll(block, at_us, Request::UNSCRIPTED, replica);
    }

    /// A request was put into the block that may make its replica poll.
    pub(super) fn poll_after(&mut self, block: &mut Block, at_us: u64) {
        let replica = block.replicas.last().copied().unwrap_or(0);
        if self.feed.as_mut().is_some_and(|feed| feed.on_read(replica, at_us)) {
            self.poll(block, at_us, Request::UNSCRIPTED, replica);
        }
    }

    /// A replica asks the feed what it has not had.
    pub(super) fn poll(&mut self, block: &mut Block, at_us: u64, step: u32, replica: u32) {
        let faults = &self.fault_schedule;
        let is_cut = faults.loses(at_us, replica) || faults.is_down(at_us, replica);
        let Some(feed) = &mut self.feed else { return };
        let (carried, lost) = if is_cut { (Vec::new(), 0) } else { feed.read(replica, at_us) };
        let rows = (!is_cut).then_some(carried.len() as u64);
        let position = self.position;
        self.push_moment(block, at_us, step, None, MomentKind::Polled { replica, rows, lost });
        for Publication { event, step, begun, fault } in carried {
            let key = DrawKeys::part(begun.key, replica.into());
            let delay =
                self.fault_schedule.channel_delay(at_us, replica).unwrap_or(self.system.channel.delay);
            let event = Event { fails: fault == ChangeFault::UpdateFails, replica, ..event };
            match self.chances.delay_us(delay, Chance::EventDelay, key) {
                0 => self.arrive(block, at_us, step, None, event),
                delay_us => {
                    let arrives_us = at_us.saturating_add(delay_us);
                    self.under_way.push(arrives_us, (position, UnderWay::Deliver { step, event }));
                }
            }
        }
    }
}
