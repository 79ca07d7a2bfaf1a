//! Crashes that are mended and faults that are explained.
use super::support::{Folder, ask, read_pid, skipped};
use crate::kit::alone::child;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::path::Path;
use std::process::Command;
use termometro::cluster::{Cluster, ClusterError, Departure, Origin};

#[test]
fn comes_back_after_the_server_was_killed() {
    let folder = Folder::new();
    let cluster = Cluster::start(&folder.0).unwrap();
    ask(&cluster.connection_config(), "CREATE TABLE kept AS SELECT 7 AS n");
    kill(Pid::from_raw(read_pid(&folder.data()).unwrap()), Signal::SIGKILL).unwrap();
    // A second program comes while the first still believes in its server.
    let again = Cluster::start(&folder.0).unwrap();
    assert_eq!(again.origin(), Origin::Launched);
    assert_eq!(ask(&again.connection_config(), "SELECT n FROM kept"), "7");
    assert_eq!(cluster.stop().unwrap(), Departure::LeftRunning);
    assert_eq!(again.stop().unwrap(), Departure::Stopped);
}

#[test]
fn takes_over_a_server_that_outlived_a_crashed_program() {
    const DIR: &str = "CLUSTER_TEST_CRASH_DIR";
    if let Some(dir) = std::env::var_os(DIR) {
        let cluster = Cluster::start(Path::new(&dir)).unwrap();
        ask(&cluster.connection_config(), "CREATE TABLE kept AS SELECT 7 AS n");
        std::process::abort();
    }
    let folder = Folder::new();
    let crash = child("cluster::faults::takes_over_a_server_that_outlived_a_crashed_program", DIR, &folder.0);
    assert!(!crash.status.success());
    assert!(read_pid(&folder.data()).is_some(), "the server lives on");
    let cluster = Cluster::start(&folder.0).unwrap();
    assert_eq!(cluster.origin(), Origin::Attached);
    assert_eq!(ask(&cluster.connection_config(), "SELECT n FROM kept"), "7");
    assert_eq!(cluster.stop().unwrap(), Departure::Stopped);
}

#[test]
fn a_pid_file_that_names_a_stranger_is_cleared() {
    let folder = Folder::new();
    let cluster = Cluster::start(&folder.0).unwrap();
    let pid_file = folder.data().join("postmaster.pid");
    let text = std::fs::read_to_string(&pid_file).unwrap();
    assert_eq!(cluster.stop().unwrap(), Departure::Stopped);
    let (_, rest) = text.split_once('\n').unwrap();
    std::fs::write(&pid_file, format!("{}\n{rest}", std::process::id())).unwrap();
    let cluster = Cluster::start(&folder.0).unwrap();
    assert_eq!(cluster.origin(), Origin::Launched);
}

#[test]
fn data_of_another_version_are_refused_in_one_line() {
    let folder = Folder::new();
    drop(Cluster::start(&folder.0).unwrap());
    std::fs::write(folder.data().join("PG_VERSION"), "9\n").unwrap();
    let fault = Cluster::start(&folder.0).unwrap_err();
    assert!(matches!(&fault, ClusterError::WrongVersion { data: 9, .. }), "{fault:?}");
    let line = fault.to_string();
    assert!(line.contains("were written by PostgreSQL 9, but only version ") && !line.contains('\n'), "{line}");
}

#[test]
fn a_full_disk_is_said_in_one_line() {
    let folder = Folder::new();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=80m", "tmpfs"]).arg(&folder.0).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        skipped("a_full_disk_is_said_in_one_line", "a small disk cannot be mounted here");
        return;
    }
    let filling = folder.0.join("filling");
    let outcome = std::panic::catch_unwind(|| {
        drop(Cluster::start(&folder.0).unwrap());
        let mut file = std::fs::File::create(&filling).unwrap();
        while std::io::Write::write_all(&mut file, &[0; 4096]).is_ok() {}
        // An open file would keep its space after it is removed.
        drop(file);
        let existing = Cluster::start(&folder.0).unwrap_err();
        let new = Cluster::start(&folder.0.join("new")).unwrap_err();
        std::fs::remove_file(&filling).unwrap();
        Cluster::start(&folder.0).expect("as before when there is room again");
        (existing, new)
    });
    assert!(Command::new("umount").arg(&folder.0).status().unwrap().success());
    let (existing, new) = outcome.unwrap();
    assert!(matches!(existing, ClusterError::DiskFull { .. }), "{existing}");
    assert!(matches!(new, ClusterError::DiskFull { .. }), "{new}");
}

#[test]
fn wrong_settings_are_all_said_and_exit_with_2() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_termometro"));
    let output = command.arg("database").envs([("TERMOMETRO_LISTEN", "x"), ("TERMOMETRO_LISTENN", "x")]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 2);
}

/// A server of these data was killed with everything that belonged to it; its files are still there.
fn killed(folder: &Folder) -> Cluster {
    let cluster = Cluster::start(&folder.0).unwrap();
    ask(&cluster.connection_config(), "CREATE TABLE kept AS SELECT 7 AS n");
    kill(Pid::from_raw(read_pid(&folder.data()).unwrap()), Signal::SIGKILL).unwrap();
    cluster
}

fn starts_again(folder: &Folder) {
    let again = Cluster::start(&folder.0).unwrap();
    assert_eq!(again.origin(), Origin::Launched);
    assert_eq!(ask(&again.connection_config(), "SELECT n FROM kept"), "7");
}

#[test]
fn an_empty_pid_file_is_no_hindrance() {
    let folder = Folder::new();
    let cluster = Cluster::start(&folder.0).unwrap();
    ask(&cluster.connection_config(), "CREATE TABLE kept AS SELECT 7 AS n");
    assert_eq!(cluster.stop().unwrap(), Departure::Stopped);
    for text in ["", "\n", "0\n", "rubbish\n"] {
        std::fs::write(folder.data().join("postmaster.pid"), text).unwrap();
        starts_again(&folder);
    }
}

#[test]
fn an_empty_pid_file_beside_a_living_server_starts_no_second_one() {
    let folder = Folder::new();
    let cluster = Cluster::start(&folder.0).unwrap();
    let file = folder.data().join("postmaster.pid");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, "").unwrap();
    let fault = Cluster::start(&folder.0).unwrap_err();
    assert!(matches!(fault, ClusterError::SocketTaken { .. }), "{fault}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "", "nothing of a living server is cleared");
    // Without its socket, too, it is known by the folder that it works in.
    let socket = folder.0.join("postgresql").join(".s.PGSQL.5432");
    std::fs::rename(&socket, socket.with_extension("away")).unwrap();
    let fault = Cluster::start(&folder.0).unwrap_err();
    assert!(matches!(fault, ClusterError::EmptyPidFile { .. }), "{fault}");
    std::fs::rename(socket.with_extension("away"), &socket).unwrap();
    std::fs::write(&file, text).unwrap();
    assert_eq!(cluster.stop().unwrap(), Departure::Stopped);
}

#[test]
fn the_socket_lock_of_a_zombie_or_a_stranger_is_cleared() {
    let folder = Folder::new();
    let cluster = killed(&folder);
    // Ended, and not collected by its parent until the end of this test.
    let mut zombie = Command::new("true").spawn().unwrap();
    let stat = format!("/proc/{}/stat", zombie.id());
    while std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z")) {
        std::thread::yield_now();
    }
    let lock = folder.0.join("postgresql").join(".s.PGSQL.5432.lock");
    for pid in [zombie.id(), std::process::id()] {
        std::fs::write(&lock, format!("{pid}\n{}\n1\n5432\n{}\n", folder.data().display(), folder.0.display())).unwrap();
        // The data's own file names a zombie as well.
        let pid_file = folder.data().join("postmaster.pid");
        std::fs::write(
            &pid_file,
            format!("{pid}\n{}\n1\n5432\n{}\n\n", folder.data().display(), folder.0.join("postgresql").display()),
        )
        .unwrap();
        let again = Cluster::start(&folder.0).unwrap();
        assert_eq!(ask(&again.connection_config(), "SELECT n FROM kept"), "7");
        kill(Pid::from_raw(read_pid(&folder.data()).unwrap()), Signal::SIGKILL).unwrap();
        // Leaves without a word: there is no server any more.
        drop(again);
    }
    drop(cluster);
    assert!(zombie.wait().unwrap().success());
}

#[test]
fn a_server_that_dies_while_it_is_waited_for_and_is_not_collected_is_replaced() {
    let folder = Folder::new();
    let cluster = killed(&folder);
    // It works in the data as a server does, and never answers.
    let mut dying = Command::new("sleep").arg("60").current_dir(folder.data()).spawn().unwrap();
    let pid_file = folder.data().join("postmaster.pid");
    let home = folder.0.join("postgresql");
    std::fs::write(&pid_file, format!("{}\n{}\n1\n5432\n{}\n\n", dying.id(), folder.data().display(), home.display())).unwrap();
    let again = std::thread::scope(|scope| {
        let starting = scope.spawn(|| Cluster::start(&folder.0));
        std::thread::sleep(std::time::Duration::from_millis(500));
        assert!(!starting.is_finished(), "it waits for the server that the file names");
        dying.kill().unwrap();
        starting.join().unwrap()
    });
    let again = again.unwrap();
    assert_eq!(again.origin(), Origin::Launched);
    assert_eq!(ask(&again.connection_config(), "SELECT n FROM kept"), "7");
    assert!(!dying.wait().unwrap().success());
    drop(cluster);
}
