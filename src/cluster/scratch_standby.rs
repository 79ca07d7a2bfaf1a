//! A throw-away standby of a throw-away cluster, for tests that break it: it can die like a machine and be started again.
use super::Durability;
use super::error::{ClusterError, telling_line};
use super::initialise;
use super::place::ClusterFolder;
use super::postmaster::Postmaster;
use super::programs::Programs;
use super::scratch::{self, ScratchCluster};
use super::settings;
use super::starting;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::path::{Path, PathBuf};
use std::process::Child;
use tokio_postgres::Config;

/// A hot standby by streaming replication, in a temporary folder.
#[derive(Debug)]
pub struct ScratchStandby {
    place: ClusterFolder,
    programs: Programs,
    socket_dir: PathBuf,
    cleaner: Child,
}

impl ScratchStandby {
    /// Copies the primary with `pg_basebackup -R` and starts the copy.
    ///
    /// # Errors
    /// One line saying what stands in the way.
    pub fn of(primary: &ScratchCluster) -> Result<ScratchStandby, ClusterError> {
        let dir = scratch::temporary_dir()?;
        let place = ClusterFolder::prepare(&dir)?;
        let socket_dir = place.socket_dir()?;
        let cleaner = scratch::cleaner(&place.home, &dir, &socket_dir)?;
        let programs = Programs::find(None, &place.data())?;
        let standby = ScratchStandby { place, programs, socket_dir, cleaner };
        standby.copy(primary.socket_dir().unwrap_or(Path::new("/")))?;
        initialise::configure(&standby.place, &standby.socket_dir, Durability::ThrowAway)?;
        standby.start()?;
        Ok(standby)
    }

    fn copy(&self, primary: &Path) -> Result<(), ClusterError> {
        let program = self.programs.bin.join("pg_basebackup");
        let source = format!("host={} port={} user={}", primary.display(), super::place::SOCKET_NUMBER, settings::ROLE);
        let mut command = self.place.account.command(&program);
        command.args(["-d", &source, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-D"]).arg(self.place.data());
        let output = command.current_dir(&self.place.home).output().map_err(ClusterError::io("could not run", &program))?;
        if output.status.success() {
            return Ok(());
        }
        let reason = telling_line(&String::from_utf8_lossy(&output.stderr));
        Err(ClusterError::NotInitialised { dir: self.place.data(), reason })
    }

    /// Starts it, the first time or again; it answers reads when this returns.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start(&self) -> Result<(), ClusterError> {
        starting::launch(&self.place, &self.programs, &self.socket_dir)
    }

    /// Every process of it dies at once, as when the machine does. Without `/proc` the children end by themselves, a little later.
    pub fn kill(&self) {
        let Ok(Some(postmaster)) = Postmaster::find(&self.place.data()) else { return };
        let mut pids = children(postmaster.pid);
        pids.push(postmaster.pid);
        for pid in pids {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
        while !postmaster.is_gone() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// All its processes stop where they are, or go on: a machine that no longer answers, without a word.
    pub fn freeze(&self, frozen: bool) {
        let Ok(Some(postmaster)) = Postmaster::find(&self.place.data()) else { return };
        let signal = if frozen { Signal::SIGSTOP } else { Signal::SIGCONT };
        for pid in children(postmaster.pid).into_iter().chain([postmaster.pid]) {
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }

    /// How to connect to the database `name`.
    #[must_use]
    pub fn connection_config(&self, name: &str) -> Config {
        starting::config_for(&self.socket_dir, super::place::SOCKET_NUMBER, name)
    }
}

impl Drop for ScratchStandby {
    fn drop(&mut self) {
        self.freeze(false);
        drop(self.cleaner.stdin.take());
        drop(self.cleaner.wait());
    }
}

fn children(parent: i32) -> Vec<i32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let is_child = |pid: &i32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after_name = stat.rsplit_once(") ").map(|(_, rest)| rest);
        after_name.and_then(|rest| rest.split(' ').nth(1)?.parse().ok()) == Some(parent)
    };
    pids.filter(is_child).collect()
}
