//! Requests drawn by all parts of a day together.
//!
//! The blocks of a stretch of the day are shared out, and the part that draws one hands each part the requests of its
//! users. It does *not* know what else a part has.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::arrival::Arrival;
use super::reciprocal::Reciprocal;
use super::traffic::{BLOCK_REQUESTS, Blocks, Scratch};

/// Blocks of a stretch that each part draws.
const BLOCKS_EACH: usize = 8;
/// Stretches that a part draws before it takes the first of them, so that one seldom waits for another.
const AHEAD: usize = 6;

/// The users of a part: those whose number modulo the number of parts is the part's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub(super) part: u32,
    pub(super) parts: u32,
    pub(super) reciprocal: Reciprocal,
}

impl Cut {
    /// The part of a user, and the user's number in it.
    #[inline]
    fn of(self, user: u32) -> (u32, u32) {
        let number = self.reciprocal.divide(user.into()) as u32;
        (user - number * self.parts, number)
    }

    /// The number that a user has in this part.
    pub(super) fn own(self, user: u32) -> Option<u32> {
        let (part, number) = self.of(user);
        (part == self.part).then_some(number)
    }
}

pub(super) type PartEnds = (Vec<Sender<Vec<Arrival>>>, Vec<Receiver<Vec<Arrival>>>);

/// For each part the ends to all parts, itself included, and from all.
pub(super) fn exchange(parts: usize) -> Vec<PartEnds> {
    let mut ends: Vec<PartEnds> = (0..parts).map(|_| (Vec::new(), Vec::new())).collect();
    for from in 0..parts {
        for to in 0..parts {
            let (sender, receiver) = channel();
            ends[from].0.push(sender);
            ends[to].1.push(receiver);
        }
    }
    ends
}

/// A part's share in the drawing, and what it gets of it. No part draws further ahead than a few stretches, for which all
/// others have to take theirs: so little waits in between.
#[derive(Debug)]
pub(super) struct SharedDraws {
    blocks: Arc<Blocks>,
    cut: Cut,
    to: Vec<Sender<Vec<Arrival>>>,
    from: Vec<Receiver<Vec<Arrival>>>,
    /// Stretches of which the own share was drawn, and those that were taken.
    drawn: usize,
    taken: usize,
    /// The part whose draws of the stretch that is being taken come next.
    turn: usize,
    scratch: Scratch,
}

impl SharedDraws {
    pub(super) fn new(
        blocks: Arc<Blocks>,
        cut: Cut,
        to: Vec<Sender<Vec<Arrival>>>,
        from: Vec<Receiver<Vec<Arrival>>>,
    ) -> Self {
        Self { blocks, cut, to, from, drawn: 0, taken: 0, turn: 0, scratch: Scratch::default() }
    }

    /// Puts the next requests into `out`, as one part drew them; false when there are none left.
    pub(super) fn next_draws(&mut self, out: &mut Vec<Arrival>) -> bool {
        if self.turn == 0 {
            let stretches = self.blocks.len().div_ceil(BLOCKS_EACH * self.to.len());
            while self.drawn < stretches.min(self.taken + AHEAD) {
                self.draw_share();
            }
            if self.taken == stretches {
                return false;
            }
            self.taken += 1;
        }
        // A part that has gone has failed, and what the others find out is then of no use.
        let Ok(arrivals) = self.from[self.turn].recv() else { return false };
        *out = arrivals;
        self.turn = (self.turn + 1) % self.from.len();
        true
    }

    /// Draws the own blocks of the next stretch, and gives each part what is its.
    fn draw_share(&mut self) {
        let first = (self.drawn * self.to.len() + self.cut.part as usize) * BLOCKS_EACH;
        let end = (first + BLOCKS_EACH).min(self.blocks.len());
        let each = BLOCKS_EACH * BLOCK_REQUESTS as usize / self.to.len();
        // As many as chance makes of them, and seldom more.
        let mut parts: Vec<_> = self.to.iter().map(|_| Vec::with_capacity(each + each / 8)).collect();
        for block in first..end {
            self.blocks.draw(block, &mut self.scratch, |_, Arrival { at_us, user }| {
                let (part, user) = self.cut.of(user);
                parts[part as usize].push(Arrival { at_us, user });
            });
        }
        for (to, part) in self.to.iter().zip(parts) {
            // A part that has gone takes nothing any more.
            let _ = to.send(part);
        }
        self.drawn += 1;
    }
}
