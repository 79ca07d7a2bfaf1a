//! What the process takes of its machine, how much room its disks have, and how many connections to the database are in use.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use metrics::{counter, gauge};
use nix::sys::statvfs::statvfs;

use super::whole;
use crate::{
    http::cache::AnswerCache,
    store::postgres::database::{Database, PoolState},
};

const INTERVAL: Duration = Duration::from_secs(5);
/// In which the kernel says times to programs, on every machine (`USER_HZ`).
const TICKS_PER_SECOND: u64 = 100;

/// As long as the service runs. `folders` by the names that they have in the metrics.
pub async fn watch(folders: Vec<(&'static str, PathBuf)>, database: Database, cache: Option<Arc<AnswerCache>>) {
    let mut rounds = tokio::time::interval(INTERVAL);
    let folders: Arc<[_]> = folders.into();
    loop {
        rounds.tick().await;
        show_pool(database.pool_state());
        gauge!("http_cache_current").set(u32::from(cache.as_ref().is_some_and(|cache| cache.version().is_some())));
        let folders = folders.clone();
        // A disk may take its time.
        let looking = tokio::task::spawn_blocking(move || {
            show_process(Path::new("/proc"));
            folders.iter().for_each(|(name, folder)| show_disk(name, folder));
        });
        if looking.await.is_err() {
            return;
        }
    }
}

fn show_pool(state: PoolState) {
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let PoolState { connections_max, open, free, waiting } = state;
    gauge!("db_pool_connections_max").set(small(connections_max));
    gauge!("db_pool_connections_open").set(small(open));
    gauge!("db_pool_connections_free").set(small(free));
    gauge!("db_pool_waiting").set(small(waiting));
}

fn show_disk(name: &'static str, folder: &Path) {
    // A folder that is not there yet, or no longer, has no figures.
    let Ok(disk) = statvfs(folder) else { return };
    let block = u128::from(disk.fragment_size());
    let bytes = |blocks: u128| whole(u64::try_from(block * blocks).unwrap_or(u64::MAX));
    gauge!("disk_size_bytes", "folder" => name).set(bytes(u128::from(disk.blocks())));
    gauge!("disk_free_bytes", "folder" => name).set(bytes(u128::from(disk.blocks_available())));
}

/// Where the kernel does not say it in this way, nothing is shown.
fn show_process(kernel: &Path) {
    let text = |name: &str| fs::read_to_string(kernel.join(name)).unwrap_or_default();
    let of_process = text("self/status");
    if let Some(kibibytes) = number_after(&of_process, "VmRSS:") {
        gauge!("process_resident_memory_bytes").set(whole(kibibytes * 1024));
    }
    if let Some(threads) = number_after(&of_process, "Threads:") {
        gauge!("process_threads").set(whole(threads));
    }
    if let Some(limit) = number_after(&text("self/limits"), "Max open files") {
        gauge!("process_max_fds").set(whole(limit));
    }
    if let Ok(open) = fs::read_dir(kernel.join("self/fd")) {
        gauge!("process_open_fds").set(u32::try_from(open.count()).unwrap_or(u32::MAX));
    }
    if let Some(Times { used, started }) = Times::read(&text("self/stat")) {
        counter!("process_cpu_seconds_total").absolute(used / TICKS_PER_SECOND);
        if let Some(booted_at) = number_after(&text("stat"), "btime") {
            gauge!("process_start_time_seconds").set(whole(booted_at + started / TICKS_PER_SECOND));
        }
    }
}

/// The first number of the line that begins so.
fn number_after(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
}

/// In ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Times {
    /// Of the processor, in the program and in the kernel for it.
    used: u64,
    /// Since the machine began.
    started: u64,
}

impl Times {
    /// From the line of `/proc/self/stat`, in which the program's name may hold anything.
    fn read(stat: &str) -> Option<Self> {
        let (_, fields) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let field = |number: usize| fields.get(number)?.parse::<u64>().ok();
        // Fields 14, 15 and 22 of the line; what follows the name is field 3.
        Some(Self { used: field(11)?.checked_add(field(12)?)?, started: field(19)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_process_are_read_as_the_kernel_writes_them() {
        let stat = "812 (a (b) c) S 1 812 812 0 -1 4194560 51 0 2 0 730 45 0 0 20 0 9 0 98765 123 456 18446744073709551615 0\n";
        assert_eq!(Times::read(stat), Some(Times { used: 775, started: 98_765 }));
        assert_eq!(Times::read("812 (x) S 1"), None);
        assert_eq!(number_after("Name:\tx\nVmRSS:\t    5120 kB\nThreads:\t9\n", "VmRSS:"), Some(5_120));
        assert_eq!(
            number_after("Max open files            1024                 524288               files\n", "Max open files"),
            Some(1_024)
        );
        assert_eq!(
            number_after("Max open files            unlimited            unlimited            files\n", "Max open files"),
            None
        );
        assert_eq!(number_after("", "btime"), None);
    }
}
