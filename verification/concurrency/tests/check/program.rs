//! Programs: what each thread does to one user's role.

use std::fmt;

/// One operation of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Op {
    Get,
    /// A get whose fetch fails.
    FailingGet,
    Update,
    /// A change that is committed, but whose update fails.
    FailingUpdate,
    Invalidate,
    Evict,
}

impl Op {
    pub(crate) const ALL: [Self; 6] =
        [Self::Get, Self::FailingGet, Self::Update, Self::FailingUpdate, Self::Invalidate, Self::Evict];

    /// Whether it says anything of the role in the database.
    fn changes(&self) -> bool {
        matches!(self, Self::Update | Self::FailingUpdate | Self::Invalidate)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "get",
            Self::FailingGet => "failing get",
            Self::Update => "update",
            Self::FailingUpdate => "failing update",
            Self::Invalidate => "invalidate",
            Self::Evict => "evict",
        })
    }
}

/// Whether events and rows are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbering {
    /// Both are; changes may be told in any order. An invalidation changes nothing in the database.
    Numbered,
    /// Neither is; changes come one after the other. An invalidation follows a change that nobody told.
    Serial,
}

/// What the threads do; a get before them may warm the cache, and a get after them looks at what is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) numbering: Numbering,
    pub(crate) warm: bool,
    pub(crate) threads: Vec<Vec<Op>>,
}

impl Program {
    /// Every program of two threads with two operations each, once for programs that are mirror images.
    pub(crate) fn pairs(numbering: Numbering, warm: bool) -> Vec<Self> {
        let halves: Vec<Vec<Op>> =
            Op::ALL.iter().flat_map(|&first| Op::ALL.map(|second| vec![first, second])).collect();
        let mut programs = Vec::new();
        for (at, left) in halves.iter().enumerate() {
            for right in &halves[at..] {
                programs.push(Self { numbering, warm, threads: vec![left.clone(), right.clone()] });
            }
        }
        programs
    }

    /// The pairs, cold and warm, numbered and serial.
    pub(crate) fn all_pairs() -> Vec<Self> {
        let mut programs = Vec::new();
        for numbering in [Numbering::Numbered, Numbering::Serial] {
            for warm in [false, true] {
                programs.extend(Self::pairs(numbering, warm));
            }
        }
        programs
    }

    /// A program by chance; `pick` gives a number below the one it gets.
    pub(crate) fn draw(threads: usize, ops: usize, mut pick: impl FnMut(usize) -> usize) -> Self {
        let numbering = if pick(2) == 0 { Numbering::Numbered } else { Numbering::Serial };
        let warm = pick(2) == 0;
        let mut thread = || (0..ops).map(|_| Op::ALL[pick(Op::ALL.len())]).collect();
        Self { numbering, warm, threads: (0..threads).map(|_| thread()).collect() }
    }

    /// Whether another thread than this one changes something. Where none does, a checker need not vary when this
    /// thread's reads begin.
    pub(crate) fn others_change(&self, thread: usize) -> bool {
        let others = self.threads.iter().enumerate().filter(|(other, _)| *other != thread);
        others.flat_map(|(_, ops)| ops).any(Op::changes)
    }

    pub(crate) fn has(&self, op: Op) -> bool {
        self.threads.iter().flatten().any(|&one| one == op)
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists: Vec<String> = self
            .threads
            .iter()
            .map(|ops| ops.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            .collect();
        let numbering = if self.numbering == Numbering::Numbered { "" } else { "unnumbered " };
        let start = if self.warm { "warm" } else { "cold" };
        write!(f, "{numbering}{start}: {}", lists.join(" | "))
    }
}

#[test]
fn there_are_666_pairs_of_two_operations_each() {
    let pairs = Program::pairs(Numbering::Numbered, false);
    assert_eq!(pairs.len(), 36 * 37 / 2);
}
