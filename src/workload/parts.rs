//! A day cut by users into parts, each of which is a day that a thread of its own can run.
//!
//! A part has every so-manieth user, numbered anew, with all that these users do. Requests are drawn together: the
//! blocks of a stretch of the day are shared out, and whoever draws one hands each part what is its. It does *not* know
//! what couples users in the system under test.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::generated::Generated;
use super::reciprocal::Reciprocal;
use super::traffic::{BLOCK_REQUESTS, Blocks, Scratch};
use super::{Arrival, Arrivals, Change, NO_USER, Scripted, Users, Workload};
use crate::model::RoleId;

/// Blocks of a stretch that each part draws.
const BLOCKS_EACH: usize = 8;
/// Stretches that a part draws before it takes the first of them: so seldom does one wait for another.
const AHEAD: usize = 6;

/// Which users are meant.
#[derive(Clone, Copy, Debug)]
struct Cut {
    part: u32,
    parts: u32,
    reciprocal: Reciprocal,
}

impl Cut {
    /// The part of a user, and the user's number in it.
    #[inline]
    fn of(self, user: u32) -> (u32, u32) {
        let number = self.reciprocal.divide(user.into()) as u32;
        (user - number * self.parts, number)
    }

    /// The number that a user has in this part.
    fn own(self, user: u32) -> Option<u32> {
        let (part, number) = self.of(user);
        (part == self.part).then_some(number)
    }
}

/// A day that can be cut.
#[derive(Debug)]
pub struct Divisible {
    users: Users,
    roles: Vec<(u32, RoleId)>,
    script: Vec<Scripted>,
    changes: Vec<Change>,
    planned: Vec<Arrival>,
    blocks: Option<Arc<Blocks>>,
}

/// One part of a day, before its thread has made a workload of it.
#[derive(Debug)]
pub struct Part {
    cut: Cut,
    shared: Option<Shared>,
}

impl<'a> Workload<'a> {
    /// The day as one that can be cut; itself again where its requests come one after the other, from a recording or
    /// in sessions.
    ///
    /// # Errors
    /// Then it is the workload as it was.
    pub fn divisible(self) -> Result<Divisible, Box<Self>> {
        let Self { users, roles, script, changes, arrivals } = self;
        match arrivals.into_blocks() {
            Ok((planned, blocks)) => {
                let blocks = blocks.map(Arc::new);
                Ok(Divisible { users, roles, script, changes, planned, blocks })
            }
            Err(arrivals) => Err(Box::new(Self { users, roles, script, changes, arrivals: *arrivals })),
        }
    }
}

impl Divisible {
    /// Cuts the day into so many parts, at least two; nothing where it cannot be cut so.
    #[must_use]
    pub fn parts(&self, parts: u32) -> Vec<Part> {
        let Some(reciprocal) = Reciprocal::new(parts.into()) else { return Vec::new() };
        let mut shared: Vec<Option<Shared>> = (0..parts).map(|_| None).collect();
        if let Some(blocks) = &self.blocks {
            let ends = exchange(parts as usize).into_iter().zip(0..parts);
            let share = |((to, from), part)| {
                let cut = Cut { part, parts, reciprocal };
                Some(Shared::new(Arc::clone(blocks), cut, to, from))
            };
            shared = ends.map(share).collect();
        }
        let cuts = (0..parts).map(|part| Cut { part, parts, reciprocal });
        cuts.zip(shared).map(|(cut, shared)| Part { cut, shared }).collect()
    }

    /// What a part's users do.
    #[must_use]
    pub fn workload<'a>(&self, part: Part) -> Workload<'a> {
        let Part { cut, shared } = part;
        let mut users = Users::default();
        for user in (cut.part..self.users.len() as u32).step_by(cut.parts as usize) {
            users.intern(self.users.id(user));
        }
        let own = |arrival: &Arrival| cut.own(arrival.user).map(|user| Arrival { user, ..*arrival });
        let planned = self.planned.iter().filter_map(own).collect();
        Workload {
            users,
            roles: self.roles.iter().filter_map(|(user, role)| Some((cut.own(*user)?, *role))).collect(),
            script: self.script.iter().filter_map(|item| scripted(cut, item)).collect(),
            changes: self
                .changes
                .iter()
                .filter_map(|change| cut.own(change.user).map(|user| Change { user, ..*change }))
                .collect(),
            arrivals: Arrivals::new(planned, shared.map(Generated::Shared), None),
        }
    }
}

/// What a part has of the script: the requests of its users, and all that is no request. An action on other users finds
/// none of them here.
fn scripted(cut: Cut, item: &Scripted) -> Option<Scripted> {
    if item.user == NO_USER {
        return Some(*item);
    }
    cut.own(item.user).map(|user| Scripted { user, ..*item })
}

type Ends = (Vec<Sender<Vec<Arrival>>>, Vec<Receiver<Vec<Arrival>>>);

/// For each of so many parts the ends to all, itself included, and from all.
fn exchange(parts: usize) -> Vec<Ends> {
    let mut ends: Vec<Ends> = (0..parts).map(|_| (Vec::new(), Vec::new())).collect();
    for from in 0..parts {
        for to in 0..parts {
            let (sender, receiver) = channel();
            ends[from].0.push(sender);
            ends[to].1.push(receiver);
        }
    }
    ends
}

/// A part's share in the drawing, and what it gets of it. Nobody draws further ahead than a few stretches, for which all
/// others have to take theirs: so little waits in between.
#[derive(Debug)]
pub(super) struct Shared {
    blocks: Arc<Blocks>,
    cut: Cut,
    to: Vec<Sender<Vec<Arrival>>>,
    from: Vec<Receiver<Vec<Arrival>>>,
    /// Stretches of which the own share was drawn, and those that were taken.
    drawn: usize,
    taken: usize,
    /// Whose draws of the stretch that is being taken come next.
    turn: usize,
    scratch: Scratch,
}

impl Shared {
    fn new(
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
        // Who has gone has failed, and what the others find out is then of no use.
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
            // Who has gone takes nothing any more.
            let _ = to.send(part);
        }
        self.drawn += 1;
    }
}
