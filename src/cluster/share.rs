//! Several programs share one server: the first starts it, the last stops it.
//!
//! `users.lock` is held shared by every program that uses the server, `lock.lock` exclusively by the one that starts or stops
//! it. The system releases both when a program dies, however it dies.
use super::error::ClusterError;
use super::place::ClusterFolder;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

/// Longer than the slowest start (crash recovery).
const START_LOCK_WAIT_S_MAX: u64 = 330;
const START_LOCK_POLL: Duration = Duration::from_millis(20);

/// The right to start or stop the server, until dropped.
#[derive(Debug)]
pub struct StartLock {
    _held: File,
}

impl StartLock {
    pub fn enter(place: &ClusterFolder) -> Result<StartLock, ClusterError> {
        let path = place.home.join("gate.lock");
        let file = open(&path, place)?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(StartLock { _held: file }),
                Err(TryLockError::WouldBlock) if started.elapsed().as_secs() < START_LOCK_WAIT_S_MAX => {
                    std::thread::sleep(START_LOCK_POLL);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(ClusterError::Busy { dir: place.home.clone(), waited_s: START_LOCK_WAIT_S_MAX });
                }
                Err(TryLockError::Error(fault)) => return Err(ClusterError::io("could not lock", &path)(fault)),
            }
        }
    }
}

/// One program's use of the server.
#[derive(Debug)]
pub struct Membership {
    users: File,
}

impl Membership {
    /// Joins the users; call it while holding the start lock, where no program tries the exclusive lock.
    pub fn join(place: &ClusterFolder) -> Result<Membership, ClusterError> {
        let path = place.home.join("users.lock");
        let users = open(&path, place)?;
        users.lock_shared().map_err(ClusterError::io("could not lock", &path))?;
        Ok(Membership { users })
    }

    /// Whether no other program uses the server; call it while holding the start lock, so that none joins meanwhile.
    pub fn is_last(&self) -> bool {
        // On one open file the exclusive lock replaces the shared one.
        self.users.try_lock().is_ok()
    }
}

fn open(path: &Path, place: &ClusterFolder) -> Result<File, ClusterError> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let file = opened.map_err(ClusterError::io("could not open", path))?;
    place.account.take_over(path).map_err(ClusterError::io("could not hand over", path))?;
    Ok(file)
}
