//! A throw-away cluster for tests: fast, not durable, removed when its owner drops it or dies.
use super::error::ClusterError;
use super::session::{self, quoted};
use super::{Cluster, Durability};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio_postgres::Config;

/// Waits for its input to close, which happens when the owner drops it or dies in any way, then clears everything away.
const CLEANER: &str = r#"trap '' INT HUP TERM
read -r _
pidfile="$1/data/postmaster.pid"
[ -f "$pidfile" ] && kill -QUIT "$(head -n 1 "$pidfile")" 2>/dev/null
turns=0
while [ -f "$pidfile" ] && [ $turns -lt 100 ]; do sleep 0.05; turns=$((turns + 1)); done
rm -rf "$1" "$2"
[ -e "$3" ] && rm -rf "$3"
exit 0"#;

static MADE: AtomicU32 = AtomicU32::new(0);
static SHARED: OnceLock<ScratchCluster> = OnceLock::new();

/// A cluster in a temporary folder.
#[derive(Debug)]
pub struct ScratchCluster {
    cluster: Option<Cluster>,
    maintenance: Config,
    cleaner: Child,
}

impl ScratchCluster {
    /// The one cluster of this process, started at the first call; it outlives no test process, even a killed one.
    ///
    /// # Panics
    /// When it cannot start: without it no test can say anything.
    #[must_use]
    pub fn shared() -> &'static ScratchCluster {
        SHARED.get_or_init(|| match ScratchCluster::start() {
            Ok(scratch) => scratch,
            Err(fault) => panic!("the tests' own PostgreSQL did not start: {fault}"),
        })
    }

    /// A cluster of one's own, for tests that stop or break it.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start() -> Result<ScratchCluster, ClusterError> {
        let dir = temporary_dir()?;
        let cluster = match Cluster::start_as(&dir, Durability::ThrowAway) {
            Ok(cluster) => cluster,
            Err(fault) => {
                drop(std::fs::remove_dir_all(&dir));
                return Err(fault);
            }
        };
        let cleaner = cleaner(cluster.home(), &dir, &cluster.socket_dir)?;
        let maintenance = cluster.database_config("postgres");
        Ok(ScratchCluster { cluster: Some(cluster), maintenance, cleaner })
    }

    /// How to connect to the database `name`.
    #[must_use]
    pub fn connection_config(&self, name: &str) -> Config {
        let mut config = self.maintenance.clone();
        config.dbname(name);
        config
    }

    /// Makes an empty database.
    ///
    /// # Errors
    /// When the server refuses, for instance because the name is taken.
    pub fn create_database(&self, name: &str) -> Result<Config, ClusterError> {
        self.execute(&format!("CREATE DATABASE {}", quoted(name)))?;
        Ok(self.connection_config(name))
    }

    /// Makes a database that holds what the database `template` holds. Nobody may be connected to that one.
    ///
    /// # Errors
    /// When the server refuses, for instance because somebody is connected to the template.
    pub fn copy_database(&self, template: &str, name: &str) -> Result<Config, ClusterError> {
        self.execute(&format!("CREATE DATABASE {} TEMPLATE {}", quoted(name), quoted(template)))?;
        Ok(self.connection_config(name))
    }

    /// The folder of the cluster.
    #[must_use]
    pub fn home(&self) -> Option<PathBuf> {
        self.cluster.as_ref().map(|cluster| cluster.home().to_path_buf())
    }

    /// The folder of its socket, for a standby that follows it.
    pub(super) fn socket_dir(&self) -> Option<&Path> {
        self.cluster.as_ref().map(|cluster| cluster.socket_dir.as_path())
    }

    fn execute(&self, statement: &str) -> Result<(), ClusterError> {
        session::block_on(session::execute(&self.maintenance, statement))
    }
}

impl Drop for ScratchCluster {
    fn drop(&mut self) {
        drop(self.cluster.take());
        drop(self.cleaner.stdin.take());
        drop(self.cleaner.wait());
    }
}

pub(super) fn cleaner(home: &Path, dir: &Path, socket_dir: &Path) -> Result<Child, ClusterError> {
    let mut cleaner = Command::new("/bin/sh");
    cleaner.args(["-c", CLEANER, "cleaner"]).arg(home).arg(dir).arg(socket_dir);
    cleaner.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/").process_group(0);
    cleaner.spawn().map_err(ClusterError::io("could not run", "/bin/sh".as_ref()))
}

pub(super) fn temporary_dir() -> Result<PathBuf, ClusterError> {
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("termometro-scratch-{}-{number}", std::process::id()));
    std::fs::create_dir(&dir).map_err(ClusterError::io("could not make", &dir))?;
    // The account that runs the server passes through; what is inside is closed.
    let open = std::fs::Permissions::from_mode(0o711);
    std::fs::set_permissions(&dir, open).map_err(ClusterError::io("could not open", &dir))?;
    Ok(dir)
}
