//! The whole program when its private PostgreSQL dies under it.

use std::{
    net::{SocketAddr, TcpStream},
    path::Path,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::kit::{client::Client, folder::folder, program::Program};

/// One second or two on a quiet machine, where three are promised; tests share theirs.
const BACK_WITHIN: Duration = Duration::from_secs(9);

fn postmaster(folder: &Path) -> Pid {
    let file = folder.join("data").join("postgresql").join("data").join("postmaster.pid");
    Pid::from_raw(std::fs::read_to_string(file).unwrap().lines().next().unwrap().parse().unwrap())
}

async fn status(address: SocketAddr, path: &str) -> u16 {
    Client::at(address).get(path).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_starts_its_killed_database_again() {
    let program = Program::run(&["run", "--no-sample"]);
    assert_eq!(status(program.address, "/readyz").await, 200);
    kill(postmaster(&program.folder), Signal::SIGKILL).unwrap();
    let started = Instant::now();
    // The first answer that is 200 again after one that was not.
    while status(program.address, "/readyz").await == 200 && started.elapsed() < BACK_WITHIN {}
    while status(program.address, "/readyz").await != 200 {
        assert!(started.elapsed() < BACK_WITHIN, "{:?}", started.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(status(program.address, "/v1/acts").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_ends_with_its_own_code_when_its_database_cannot_be_started_again() {
    let folder = folder();
    let mut program = Program::run_with(folder.clone(), &["run", "--no-sample"], &[("TERMOMETRO_POSTGRES_RESTARTS_MAX", "2")]);
    assert_eq!(status(program.address, "/readyz").await, 200);
    let data = folder.join("data").join("postgresql").join("data");
    let postmaster = postmaster(&folder);
    // Settings that no server starts with.
    std::fs::write(data.join("postgresql.auto.conf"), "no_such_setting = on\n").unwrap();
    kill(postmaster, Signal::SIGKILL).unwrap();
    assert_eq!(program.wait(), Some(3));
    assert!(TcpStream::connect(program.address).is_err());
}
