//! The primary dies under load: reads go on and name their data version, writes wait, and both return with it.

use std::{path::Path, time::Duration};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use termometro::cluster::Cluster;

use crate::{
    load::{Load, data_version},
    servers::{Servers, blocking, draft},
};

#[tokio::test(flavor = "multi_thread")]
async fn reads_go_on_while_the_primary_is_away() {
    let servers = Servers::start().await;
    servers.publish(1).await;
    servers.fit(&[0, 1]).await;
    let older = data_version(&servers.service.get("/v1/acts").await);
    servers.on_standby(1, "SELECT pg_wal_replay_pause()").await;
    let act = servers.publish(2).await;
    servers.fit(&[0]).await;
    let newest = data_version(&servers.service.get("/v1/acts").await);
    let load = Load::start(&servers.service);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let home = servers.primary.home().unwrap();
    let gone = home.clone();
    blocking(move || crash(&gone)).await;
    for _ in 0..40 {
        let seen = servers.service.get(&format!("/v1/acts/{act}")).await;
        assert_eq!((seen.status, data_version(&seen)), (200, newest), "{}", seen.body);
    }
    assert_eq!(servers.service.get("/readyz").await.status, 200, "answers can be given");
    let refused = servers.service.post_as(&servers.people.drafter, "d", "/v1/act-drafts", &draft(9)).await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    let refused = servers.service.get_as(&servers.people.drafter, "/v1/acts").await;
    assert_eq!(refused.status, 503, "who has a key reads from the primary: {}", refused.body);

    // The last one that lives lacks the newest write: its answer says so, and is better than none.
    let stopped = servers.standbys[0].clone();
    blocking(move || stopped.kill()).await;
    let seen = servers.service.get("/v1/acts").await;
    assert_eq!((seen.status, data_version(&seen)), (200, older), "{}", seen.body);
    servers.on_standby(1, "SELECT pg_wal_replay_resume()").await;

    let again = blocking(move || Cluster::start(home.parent().unwrap())).await.unwrap();
    let stopped = servers.standbys[0].clone();
    blocking(move || stopped.start().unwrap()).await;
    servers.fit(&[0, 1]).await;
    let act = servers.publish(3).await;
    assert_eq!(servers.service.get(&format!("/v1/acts/{act}")).await.status, 200);
    eprintln!("{} reads while the primary died and returned, none failed", load.finish().await);
    drop(blocking(move || again.stop()).await);
}

/// Ends the server of this data folder at once, as a crash would.
pub fn crash(home: &Path) {
    let pidfile = home.join("data").join("postmaster.pid");
    let pid: i32 = std::fs::read_to_string(&pidfile).unwrap().lines().next().unwrap().parse().unwrap();
    kill(Pid::from_raw(pid), Signal::SIGQUIT).unwrap();
    while kill(Pid::from_raw(pid), None).is_ok() && pidfile.exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
}
