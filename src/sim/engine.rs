//! One pass over a day, with every cache in lock-step over the same blocks.

use std::fmt;

use super::block::Block;
use super::foreign::Foreign;
use super::held::Held;
use super::lane::Setting;
use super::lane::counted::{Counted, LaneOutcome};
use super::lanes::AnyLane;
use super::observer::Observer;
use super::parts::Undivided;
use super::serving::Serving;
use super::timetable::Timetable;
use super::tracker::Tracker;
use super::world::{Looks, World};
use crate::model::{CacheKind, Day, DayTime, System};
use crate::workload::{Chances, DayError, DrawError, Recorded, RecordedError, Workload};

/// What to simulate.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// The day.
    pub day: &'a Day,
    /// The database and the channel; the cache that it names is not looked at.
    pub system: &'a System,
    /// The caches; the observer looks at the first that is simulated.
    pub caches: &'a [CacheKind],
    /// Times at which the counters are read, sorted, within the clock or at its end.
    pub checkpoints: &'a [DayTime],
    /// Versions of commits of which, whatever the scenario says, every replica hears at once and without fail:
    /// what would have been, had nothing gone wrong with them.
    pub mended: &'a [u64],
    /// So much memory may be taken, of what [`Held`] counts.
    pub memory_bytes: u64,
}

impl<'a> Plan<'a> {
    /// A plan without checkpoints, in which nothing is mended and memory has no limit.
    #[must_use]
    pub fn new(day: &'a Day, system: &'a System, caches: &'a [CacheKind]) -> Self {
        Self { day, system, caches, checkpoints: &[], mended: &[], memory_bytes: u64::MAX }
    }
}

/// What an error calls a cache that somebody else wrote.
const FOREIGN: &str = "own";

/// What was measured of one cache.
pub type CacheOutcome = LaneOutcome;

/// What was measured of all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// One for each cache.
    pub caches: Vec<CacheOutcome>,
    /// Rows of the recorded day.
    pub recorded_rows: u64,
    /// Those of them that lie outside the clock.
    pub skipped_rows: u64,
    /// Why it was run on one thread, though more were allowed.
    pub undivided: Option<Undivided>,
}

/// Why a simulation ended without a result. Completes "failed to simulate the day: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SimError {
    /// The day asks for a role change that is not possible.
    Draw(DrawError),
    /// The recorded day could not be read on.
    Recorded(RecordedError),
    /// It takes more memory than the plan allows.
    TooMuch {
        /// When.
        at: DayTime,
        /// What is held then.
        held: Held,
    },
    /// Counters that must add up do not: a fault of the simulator itself.
    Unbalanced {
        /// The cache whose counters they are.
        cache: String,
    },
}

impl fmt::Display for SimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Draw(error) => write!(f, "failed to draw the day: {error}"),
            Self::Recorded(error) => write!(f, "{error}"),
            Self::TooMuch { at, held } => write!(f, "at {at} {held}"),
            Self::Unbalanced { cache } => write!(f, "the counters of the cache `{cache}` do not add up"),
        }
    }
}

impl std::error::Error for SimError {}

impl From<DayError> for SimError {
    fn from(error: DayError) -> Self {
        match error {
            DayError::Draw(error) => Self::Draw(error),
            DayError::Recorded(error) => Self::Recorded(error),
        }
    }
}

impl From<RecordedError> for SimError {
    fn from(error: RecordedError) -> Self {
        Self::Recorded(error)
    }
}

/// Simulates a day for all caches of a plan.
///
/// # Errors
/// When the day cannot be drawn, the recorded day cannot be read to its end, it takes more memory than the plan allows, or
/// the simulator's own books do not balance.
pub fn simulate<'a, O: Observer>(
    plan: &Plan<'a>,
    recorded: Option<&'a mut dyn Recorded>,
    observer: &mut O,
    tracker: &mut dyn Tracker,
) -> Result<Outcome, SimError> {
    simulate_beside(plan, None, recorded, observer, tracker)
}

/// Simulates a day for a cache that somebody else wrote, which then comes first, and all caches of a plan. Of the
/// former there is one for each replica.
///
/// # Errors
/// As for [`simulate`].
pub fn simulate_beside<'a, O: Observer>(
    plan: &Plan<'a>,
    foreign: Option<Vec<Box<dyn Foreign + '_>>>,
    recorded: Option<&'a mut dyn Recorded>,
    observer: &mut O,
    tracker: &mut dyn Tracker,
) -> Result<Outcome, SimError> {
    let workload = Workload::new(plan.day, recorded)?;
    Ok(play(plan, foreign, workload, false, observer, tracker)?.measure())
}

/// What was counted of all caches.
pub(super) struct Played {
    caches: Vec<Counted>,
    recorded_rows: u64,
    skipped_rows: u64,
}

impl Played {
    /// Adds what was counted of other users.
    pub(super) fn absorb(&mut self, other: &Self) {
        self.caches.iter_mut().zip(&other.caches).for_each(|(own, other)| own.absorb(other));
        self.recorded_rows += other.recorded_rows;
        self.skipped_rows += other.skipped_rows;
    }

    pub(super) fn measure(self) -> Outcome {
        let Self { caches, recorded_rows, skipped_rows } = self;
        Outcome {
            caches: caches.into_iter().map(Counted::measure).collect(),
            recorded_rows,
            skipped_rows,
            undivided: None,
        }
    }
}

/// Plays a workload, which may be only a part of the users'.
pub(super) fn play<'a, O: Observer>(
    plan: &Plan<'a>,
    foreign: Option<Vec<Box<dyn Foreign + '_>>>,
    workload: Workload<'a>,
    is_part: bool,
    observer: &mut O,
    tracker: &mut dyn Tracker,
) -> Result<Played, SimError> {
    let Plan { day, system, caches, checkpoints, mended, memory_bytes } = *plan;
    let checkpoints_us = checkpoints.iter().map(|at| at.0 - day.clock.start.0).collect();
    let chances = Chances::new(day.seed);
    let serving = Serving::new(system, Timetable::new(&system.faults, &day.clock), chances);
    let mut world =
        World::new(day, system, workload, Looks { checkpoints_us, mended, draws: serving.draws() });
    let setting = Setting { clock: day.clock, serving, is_part };
    let names = foreign.iter().map(|_| FOREIGN.to_owned()).chain(caches.iter().map(CacheKind::to_string));
    let names: Vec<String> = names.collect();
    let foreign = foreign.map(|caches| AnyLane::foreign(caches, &setting));
    let replicas = system.replicas.count.get();
    let caches = caches.iter().map(|kind| AnyLane::new(kind, replicas, chances, &setting));
    let mut lanes: Vec<AnyLane<'_>> = foreign.into_iter().chain(caches).collect();
    let mut block = Block::default();
    while world.next_block(&mut block, tracker)? {
        if let Some((observed, others)) = lanes.split_first_mut() {
            observed.run(&world, &block, observer);
            for lane in others {
                lane.run(&world, &block, &mut ());
            }
        }
        if let Some(at_us) = block.last_us() {
            tracker.reached(at_us);
            let held = lanes.iter().map(|lane| lane.held(&world)).fold(world.held(), Held::and);
            held.within(memory_bytes, day.clock.time_of(at_us))?;
        }
    }
    let finish = |(lane, cache): (AnyLane<'_>, String)| lane.finish().ok_or(SimError::Unbalanced { cache });
    let caches = lanes.into_iter().zip(names).map(finish).collect::<Result<_, _>>()?;
    let (recorded_rows, skipped_rows) = world.recorded_rows();
    Ok(Played { caches, recorded_rows, skipped_rows })
}
