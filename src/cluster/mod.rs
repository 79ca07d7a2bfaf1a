//! The private PostgreSQL: a server of the program's own in a data folder, reached by a unix socket only.
//!
//! The first program to start a [`Cluster`] launches the server, the last to leave stops it, and a server that outlived a
//! crashed program is taken over. This module, `config` and `systemd` are the only ones that read the environment.
mod account;
mod client_programs;
mod error;
mod initialise;
mod leftovers;
mod place;
mod postmaster;
mod programs;
pub mod scratch;
pub mod scratch_standby;
mod session;
mod settings;
mod share;
mod starting;
mod watcher;

pub use client_programs::ClientPrograms;
pub use error::ClusterError;
pub use programs::use_programs_in;
pub use starting::Origin;
pub use watcher::{ServerState, Watcher};

use place::ClusterFolder;
use postmaster::Postmaster;
use settings::Durability;
use share::{Membership, StartLock};
use starting::{config_for, running_server};
use std::path::{Path, PathBuf};
use tokio_postgres::Config;

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

    /// Starts the server again whenever it dies, until the watcher is dropped: drop it before this value. After `tries_max` tries in a
    /// row it gives up.
    #[must_use]
    pub fn watch(&self, tries_max: usize) -> Watcher {
        Watcher::start(self.place.clone(), self.durability, tries_max)
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
        if let Some(postmaster) = Postmaster::find(&self.place.data())? {
            // Its number means another process here.
            if !postmaster.lives(&self.place.data()) {
                return Ok(Departure::LeftRunning);
            }
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
