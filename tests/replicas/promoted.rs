//! A standby takes the primary's place: writes go again by themselves, no read fails, and what was lost gives its version to nothing else.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::time::sleep;

use crate::{
    client::Client,
    load::{Load, data_version},
    primary_gone::crash,
    servers::{Servers, blocking, draft},
};

/// A server that is away is noticed within a second, and so is the next one; the rest is for a busy machine.
const WRITES_WITHIN: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_over_without_a_commit_gives_its_version_to_nothing_else() {
    let servers = Servers::start_following().await;
    servers.publish(1).await;
    servers.fit(&[0, 1]).await;
    let load = Load::start(&servers.service);
    // They follow no server now, so what comes is on the primary alone.
    servers.on_standbys("ALTER SYSTEM SET primary_conninfo = ''").await;
    servers.on_standbys("SELECT pg_reload_conf()").await;
    for standby in [0, 1] {
        while servers.said_by_standby(standby, "SELECT count(*) FROM pg_stat_wal_receiver").await != "0" {
            sleep(Duration::from_millis(20)).await;
        }
    }
    let act = servers.publish(2).await;
    let path = format!("/v1/acts/{act}");
    let lost = servers.service.get(&path).await;
    let tag = lost.header("etag").unwrap().to_owned();
    assert_eq!(lost.status, 200, "{}", lost.body);

    let home = servers.primary.home().unwrap();
    blocking(move || crash(&home)).await;
    servers.on_standby(0, "SELECT pg_promote()").await;
    let took = written_again(&servers, 2).await;
    assert_eq!(servers.service.get(&path).await.status, 404, "the commit was lost with its server");
    servers.publish(2).await;
    let again = servers.service.ask("GET", &path, &format!("if-none-match: {tag}\r\n"), None).await;
    assert_eq!(again.status, 200, "another publication under the tag of the lost one");
    let (version, before) = (data_version(&again), data_version(&lost));
    assert!(version > before, "version {version} after {before}");
    eprintln!("written again {took:?} after the promotion; {} reads meanwhile, none failed", load.finish().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_leave_a_frozen_primary_and_do_not_come_back_to_it() {
    let servers = Servers::start_following().await;
    servers.publish(1).await;
    servers.fit(&[0, 1]).await;
    let load = Load::start(&servers.service);
    let frozen = Frozen::at(servers.primary.home().unwrap());
    let service = Client::at(servers.service.address);
    let second = draft(2);
    let waiting = service.post_as(&servers.people.drafter, "draft-2", "/v1/act-drafts", &second);
    let promotion = async {
        sleep(Duration::from_millis(500)).await;
        servers.on_standby(0, "SELECT pg_promote()").await;
    };
    let begun = Instant::now();
    let (waited, ()) = tokio::join!(waiting, promotion);
    assert_eq!(waited.status, 503, "{}", waited.body);
    assert!(begun.elapsed() < WRITES_WITHIN, "a write waited {:?} for a server that is gone", begun.elapsed());
    written_again(&servers, 2).await;
    let act = servers.publish(2).await;

    // It would still write: nobody has said to it that it is the primary no more.
    drop(frozen);
    sleep(Duration::from_millis(500)).await;
    let newer = servers.publish(3).await;
    let answer = servers.service.get_as(&servers.people.drafter, "/v1/acts?limit=100").await;
    assert!(answer.body.contains(&act) && answer.body.contains(&newer), "{}", answer.body);
    assert_eq!(servers.said_by_standby(0, "SELECT count(*) FROM act_publication").await, "3");
    eprintln!("{} reads while the primary was frozen, none failed", load.finish().await);
}

/// As a client does: the same request until it is taken. How long that took; whatever else is said is 'later'.
async fn written_again(servers: &Servers, number: u32) -> Duration {
    let begun = Instant::now();
    loop {
        let key = format!("draft-{number}");
        let answer = servers.service.post_as(&servers.people.drafter, &key, "/v1/act-drafts", &draft(number)).await;
        if answer.status == 201 {
            return begun.elapsed();
        }
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(begun.elapsed() < WRITES_WITHIN, "no write for {:?}: {}", begun.elapsed(), answer.body);
        sleep(Duration::from_millis(50)).await;
    }
}

/// All processes of a server stand still until this is dropped.
struct Frozen(PathBuf);

impl Frozen {
    fn at(home: PathBuf) -> Self {
        signal_all(&home, Signal::SIGSTOP);
        Self(home)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        signal_all(&self.0, Signal::SIGCONT);
    }
}

fn signal_all(home: &Path, signal: Signal) {
    let file = std::fs::read_to_string(home.join("data").join("postmaster.pid")).unwrap();
    let postmaster: i32 = file.lines().next().unwrap().parse().unwrap();
    // The one that makes the others first.
    kill(Pid::from_raw(postmaster), signal).unwrap();
    let children = std::fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children")).unwrap();
    for pid in children.split_ascii_whitespace() {
        let _ = kill(Pid::from_raw(pid.parse().unwrap()), signal);
    }
}
