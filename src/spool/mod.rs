//! Files that wait on disk while work goes on. Each is locked for as long as it is used, so that what nobody locks was left behind.
//!
//! The system releases a lock when its process dies, however it dies; so nothing that is in use is ever swept, by this process or another.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use nix::errno::Errno;

/// What a file in the spool is for; its name begins with it.
pub mod purpose {
    pub const UPLOAD: &str = "upload";
    /// An answer that is too large for memory.
    pub const ANSWER: &str = "answer";
    pub const VALIDATING: &str = "validating";
    pub const EXPORT: &str = "export";
    pub const RELEASE: &str = "release";
    pub const UNPACKED: &str = ".termometro-unpacked";
    pub const SAMPLE: &str = "termometro-sample";
    /// A backup that is being made, or read.
    pub const BACKUP: &str = ".termometro-backup";
    /// What stands in the folder of the spool.
    pub const IN_SPOOL: &[&str] = &[UPLOAD, ANSWER, VALIDATING, EXPORT, RELEASE, UNPACKED, BACKUP];
    /// What stands where temporary files of all programs go.
    pub const IN_TEMPORARY: &[&str] = &[UNPACKED, SAMPLE, BACKUP];
}

/// A file or a folder of one's own, removed when this is dropped.
#[derive(Debug)]
pub struct Spooled {
    path: PathBuf,
    /// Open, and locked.
    held: File,
}

impl Spooled {
    /// An empty file that only this account can read.
    pub fn file(folder: &Path, purpose: &str) -> io::Result<Self> {
        Self::new(folder, purpose, |path| OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path))
    }

    /// An empty folder that only this account can enter.
    pub fn folder(folder: &Path, purpose: &str) -> io::Result<Self> {
        Self::new(folder, purpose, |path| {
            DirBuilder::new().mode(0o700).create(path)?;
            File::open(path).inspect_err(|_| drop(std::fs::remove_dir(path)))
        })
    }

    fn new(folder: &Path, purpose: &str, make: impl Fn(&Path) -> io::Result<File>) -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{purpose}-{}-{number}", std::process::id()));
            let held = match make(&path) {
                Ok(held) => held,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            };
            // A sweep that came in between holds it, or has removed it: then another name is taken.
            match held.try_lock() {
                Err(TryLockError::WouldBlock) => continue,
                // A file system without locks: there the sweep cannot lock either, and leaves everything.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            if held.metadata()?.nlink() > 0 {
                return Ok(Self { path, held });
            }
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The open file, for writing.
    pub fn open(&self) -> io::Result<File> {
        self.held.try_clone()
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next sweep.
        let _ = remove(&self.path, &self.held);
    }
}

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub files: u64,
    pub bytes: u64,
}

/// Removes what no living process uses. Only what is named after these purposes is looked at.
pub fn sweep(folder: &Path, purposes: &[&str]) -> io::Result<Swept> {
    let mut swept = Swept::default();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(swept),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        if is_for(purposes, &entry.file_name().to_string_lossy()) && !entry.file_type()?.is_symlink() {
            let path = entry.path();
            match left_behind(&path) {
                Ok(Some(bytes)) => swept = Swept { files: swept.files + 1, bytes: swept.bytes + bytes },
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, path = %path.display(), "spool: left-over file could not be removed"),
            }
        }
    }
    Ok(swept)
}

/// Removes it unless a process uses it, and says how long it was.
fn left_behind(path: &Path) -> io::Result<Option<u64>> {
    let file = match File::open(path) {
        Ok(file) => file,
        // Its process removed it meanwhile, or it is another account's.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied) => return Ok(None),
        Err(error) => return Err(error),
    };
    if file.try_lock().is_err() {
        return Ok(None);
    }
    let bytes = file.metadata()?.len();
    match remove(path, &file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        removed => removed.map(|()| Some(bytes)),
    }
}

fn remove(path: &Path, open: &File) -> io::Result<()> {
    if open.metadata()?.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }
}

fn is_for(purposes: &[&str], name: &str) -> bool {
    purposes.iter().any(|purpose| name.strip_prefix(purpose).is_some_and(|rest| rest.starts_with('-')))
}

/// What the machine has too little of; the same request can be answered once there is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortage {
    /// Space on the disk: somebody has to make room.
    Space,
    /// Open files, of this process or of all: some are closed with each answer.
    Descriptors,
}

impl Shortage {
    /// Whether this is why a file could not be made, opened or written.
    pub fn of(error: &io::Error) -> Option<Self> {
        let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        let descriptors = [Errno::EMFILE, Errno::ENFILE].map(|errno| Some(errno as i32)).contains(&error.raw_os_error());
        full.then_some(Self::Space).or_else(|| descriptors.then_some(Self::Descriptors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("termometro-spool-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn what_is_used_stays_and_what_was_left_behind_goes() {
        let folder = folder("sweep");
        let used = Spooled::file(&folder, purpose::UPLOAD).unwrap();
        let entered = Spooled::folder(&folder, purpose::RELEASE).unwrap();
        std::fs::write(entered.path().join("list.xlsx"), "x").unwrap();
        // As a killed process leaves them, by this version and by earlier ones.
        for left in ["upload-00000000000000000007", "validating-1-2", "export-1-3", ".termometro-unpacked-1-4"] {
            std::fs::write(folder.join(left), "12345").unwrap();
        }
        std::fs::create_dir(folder.join("release-9-1")).unwrap();
        std::fs::write(folder.join("release-9-1").join("list.xlsx"), "x").unwrap();
        // Nothing of the spool.
        std::fs::write(folder.join("uploads.txt"), "mine").unwrap();
        std::os::unix::fs::symlink("uploads.txt", folder.join("upload-1-9")).unwrap();
        let swept = sweep(&folder, purpose::IN_SPOOL).unwrap();
        assert_eq!(swept.files, 5);
        assert!(swept.bytes >= 20, "{swept:?}");
        assert!(used.path().exists() && entered.path().join("list.xlsx").exists());
        assert!(folder.join("uploads.txt").exists() && folder.join("upload-1-9").is_symlink());
        assert_eq!(sweep(&folder, purpose::IN_SPOOL).unwrap(), Swept::default());
        let (file, inside) = (used.path().to_owned(), entered.path().to_owned());
        drop((used, entered));
        assert!(!file.exists() && !inside.exists());
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(sweep(&folder, purpose::IN_SPOOL).unwrap(), Swept::default(), "no folder, nothing left behind");
    }

    #[test]
    fn sweeps_at_the_same_time_take_nothing_from_those_who_write() {
        use std::io::Write;
        let folder = folder("race");
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    sweep(&folder, purpose::IN_SPOOL).unwrap();
                }
            });
            for _ in 0..2_000 {
                let spooled = Spooled::file(&folder, purpose::UPLOAD).unwrap();
                spooled.open().unwrap().write_all(b"kept").unwrap();
                assert_eq!(std::fs::read(spooled.path()).unwrap(), b"kept");
            }
            done.store(true, Ordering::Relaxed);
        });
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_shortage_is_known_among_other_faults() {
        for (errno, shortage) in [
            (Errno::ENOSPC, Some(Shortage::Space)),
            (Errno::EDQUOT, Some(Shortage::Space)),
            (Errno::EMFILE, Some(Shortage::Descriptors)),
            (Errno::ENFILE, Some(Shortage::Descriptors)),
            (Errno::EIO, None),
        ] {
            assert_eq!(Shortage::of(&io::Error::from_raw_os_error(errno as i32)), shortage, "{errno}");
        }
    }
}
