//! The one writer of files: each is whole or as it was, and of several none is replaced before all are written.
//!
//! Prepared before a run, so that a path that cannot be written is found early; written to a temporary file next to
//! the target, synced, and put in place by renaming. It does not know what is written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf, is_separator};

use super::disk::{
    Call, Disk, Hidden, Machine, clear_left_behind, folder_of, followed, is_descriptor, open_as_it_is,
    sync_folder,
};
use crate::cli::failure::{Exit, Failure};
use crate::cli::interrupt::{Passing, undisturbed};
use crate::model::escape;

/// A file that will be written.
#[derive(Debug)]
pub(in crate::cli) struct Pending<D = Machine> {
    goal: Goal,
    place: Place,
    disk: D,
}

/// A file that is written and synced, and not yet in its place.
#[derive(Debug)]
pub(in crate::cli) struct Whole<D = Machine> {
    goal: Goal,
    place: Place,
    disk: D,
}

#[derive(Debug)]
struct Goal {
    /// As it was typed, for messages.
    typed: PathBuf,
    /// With all links followed: what they point to is replaced, and they stay.
    target: PathBuf,
    /// Whether the file must not be there yet.
    new: bool,
}

/// Where the bytes go until the file is whole.
#[derive(Debug)]
enum Place {
    /// A temporary file in the target's folder, which takes the target's name at the end.
    Beside(Hidden, Option<Passing>),
    /// The target itself, where it is a device, a pipe or an open file, which nothing must replace.
    There(File),
}

impl Goal {
    fn unwritable(&self, why: impl ToString) -> Failure {
        unwritable(&self.typed, why)
    }
}

pub(in crate::cli) fn unwritable(path: &Path, why: impl ToString) -> Failure {
    Failure::of_file(Exit::Unreadable, path, format!("cannot be written: {}", why.to_string()))
}

impl Pending {
    /// Prepares a file, so that a path that cannot be written is found before anything runs.
    pub(in crate::cli) fn create(path: &Path) -> Result<Self, Failure> {
        Self::create_on(Machine, path)
    }

    /// Prepares a file that must not be there, neither now nor when it gets its name.
    pub(in crate::cli) fn create_new(path: &Path) -> Result<Self, Failure> {
        if fs::symlink_metadata(path).is_ok() {
            return Err(unwritable(path, "it is there already; name another file, or move it away"));
        }
        let mut pending = Self::create(path)?;
        pending.goal.new = true;
        Ok(pending)
    }
}

impl<D: Disk> Pending<D> {
    pub(super) fn create_on(disk: D, path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            let what = "is not a file; standard output carries the result alone, so name a file";
            return Err(Failure::of_file(Exit::Wrong, path, what));
        }
        let failed = |error: io::Error| unwritable(path, error);
        let goal = Goal { typed: path.to_owned(), target: followed(path).map_err(failed)?, new: false };
        if path.as_os_str().as_encoded_bytes().last().is_some_and(|last| is_separator(char::from(*last))) {
            return Err(goal.unwritable("the name ends as a folder's does; name a file"));
        }
        let old = match fs::metadata(&goal.target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            old => Some(old.map_err(failed)?),
        };
        let place = match &old {
            Some(old) if old.is_dir() => return Err(goal.unwritable("it is a folder")),
            Some(old) if !old.is_file() || is_descriptor(&goal.target) => {
                disk.may(Call::Open).map_err(failed)?;
                Place::There(open_as_it_is(&goal.target).map_err(failed)?)
            }
            Some(old) if old.permissions().readonly() => {
                return Err(goal.unwritable("it is write-protected"));
            }
            old => {
                let folder = folder_of(&goal.target);
                // Asked first, because the error of the temporary file would be about another path.
                fs::metadata(folder).map_err(failed)?;
                disk.may(Call::Open).map_err(failed)?;
                let (file, passing) = Hidden::create(folder).map_err(failed)?;
                if let Some(old) = old {
                    disk.may(Call::Permit).map_err(failed)?;
                    keep_mode(file.file(), old).map_err(failed)?;
                }
                Place::Beside(file, passing)
            }
        };
        Ok(Self { goal, place, disk })
    }

    /// Writes the rest, and makes sure that it is on the disk.
    pub(in crate::cli) fn complete(mut self, content: &[u8]) -> Result<Whole<D>, Failure> {
        let written = self.write_all(content).and_then(|()| self.flush()).and_then(|()| match &self.place {
            Place::There(_) => Ok(()),
            Place::Beside(hidden, _) => {
                self.disk.may(Call::Sync)?;
                hidden.file().sync_all()
            }
        });
        let Self { goal, place, disk } = self;
        match written {
            Ok(()) => Ok(Whole { goal, place, disk }),
            Err(error) => Err(goal.unwritable(error)),
        }
    }
}

/// Gives whole files their names: first all of them temporary ones next to the old files, then their own. What
/// fails up to there changes no file; only when a renaming fails have the files before it been replaced, and the error
/// names them.
pub(in crate::cli) fn put_in_place<D: Disk>(files: Vec<Whole<D>>) -> Result<(), Failure> {
    let mut hidden = Vec::new();
    // Given up when all is done: that takes the lock which the last steps hold.
    let mut names = Vec::new();
    for Whole { goal, place, disk } in files {
        if let Place::Beside(file, passing) = place {
            hidden.push((file, goal, disk));
            names.push(passing);
        }
    }
    undisturbed(|| {
        let mut named = Vec::new();
        for (file, goal, disk) in hidden {
            let file = disk.may(Call::Name).and_then(|()| file.named(folder_of(&goal.target)));
            named.push((file.map_err(|error| goal.unwritable(error))?, goal, disk));
        }
        let mut folders = BTreeMap::new();
        let mut replaced = Vec::new();
        for (file, goal, disk) in named {
            let rename = || {
                let persisted = match goal.new {
                    true => file.persist_noclobber(&goal.target),
                    false => file.persist(&goal.target),
                };
                persisted.map_err(|error| error.error)
            };
            let renamed = disk.may(Call::Rename).and_then(|()| rename());
            let file = renamed.map_err(|error| goal.unwritable(error).with(already_replaced(&replaced)))?;
            replaced.push(goal.typed.clone());
            folders.insert(folder_of(&goal.target).to_owned(), (goal, disk, file));
        }
        for (folder, (goal, disk, file)) in folders {
            let synced = disk.may(Call::SyncFolder).and_then(|()| sync_folder(&folder));
            synced.map_err(|error| goal.unwritable(error))?;
            clear_left_behind(&folder, &file);
        }
        Ok(())
    })
}

/// What to say of the files that were replaced before a renaming failed; nothing if there are none.
fn already_replaced(files: &[PathBuf]) -> Option<String> {
    let names: Vec<String> = files.iter().map(|file| escape(&file.display().to_string())).collect();
    (!names.is_empty()).then(|| format!("{}: already replaced by the new content", names.join(", ")))
}

/// The new file gets the old one's mode, and its owner where that is allowed.
fn keep_mode(file: &File, old: &fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let new = file.metadata()?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            // Only the system's owner may give files away; for everybody else they stay their own.
            let _ = fchown(file, Some(old.uid()), Some(old.gid()));
        }
    }
    file.set_permissions(old.permissions())
}

impl<D: Disk> Write for Pending<D> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let allowed = self.disk.before(Call::Write, bytes.len())?;
        let bytes = bytes.get(..allowed).unwrap_or(bytes);
        match &mut self.place {
            Place::Beside(hidden, _) => hidden.file().write(bytes),
            Place::There(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::Beside(hidden, _) => hidden.file().flush(),
            Place::There(file) => file.flush(),
        }
    }
}
