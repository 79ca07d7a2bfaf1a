//! The programs that write a whole database into a file and read it again, `pg_dump` and `pg_restore`, of the server's own version.
use super::error::{ClusterError, telling_line};
use super::programs;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

const CONNECT_TIMEOUT_S: &str = "10";

/// Those of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientPrograms {
    bin: PathBuf,
}

impl ClientPrograms {
    /// Those of this major version: an older `pg_dump` refuses a newer server, and what a newer one writes an older server may not understand.
    ///
    /// # Errors
    /// When there are none, or of other versions only.
    pub fn find(major: u32) -> Result<ClientPrograms, ClusterError> {
        let folders = programs::named_folder().map_or_else(programs::folders, |folder| vec![folder]);
        let mut found = BTreeSet::new();
        // From the end, where the programs themselves lie: what a distribution puts in the PATH may be a script that chooses a version.
        for bin in folders.into_iter().rev() {
            let versions = ["pg_dump", "pg_restore"].map(|program| programs::major_of(&bin.join(program)));
            if versions == [Some(major); 2] {
                return Ok(ClientPrograms { bin });
            }
            found.extend(versions.into_iter().flatten());
        }
        let found: Vec<String> = found.iter().map(u32::to_string).collect();
        let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
        Err(ClusterError::NoClientPrograms { major, found })
    }

    /// Runs one of them on this database to its end. It is stopped when nobody waits for it any longer.
    ///
    /// # Errors
    /// With the line of its complaint that says most.
    pub async fn run(&self, program: &'static str, server: &Config, arguments: &[OsString]) -> Result<(), ClusterError> {
        let path = self.bin.join(program);
        let mut command = Command::new(&path);
        connect_to(&mut command, server);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().map_err(ClusterError::io("could not run", &path))?;
        let running = Running { pid: child.id(), ended: Arc::default() };
        let ended = running.ended.clone();
        let waiting = tokio::task::spawn_blocking(move || {
            let output = child.wait_with_output();
            ended.store(true, Ordering::Release);
            output
        });
        let failed = |reason: String| ClusterError::ClientFailed { program, reason };
        let output = waiting.await.map_err(|error| failed(error.to_string()))?;
        let output = output.map_err(ClusterError::io("could not wait for", &path))?;
        if output.status.success() {
            return Ok(());
        }
        Err(failed(telling_line(&String::from_utf8_lossy(&output.stderr))))
    }
}

/// A program that nobody has waited for to the end.
struct Running {
    pid: u32,
    ended: Arc<AtomicBool>,
}

impl Drop for Running {
    fn drop(&mut self) {
        if let (false, Ok(pid)) = (self.ended.load(Ordering::Acquire), i32::try_from(self.pid)) {
            // It may have ended at this moment.
            let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        }
    }
}

/// How to connect stands in the environment: the list of processes, which everybody can read, shows no password. Nothing of the caller's `PG*`
/// variables or language counts.
fn connect_to(command: &mut Command, server: &Config) {
    command.env_clear().env("LC_ALL", "C").env("LANGUAGE", "C").env("PGCONNECT_TIMEOUT", CONNECT_TIMEOUT_S);
    for key in ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
        if let Some(value) = std::env::var_os(key) {
            command.env(key, value);
        }
    }
    let hosts: Vec<&OsStr> = server
        .get_hosts()
        .iter()
        .map(|host| match host {
            Host::Tcp(name) => OsStr::new(name),
            Host::Unix(folder) => folder.as_os_str(),
        })
        .collect();
    let ports: Vec<String> = server.get_ports().iter().map(u16::to_string).collect();
    command.env("PGHOST", hosts.join(OsStr::new(","))).env("PGPORT", ports.join(","));
    for (key, value) in [("PGUSER", server.get_user()), ("PGDATABASE", server.get_dbname())] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            command.env(key, value);
        }
    }
    if let Some(password) = server.get_password() {
        command.env("PGPASSWORD", OsStr::from_bytes(password));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_password_stands_in_the_environment_only() {
        let mut command = Command::new("pg_dump");
        connect_to(&mut command, &"postgresql://ana:s%20ecret@[::1]:5433,db.example.org:5434/precios".parse().unwrap());
        let set: BTreeMap<_, _> = command.get_envs().filter_map(|(key, value)| Some((key.to_str()?, value?.to_str()?))).collect();
        let expected = [
            ("PGHOST", "::1,db.example.org"),
            ("PGPORT", "5433,5434"),
            ("PGUSER", "ana"),
            ("PGDATABASE", "precios"),
            ("PGPASSWORD", "s ecret"),
        ];
        for (key, value) in expected {
            assert_eq!(set.get(key), Some(&value), "{set:?}");
        }
        assert_eq!(command.get_args().count(), 0);
    }

    #[test]
    fn another_version_is_named_and_not_taken() {
        let fault = ClientPrograms::find(9).unwrap_err().to_string();
        assert!(fault.contains("PostgreSQL 9") && fault.contains("postgresql-client-9"), "{fault}");
    }
}
