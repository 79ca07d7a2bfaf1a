//! Where a cluster lives: its home, data, log and socket, all reachable by the account that runs it.
use super::account::Account;
use super::error::ClusterError;
use crate::text::hex::sha256;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The number in the socket's file name; nothing listens on a network port.
pub const SOCKET_NUMBER: u16 = 5432;

/// The longest socket path the system takes, without the closing zero.
const SOCKET_PATH_BYTES_MAX: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The folder of one cluster and the account it belongs to.
#[derive(Debug, Clone)]
pub struct ClusterFolder {
    pub home: PathBuf,
    pub account: Account,
    /// One line for the person when the cluster could not be put where it was asked for.
    pub notice: Option<String>,
}

impl ClusterFolder {
    /// Makes sure of `dir` and of the cluster's home in it (or, when its account cannot get there, elsewhere).
    pub(super) fn prepare(dir: &Path) -> Result<ClusterFolder, ClusterError> {
        std::fs::create_dir_all(dir).map_err(ClusterError::io("could not make", dir))?;
        let dir = dir.canonicalize().map_err(ClusterError::io("could not find", dir))?;
        let inside = dir.join("postgresql");
        let outside = stand_in_home(&dir);
        // Data that exist decide: a folder whose permissions changed must never look like an empty database.
        let home = if !has_data(&inside) && has_data(&outside) { &outside } else { &inside };
        let account = Account::for_data(&home.join("data"))?;
        if home == &inside {
            match make_home(&inside, &account) {
                Ok(()) if account.can_enter(&inside) => return Ok(ClusterFolder { home: inside, account, notice: None }),
                Err(fault) if !is_refusal(&fault) => return Err(ClusterError::io("could not make", &inside)(fault)),
                _ if !account.is_stepped_down() || has_data(&inside) => {
                    return Err(account.refused(inside));
                }
                _ => drop(std::fs::remove_dir(&inside)),
            }
        }
        make_home(&outside, &account).map_err(ClusterError::io("could not make", &outside))?;
        let notice = Some(format!(
            "the database is kept in {}: it runs as {}, who cannot enter {}",
            outside.display(),
            account.name,
            dir.display()
        ));
        Ok(ClusterFolder { home: outside, account, notice })
    }

    pub fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    pub fn log(&self) -> PathBuf {
        self.home.join("server.log")
    }

    /// The folder of the socket: the home, or a short private one when the path would be too long for a socket.
    pub(super) fn socket_dir(&self) -> Result<PathBuf, ClusterError> {
        if fits_socket(&self.home) {
            return Ok(self.home.clone());
        }
        let short = PathBuf::from(format!("/tmp/termometro-{}-{}", fingerprint(&self.home), self.account.uid));
        match std::fs::DirBuilder::new().mode(0o700).create(&short) {
            Ok(()) => self.account.take_over(&short).map_err(ClusterError::io("could not hand over", &short))?,
            Err(fault) if fault.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(fault) => return Err(ClusterError::io("could not make", &short)(fault)),
        }
        // /tmp is shared: a folder made by another user could impersonate the server.
        let found = std::fs::symlink_metadata(&short).map_err(ClusterError::io("could not read", &short))?;
        if found.is_dir() && found.uid() == self.account.uid && found.mode() & 0o077 == 0 {
            return Ok(short);
        }
        Err(ClusterError::UnsafeSocketDir { dir: short, owner: self.account.name.clone() })
    }
}

/// The home of a cluster whose own folder its account cannot reach; the name comes from that folder, so it is found again.
fn stand_in_home(dir: &Path) -> PathBuf {
    let base = ["/var/lib", "/var/tmp"].into_iter().find(|base| Path::new(base).is_dir()).unwrap_or("/tmp");
    Path::new(base).join(format!("termometro-{}", fingerprint(dir)))
}

fn has_data(home: &Path) -> bool {
    home.join("data").join("PG_VERSION").is_file()
}

fn make_home(home: &Path, account: &Account) -> std::io::Result<()> {
    if !home.is_dir() {
        std::fs::DirBuilder::new().mode(0o700).create(home).or_else(|fault| match fault.kind() {
            // Two programs started at the same moment.
            std::io::ErrorKind::AlreadyExists => Ok(()),
            _ => Err(fault),
        })?;
    }
    account.take_over(home)?;
    std::fs::set_permissions(home, std::fs::Permissions::from_mode(0o700))
}

/// A refusal that another folder can cure.
fn is_refusal(fault: &std::io::Error) -> bool {
    matches!(fault.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::Unsupported)
}

fn fits_socket(dir: &Path) -> bool {
    let socket = dir.join(format!(".s.PGSQL.{SOCKET_NUMBER}"));
    socket.as_os_str().len() <= SOCKET_PATH_BYTES_MAX
}

fn fingerprint(path: &Path) -> String {
    sha256(path.as_os_str().as_encoded_bytes())[..12].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_path_limit_is_exact() {
        let socket_name = "/.s.PGSQL.5432".len();
        let longest = format!("/{}", "x".repeat(SOCKET_PATH_BYTES_MAX - socket_name - 1));
        assert!(fits_socket(Path::new(&longest)));
        assert!(!fits_socket(Path::new(&format!("{longest}x"))));
    }

    #[test]
    fn a_folder_always_gets_the_same_stand_in() {
        assert_eq!(stand_in_home(Path::new("/srv/a/.data")), stand_in_home(Path::new("/srv/a/.data")));
        assert_ne!(stand_in_home(Path::new("/srv/a/.data")), stand_in_home(Path::new("/srv/b/.data")));
    }
}
