//! Every call of the system fails in turn, in every way, and each time all files are old or all are new.

use std::cell::Cell;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::disk::{Call, Disk};
use super::pending::{Pending, put_in_place};
use crate::cli::failure::{Exit, Failure};

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WriteFault {
    Full,
    Broken,
    Short,
    Interrupted,
}

/// A disk that takes this many calls, then fails this way once (or from then on), and notes what was called.
#[derive(Clone)]
struct Bad {
    fails_at: usize,
    fault: WriteFault,
    calls: Rc<Cell<usize>>,
    met: Rc<Cell<Option<Call>>>,
}

impl Disk for Bad {
    fn before(&self, call: Call, bytes: usize) -> io::Result<usize> {
        let number = self.calls.replace(self.calls.get() + 1);
        if number != self.fails_at {
            return Ok(bytes);
        }
        self.met.set(Some(call));
        match self.fault {
            WriteFault::Full => Err(ErrorKind::StorageFull.into()),
            WriteFault::Broken => Err(io::Error::other("input/output error")),
            WriteFault::Short => Ok(bytes.div_ceil(2)),
            WriteFault::Interrupted => Err(ErrorKind::Interrupted.into()),
        }
    }
}

const OLD: &[u8] = b"as it was";
const BEGUN: &[u8] = b"begun, ";
const ENDED: &[u8] = b"ended";

/// A folder with an old file, a link to another old one in a second folder, and room for a new one.
struct Scene {
    folder: tempfile::TempDir,
    other: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { folder: tempfile::tempdir().unwrap(), other: tempfile::tempdir().unwrap() };
        fs::write(scene.folder.path().join("old.json"), OLD).unwrap();
        fs::write(scene.other.path().join("real.csv"), OLD).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(scene.other.path().join("real.csv"), scene.folder.path().join("link.csv"))
            .unwrap();
        scene
    }

    fn files(&self) -> [PathBuf; 3] {
        ["old.json", "link.csv", "new.md"].map(|name| self.folder.path().join(name))
    }

    fn names(folder: &Path) -> Vec<String> {
        let name =
            |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().to_string_lossy().into_owned();
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(name).collect();
        names.sort();
        names
    }
}

fn written(disk: &Bad, scene: &Scene) -> Result<(), Failure> {
    let pending: Result<Vec<_>, _> =
        scene.files().iter().map(|path| Pending::create_on(disk.clone(), path)).collect();
    let mut whole = Vec::new();
    for mut file in pending? {
        // What cannot be written now cannot be written at the end either.
        let begun = file.write_all(BEGUN);
        let whole_file = file.complete(ENDED)?;
        if begun.is_ok() {
            whole.push(whole_file);
        }
    }
    if whole.len() < 3 {
        return Err(Failure::new(Exit::Unreadable, "a log would have said so"));
    }
    put_in_place(whole)
}

#[test]
fn whatever_call_fails_all_files_are_old_or_all_are_new() {
    let new = [BEGUN, ENDED].concat();
    for fault in [WriteFault::Full, WriteFault::Broken, WriteFault::Short, WriteFault::Interrupted] {
        let mut met = Vec::new();
        for fails_at in 0.. {
            let scene = Scene::new();
            let disk = Bad { fails_at, fault, calls: Rc::default(), met: Rc::default() };
            let result = written(&disk, &scene);
            let [old, link, fresh] = scene.files();
            let Some(call) = disk.met.get() else {
                assert!(result.is_ok(), "nothing went wrong");
                break;
            };
            met.push(call);
            let harmless = matches!(fault, WriteFault::Short | WriteFault::Interrupted);
            assert_eq!(result.is_ok(), harmless, "{fault:?} at {call:?} {fails_at}: {result:?}");
            let count = [&old, &link].iter().filter(|path| fs::read(path).unwrap() == new).count()
                + usize::from(fs::read(&fresh).is_ok_and(|content| content == new));
            let is_old = |path: &Path| fs::read(path).unwrap() == OLD || fs::read(path).unwrap() == new;
            assert!(is_old(&old) && is_old(&link), "{fault:?} at {call:?}: a file is neither old nor new");
            match call {
                _ if harmless => assert_eq!(count, 3, "{fault:?} at {call:?}"),
                Call::SyncFolder => assert_eq!(count, 3),
                // The one step that cannot be taken back: what was renamed before stays.
                Call::Rename => {
                    let said = result.as_ref().map_err(|failure| failure.lines().join("\n"));
                    let told = said.is_err_and(|said| said.contains(": already replaced"));
                    assert!(count < 3 && told == (count > 0), "{count}: {result:?}");
                }
                _ => assert_eq!(count, 0, "{fault:?} at {call:?}"),
            }
            let here: &[&str] =
                if fresh.exists() { &["link.csv", "new.md", "old.json"] } else { &["link.csv", "old.json"] };
            assert_eq!(
                Scene::names(scene.folder.path()),
                here,
                "{fault:?} at {call:?}: nothing is left behind"
            );
            assert_eq!(Scene::names(scene.other.path()), ["real.csv"]);
            assert!(link.is_symlink(), "a link stays a link");
        }
        for call in
            [Call::Open, Call::Permit, Call::Write, Call::Sync, Call::Name, Call::Rename, Call::SyncFolder]
        {
            assert!(met.contains(&call), "{call:?} was never made to fail");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_mode_and_a_new_one_has_the_usual_mode() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new();
    let [old, _, fresh] = scene.files();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
    let usual = scene.folder.path().join("usual");
    fs::write(&usual, "").unwrap();
    for path in [&old, &fresh] {
        let pending = Pending::create(path).unwrap();
        put_in_place(vec![pending.complete(b"new").unwrap()]).unwrap();
    }
    assert_eq!(mode(&old), 0o640);
    assert_eq!(mode(&fresh), mode(&usual));
    fs::set_permissions(&old, fs::Permissions::from_mode(0o440)).unwrap();
    let refused = Pending::create(&old).unwrap_err();
    assert!(refused.lines()[0].ends_with("cannot be written: it is write-protected"), "{refused:?}");
}

#[cfg(unix)]
#[test]
fn a_dangling_link_gets_its_file_and_a_circular_one_is_refused() {
    use std::os::unix::fs::symlink;
    let scene = Scene::new();
    let (link, goal) = (scene.folder.path().join("next.json"), scene.other.path().join("next.json"));
    symlink(&goal, &link).unwrap();
    put_in_place(vec![Pending::create(&link).unwrap().complete(b"new").unwrap()]).unwrap();
    assert_eq!(fs::read(&goal).unwrap(), b"new");
    assert!(link.is_symlink());
    let circle = scene.folder.path().join("circle.json");
    symlink(&circle, &circle).unwrap();
    assert!(Pending::create(&circle).unwrap_err().lines()[0].contains("cannot be written"));
}
