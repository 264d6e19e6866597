//! The calls of the system that a file takes on its way to its name, and a temporary file.
//!
//! Where the system can, a temporary file has no name until it is whole, so that even a killed program leaves
//! nothing behind. It does not know what is written.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::time::Duration;

use tempfile::NamedTempFile;

use crate::cli::interrupt::Passing;

/// What a temporary file's name begins with.
const PREFIX: &str = ".rolesim-";
/// Random letters and digits that follow.
const RANDOM_CHARS: usize = 6;

/// A temporary file that nobody has written to for so long, and that nobody holds, was left by a run that was killed.
#[cfg(unix)]
const LEFT_FOR: Duration = Duration::from_secs(3_600);

/// Entries of a folder that are looked at for files left behind, so that a folder of millions costs nothing.
#[cfg(unix)]
const ENTRIES_MOST: usize = 10_000;

/// A call of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Call {
    Open,
    Permit,
    Write,
    Sync,
    Name,
    Rename,
    SyncFolder,
}

/// Asked before every call. The machine has no objections; a test lets calls fail.
pub(in crate::cli) trait Disk: Clone {
    /// How many of these bytes the call may take.
    fn before(&self, _call: Call, bytes: usize) -> io::Result<usize> {
        Ok(bytes)
    }

    /// The same for a call that moves no bytes; one that is interrupted is made again.
    fn may(&self, call: Call) -> io::Result<()> {
        loop {
            match self.before(call, 0) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => return other.map(drop),
            }
        }
    }
}

/// The disk as it is.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::cli) struct Machine;

impl Disk for Machine {}

/// A file that is not whole yet, in the folder where it will get its name.
#[derive(Debug)]
pub(super) enum Hidden {
    /// It has no name; the system forgets it with the program.
    Nameless(File),
    /// It has a name that begins with [`PREFIX`].
    Named(NamedTempFile),
}

impl Hidden {
    /// Makes one, and if it has a name, sees to it that this goes when the program is interrupted.
    pub(super) fn create(folder: &Path) -> io::Result<(Self, Option<Passing>)> {
        if let Some(file) = nameless(folder) {
            return Ok((Self::Nameless(file), None));
        }
        // Opened here and not by the crate, whose errors name the temporary path.
        let make = || builder().make_in(folder, |path| File::create_new(path));
        let (passing, file) = Passing::make(make, NamedTempFile::path)?;
        // Held until the file has its name, so that no other run takes it for one that was left behind. A file system
        // without locks gives none to that run either.
        #[cfg(unix)]
        let _ = file.as_file().try_lock();
        Ok((Self::Named(file), Some(passing)))
    }

    pub(super) fn file(&self) -> &File {
        match self {
            Self::Nameless(file) => file,
            Self::Named(file) => file.as_file(),
        }
    }

    /// Gives it a temporary name next to the one that it will have.
    pub(super) fn named(self, folder: &Path) -> io::Result<NamedTempFile> {
        match self {
            Self::Nameless(file) => link(file, folder),
            Self::Named(file) => Ok(file),
        }
    }
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).rand_bytes(RANDOM_CHARS);
    builder
}

/// Removes temporary files that killed runs left in a folder: regular files of the same owner as the one that was just
/// written there, named as a temporary file is, unchanged for [`LEFT_FOR`] and locked by nobody. What cannot be removed
/// stays.
#[cfg(unix)]
pub(super) fn clear_left_behind(folder: &Path, written: &File) {
    use std::os::unix::fs::MetadataExt;
    let Ok(owner) = written.metadata().map(|written| written.uid()) else { return };
    let is_left = |path: &Path| -> io::Result<bool> {
        let seen = fs::symlink_metadata(path)?;
        let old = seen.modified()?.elapsed().is_ok_and(|age| age >= LEFT_FOR);
        if !(seen.is_file() && seen.uid() == owner && old) {
            return Ok(false);
        }
        // A run that is still at work holds the lock.
        Ok(File::open(path)?.try_lock().is_ok())
    };
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.take(ENTRIES_MOST).flatten() {
        let path = entry.path();
        if is_temporary(&entry.file_name()) && is_left(&path).unwrap_or(false) {
            let _ = fs::remove_file(&path);
        }
    }
}

/// Elsewhere nothing says to whom a file belongs.
#[cfg(not(unix))]
pub(super) fn clear_left_behind(_folder: &Path, _written: &File) {}

/// Whether a name is one that [`builder`] gives.
#[cfg(unix)]
fn is_temporary(name: &std::ffi::OsStr) -> bool {
    let random = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
    random.is_some_and(|random| {
        random.len() == RANDOM_CHARS && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// A file without a name, where the file system knows such.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt;
    // Its name is given to it through this folder.
    fs::metadata("/proc/self/fd").ok()?;
    let flags = i32::try_from(rustix::fs::OFlags::TMPFILE.bits()).ok()?;
    File::options().write(true).mode(0o666).custom_flags(flags).open(folder).ok()
}

#[cfg(not(target_os = "linux"))]
fn nameless(_folder: &Path) -> Option<File> {
    None
}

#[cfg(target_os = "linux")]
fn link(file: File, folder: &Path) -> io::Result<NamedTempFile> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;
    let nameless = format!("/proc/self/fd/{}", file.as_raw_fd());
    let linked =
        builder().make_in(folder, |name| Ok(linkat(CWD, &nameless, CWD, name, AtFlags::SYMLINK_FOLLOW)?))?;
    let ((), path) = linked.into_parts();
    Ok(NamedTempFile::from_parts(file, path))
}

#[cfg(not(target_os = "linux"))]
fn link(_file: File, _folder: &Path) -> io::Result<NamedTempFile> {
    Err(ErrorKind::Unsupported.into())
}

/// Makes a renaming last through a power cut. A system that cannot sync folders, or keeps this one from being read,
/// is left to do that by itself.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    let synced = if cfg!(unix) { File::open(folder).and_then(|folder| folder.sync_all()) } else { Ok(()) };
    match synced {
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::InvalidInput) => Ok(()),
        other => other,
    }
}

/// The path that a path means: links are followed, also one that leads to nothing yet. A link to an open file of this
/// program, as `/dev/stdout` is, stays itself: what it leads to has no path, or is not what the path means.
pub(super) fn followed(path: &Path) -> io::Result<PathBuf> {
    const MOST_LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        if is_descriptor(&path) {
            return Ok(path);
        }
        match fs::read_link(&path) {
            Ok(next) => path = folder_of(&path).join(next),
            Err(_) => return Ok(fs::canonicalize(&path).unwrap_or(path)),
        }
    }
    Err(io::Error::other("too many links lead from one to the next"))
}

/// Whether a path names a file that this program holds open, by its number.
pub(super) fn is_descriptor(path: &Path) -> bool {
    let open = fs::canonicalize("/proc/self/fd").ok();
    open.is_some() && fs::canonicalize(folder_of(path)).ok() == open
}

/// Opens what is written to as it is: a device, a pipe, or an open file of this program. What standard output or
/// standard error is already goes through them, so that what each of them writes stands behind the other's.
pub(super) fn open_as_it_is(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let (out, err) = (io::stdout(), io::stderr());
        let seen = fs::metadata(path)?;
        for stream in [out.as_fd(), err.as_fd()] {
            let stream = File::from(stream.try_clone_to_owned()?);
            if is_same(&stream.metadata()?, &seen) {
                return Ok(stream);
            }
        }
    }
    File::options().write(true).open(path)
}

/// Whether a path names the regular file to which standard output goes, by a name of its own.
pub(super) fn is_standard_output(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let stdout = || File::from(io::stdout().as_fd().try_clone_to_owned().ok()?).metadata().ok();
        let target = followed(path).ok().filter(|target| !is_descriptor(target));
        let named = target.and_then(|target| fs::metadata(target).ok()).filter(fs::Metadata::is_file);
        named.is_some_and(|named| stdout().is_some_and(|stdout| is_same(&stdout, &named)))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// The folder in which a file lies.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
