//! One pass over a day, with every cache in lock-step over the same blocks.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::block::Block;
use super::candidate::{Candidate, CandidateLane};
use super::certainty::Certainty;
use super::coupling::Undivided;
use super::fault_schedule::FaultSchedule;
use super::lane::LaneSetting;
use super::memory_use::MemoryUse;
use super::observer::Observer;
use super::read_service::ReadService;
use super::world::{Looks, World};
use crate::ledger::{Account, LaneOutcome, Terms};
use crate::model::{Day, DayTime, Span, System};
use crate::workload::{Chances, DayError, DrawError, RecordedDay, RecordedError, Workload};

/// What to simulate.
#[derive(Clone)]
pub struct Plan<'a> {
    /// The day.
    pub day: &'a Day,
    /// The replicas, the database and the channel.
    pub system: &'a System,
    /// The caches; the observer looks at the first that is simulated.
    pub caches: Vec<&'a dyn Candidate>,
    /// Times at which the counters are read, sorted, within the clock or at its end.
    pub checkpoints: &'a [DayTime],
    /// Versions of commits of which, whatever the scenario says, every replica hears at once and without fail:
    /// what would have been, had nothing gone wrong with them.
    pub mended: &'a [u64],
    /// The spans within which a role that was true is told as fresh.
    pub spans: &'a [Span],
    /// So much memory may be taken, of what [`MemoryUse`] counts.
    pub memory_bytes: u64,
}

impl<'a> Plan<'a> {
    /// A plan without checkpoints, in which nothing is mended and memory has no limit.
    #[must_use]
    pub fn new<C: Candidate + 'a>(
        day: &'a Day,
        system: &'a System,
        caches: impl IntoIterator<Item = &'a C>,
    ) -> Self {
        let caches = caches.into_iter().map(|cache| cache as &dyn Candidate).collect();
        Self { day, system, caches, checkpoints: &[], mended: &[], spans: &[], memory_bytes: u64::MAX }
    }
}

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
        held: MemoryUse,
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

/// Simulates a day for all caches of a plan; an observer that looks on looks at the first of them.
///
/// # Errors
/// When the day cannot be drawn, the recorded day cannot be read to its end, it takes more memory than the plan allows, or
/// the simulator's own books do not balance.
pub fn simulate<'a>(
    plan: &Plan<'a>,
    recorded: Option<&'a mut dyn RecordedDay>,
    observer: &mut dyn Observer,
) -> Result<Outcome, SimError> {
    let workload = Workload::new(plan.day, recorded)?;
    Ok(play(plan, workload, false, observer)?.measure())
}

/// What was counted of a part of the users, for all caches. Those of all parts add up, in any order, to the whole day's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PartOutcome {
    caches: Vec<Account>,
    recorded_rows: u64,
    skipped_rows: u64,
}

impl PartOutcome {
    /// Adds what was counted of other users.
    pub fn absorb(&mut self, other: &Self) {
        self.caches.iter_mut().zip(&other.caches).for_each(|(own, other)| own.absorb(other));
        self.recorded_rows += other.recorded_rows;
        self.skipped_rows += other.skipped_rows;
    }

    /// What the counters say.
    #[must_use]
    pub fn measure(self) -> Outcome {
        let Self { caches, recorded_rows, skipped_rows } = self;
        Outcome {
            caches: caches.into_iter().map(Account::measure).collect(),
            recorded_rows,
            skipped_rows,
            undivided: None,
        }
    }
}

/// Plays a workload, which may be only a part of the users'.
pub(super) fn play<'a>(
    plan: &Plan<'a>,
    workload: Workload<'a>,
    is_part: bool,
    observer: &mut dyn Observer,
) -> Result<PartOutcome, SimError> {
    let Plan { day, system, ref caches, checkpoints, mended, spans, memory_bytes } = *plan;
    let checkpoints_us = checkpoints.iter().map(|at| at.0 - day.clock.start.0).collect();
    let chances = Chances::new(day.seed);
    let read_service = ReadService::new(system, FaultSchedule::new(&system.faults, &day.clock), chances);
    let mut world =
        World::new(day, system, workload, Looks { checkpoints_us, mended, draws: read_service.draws() });
    let replicas = system.replicas.count.get();
    let certainty = Certainty::of(day, system);
    let setting = LaneSetting {
        clock: day.clock,
        may_go_back: replicas > 1
            || !read_service.is_at_once()
            || !read_service.sees_all()
            || certainty.longest_delay_us > 0,
        horizon_us: certainty
            .longest_read_us
            .filter(|_| read_service.sees_all() && system.channel.poll.is_none())
            .map(|read_us| read_us.saturating_add(certainty.longest_delay_us)),
        read_service,
        replicas,
        chances,
        is_part,
        terms: Terms { spans: spans.to_vec(), guaranteed_us: None },
    };
    let lane = |cache: &&'a dyn Candidate| {
        let guaranteed_us = cache.longest_honoured_us(&certainty);
        cache
            .lane(&LaneSetting { terms: Terms { guaranteed_us, ..setting.terms.clone() }, ..setting.clone() })
    };
    let mut lanes: Vec<CandidateLane<'_>> = caches.iter().map(lane).collect();
    let mut block = Block::default();
    while world.next_block(&mut block, observer)? {
        let looked_at = usize::from(observer.looks()).min(lanes.len());
        let (observed, others) = lanes.split_at_mut(looked_at);
        observed.iter_mut().for_each(|lane| lane.run_observed(&world, &block, observer));
        others.iter_mut().for_each(|lane| lane.run(&world, &block));
        if let Some(at_us) = block.last_us() {
            observer.reached(at_us);
            let held =
                lanes.iter().map(|lane| lane.memory_use(&world)).fold(world.memory_use(), MemoryUse::and);
            let at = day.clock.time_of(at_us);
            held.within(memory_bytes).map_err(|held| SimError::TooMuch { at, held })?;
        }
    }
    let finish = |(lane, cache): (CandidateLane<'_>, &&dyn Candidate)| {
        lane.finish().ok_or_else(|| SimError::Unbalanced { cache: cache.name() })
    };
    let caches = lanes.into_iter().zip(caches).map(finish).collect::<Result<_, _>>()?;
    let (recorded_rows, skipped_rows) = world.recorded_rows();
    Ok(PartOutcome { caches, recorded_rows, skipped_rows })
}
