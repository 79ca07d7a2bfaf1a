//! The write side's state.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use jiff::{Timestamp, civil::Date};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{error::WorkflowError, key_cache::KeyCache, lookup_limit::LookupLimit, secrets::Secrets};
use crate::{
    domain::access::admin_key::AdminKeyWarning,
    outbound::{oidc::provider::IdentityProvider, url_policy::UrlPolicy},
    store::{judging::previewed_reports::PreviewCache, postgres::database::Database},
};

/// The current instant, and the day in Colombia.
pub type Now = Arc<dyn Fn() -> (Timestamp, Date) + Send + Sync>;

/// Everything the write side needs; cheap to clone.
#[derive(Clone)]
pub struct Workflow {
    pub database: Database,
    pub secrets: Arc<Secrets>,
    /// A list speaks at most this many days past its cut date.
    pub max_age_days: i32,
    /// The folder for uploads until they are stored; each upload removes its own file.
    pub spool: PathBuf,
    /// Uploads under way: each may hold a gigabyte of disk.
    pub uploads: Arc<Semaphore>,
    /// What changes law or reports waits here, before it takes a connection: those who wait must not leave the readers none.
    pub(crate) writes: Arc<Semaphore>,
    /// What is prepared before its turn waits here, for the same reason.
    pub(crate) preparations: Arc<Semaphore>,
    pub(crate) keys: Arc<KeyCache>,
    /// The reports of the acts previewed last.
    pub(crate) previewed: Arc<PreviewCache>,
    /// What is wrong with the keys that make keys, as it was seen last.
    pub(crate) admin_key_warning: Arc<Mutex<Option<AdminKeyWarning>>>,
    /// Whether anybody may take a free key over the network.
    pub(crate) gives_free_keys: bool,
    /// Whether this service hands e-mail to a relay.
    pub(crate) sends_mail: bool,
    /// How often a holder may have the name of a receiver looked up.
    pub(crate) lookups: Arc<LookupLimit>,
    /// How often somebody may try to sign in.
    pub(crate) sign_ins: Arc<LookupLimit>,
    /// Where webhooks may go.
    pub targets: UrlPolicy,
    /// By which people may sign in besides their keys.
    pub provider: Option<Arc<IdentityProvider>>,
}

const UPLOADS_AT_ONCE_MAX: usize = 16;

impl Workflow {
    /// One turn of this process; other processes are kept apart by the database's lock.
    pub(crate) async fn write_lock(&self) -> Result<OwnedSemaphorePermit, WorkflowError> {
        self.writes.clone().acquire_owned().await.map_err(|error| WorkflowError::machine("waiting for a turn", error))
    }

    /// The same for what is prepared before its turn. Who holds it waits for nothing else in this process: only for the database's lock.
    pub(crate) async fn preparation_lock(&self) -> Result<OwnedSemaphorePermit, WorkflowError> {
        let turn = self.preparations.clone().acquire_owned().await;
        turn.map_err(|error| WorkflowError::machine("waiting for a preparation", error))
    }

    pub fn new(database: Database, secrets: Secrets, max_age_days: i32, spool: PathBuf) -> Self {
        Self {
            database,
            secrets: Arc::new(secrets),
            max_age_days,
            spool,
            uploads: Arc::new(Semaphore::new(UPLOADS_AT_ONCE_MAX)),
            writes: Arc::new(Semaphore::new(1)),
            preparations: Arc::new(Semaphore::new(1)),
            keys: Arc::default(),
            previewed: Arc::default(),
            lookups: Arc::default(),
            sign_ins: Arc::default(),
            admin_key_warning: Arc::default(),
            targets: UrlPolicy::new(false),
            provider: None,
            gives_free_keys: true,
            sends_mail: false,
        }
    }

    #[must_use]
    pub fn giving_free_keys(self, gives_free_keys: bool) -> Self {
        Self { gives_free_keys, ..self }
    }

    #[must_use]
    pub fn sending_mail(self, sends_mail: bool) -> Self {
        Self { sends_mail, ..self }
    }

    pub fn does_send_mail(&self) -> bool {
        self.sends_mail
    }

    pub fn with_targets(self, targets: UrlPolicy) -> Self {
        Self { targets, ..self }
    }

    #[must_use]
    pub fn with_provider(self, provider: Option<IdentityProvider>) -> Self {
        Self { provider: provider.map(Arc::new), ..self }
    }
}
