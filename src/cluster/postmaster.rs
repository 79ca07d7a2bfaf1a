//! The server process: detect it, launch it, stop it.
use super::error::{ClusterError, LaunchFault};
use super::place::ClusterFolder;
use super::programs::Programs;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

const LOG_BYTES_MAX: u64 = 16 << 20;
const STOP_WAIT_S_MAX: u64 = 60;
/// Longer than any of them needs to notice; the second half is for those that do not listen.
const ORPHANS_END_MAX: Duration = Duration::from_secs(4);
const POLL: Duration = Duration::from_millis(10);

/// The content of `postmaster.pid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postmaster {
    pub pid: i32,
    pub port: u16,
    pub socket_dir: PathBuf,
}

impl Postmaster {
    /// The server of `data`, if its process lives; a file that a crash left behind is cleared away.
    ///
    /// # Errors
    /// When the file cannot be read, for want of descriptors or rights: then nobody knows, and nothing may be cleared.
    pub fn find(data: &Path) -> Result<Option<Postmaster>, ClusterError> {
        let file = data.join("postmaster.pid");
        let Some(text) = read(&file).map_err(ClusterError::io("could not read", &file))? else { return Ok(None) };
        let Some(postmaster) = Postmaster::parse(&text) else { return Ok(None) };
        // A server in a container that shares the folder is alive and has no process here.
        if postmaster.lives(data) || listens(&postmaster.socket_dir, postmaster.port) {
            return Ok(Some(postmaster));
        }
        // PostgreSQL takes any live process with this number for a server and would refuse to start for ever.
        if !is_dead(postmaster.pid) || kill(Pid::from_raw(postmaster.pid), None).is_ok() {
            drop(std::fs::remove_file(&file));
        }
        Ok(None)
    }

    /// Whether the server of `data` lives, as far as is known: who cannot look does not say that it died. Nothing is cleared away.
    pub fn is_running(data: &Path) -> bool {
        let Ok(text) = read(&data.join("postmaster.pid")) else { return true };
        let found = text.and_then(|text| Postmaster::parse(&text));
        found.is_some_and(|server| server.lives(data) || listens(&server.socket_dir, server.port))
    }

    fn parse(text: &str) -> Option<Postmaster> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok().filter(|pid| *pid > 0)?;
        let port = lines.nth(2)?.trim().parse().ok()?;
        let socket_dir = PathBuf::from(lines.next()?.trim());
        Some(Postmaster { pid, port, socket_dir })
    }

    /// Whether the process with this number is this server, not a stranger that got the number after a crash.
    pub fn lives(&self, data: &Path) -> bool {
        if is_dead(self.pid) {
            return false;
        }
        match std::fs::read_link(format!("/proc/{}/cwd", self.pid)) {
            Ok(folder) => data.canonicalize().is_ok_and(|data| folder == data),
            Err(_) => is_postgres(self.pid),
        }
    }

    pub fn is_gone(&self) -> bool {
        is_dead(self.pid)
    }

    /// Asks the server to end and waits for it; `fast` lets it write everything out first.
    pub fn stop(&self, place: &ClusterFolder, fast: bool) -> Result<(), ClusterError> {
        let signals: &[Signal] = if fast { &[Signal::SIGINT, Signal::SIGQUIT] } else { &[Signal::SIGQUIT] };
        for signal in signals {
            if kill(Pid::from_raw(self.pid), *signal) == Err(Errno::ESRCH) {
                return Ok(());
            }
            let started = Instant::now();
            while started.elapsed().as_secs() < STOP_WAIT_S_MAX {
                if self.is_gone() {
                    return Ok(());
                }
                std::thread::sleep(POLL);
            }
        }
        Err(ClusterError::NotStopped { dir: place.home.clone(), waited_s: STOP_WAIT_S_MAX })
    }
}

/// A server that this program launched.
#[derive(Debug)]
pub struct Launched {
    ended: Arc<OnceLock<Option<ExitStatus>>>,
    log: PathBuf,
    log_start: u64,
}

impl Launched {
    /// Starts `postgres` in a process group of its own, so that Ctrl-C reaches the program and not the server.
    pub fn launch(programs: &Programs, place: &ClusterFolder) -> Result<Launched, ClusterError> {
        let log = place.log();
        let doing = "could not open";
        if std::fs::metadata(&log).is_ok_and(|metadata| metadata.len() > LOG_BYTES_MAX) {
            let older = place.home.join("server.log.1");
            std::fs::rename(&log, &older).map_err(ClusterError::io("could not set aside", &log))?;
        }
        let file = OpenOptions::new().create(true).append(true).open(&log).map_err(ClusterError::io(doing, &log))?;
        place.account.take_over(&log).map_err(ClusterError::io("could not hand over", &log))?;
        let log_start = file.metadata().map_err(ClusterError::io("could not read", &log))?.len();
        let copy = file.try_clone().map_err(ClusterError::io(doing, &log))?;
        let program = programs.postgres();
        let mut command = place.account.command(&program);
        command.arg("-D").arg(place.data()).current_dir(&place.home).stdout(file).stderr(copy).process_group(0);
        let mut child = command.spawn().map_err(ClusterError::io("could not run", &program))?;
        let ended = Arc::new(OnceLock::new());
        let seen = Arc::clone(&ended);
        // Collects the process when it ends: a zombie still looks alive to other programs.
        std::thread::spawn(move || {
            let status = child.wait().ok();
            seen.get_or_init(|| status);
        });
        Ok(Launched { ended, log, log_start })
    }

    pub fn has_ended(&self) -> bool {
        self.ended.get().is_some()
    }

    /// Why it ended, from what it wrote since the launch.
    pub fn fault(&self) -> LaunchFault {
        LaunchFault::read(&read_from(&self.log, self.log_start).unwrap_or_default())
    }
}

fn read_from(path: &Path, start: u64) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(64 << 10).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Dead, or dead and not yet collected by its parent (in containers often by nobody).
fn is_dead(pid: i32) -> bool {
    if kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH) {
        return true;
    }
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z') || rest.starts_with('X'))
}

/// `None` where there is no such file.
pub fn read(file: &Path) -> std::io::Result<Option<String>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Whether somebody takes connections at this socket; a frozen server does, too, and one that cannot be tried for want of descriptors may.
pub fn listens(socket_dir: &Path, port: u16) -> bool {
    match std::os::unix::net::UnixStream::connect(socket_dir.join(format!(".s.PGSQL.{port}"))) {
        Ok(_) => true,
        Err(fault) => matches!(fault.raw_os_error().map(Errno::from_raw), Some(Errno::EMFILE | Errno::ENFILE | Errno::EAGAIN)),
    }
}

/// Whether any process works in `data`, as every PostgreSQL of these data does; `None` where the system does not tell.
pub fn is_worked_in(data: &Path) -> Option<bool> {
    let data = data.canonicalize().ok()?;
    Path::new("/proc/self/cwd").exists().then(|| !working_in(&data).is_empty())
}

fn working_in(data: &Path) -> Vec<i32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    pids.filter(|pid| std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == data)).collect()
}

/// Ends the processes of a dead postmaster that still work in `data`, and waits until they are gone: without it, nothing they do is
/// kept. A living one and its processes are left alone.
pub fn end_orphans(data: &Path) {
    let Ok(data) = data.canonicalize() else { return };
    let started = Instant::now();
    while started.elapsed() < ORPHANS_END_MAX {
        let orphans = orphans(&data);
        if orphans.is_empty() {
            return;
        }
        let signal = if started.elapsed() < ORPHANS_END_MAX / 2 { Signal::SIGQUIT } else { Signal::SIGKILL };
        for pid in orphans {
            // One that ended meanwhile needs nothing.
            let _ = kill(Pid::from_raw(pid), signal);
        }
        std::thread::sleep(POLL);
    }
}

fn orphans(data: &Path) -> Vec<i32> {
    let there = working_in(data);
    // A postmaster bears its command line, its processes a title: `postgres: checkpointer`.
    let is_child = |pid: i32| std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default().starts_with(b"postgres: ");
    // One whose parent cannot be looked up is no orphan as far as is known.
    let is_orphan = |pid: i32| parent(pid).is_some_and(|parent| !there.contains(&parent));
    there.iter().copied().filter(|pid| is_child(*pid) && is_orphan(*pid)).collect()
}

/// `None` also of a process that ended meanwhile.
fn parent(pid: i32) -> Option<i32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// Whether the process is some PostgreSQL server, where the system does not tell its folder.
fn is_postgres(pid: i32) -> bool {
    let started = std::process::Command::new("ps").args(["-o", "comm=", "-p", &pid.to_string()]).output();
    started.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("postgres"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_pid_file() {
        let text = "412\n/d/data\n1700000000\n5432\n/d\n\n  5432001  8\nready   \n";
        let expected = Postmaster { pid: 412, port: 5432, socket_dir: PathBuf::from("/d") };
        assert_eq!(Postmaster::parse(text), Some(expected));
        assert_eq!(Postmaster::parse("412\n/d/data\n"), None, "a half-written file");
        assert_eq!(Postmaster::parse("-1\n/d\n1\n5432\n/d\n"), None);
    }

    #[test]
    fn who_cannot_look_does_not_say_that_the_server_died() {
        let data = std::env::temp_dir().join(format!("termometro-postmaster-{}", std::process::id()));
        // A folder in place of the file cannot be read, whoever tries.
        std::fs::create_dir_all(data.join("postmaster.pid")).unwrap();
        assert!(Postmaster::is_running(&data) && Postmaster::find(&data).is_err());
        std::fs::remove_dir_all(&data).unwrap();
        assert!(!Postmaster::is_running(&data) && Postmaster::find(&data).unwrap().is_none());
    }

    #[test]
    fn a_stranger_with_the_same_number_is_not_the_server() {
        let me = i32::try_from(std::process::id()).unwrap();
        let stranger = Postmaster { pid: me, port: 5432, socket_dir: PathBuf::from("/d") };
        assert!(!stranger.is_gone());
        assert!(!stranger.lives(Path::new("/d/data")));
    }
}
