//! The calls of the system that a file takes on its way to its name, and a temporary file.
//!
//! Where the system can, a temporary file has no name until it is whole, so that even a killed program leaves
//! nothing behind. It does not know what is written.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::cli::interrupt::Passing;

/// What a temporary file's name begins with.
const PREFIX: &str = ".rolesim-";

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
    /// How many of so many bytes the call may take.
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
        let (passing, file) = Passing::make(|| builder().tempfile_in(folder), NamedTempFile::path)?;
        Ok((Self::Named(file), Some(passing)))
    }

    pub(super) fn file(&self) -> &File {
        match self {
            Self::Nameless(file) => file,
            Self::Named(file) => file.as_file(),
        }
    }

    /// Gives it a temporary name beside the one that it will have.
    pub(super) fn named(self, folder: &Path) -> io::Result<NamedTempFile> {
        match self {
            Self::Nameless(file) => link(file, folder),
            Self::Named(file) => Ok(file),
        }
    }
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any file that a program makes: the user's mask decides.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
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

/// The path that a path means: links are followed, also one that leads to nothing yet.
pub(super) fn followed(path: &Path) -> io::Result<PathBuf> {
    const MOST_LINKS: usize = 40;
    if let Ok(path) = fs::canonicalize(path) {
        return Ok(path);
    }
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(next) => path = folder_of(&path).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many links lead from one to the next"))
}

/// The folder in which a file lies.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
