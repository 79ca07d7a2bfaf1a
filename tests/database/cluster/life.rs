//! Starting, sharing, stopping, and who may come in.
use super::support::{Folder, answers, ask, read_pid, skipped};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, Uid};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use termometro::cluster::{Cluster, Departure, Origin};
use tokio_postgres::Config;

#[test]
fn data_survive_a_restart() {
    let folder = Folder::new();
    let cluster = Cluster::start(&folder.0).unwrap();
    assert_eq!(cluster.origin(), Origin::Created);
    let config = cluster.connection_config();
    ask(&config, "CREATE TABLE kept (price numeric)");
    ask(&config, "INSERT INTO kept VALUES (33052)");
    assert_eq!(ask(&config, "SHOW data_checksums"), "on");
    assert_eq!(ask(&config, "SHOW server_encoding"), "UTF8");
    assert_eq!(ask(&config, "SHOW listen_addresses"), "");
    assert_eq!(ask(&config, "SELECT datcollate FROM pg_database WHERE datname = current_database()"), "C");
    assert_eq!(cluster.stop().unwrap(), Departure::Stopped);
    assert!(!answers(&config));
    assert!(!folder.data().join("postmaster.pid").exists());

    let cluster = Cluster::start(&folder.0).unwrap();
    assert_eq!(cluster.origin(), Origin::Launched);
    assert_eq!(ask(&cluster.connection_config(), "SELECT price FROM kept"), "33052");
    let by_url: Config = cluster.url().parse().unwrap();
    assert_eq!(ask(&by_url, "SELECT price FROM kept"), "33052", "{}", cluster.url());
}

#[test]
fn the_last_user_stops_it() {
    let folder = Folder::new();
    let first = Cluster::start(&folder.0).unwrap();
    let second = Cluster::start(&folder.0).unwrap();
    assert_eq!(second.origin(), Origin::Attached);
    let config = second.connection_config();
    assert_eq!(first.stop().unwrap(), Departure::LeftRunning);
    assert!(answers(&config));
    assert_eq!(second.stop().unwrap(), Departure::Stopped);
    assert!(!answers(&config));
}

#[test]
fn simultaneous_starts_share_one_server() {
    let folder = Folder::new();
    let clusters: Vec<Cluster> = std::thread::scope(|scope| {
        let starts = [(); 4].map(|()| scope.spawn(|| Cluster::start(&folder.0).unwrap()));
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    let created = clusters.iter().filter(|cluster| cluster.origin() == Origin::Created).count();
    assert_eq!(created, 1);
    let pids: Vec<_> =
        clusters.iter().map(|cluster| ask(&cluster.connection_config(), "SELECT pg_postmaster_start_time()")).collect();
    assert!(pids.iter().all(|time| *time == pids[0]));
    drop(clusters);
    assert!(read_pid(&folder.data()).is_none());
}

#[test]
fn a_path_too_long_for_a_socket_works() {
    let folder = Folder::new();
    let deep = folder.0.join("a".repeat(60)).join("b".repeat(60));
    let cluster = Cluster::start(&deep).unwrap();
    assert_eq!(ask(&cluster.connection_config(), "SELECT 1"), "1");
    assert!(cluster.url().contains("%2Ftmp%2Ftermometro%2D"), "{}", cluster.url());
    let again = Cluster::start(&deep).unwrap();
    assert_eq!(again.origin(), Origin::Attached);
    assert_eq!(again.url(), cluster.url());
    for host in cluster.connection_config().get_hosts() {
        if let tokio_postgres::config::Host::Unix(dir) = host {
            let mode = std::fs::metadata(dir).unwrap().mode();
            assert_eq!(mode & 0o077, 0, "closed to others");
        }
    }
    drop((cluster, again));
}

#[test]
fn nobody_else_gets_in() {
    let folder = Folder::new();
    let cluster = Cluster::start(&folder.0).unwrap();
    assert_eq!(std::fs::metadata(cluster.home()).unwrap().mode() & 0o077, 0);
    let mut other = cluster.connection_config();
    other.user("postgres");
    assert!(!answers(&other));
}

#[test]
fn as_root_the_server_runs_unprivileged() {
    if !Uid::effective().is_root() {
        skipped("as_root_the_server_runs_unprivileged", "not root");
        return;
    }
    let folder = Folder::new();
    let cluster = Cluster::start(&folder.0).unwrap();
    assert!(cluster.notice().is_none());
    assert_ne!(std::fs::metadata(folder.data().join("postmaster.pid")).unwrap().uid(), 0);

    // Below a folder that only root may enter, as a project in /root is.
    let closed = folder.0.join("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).unwrap();
    let elsewhere = Cluster::start(&closed.join(".data")).unwrap();
    let home = elsewhere.home().to_path_buf();
    let notice = elsewhere.notice().unwrap().to_owned();
    assert!(notice.starts_with(&format!("the database is kept in {}", home.display())), "{notice}");
    assert!(!home.starts_with(&closed));
    ask(&elsewhere.connection_config(), "CREATE TABLE kept AS SELECT 7 AS n");
    drop(elsewhere);
    // Opened later, the folder must not look like an empty database.
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).unwrap();
    let again = Cluster::start(&closed.join(".data")).unwrap();
    assert_eq!(again.home(), home);
    assert_eq!(ask(&again.connection_config(), "SELECT n FROM kept"), "7");
    drop(again);
    std::fs::remove_dir_all(home).unwrap();
}

/// Starts the program in a process group of its own, as a terminal does, and waits until it prints the URL.
fn program(dir: &Path) -> (Child, Config) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_termometro"));
    command.arg("database").env("TERMOMETRO_DATA_DIR", dir).env_remove("DATABASE_URL");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut url).unwrap();
    (child, url.trim().parse().unwrap())
}

#[test]
fn ctrl_c_stops_the_program_and_its_server_but_not_somebody_elses() {
    let folder = Folder::new();
    let (mut first, config) = program(&folder.0);
    let (mut second, _) = program(&folder.0);
    // The terminal sends Ctrl-C to the whole group; the server is in another.
    killpg(Pid::from_raw(first.id().cast_signed()), Signal::SIGINT).unwrap();
    assert_eq!(first.wait().unwrap().code(), Some(0));
    assert_eq!(ask(&config, "SELECT 1"), "1", "the second still uses it");
    killpg(Pid::from_raw(second.id().cast_signed()), Signal::SIGTERM).unwrap();
    assert_eq!(second.wait().unwrap().code(), Some(0));
    assert!(!answers(&config));
    let log = std::fs::read_to_string(folder.0.join("postgresql").join("server.log")).unwrap();
    assert!(log.contains("received fast shutdown request") && log.contains("database system is shut down"), "{log}");
}
