//! The database away: clear 503s, and back by itself; a timed-out connection is thrown away.

use std::time::{Duration, Instant};

use termometro::{
    cluster::scratch::ScratchCluster,
    read_model::ReadModel,
    store::{
        migrate::migrate,
        pool::{Database, PoolLimits},
    },
};

use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn reads_say_503_while_it_is_away() {
    let cluster = tokio::task::spawn_blocking(ScratchCluster::start).await.unwrap().unwrap();
    let config = cluster.create_database("gone").unwrap();
    let database = Database::new(config, &PoolLimits::default()).unwrap();
    migrate(&database).await.unwrap();
    let server = Server::on(ReadModel::new(database, 120)).await;
    assert_eq!(server.get("/readyz").await.status, 200);
    tokio::task::spawn_blocking(move || drop(cluster)).await.unwrap();
    for path in ["/v1/acts", "/v1/check?cum=1-1&amount=1&date=2020-06&transaction=1", "/v1/medicines?q=x", "/readyz"] {
        let started = Instant::now();
        let answer = server.get(path).await;
        assert_eq!(answer.status, 503, "{path}: {}", answer.body);
        assert!(answer.header("retry-after").is_some(), "{path}");
        assert!(started.elapsed() < Duration::from_secs(5), "{path}");
    }
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_back_by_itself_after_every_session_was_killed() {
    let config = tokio::task::spawn_blocking(|| ScratchCluster::shared().create_database("killed")).await.unwrap().unwrap();
    let database = Database::new(config.clone(), &PoolLimits::default()).unwrap();
    migrate(&database).await.unwrap();
    let server = Server::on(ReadModel::new(database, 120)).await;
    assert_eq!(server.get("/v1/acts").await.status, 200);
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'killed' AND pid <> pg_backend_pid()";
    client.query(kill, &[]).await.unwrap();
    let statuses =
        [server.get("/v1/acts").await.status, server.get("/v1/acts").await.status, server.get("/v1/acts").await.status];
    assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
    assert_eq!(server.get("/v1/acts").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_timed_out_does_not_hold_up_the_next_one() {
    let config = tokio::task::spawn_blocking(|| ScratchCluster::shared().create_database("slow")).await.unwrap().unwrap();
    let limits = PoolLimits { connections_max: 1, ..PoolLimits::default() };
    let database = Database::new(config, &limits).unwrap();
    migrate(&database).await.unwrap();
    let mut lease = database.lease().await.unwrap();
    let asked = tokio::time::timeout(Duration::from_millis(200), lease.query("SELECT pg_sleep(3)::text AS slept", &[])).await;
    assert!(asked.is_err());
    drop(lease);
    let started = Instant::now();
    let rows = database.lease().await.unwrap().query("SELECT 1 AS one", &[]).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(started.elapsed() < Duration::from_millis(1_000), "{:?}", started.elapsed());
}
