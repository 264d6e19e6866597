//! Ctrl-C and SIGTERM: the program ends at once, and leaves no file half-written and none behind.
//!
//! A thread of its own waits for the signal, so a run ends within moments whatever it is doing: computing, reading a
//! pipe that nobody fills, or writing to one that nobody empties. It knows nothing of what is running: files that
//! are not whole have no name yet, or are listed here, and those that are whole get their names undisturbed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The temporary files that have a name. While the lock is held there is no interruption.
static NAMED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn named() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    NAMED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does what must happen wholly or not at all; a signal waits for its end.
pub(super) fn undisturbed<T>(work: impl FnOnce() -> T) -> T {
    let _held = named();
    work()
}

/// A temporary file's name, which goes if the program is interrupted.
#[derive(Debug)]
pub(super) struct Passing(PathBuf);

impl Passing {
    /// Makes a file, undisturbed, and keeps its name in mind until this is dropped.
    pub(super) fn make<F>(
        make: impl FnOnce() -> std::io::Result<F>,
        path: impl FnOnce(&F) -> &Path,
    ) -> std::io::Result<(Self, F)> {
        let mut named = named();
        let file = make()?;
        let path = path(&file).to_owned();
        named.insert(path.clone());
        Ok((Self(path), file))
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        named().remove(&self.0);
    }
}

/// Waits for a signal in the background. Where there can be no thread, signals do what they do by default.
#[cfg(unix)]
pub(super) fn watch() {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::failure::Exit;
    use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;

    // A file that may not grow is an error of the write, and no reason to be killed.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    let (ready, is_ready) = std::sync::mpsc::channel::<()>();
    let wait = move || {
        let signals = Signals::new([SIGINT, SIGTERM]);
        drop(ready);
        let signal = signals.ok().and_then(|mut signals| signals.forever().next());
        let exit = match signal {
            Some(SIGINT) => Exit::Interrupted,
            Some(_) => Exit::Terminated,
            None => return,
        };
        let named = named();
        for path in named.iter() {
            // One that cannot be removed stays; there is nobody left to tell.
            let _ = fs::remove_file(path);
        }
        std::process::exit(i32::from(exit as u8));
    };
    if std::thread::Builder::new().name("signals".to_owned()).spawn(wait).is_ok() {
        // From here on what the thread takes is taken, and no signal comes too early.
        let _ = is_ready.recv();
    }
}

/// Signals do what they do by default.
#[cfg(not(unix))]
pub(super) fn watch() {}
