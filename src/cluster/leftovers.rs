//! What a dead server left in the way of the next one: cleared when nothing uses it, so that a start is never refused wrongly.
//!
//! Call it while holding the start lock, when no running server was found.
use super::error::ClusterError;
use super::place::SOCKET_NUMBER;
use super::postmaster::{self, Postmaster};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Clears a `postmaster.pid` that names no process (a power cut can leave it empty) and the lock of a socket whose server is dead.
pub fn clear(data: &Path, socket_dir: &Path) -> Result<(), ClusterError> {
    // A server that answers is alive, whatever its files say: it may be in a container that shares this folder.
    if postmaster::listens(socket_dir, SOCKET_NUMBER) {
        return Err(ClusterError::SocketTaken { dir: socket_dir.to_path_buf() });
    }
    clear_pid_file(data)?;
    clear_socket_lock(socket_dir)
}

fn clear_pid_file(data: &Path) -> Result<(), ClusterError> {
    let file = data.join("postmaster.pid");
    let Some(text) = postmaster::read(&file).map_err(ClusterError::io("could not read", &file))? else { return Ok(()) };
    // A negative number is that of a server for one person alone (`postgres --single`): PostgreSQL itself refuses.
    if text.lines().next().is_some_and(|line| line.trim().parse::<i32>().is_ok_and(|pid| pid != 0)) {
        return Ok(());
    }
    match postmaster::is_worked_in(data) {
        Some(false) => remove(&file),
        // Without `/proc` only a person can find out.
        Some(true) | None => Err(ClusterError::EmptyPidFile { file }),
    }
}

fn clear_socket_lock(socket_dir: &Path) -> Result<(), ClusterError> {
    let socket = socket_dir.join(format!(".s.PGSQL.{SOCKET_NUMBER}"));
    let lock = socket_dir.join(format!(".s.PGSQL.{SOCKET_NUMBER}.lock"));
    let Some(text) = postmaster::read(&lock).map_err(ClusterError::io("could not read", &lock))? else { return Ok(()) };
    let mut lines = text.lines();
    let pid = lines.next().and_then(|line| line.trim().parse::<i32>().ok()).filter(|pid| *pid > 0);
    let data = PathBuf::from(lines.next().unwrap_or_default().trim());
    if let Some(pid) = pid {
        let holder = Postmaster { pid, port: SOCKET_NUMBER, socket_dir: socket_dir.to_path_buf() };
        if holder.lives(&data) {
            return Err(ClusterError::SocketHeld { dir: socket_dir.to_path_buf(), pid, data });
        }
    }
    remove(&socket)?;
    remove(&lock)
}

fn remove(file: &Path) -> Result<(), ClusterError> {
    match std::fs::remove_file(file) {
        Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(()),
        removed => {
            removed.map_err(ClusterError::io("could not remove", file))?;
            tracing::info!(file = %file.display(), "database: file of a dead server removed");
            Ok(())
        }
    }
}
