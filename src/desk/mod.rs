//! What principals do: each act is one transaction that holds the deed, its audit entry and the answer kept for a second try.
pub mod acts;
pub mod call;
pub mod cases;
pub mod delivering;
pub mod error;
pub mod free_keys;
pub mod gate;
pub mod keys;
pub mod list_upload;
pub mod publishing;
pub mod random;
pub mod receipt;
pub mod secrets;
pub mod submitted_file;
pub mod submitting;
pub mod validating;
pub mod watch_target;
pub mod watches;
pub mod webhook;
pub mod webhook_client;

use std::{path::PathBuf, sync::Arc};

use jiff::{Timestamp, civil::Date};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::store::pool::Database;

/// Tells the instant, and the day in Colombia.
pub type Now = Arc<dyn Fn() -> (Timestamp, Date) + Send + Sync>;

/// Everything the write side needs; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub database: Database,
    pub secrets: Arc<secrets::Secrets>,
    /// A list speaks at most this many days past its cut date.
    pub max_age_days: i32,
    /// Where uploads wait until they are stored; emptied by whoever filled it.
    pub spool: PathBuf,
    /// Uploads under way: each may hold a gigabyte of disk.
    pub uploads: Arc<Semaphore>,
    /// What changes law or reports waits here, before it takes a connection: those who wait must not leave the readers none.
    turns: Arc<Semaphore>,
    gate: Arc<gate::Gate>,
    /// Whether anybody may take a free key over the network.
    gives_free_keys: bool,
    /// Where webhooks may go.
    pub targets: watch_target::Targets,
}

const UPLOADS_AT_ONCE_MAX: usize = 16;

impl Desk {
    /// One turn of this process; other processes are kept apart by the database's lock.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, error::DeskError> {
        self.turns.clone().acquire_owned().await.map_err(|error| error::DeskError::machine("waiting for a turn", error))
    }

    pub fn new(database: Database, secrets: secrets::Secrets, max_age_days: i32, spool: PathBuf) -> Self {
        Self {
            database,
            secrets: Arc::new(secrets),
            max_age_days,
            spool,
            uploads: Arc::new(Semaphore::new(UPLOADS_AT_ONCE_MAX)),
            turns: Arc::new(Semaphore::new(1)),
            gate: Arc::default(),
            targets: watch_target::Targets::new(false),
            gives_free_keys: true,
        }
    }

    #[must_use]
    pub fn giving_free_keys(self, gives_free_keys: bool) -> Self {
        Self { gives_free_keys, ..self }
    }

    pub fn with_targets(self, targets: watch_target::Targets) -> Self {
        Self { targets, ..self }
    }
}
