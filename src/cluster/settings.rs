//! The server's settings: who may connect, how much it may use, what it logs.
use super::account::Account;
use std::path::Path;

/// The database role and the database of the service.
pub const ROLE: &str = "termometro";
/// The log-in of the service while it serves: no superuser, and it owns nothing. It is made after the schema (`app.rs`).
pub const SERVICE_LOGIN: &str = "termometro_login";
pub const DATABASE: &str = "termometro";

/// A restore is one transaction, and each table, partition and index in it takes a lock.
const LOCKS_PER_TRANSACTION: u32 = 512;

/// Whether the data must survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    Durable,
    /// For tests: the cluster is thrown away afterwards.
    ThrowAway,
}

/// `termometro.conf`, written anew at every start and read after `postgresql.conf`.
pub(super) fn server_conf(socket_dir: &Path, durability: Durability) -> String {
    let socket_dir = socket_dir.to_string_lossy().replace('\'', "''");
    let port = super::place::SOCKET_NUMBER;
    let common = format!(
        "# Written at every start by termometro: put settings of your own in postgresql.conf, below the include line.\n\
         listen_addresses = ''\n\
         unix_socket_directories = '{socket_dir}'\n\
         unix_socket_permissions = 0700\n\
         port = {port}\n\
         timezone = 'UTC'\n\
         log_timezone = 'UTC'\n\
         logging_collector = off\n\
         log_destination = 'stderr'\n\
         log_line_prefix = '%m [%p] %a '\n\
         log_statement = 'ddl'\n\
         log_min_duration_statement = '1s'\n\
         log_lock_waits = on\n\
         work_mem = '16MB'\n\
         random_page_cost = 1.1\n\
         jit = off\n\
         max_locks_per_transaction = {LOCKS_PER_TRANSACTION}\n"
    );
    let rest = match durability {
        Durability::Durable => {
            "max_connections = 40\n\
             shared_buffers = '256MB'\n\
             effective_cache_size = '1GB'\n\
             maintenance_work_mem = '256MB'\n\
             wal_compression = on\n\
             max_wal_size = '2GB'\n"
        }
        Durability::ThrowAway => {
            "max_connections = 100\n\
             shared_buffers = '64MB'\n\
             fsync = off\n\
             synchronous_commit = off\n\
             full_page_writes = off\n\
             autovacuum_naptime = '1h'\n"
        }
    };
    common + rest
}

/// `pg_hba.conf`: the socket only, with peer authentication and no password.
/// A standby on this machine may follow it.
pub(super) const HBA_CONF: &str =
    "# Written at every start by termometro.\nlocal all all peer map=termometro\nlocal replication all peer map=termometro\n";

/// `pg_ident.conf`: the account that runs the server and root act as the owner's role and as the service's log-in.
pub(super) fn ident_conf(account: &Account) -> String {
    let mut lines = String::from("# Written at every start by termometro.\n");
    let mut names = vec![account.name.as_str()];
    if account.uid != 0 {
        names.push("root");
    }
    for name in names {
        lines.push_str(&format!("termometro \"{name}\" {ROLE}\ntermometro \"{name}\" {SERVICE_LOGIN}\n"));
    }
    lines
}
