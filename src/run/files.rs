//! Reading a whole file, or standard input, within a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::failure::{Exit, Failure};
use crate::trace::SteadyFile;

/// Opens a file, or standard input.
pub(super) fn open_file(path: &Path) -> io::Result<Box<dyn Read>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    // Of a pipe or a device it is not known what all of it is.
    Ok(if metadata.is_file() { Box::new(SteadyFile::new(file)?) } else { Box::new(file) })
}

/// Reads the whole of what was opened, if it is not larger than this many bytes. `what` it is says the error.
pub(super) fn read_up_to(
    opened: io::Result<Box<dyn Read>>,
    path: &Path,
    what: &str,
    most: u64,
) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: io::Error| {
        Failure::of_file(Exit::Unreadable, path, format!("{what} cannot be read: {error}"))
    };
    let mut bytes = Vec::new();
    opened.map_err(unreadable)?.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > most {
        let message = format!("{what} is larger than {} MiB", most >> 20);
        return Err(Failure::of_file(Exit::Limit, path, message));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_that_changes_while_it_is_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("day.yaml");
        let read = |opened| read_up_to(opened, &path, "the scenario", 1 << 20);
        std::fs::write(&path, "seed: 12345\n").unwrap();
        assert!(read(open_file(&path)).is_ok_and(|bytes| bytes == b"seed: 12345\n"));
        for other in ["seed: 1\n", "seed: 123456789\n", ""] {
            std::fs::write(&path, "seed: 12345\n").unwrap();
            let opened = open_file(&path);
            std::fs::write(&path, other).unwrap();
            let failure = read(opened).err().unwrap();
            let said = failure.lines().concat();
            assert!(failure.exit == Exit::Unreadable, "{other:?}");
            assert!(said.contains("cannot be read: the file changed while it was read"), "{said}");
        }
    }
}
