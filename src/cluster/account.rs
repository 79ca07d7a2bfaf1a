//! Who runs the server: the caller, or an unprivileged account when the caller is root.
use super::error::ClusterError;
use nix::unistd::{Uid, User};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The operating-system account that owns the data and runs the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
    /// The caller is root and steps down to this account.
    stepped_down: bool,
}

impl Account {
    /// The account for a cluster: the owner of `data` when there are data, else the caller or root's stand-in.
    pub(super) fn for_data(data: &Path) -> Result<Account, ClusterError> {
        let owner = std::fs::metadata(data).ok().map(|metadata| metadata.uid());
        let me = Uid::effective();
        if me.is_root() {
            return match owner.filter(|uid| *uid != 0) {
                Some(uid) => {
                    named(uid).map(Account::step_down).ok_or(ClusterError::NamelessUser { uid }).and_then(|account| account)
                }
                None => stand_in(),
            };
        }
        let user = named(me.as_raw()).ok_or(ClusterError::NamelessUser { uid: me.as_raw() })?;
        match owner {
            Some(uid) if uid != me.as_raw() => Err(not_ours(data.to_path_buf(), uid, user.name)),
            _ => Ok(Account { uid: user.uid.as_raw(), gid: user.gid.as_raw(), name: user.name, stepped_down: false }),
        }
    }

    /// Why this account has to do without `dir`.
    pub(super) fn refused(self, dir: PathBuf) -> ClusterError {
        let owner = std::fs::metadata(&dir).map_or(0, |metadata| metadata.uid());
        not_ours(dir, owner, self.name)
    }

    pub fn is_stepped_down(&self) -> bool {
        self.stepped_down
    }

    /// A command that runs as this account, with nothing of the caller's `PG*` variables or language.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").env("LANGUAGE", "C").stdin(Stdio::null());
        for key in ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(key) {
                command.env(key, value);
            }
        }
        if self.stepped_down {
            // Setting the user also drops root's other groups.
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Gives a file or folder to this account when root made it.
    pub(super) fn take_over(&self, path: &Path) -> std::io::Result<()> {
        if self.stepped_down { std::os::unix::fs::lchown(path, Some(self.uid), Some(self.gid)) } else { Ok(()) }
    }

    /// Whether this account can enter `dir`: asked of the system, since mode bits are not the whole story.
    pub(super) fn can_enter(&self, dir: &Path) -> bool {
        let ran = self.command(Path::new("/bin/sh")).args(["-c", ":"]).current_dir(dir).stderr(Stdio::null()).status();
        ran.is_ok_and(|status| status.success())
    }

    fn step_down(user: User) -> Result<Account, ClusterError> {
        Ok(Account { uid: user.uid.as_raw(), gid: user.gid.as_raw(), name: user.name, stepped_down: true })
    }
}

/// Root's stand-in: the person behind sudo, else PostgreSQL's own account, else nobody.
fn stand_in() -> Result<Account, ClusterError> {
    let sudo_user = std::env::var("SUDO_USER").ok().filter(|name| !name.is_empty());
    let candidates: Vec<&str> = sudo_user.as_deref().into_iter().chain(["postgres", "nobody"]).collect();
    let usable = |name: &&str| User::from_name(name).ok().flatten().filter(|user| !user.uid.is_root());
    match candidates.iter().find_map(usable) {
        Some(user) => Account::step_down(user),
        None => Err(ClusterError::NoAccount { tried: candidates.join(", ") }),
    }
}

fn not_ours(dir: PathBuf, owner: u32, me: String) -> ClusterError {
    let owner = named(owner).map_or_else(|| format!("user id {owner}"), |owner| owner.name);
    ClusterError::NotOurs { dir, owner, me }
}

fn named(uid: u32) -> Option<User> {
    User::from_uid(Uid::from_raw(uid)).ok().flatten()
}
