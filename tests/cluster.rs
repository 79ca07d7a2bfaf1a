//! The private PostgreSQL through its whole life: first start, restart, sharing, crashes, and the faults it explains.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use termometro::cluster::scratch::ScratchCluster;
use termometro::cluster::{Cluster, ClusterError, Departure, Origin};
use tokio_postgres::{Config, NoTls};

/// A folder below the temporary one, removed at the end together with what a cluster put elsewhere.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("termometro-cluster-{}-{number}-{name}", std::process::id()));
        std::fs::create_dir(&dir).unwrap();
        Folder(dir.canonicalize().unwrap())
    }

    fn data(&self) -> PathBuf {
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

fn read_pid(data: &Path) -> Option<i32> {
    std::fs::read_to_string(data.join("postmaster.pid")).ok()?.lines().next()?.parse().ok()
}

fn ask(config: &Config, question: &str) -> String {
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

fn answers(config: &Config) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { config.connect(NoTls).await.is_ok() })
}

#[test]
fn data_survive_a_restart() {
    let folder = Folder::new("restart");
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
    let folder = Folder::new("shared");
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
    let folder = Folder::new("race");
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let dir = folder.0.clone();
            std::thread::spawn(move || Cluster::start(&dir).unwrap())
        })
        .collect();
    let clusters: Vec<Cluster> = starts.into_iter().map(|start| start.join().unwrap()).collect();
    let created = clusters.iter().filter(|cluster| cluster.origin() == Origin::Created).count();
    assert_eq!(created, 1);
    let pids: Vec<_> =
        clusters.iter().map(|cluster| ask(&cluster.connection_config(), "SELECT pg_postmaster_start_time()")).collect();
    assert!(pids.iter().all(|time| *time == pids[0]));
    drop(clusters);
    assert!(read_pid(&folder.data()).is_none());
}

#[test]
fn comes_back_after_the_server_was_killed() {
    let folder = Folder::new("killed");
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

/// Not a test of its own: the program that crashes in the next one.
#[test]
fn helper_program_that_crashes() {
    if let Some(dir) = std::env::var_os("CLUSTER_TEST_CRASH_DIR") {
        let cluster = Cluster::start(Path::new(&dir)).unwrap();
        ask(&cluster.connection_config(), "CREATE TABLE kept AS SELECT 7 AS n");
        std::process::abort();
    }
}

#[test]
fn takes_over_a_server_that_outlived_a_crashed_program() {
    let folder = Folder::new("outlived");
    let mut crash = Command::new(std::env::current_exe().unwrap());
    crash.args(["--exact", "helper_program_that_crashes"]).env("CLUSTER_TEST_CRASH_DIR", &folder.0);
    assert!(!crash.output().unwrap().status.success());
    assert!(read_pid(&folder.data()).is_some(), "the server lives on");
    let cluster = Cluster::start(&folder.0).unwrap();
    assert_eq!(cluster.origin(), Origin::Attached);
    assert_eq!(ask(&cluster.connection_config(), "SELECT n FROM kept"), "7");
    assert_eq!(cluster.stop().unwrap(), Departure::Stopped);
}

#[test]
fn a_pid_file_that_names_a_stranger_is_cleared() {
    let folder = Folder::new("stale");
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
    let folder = Folder::new("version");
    drop(Cluster::start(&folder.0).unwrap());
    std::fs::write(folder.data().join("PG_VERSION"), "9\n").unwrap();
    let fault = Cluster::start(&folder.0).unwrap_err();
    assert!(matches!(&fault, ClusterError::WrongVersion { data: 9, .. }), "{fault:?}");
    let line = fault.to_string();
    assert!(line.contains("were written by PostgreSQL 9, but only version ") && !line.contains('\n'), "{line}");
}

#[test]
fn a_path_too_long_for_a_socket_works() {
    let folder = Folder::new("long");
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
    let folder = Folder::new("closed");
    let cluster = Cluster::start(&folder.0).unwrap();
    assert_eq!(std::fs::metadata(cluster.home()).unwrap().mode() & 0o077, 0);
    let mut other = cluster.connection_config();
    other.user("postgres");
    assert!(!answers(&other));
}

#[test]
fn as_root_the_server_runs_unprivileged() {
    if !Uid::effective().is_root() {
        eprintln!("SKIPPED as_root_the_server_runs_unprivileged: not root");
        return;
    }
    let folder = Folder::new("root");
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

#[test]
fn scratch_clusters_clone_databases_and_leave_nothing() {
    let scratch = ScratchCluster::start().unwrap();
    let template = scratch.create_database("template").unwrap();
    ask(&template, "CREATE TABLE kept AS SELECT 7 AS n");
    let clone = scratch.clone_database("template", "one").unwrap();
    assert_eq!(ask(&clone, "SELECT n FROM kept"), "7");
    ask(&clone, "DROP TABLE kept");
    assert_eq!(ask(&template, "SELECT n FROM kept"), "7");
    scratch.drop_database("one").unwrap();
    assert!(!answers(&clone));
    let home = scratch.home().unwrap();
    drop(scratch);
    assert!(!home.exists());
}

/// Not a test of its own: a test program that ends without dropping its shared cluster, as they all do.
#[test]
fn helper_program_with_a_shared_cluster() {
    if let Some(file) = std::env::var_os("CLUSTER_TEST_HOME_FILE") {
        let home = ScratchCluster::shared().home().unwrap();
        std::fs::write(file, home.to_string_lossy().as_bytes()).unwrap();
        std::process::abort();
    }
}

#[test]
fn a_shared_scratch_cluster_goes_with_its_process() {
    let folder = Folder::new("orphan");
    let file = folder.0.join("home");
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--exact", "helper_program_with_a_shared_cluster"]).env("CLUSTER_TEST_HOME_FILE", &file);
    assert!(!program.output().unwrap().status.success());
    let home = PathBuf::from(std::fs::read_to_string(&file).unwrap());
    let gone = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        !home.exists()
    });
    assert!(gone, "{} is still there", home.display());
}
