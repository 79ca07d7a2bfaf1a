//! The spool: nothing is left in it, and a full one is said to be full.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use termometro::{
    read_model::ReadModel,
    spool::{Spooled, purpose},
};

use crate::kit::{
    alone::alone,
    client::{Client, bearer},
    folder::folder,
    people::{People, now, sample},
    program::Program,
    server::Server,
    support::{MAX_AGE_DAYS, as_owner},
    tables,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_start_removes_what_a_killed_service_left_and_nothing_else() {
    let folder = folder();
    let spool = folder.join("data").join("spool");
    std::fs::create_dir_all(&spool).unwrap();
    for name in ["upload-12345678901234567890", "validating-7-1", "export-7-2", ".termometro-unpacked-7-3"] {
        std::fs::write(spool.join(name), "left").unwrap();
    }
    std::fs::create_dir(spool.join("release-3-7")).unwrap();
    std::fs::write(spool.join("notes.txt"), "mine").unwrap();
    // Of another program that works on the same folder at this moment.
    let used = Spooled::file(&spool, purpose::UPLOAD).unwrap();
    let program = Program::run_in(folder, &["run", "--no-sample"]);
    assert_eq!(Client::at(program.address).get("/readyz").await.status, 200);
    let mut left: Vec<PathBuf> = std::fs::read_dir(&spool).unwrap().map(|entry| entry.unwrap().path()).collect();
    left.sort();
    assert_eq!(left, [spool.join("notes.txt"), used.path().to_owned()]);
}

/// A disk of two megabytes, while this value lives; `None` where none can be mounted.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = folder();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(&folder).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Only a test's own disk.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Everybody's keys, and a service whose uploads wait in this folder.
async fn arrive(name: &'static str, spool: &Path) -> (People, Server) {
    let database = sample(name).await;
    let mut people = People::arrive(database.clone()).await;
    people.workflow.spool = spool.to_owned();
    let clock = std::sync::Arc::new(|| (now(), jiff::civil::date(2026, 11, 23)));
    let server = Server::with_workflow(ReadModel::new(database, MAX_AGE_DAYS), people.workflow.clone(), clock).await;
    (people, server)
}

async fn submit(server: &Server, people: &People, once: &str, body: &[u8]) -> crate::kit::client::Answer {
    let headers = format!("{}idempotency-key: {once}\r\ncontent-type: text/csv\r\n", bearer(&people.reporter));
    server.send("POST", "/v1/submissions?period=2020-Q2", &headers, Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_spool_is_said_to_be_full_and_the_same_request_is_taken_later() {
    let Some(disk) = SmallDisk::mount() else {
        crate::cluster::skipped("a_full_spool_is_said_to_be_full", "a small disk cannot be mounted here");
        return;
    };
    let (people, server) = arrive("spool_full", &disk.0).await;
    let small = tables::SISMED.as_bytes();
    let large =
        [small, &tables::SISMED.lines().nth(1).map(|line| format!("{line}\n")).unwrap().repeat(80_000).into_bytes()].concat();
    assert!(large.len() > 4 << 20);
    let refused = submit(&server, &people, "large", &large).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (507, Some("storage_full")), "{}", refused.body);
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert_eq!(std::fs::read_dir(&disk.0).unwrap().count(), 0, "nothing is left behind");
    assert_eq!(server.get("/v1/acts").await.status, 200, "reads go on");
    assert_eq!(submit(&server, &people, "small", small).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_of_the_database_is_said_to_be_full() {
    let (people, server) = arrive("database_full", &folder()).await;
    let full = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON submission_body FOR EACH ROW EXECUTE FUNCTION full_disk()";
    as_owner(&people.workflow.database, full).await;
    let body = tables::SISMED.as_bytes();
    let refused = submit(&server, &people, "one", body).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (507, Some("storage_full")), "{}", refused.body);
    assert!(refused.header("retry-after").is_some() && !refused.body.contains("extend"), "{}", refused.body);
    as_owner(&people.workflow.database, "DROP TRIGGER full_disk ON submission_body").await;
    // The same request with the same key, once there is room.
    let taken = tokio::time::timeout(Duration::from_secs(30), submit(&server, &people, "one", body)).await.unwrap();
    assert_eq!(taken.status, 201, "{}", taken.body);
}

#[test]
fn a_service_without_descriptors_says_when_to_come_back() {
    alone("spool::a_service_without_descriptors_says_when_to_come_back", || {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(run_out_of_descriptors());
    });
}

async fn run_out_of_descriptors() {
    let (people, server) = arrive("spool_descriptors", &folder()).await;
    let body = tables::SISMED.as_bytes();
    // The connections to the database that a submission needs are open from here on.
    assert_eq!(submit(&server, &people, "before", body).await.status, 201);
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, 512.min(most), most).unwrap();
    let mut open: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    // Both ends of the client's connection are in this process.
    open.truncate(open.len() - 2);
    let refused = submit(&server, &people, "during", body).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("overloaded")), "{}", refused.body);
    assert!(refused.header("retry-after").is_some());
    drop(open);
    assert_eq!(submit(&server, &people, "during", body).await.status, 201, "the same request, once there are some again");
}
