//! What a model checker, or the machine itself, provides: a monitor, and threads. Caches are written once against these.

/// Which waiting threads a monitor wakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wake {
    All,
    One,
    Nobody,
}

/// A value behind a lock, with waiting for a change of it. Entering is a scheduling point of the checker.
pub(crate) trait Monitor<T>: Send + Sync {
    fn new(value: T) -> Self;

    /// Does something with the value.
    fn with<X>(&self, act: impl FnOnce(&mut T) -> X) -> X;

    /// Tries something at once and after each wake-up, until it gives a result.
    fn wait<X>(&self, attempt: impl FnMut(&mut T) -> Option<X>) -> X;

    fn wake(&self, whom: Wake);
}

pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// A model checker.
pub(crate) trait Runtime: 'static {
    type Monitor<T: Send + 'static>: Monitor<T> + 'static;

    /// Lets others run amid a fetch. A checker does that of itself, at every lock.
    fn pause();

    /// Runs all jobs at the same time, the first on the caller's thread, and waits for their ends.
    fn run(jobs: Vec<Job>);
}

macro_rules! runtime {
    ($runtime:ident, $monitor:ident, $checker:ident, $pause:expr) => {
        pub(crate) struct $monitor<T> {
            value: $checker::sync::Mutex<T>,
            changed: $checker::sync::Condvar,
        }

        impl<T: Send> Monitor<T> for $monitor<T> {
            fn new(value: T) -> Self {
                let changed = $checker::sync::Condvar::new();
                Self { value: $checker::sync::Mutex::new(value), changed }
            }

            fn with<X>(&self, act: impl FnOnce(&mut T) -> X) -> X {
                act(&mut self.value.lock().unwrap())
            }

            fn wait<X>(&self, mut attempt: impl FnMut(&mut T) -> Option<X>) -> X {
                let mut value = self.value.lock().unwrap();
                loop {
                    if let Some(result) = attempt(&mut value) {
                        return result;
                    }
                    value = self.changed.wait(value).unwrap();
                }
            }

            fn wake(&self, whom: Wake) {
                match whom {
                    Wake::All => self.changed.notify_all(),
                    Wake::One => self.changed.notify_one(),
                    Wake::Nobody => {}
                }
            }
        }

        pub(crate) struct $runtime;

        impl Runtime for $runtime {
            type Monitor<T: Send + 'static> = $monitor<T>;

            fn pause() {
                $pause
            }

            fn run(jobs: Vec<Job>) {
                let mut jobs = jobs.into_iter();
                let first = jobs.next();
                let threads: Vec<_> = jobs.map($checker::thread::spawn).collect();
                if let Some(first) = first {
                    first();
                }
                for thread in threads {
                    thread.join().unwrap();
                }
            }
        }
    };
}

runtime!(Loom, LoomMonitor, loom, ());
runtime!(Shuttle, ShuttleMonitor, shuttle, ());
runtime!(Machine, MachineMonitor, std, std::thread::sleep(std::time::Duration::from_micros(50)));
