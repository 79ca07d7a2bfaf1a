//! A server that dies is started again by the program that uses it, or the program ends with a code that says so.
use super::support::{Folder, answers, ask, read_pid};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::time::{Duration, Instant};
use termometro::cluster::{Cluster, Departure, ServerState, Watcher};
use tokio_postgres::NoTls;

/// One second or two on a quiet machine, where three are promised; tests share theirs.
const BACK_WITHIN: Duration = Duration::from_secs(9);

/// The state of the server once it changed, when it is this one.
fn wait_for_change(watcher: &Watcher, wanted: ServerState, kill: impl FnOnce()) {
    let mut state = watcher.state();
    state.mark_unchanged();
    kill();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let change = async {
        state.changed().await.unwrap();
        state.wait_for(|state| *state == wanted).await.unwrap();
    };
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(30), change).await }).expect("a new state");
}

fn kill_postmaster(folder: &Folder) {
    kill(Pid::from_raw(read_pid(&folder.data()).unwrap()), Signal::SIGKILL).unwrap();
}

#[test]
fn a_killed_server_is_back_soon() {
    let folder = Folder::new();
    let cluster = Cluster::start(&folder.0).unwrap();
    let watcher = cluster.watch(3);
    let config = cluster.connection_config();
    ask(&config, "CREATE TABLE kept AS SELECT 7 AS n");
    let busy = config.clone();
    // A process in the middle of a long query outlives its postmaster, and keeps its memory.
    let asking = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (client, connection) = busy.connect(NoTls).await.unwrap();
            tokio::spawn(connection);
            client.simple_query("SELECT count(*) FROM generate_series(1, 100000000000)").await.is_err()
        })
    });
    while ask(&config, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT count(*) FROM gen%'") != "1" {}
    for _ in 0..2 {
        let started = Instant::now();
        wait_for_change(&watcher, ServerState::Running, || kill_postmaster(&folder));
        assert!(answers(&config) && started.elapsed() < BACK_WITHIN, "{:?}", started.elapsed());
        assert_eq!(ask(&config, "SELECT n FROM kept"), "7");
    }
    assert!(asking.join().unwrap(), "the long query was lost with its server");
    drop(watcher);
    assert_eq!(cluster.stop().unwrap(), Departure::Stopped);
    assert!(!answers(&config));
}

#[test]
fn data_that_were_taken_away_never_become_an_empty_database() {
    let folder = Folder::new();
    let cluster = Cluster::start(&folder.0).unwrap();
    let watcher = cluster.watch(2);
    let elsewhere = folder.0.join("elsewhere");
    wait_for_change(&watcher, ServerState::GivenUp, || {
        kill_postmaster(&folder);
        std::fs::rename(folder.data(), &elsewhere).unwrap();
    });
    assert!(!folder.data().exists());
    drop(watcher);
    assert_eq!(cluster.stop().unwrap(), Departure::Stopped);
}
