//! Errors of the private cluster, each as one line that a person can act on.
use std::path::{Path, PathBuf};

/// Every fault names the place and, if there is one, the remedy.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error(
        "no PostgreSQL {oldest} or newer found: on Debian or Ubuntu `apt-get install postgresql`, on macOS \
         `brew install postgresql@18`, or set TERMOMETRO_PG_BIN to the folder of its programs, or DATABASE_URL to use a server"
    )]
    NotInstalled { oldest: u32 },
    #[error("TERMOMETRO_PG_BIN is {}, which holds no runnable initdb and postgres of version {oldest} or newer", .dir.display())]
    WrongPrograms { dir: PathBuf, oldest: u32 },
    #[error(
        "the data in {} were written by PostgreSQL {data}, but only version {found} is installed: \
         install PostgreSQL {data}, or move that folder away to start empty",
        .dir.display()
    )]
    WrongVersion { dir: PathBuf, data: u32, found: String },
    #[error("{} does not hold a PostgreSQL version number: move the folder away to start empty", .file.display())]
    UnreadableVersion { file: PathBuf },
    #[error(
        "no pg_dump and pg_restore of PostgreSQL {major}, the server's version, were found (there is {found}): on Debian or Ubuntu \
         `apt-get install postgresql-client-{major}`, or set TERMOMETRO_PG_BIN to the folder of its programs"
    )]
    NoClientPrograms { major: u32, found: String },
    #[error("{program} failed: {reason}")]
    ClientFailed { program: &'static str, reason: String },
    #[error("PostgreSQL refuses to run as root and this machine has no other account to run it as (tried {tried})")]
    NoAccount { tried: String },
    #[error("user id {uid} has no name on this machine, and PostgreSQL needs one: run as a named user or set DATABASE_URL")]
    NamelessUser { uid: u32 },
    #[error("{} belongs to {owner}, not to {me}: run as {owner} or as root, or set TERMOMETRO_DATA_DIR", .dir.display())]
    NotOurs { dir: PathBuf, owner: String, me: String },
    #[error("{} is not a private folder of {owner}: remove it and try again", .dir.display())]
    UnsafeSocketDir { dir: PathBuf, owner: String },
    #[error("the programs in {} cannot be run by {user}: install PostgreSQL where every user can reach it", .dir.display())]
    UnreachablePrograms { dir: PathBuf, user: String },
    #[error("the disk that holds {} is full: free some space and try again", .dir.display())]
    DiskFull { dir: PathBuf },
    #[error("not enough memory to start PostgreSQL in {}", .dir.display())]
    OutOfMemory { dir: PathBuf },
    #[error("the socket in {} answers, and it is no server of this folder's data: stop that one and start again", .dir.display())]
    SocketTaken { dir: PathBuf },
    #[error("the socket in {} is held by process {pid}, a PostgreSQL of {}: stop that one and start again", .dir.display(), .data.display())]
    SocketHeld { dir: PathBuf, pid: i32, data: PathBuf },
    #[error("{} names no process: end what still works in that folder, remove this one file and start again", .file.display())]
    EmptyPidFile { file: PathBuf },
    #[error("another program has been starting or stopping the server in {} for over {waited_s} s", .dir.display())]
    Busy { dir: PathBuf, waited_s: u64 },
    #[error("PostgreSQL in {} was not ready after {waited_s} s: its log is {}", .dir.display(), .log.display())]
    NotReady { dir: PathBuf, waited_s: u64, log: PathBuf },
    #[error("PostgreSQL in {} did not stop within {waited_s} s", .dir.display())]
    NotStopped { dir: PathBuf, waited_s: u64 },
    #[error("PostgreSQL did not start: {reason} (log: {})", .log.display())]
    Failed { reason: String, log: PathBuf },
    #[error("{} is no longer there: put it back and start again", .dir.display())]
    DataGone { dir: PathBuf },
    #[error("PostgreSQL could not make its folder {}: {reason}", .dir.display())]
    NotInitialised { dir: PathBuf, reason: String },
    #[error("the private server does not answer as it should: {reason}")]
    Query { reason: String },
    #[error("{doing} {}: {fault}", .path.display())]
    Io { doing: &'static str, path: PathBuf, fault: std::io::Error },
}

impl ClusterError {
    /// Wraps an input/output error, telling a full disk from the rest.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> ClusterError {
        let path = path.to_path_buf();
        move |fault| match fault.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => ClusterError::DiskFull { dir: path },
            _ => ClusterError::Io { doing, path, fault },
        }
    }

    pub(super) fn query(source: &tokio_postgres::Error) -> ClusterError {
        let reason = source.as_db_error().map_or_else(|| source.to_string(), |fault| fault.message().to_owned());
        ClusterError::Query { reason }
    }
}

/// Why a server that was just launched ended at once, read from what it wrote to its log.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LaunchFault {
    DiskFull,
    OutOfMemory,
    SocketTaken,
    /// Orphans of a killed postmaster still hold its memory; they leave by themselves, so trying again helps.
    OrphansLeaving,
    Other(String),
}

impl LaunchFault {
    pub fn read(written: &str) -> LaunchFault {
        let says = |words: &str| written.contains(words);
        if says("No space left on device") || says("Disk quota exceeded") {
            LaunchFault::DiskFull
        } else if says("Cannot allocate memory") || says("could not map anonymous shared memory") {
            LaunchFault::OutOfMemory
        } else if says("pre-existing shared memory block") {
            LaunchFault::OrphansLeaving
        } else if says("Address already in use") || says("Is another postmaster") && says(".s.PGSQL.") {
            LaunchFault::SocketTaken
        } else {
            LaunchFault::Other(telling_line(written))
        }
    }
}

/// The line of a log or of a program's complaint that says most: the first FATAL or error, else the last line.
pub(super) fn telling_line(written: &str) -> String {
    let lines = || written.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines()
        .find(|line| line.contains("FATAL:") || line.contains("PANIC:"))
        .or_else(|| lines().find(|line| line.contains("error:")))
        .or_else(|| lines().next_back())
        .unwrap_or("it wrote nothing");
    let said = ["FATAL:", "PANIC:", "error:"].iter().find_map(|mark| line.split_once(mark)).map_or(line, |(_, rest)| rest);
    said.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_cause_from_the_log() {
        let full = "2026 UTC [7] FATAL:  could not write lock file \"postmaster.pid\": No space left on device";
        assert_eq!(LaunchFault::read(full), LaunchFault::DiskFull);
        let orphans = "FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use";
        assert_eq!(LaunchFault::read(orphans), LaunchFault::OrphansLeaving);
        let taken = "LOG:  could not bind Unix address \"/x/.s.PGSQL.5432\": Address already in use";
        assert_eq!(LaunchFault::read(taken), LaunchFault::SocketTaken);
        let other = "LOG:  starting\n2026 [7] FATAL:  configuration file \"/x\" contains errors\n";
        assert_eq!(LaunchFault::read(other), LaunchFault::Other("configuration file \"/x\" contains errors".into()));
    }

    #[test]
    fn every_message_is_one_line() {
        let dir = PathBuf::from("/d");
        for fault in [
            ClusterError::NotInstalled { oldest: 14 },
            ClusterError::WrongVersion { dir: dir.clone(), data: 15, found: "18".into() },
            ClusterError::DiskFull { dir: dir.clone() },
            ClusterError::Failed { reason: telling_line("a\n\nb\n"), log: dir },
        ] {
            assert!(!fault.to_string().contains('\n'), "{fault}");
            assert!(!fault.to_string().contains("  "), "{fault}");
        }
    }

    #[test]
    fn a_full_disk_is_distinguished_from_other_faults() {
        let fault = ClusterError::io("write", Path::new("/d"))(std::io::Error::from(std::io::ErrorKind::StorageFull));
        assert!(matches!(fault, ClusterError::DiskFull { .. }));
    }
}
