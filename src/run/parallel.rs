//! Several independent things at once, on a bounded number of threads.
//!
//! Results come in the order of the things, and so does the error that is told: the threads decide nothing but
//! the time it takes.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use rayon::ThreadPoolBuilder;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::failure::Failure;

/// Called when one more of all is done, with how many those are, from any thread and not always in order.
pub(crate) type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Does this many things, at most `jobs` at once.
///
/// # Errors
/// The first that fails, in the order of the things; those behind it are not begun then, if they can be spared.
pub(crate) fn in_order<T: Send>(
    count: usize,
    jobs: usize,
    progress: Progress<'_>,
    work: impl Fn(usize) -> Result<T, Failure> + Sync,
) -> Result<Vec<T>, Failure> {
    let failed = AtomicUsize::new(usize::MAX);
    let done = AtomicU64::new(0);
    let one = |index: usize| {
        if index > failed.load(Ordering::Relaxed) {
            return None;
        }
        let result = work(index);
        if result.is_err() {
            failed.fetch_min(index, Ordering::Relaxed);
        }
        progress(done.fetch_add(1, Ordering::Relaxed) + 1, count as u64);
        Some(result)
    };
    let threads = jobs.min(count);
    if threads < 2 {
        return (0..count).filter_map(one).collect();
    }
    // Where there can be no threads, one after the other is done by this one.
    let Ok(pool) = ThreadPoolBuilder::new().num_threads(threads).build() else {
        return (0..count).filter_map(one).collect();
    };
    let results: Vec<_> = pool.install(|| (0..count).into_par_iter().map(one).collect());
    // What was left out stands behind an error.
    results.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::run::failure::Exit;

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        for jobs in [1, 2, 7] {
            let squares = in_order(100, jobs, &|_, _| (), |index| Ok(index * index)).unwrap();
            assert_eq!(squares, (0..100).map(|index| index * index).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_error_is_told_whichever_comes_first_in_time() {
        for jobs in [1, 2, 7] {
            let work = |index: usize| match index {
                17 => {
                    std::thread::sleep(std::time::Duration::from_millis(5));
                    Err(Failure::new(Exit::Wrong, "seventeen"))
                }
                60.. => Err(Failure::new(Exit::Wrong, "sixty or more")),
                _ => Ok(index),
            };
            assert_eq!(in_order(100, jobs, &|_, _| (), work).unwrap_err().lines(), ["seventeen"]);
        }
    }

    #[test]
    fn nothing_to_do_is_done() {
        assert!(in_order(0, 2, &|_, _| (), |_| Ok(())).unwrap().is_empty());
    }

    #[test]
    fn progress_counts_every_thing_once() {
        let seen = Mutex::new(Vec::new());
        in_order(20, 3, &|done, all| seen.lock().unwrap().push((done, all)), |_| Ok(())).unwrap();
        let mut seen = seen.into_inner().unwrap();
        seen.sort_unstable();
        assert_eq!(seen, (1..=20).map(|done| (done, 20)).collect::<Vec<_>>());
    }
}
