//! A bar on standard error for runs that take their time: only on a terminal, and only after a second.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::options::CommonOptions;
use crate::model::{Clock, SECOND_US};
use crate::report::{Arg, Lang, Words};

/// What takes less needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Nobody reads faster, and writing the words takes longer than the engine's steps do.
const BEAT_MS: u64 = 100;

/// How far something has come. It goes when it is dropped.
pub(super) struct Bar {
    started: Instant,
    lang: Lang,
    counts: Counts,
    /// When it is to be drawn again, in milliseconds since the start.
    next_ms: AtomicU64,
    /// Drawn from the first report after [`PATIENCE`] on; `None` if nobody could see it.
    bar: Option<OnceLock<ProgressBar>>,
}

/// What is counted.
#[derive(Clone, Copy)]
enum Counts {
    /// Simulated time of one day.
    Time(Clock),
    /// Whole runs, or parts of a sweep.
    Parts,
}

impl Bar {
    /// A bar for one day or for several runs of it.
    pub(super) fn new(shared: &CommonOptions, runs: u64, clock: &Clock) -> Self {
        Self::counting(shared, if runs == 1 { Counts::Time(*clock) } else { Counts::Parts })
    }

    /// A bar for what is done in parts that are counted.
    pub(super) fn of_parts(shared: &CommonOptions) -> Self {
        Self::counting(shared, Counts::Parts)
    }

    fn counting(shared: &CommonOptions, counts: Counts) -> Self {
        let seen = !shared.quiet && std::io::stderr().is_terminal();
        Self {
            started: Instant::now(),
            lang: shared.lang.into(),
            next_ms: AtomicU64::new(PATIENCE.as_millis() as u64),
            counts,
            bar: seen.then(OnceLock::new),
        }
    }

    /// One day has come this far, in microseconds since its clock's start.
    pub(super) fn reached(&self, at_us: u64) {
        if let Counts::Time(clock) = self.counts {
            self.show(at_us, clock.end.0 - clock.start.0);
        }
    }

    /// This many runs or parts of all are done.
    pub(super) fn done(&self, done: u64, all: u64) {
        if let Counts::Parts = self.counts {
            self.show(done, all);
        }
    }

    fn message(&self, done: u64, all: u64) -> String {
        let Self { lang, counts, started, .. } = self;
        let words = Words::new(*lang);
        let at = match counts {
            Counts::Time(clock) => clock.time_of(done - done % SECOND_US).to_string(),
            Counts::Parts => {
                words.with("progress-runs", &[("n", Arg::Count(done)), ("all", Arg::Count(all))])
            }
        };
        let elapsed = started.elapsed().as_secs_f64();
        let left = elapsed * (all - done) as f64 / done.max(1) as f64;
        let left = lang.duration(left.round() as u64 * 1_000_000);
        words.with("progress-left", &[("at", Arg::Text(&at)), ("left", Arg::Text(&left))])
    }

    fn show(&self, done: u64, all: u64) {
        let Some(bar) = &self.bar else { return };
        let now_ms = self.started.elapsed().as_millis() as u64;
        let due = |next_ms| (now_ms >= next_ms).then_some(now_ms + BEAT_MS);
        if self.next_ms.fetch_update(Ordering::Relaxed, Ordering::Relaxed, due).is_err() {
            return;
        }
        let bar = bar.get_or_init(|| {
            let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr()).with_style(style)
        });
        bar.set_message(self.message(done.min(all), all));
        bar.set_position(done.min(all));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.as_ref().and_then(OnceLock::get) {
            bar.finish_and_clear();
        }
    }
}
