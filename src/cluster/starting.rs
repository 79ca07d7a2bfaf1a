//! Finds the running server of a folder, or launches it: at a program's start, and again after the server died.
use super::error::{ClusterError, LaunchFault};
use super::initialise;
use super::leftovers;
use super::place::{self, ClusterFolder};
use super::postmaster::{self, Launched, Postmaster};
use super::programs::Programs;
use super::session::{self, Readiness};
use super::settings::{self, Durability};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio_postgres::Config;

/// Crash recovery reads up to `max_wal_size` again.
const READY_WAIT: Duration = Duration::from_secs(300);
/// Orphans of a killed server notice its death within seconds.
const ORPHANS_WAIT: Duration = Duration::from_secs(20);

/// Whether this program started or joined the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// New and empty.
    Created,
    /// Existing data, server launched.
    Launched,
    /// Existing data, server found running.
    Attached,
}

pub(super) fn config_for(socket_dir: &Path, port: u16, database: &str) -> Config {
    let mut config = Config::new();
    config.host_path(socket_dir).port(port).user(settings::ROLE).dbname(database);
    config
}

/// The running server of `place`: found, or launched. Call it while holding the start lock.
pub(super) fn running_server(place: &ClusterFolder, durability: Durability) -> Result<(Postmaster, Origin), ClusterError> {
    let data = place.data();
    if let Some(postmaster) = Postmaster::find(&data)? {
        match wait_for(&postmaster.socket_dir, postmaster.port, || postmaster.is_gone())? {
            Readiness::Ready => return Ok((postmaster, Origin::Attached)),
            // It died meanwhile. PostgreSQL would take its number for a living server's until its parent has collected it.
            Readiness::Gone => drop(Postmaster::find(&data)?),
            Readiness::TimedOut => return Err(not_ready(place)),
        }
    }
    let version = initialise::version_of(&data)?;
    let programs = Programs::find(version, &data)?;
    if place.account.is_stepped_down() {
        programs.check_reachable(&place.account)?;
    }
    let origin = if version.is_some() { Origin::Launched } else { Origin::Created };
    if origin == Origin::Created {
        initialise::initialise(place, &programs, durability)?;
    }
    let socket_dir = place.socket_dir()?;
    // Before anything of a dead server is cleared, what is left of its processes ends.
    postmaster::end_orphans(&data);
    leftovers::clear(&data, &socket_dir)?;
    initialise::configure(place, &socket_dir, durability)?;
    launch(place, &programs, &socket_dir)?;
    let postmaster = Postmaster::find(&data)?.ok_or_else(|| not_ready(place))?;
    Ok((postmaster, origin))
}

pub(super) fn launch(place: &ClusterFolder, programs: &Programs, socket_dir: &Path) -> Result<(), ClusterError> {
    let started = Instant::now();
    loop {
        // Idle ones notice by themselves that their postmaster is gone, one in a long query only at its end.
        postmaster::end_orphans(&place.data());
        let launched = Launched::launch(programs, place)?;
        match wait_for(socket_dir, place::SOCKET_NUMBER, || launched.has_ended())? {
            Readiness::Ready => return Ok(()),
            Readiness::TimedOut => {
                if let Some(postmaster) = Postmaster::find(&place.data())? {
                    postmaster.stop(place, false)?;
                }
                return Err(not_ready(place));
            }
            Readiness::Gone => {}
        }
        let dir = place.home.clone();
        match launched.fault() {
            LaunchFault::OrphansLeaving if started.elapsed() < ORPHANS_WAIT => {
                std::thread::sleep(Duration::from_millis(100));
            }
            LaunchFault::OrphansLeaving => {
                let reason = "processes of an earlier server still use its data".to_owned();
                return Err(ClusterError::Failed { reason, log: place.log() });
            }
            LaunchFault::DiskFull => return Err(ClusterError::DiskFull { dir }),
            LaunchFault::OutOfMemory => return Err(ClusterError::OutOfMemory { dir }),
            LaunchFault::SocketTaken => return Err(ClusterError::SocketTaken { dir: socket_dir.to_path_buf() }),
            LaunchFault::Other(reason) => return Err(ClusterError::Failed { reason, log: place.log() }),
        }
    }
}

fn wait_for(socket_dir: &Path, port: u16, is_gone: impl Fn() -> bool + Send + Sync) -> Result<Readiness, ClusterError> {
    let config = config_for(socket_dir, port, "postgres");
    session::block_on(session::wait_until_ready(&config, READY_WAIT, is_gone))
}

fn not_ready(place: &ClusterFolder) -> ClusterError {
    ClusterError::NotReady { dir: place.home.clone(), waited_s: READY_WAIT.as_secs(), log: place.log() }
}
