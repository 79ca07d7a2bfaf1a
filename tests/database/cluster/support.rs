//! What the tests share: a folder that cleans up after itself, and questions to a server.
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::Write;
use std::path::{Path, PathBuf};
use tokio_postgres::{Config, NoTls};

use crate::kit::folder::folder;

/// A folder of one's own, removed at the end; a server that a failed test left is ended.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        Folder(folder().canonicalize().unwrap())
    }

    pub fn data(&self) -> PathBuf {
        self.0.join("postgresql").join("data")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Some(pid) = read_pid(&self.data()) {
            // Only after a failed test.
            let _ = kill(Pid::from_raw(pid), Signal::SIGQUIT);
        }
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn read_pid(data: &Path) -> Option<i32> {
    std::fs::read_to_string(data.join("postmaster.pid")).ok()?.lines().next()?.parse().ok()
}

pub fn ask(config: &Config, question: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = config.connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        let messages = client.simple_query(question).await.unwrap();
        let rows = messages.iter().filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        rows.collect::<Vec<_>>().join(",")
    })
}

pub fn answers(config: &Config) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { config.connect(NoTls).await.is_ok() })
}

/// Says that a test could not run here, past the test harness, which keeps `eprintln!` of passing tests to itself.
pub fn skipped(test: &str, why: &str) {
    let line = format!("SKIPPED {test}: {why}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
