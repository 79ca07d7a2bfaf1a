//! The private PostgreSQL: a server of the program's own in a data folder, reached by a unix socket only.
//!
//! The first program to start a [`Cluster`] launches the server, the last to leave stops it, and a server that outlived a
//! crashed program is taken over. This module and `config` are the only ones that read the environment.
mod account;
mod error;
mod initialise;
mod place;
mod postmaster;
mod programs;
pub mod scratch;
pub mod scratch_standby;
mod session;
mod settings;
mod share;

pub use error::ClusterError;

use error::LaunchFault;
use place::ClusterFolder;
use postmaster::{Launched, Postmaster};
use programs::Programs;
use session::Readiness;
use settings::Durability;
use share::{Membership, StartLock};
use std::path::{Path, PathBuf};
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

/// The result of leaving the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    Stopped,
    /// Another program uses the server still.
    LeftRunning,
}

/// A running private server, for as long as this value lives.
#[derive(Debug)]
pub struct Cluster {
    place: ClusterFolder,
    socket_dir: PathBuf,
    port: u16,
    durability: Durability,
    origin: Origin,
    membership: Option<Membership>,
}

impl Cluster {
    /// Starts, or joins, the server of the data folder `dir`. Blocks for about a second the first time.
    ///
    /// # Errors
    /// One line saying what stands in the way.
    pub fn start(dir: &Path) -> Result<Cluster, ClusterError> {
        Cluster::start_as(dir, Durability::Durable)
    }

    fn start_as(dir: &Path, durability: Durability) -> Result<Cluster, ClusterError> {
        let place = ClusterFolder::prepare(dir)?;
        let lock = StartLock::enter(&place)?;
        let membership = Membership::join(&place)?;
        let (postmaster, origin) = running_server(&place, durability)?;
        let cluster = Cluster {
            place,
            socket_dir: postmaster.socket_dir,
            port: postmaster.port,
            durability,
            origin,
            membership: Some(membership),
        };
        drop(lock);
        session::block_on(session::ensure_database(&cluster.database_config("postgres"), settings::DATABASE))?;
        Ok(cluster)
    }

    /// How to connect to the service's database, which exists.
    #[must_use]
    pub fn connection_config(&self) -> Config {
        self.database_config(settings::DATABASE)
    }

    /// The same for a service that serves, under its own log-in.
    #[must_use]
    pub fn service_config(&self) -> Config {
        let mut config = self.connection_config();
        config.user(settings::SERVICE_LOGIN);
        config
    }

    /// The same as a URL, for `psql` and other tools; it holds no secret.
    #[must_use]
    pub fn url(&self) -> String {
        let socket_dir = self.socket_dir.to_string_lossy();
        let host = percent_encoding::utf8_percent_encode(&socket_dir, percent_encoding::NON_ALPHANUMERIC);
        format!("postgresql://{}@{host}:{}/{}", settings::ROLE, self.port, settings::DATABASE)
    }

    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// One line for the person when the data could not be kept where they were asked for.
    #[must_use]
    pub fn notice(&self) -> Option<&str> {
        self.place.notice.as_deref()
    }

    /// The folder that holds the data, the log and the locks.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.place.home
    }

    /// Leaves the cluster, and stops the server when no other program uses it.
    ///
    /// # Errors
    /// When the server does not end in time.
    pub fn stop(mut self) -> Result<Departure, ClusterError> {
        self.leave()
    }

    fn leave(&mut self) -> Result<Departure, ClusterError> {
        let Some(membership) = self.membership.take() else { return Ok(Departure::LeftRunning) };
        let _lock = StartLock::enter(&self.place)?;
        if !membership.is_last() {
            return Ok(Departure::LeftRunning);
        }
        if let Some(postmaster) = Postmaster::find(&self.place.data()) {
            postmaster.stop(&self.place, self.durability == Durability::Durable)?;
        }
        if self.socket_dir != self.place.home {
            // Removed only if it is empty.
            drop(std::fs::remove_dir(&self.socket_dir));
        }
        Ok(Departure::Stopped)
    }

    fn database_config(&self, database: &str) -> Config {
        config_for(&self.socket_dir, self.port, database)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(fault) = self.leave() {
            tracing::warn!("database: {fault}");
        }
    }
}

fn config_for(socket_dir: &Path, port: u16, database: &str) -> Config {
    let mut config = Config::new();
    config.host_path(socket_dir).port(port).user(settings::ROLE).dbname(database);
    config
}

/// The running server of `place`: found, or launched. Called inside the gate.
fn running_server(place: &ClusterFolder, durability: Durability) -> Result<(Postmaster, Origin), ClusterError> {
    let data = place.data();
    if let Some(postmaster) = Postmaster::find(&data) {
        match wait_for(&postmaster.socket_dir, postmaster.port, || postmaster.is_gone())? {
            Readiness::Ready => return Ok((postmaster, Origin::Attached)),
            Readiness::Gone => {}
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
    initialise::configure(place, &socket_dir, durability)?;
    launch(place, &programs, &socket_dir)?;
    let postmaster = Postmaster::find(&data).ok_or_else(|| not_ready(place))?;
    Ok((postmaster, origin))
}

fn launch(place: &ClusterFolder, programs: &Programs, socket_dir: &Path) -> Result<(), ClusterError> {
    let started = Instant::now();
    loop {
        let launched = Launched::launch(programs, place)?;
        match wait_for(socket_dir, place::SOCKET_NUMBER, || launched.has_ended())? {
            Readiness::Ready => return Ok(()),
            Readiness::TimedOut => {
                if let Some(postmaster) = Postmaster::find(&place.data()) {
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
