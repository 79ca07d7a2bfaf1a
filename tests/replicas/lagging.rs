//! A standby that stopped replaying answers nothing: at once after a write of this service, soon after one of another.

use std::time::{Duration, Instant};

use termometro::store::postgres::replicas::Server as Which;

use crate::{conflict, load::data_version, servers::Servers};

/// What any change of the data by another process comes down to.
const CHANGED: &str = "UPDATE data_version SET version = version + 1, changed_at = clock_timestamp()";

#[tokio::test(flavor = "multi_thread")]
async fn standbys_that_lag_or_cancel_cost_nobody_a_true_answer() {
    let servers = Servers::start().await;
    no_stale_answer_follows_a_write(&servers).await;
    what_is_known_to_be_newer_is_not_followed_by_something_older(&servers).await;
    what_another_process_wrote_is_seen_within_the_bound(&servers).await;
    conflict::a_read_that_a_standby_cancels_is_done_again(&servers).await;
}

/// Reads an act so many times, each answer newer than `old`; how many of the reads each server answered.
async fn read_newer(servers: &Servers, act: &str, old: i64, times: u64) -> [u64; 3] {
    let before = servers.answered().await;
    for _ in 0..times {
        let seen = servers.service.get(&format!("/v1/acts/{act}")).await;
        assert_eq!((seen.status, data_version(&seen) > old), (200, true), "{}", seen.body);
    }
    let after = servers.answered().await;
    std::array::from_fn(|server| after[server] - before[server])
}

async fn no_stale_answer_follows_a_write(servers: &Servers) {
    servers.on_standbys("SELECT pg_wal_replay_pause()").await;
    // Nothing was written, so they are as good as the primary.
    assert!([0, 1].iter().all(|index| servers.replicas().is_fit(Which::Standby(*index))));
    let old = data_version(&servers.service.get("/v1/acts").await);
    let act = servers.publish(1).await;
    assert_eq!(read_newer(servers, &act, old, 50).await, [50, 0, 0], "only the primary has it");
    let metrics = servers.service.get("/metrics").await.body;
    for name in ["database_standby_ready", "database_standby_fit"] {
        assert!(metrics.contains(&format!("{name}{{server=\"standby-1\"}} 0")), "{metrics}");
    }

    servers.on_standby(0, "SELECT pg_wal_replay_resume()").await;
    servers.fit(&[0]).await;
    assert!(!servers.replicas().is_fit(Which::Standby(1)), "the other one still stands still");
    let [_, first, second] = read_newer(servers, &act, old, 20).await;
    assert_eq!((first, second), (20, 0));
    servers.on_standby(1, "SELECT pg_wal_replay_resume()").await;
    servers.fit(&[0, 1]).await;
}

async fn what_is_known_to_be_newer_is_not_followed_by_something_older(servers: &Servers) {
    servers.on_standbys("SELECT pg_wal_replay_pause()").await;
    servers.on_primary(CHANGED).await;
    // As when the database told this service: who has a key is answered by the primary, and what that answer says is known here.
    let newest = data_version(&servers.service.get_as(&servers.people.drafter, "/v1/acts").await);
    assert_eq!(data_version(&servers.service.get("/v1/acts").await), newest, "at once, although the bound has not passed");
    servers.on_standbys("SELECT pg_wal_replay_resume()").await;
    servers.fit(&[0, 1]).await;
}

async fn what_another_process_wrote_is_seen_within_the_bound(servers: &Servers) {
    let old = data_version(&servers.service.get("/v1/acts").await);
    servers.on_standbys("SELECT pg_wal_replay_pause()").await;
    servers.on_primary(CHANGED).await;
    let written = Instant::now();
    while data_version(&servers.service.get("/v1/acts").await) == old {
        // The bound is half a second, and a quarter passes before anybody looks; the rest is for a busy machine.
        assert!(written.elapsed() < Duration::from_secs(3), "a standby that lags is still asked");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    eprintln!("another process's write was seen after {:?}, with both standbys standing still", written.elapsed());
    servers.left_out(0).await;
    servers.left_out(1).await;
    servers.on_standbys("SELECT pg_wal_replay_resume()").await;
    servers.fit(&[0, 1]).await;
    assert!(data_version(&servers.service.get("/v1/acts").await) > old);
}
