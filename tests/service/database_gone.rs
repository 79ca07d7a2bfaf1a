//! The database away: clear 503s, and back by itself; a timed-out connection is thrown away.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use termometro::{
    cluster::{Cluster, scratch::ScratchCluster},
    store::{
        postgres::{database::Database, limits::PoolLimits},
        transaction::migrate::migrate,
    },
};

use crate::{page_addresses::BROWSER, server::Server, stage::read_model};

/// An empty database of the shared cluster, through a pool with these limits.
async fn empty(name: &'static str, limits: PoolLimits) -> Database {
    let config = tokio::task::spawn_blocking(move || ScratchCluster::shared().create_database(name)).await.unwrap().unwrap();
    migrated(config, limits).await
}

async fn migrated(config: tokio_postgres::Config, limits: PoolLimits) -> Database {
    let database = Database::new(config, &limits).unwrap();
    migrate(&database).await.unwrap();
    database
}

/// A session beside the pool's.
async fn session(database: &Database) -> tokio_postgres::Client {
    let (client, connection) = database.connection_config().connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Every path says soon, and in a fit way, that the database is away.
async fn all_say_503(server: &Server, paths: &[&str]) {
    for path in paths {
        let started = Instant::now();
        let answer = server.get(path).await;
        assert_eq!(answer.status, 503, "{path}: {}", answer.body);
        assert!(answer.header("retry-after").is_some(), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert!(!answer.body.contains("sql") && !answer.body.contains("socket"), "{}", answer.body);
        assert!(started.elapsed() < Duration::from_secs(5), "{path}");
    }
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_say_503_while_it_is_away() {
    let cluster = tokio::task::spawn_blocking(ScratchCluster::start).await.unwrap().unwrap();
    let database = migrated(cluster.create_database("gone").unwrap(), PoolLimits::default()).await;
    let server = Server::on(read_model(&database)).await;
    assert_eq!(server.get("/readyz").await.status, 200);
    tokio::task::spawn_blocking(move || drop(cluster)).await.unwrap();
    let check = "/v1/check?cum=1-1&amount=1&date=2020-06&transaction=1";
    all_say_503(&server, &["/v1/acts", check, "/v1/medicines?q=x", "/readyz"]).await;
    for (lang, says, way_on) in
        [("es", "La base de datos no responde", "Intentar de nuevo"), ("en", "The database does not answer", "Try again")]
    {
        for path in ["/", "/estado", "/medicamentos/19914312-20", "/docs/"] {
            let page = server.ask("GET", &format!("{path}?lang={lang}"), BROWSER, None).await;
            assert_eq!((page.status, page.header("content-type")), (503, Some("text/html; charset=utf-8")), "{path}");
            assert!(page.header("retry-after").is_some() && page.header("cache-control") == Some("no-store"), "{path}");
            assert!(page.body.contains(says) && page.body.contains(way_on), "{path} {lang}: {}", page.body);
        }
        let explained = server.ask("GET", &format!("/problems/database_unavailable?lang={lang}"), BROWSER, None).await;
        assert!(explained.status == 200 && explained.body.contains(says), "{}", explained.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_back_by_itself_after_every_session_was_killed() {
    let database = empty("killed", PoolLimits::default()).await;
    let server = Server::on(read_model(&database)).await;
    assert_eq!(server.get("/v1/acts").await.status, 200);
    let client = session(&database).await;
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'killed' AND pid <> pg_backend_pid()";
    client.query(kill, &[]).await.unwrap();
    let statuses =
        [server.get("/v1/acts").await.status, server.get("/v1/acts").await.status, server.get("/v1/acts").await.status];
    assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
    assert_eq!(server.get("/v1/acts").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_timed_out_does_not_hold_up_the_next_one() {
    let database = empty("slow", PoolLimits { connections_max: 1, ..PoolLimits::default() }).await;
    let mut connection = database.read_connection().await.unwrap();
    let asked =
        tokio::time::timeout(Duration::from_millis(200), connection.query("SELECT pg_sleep(3)::text AS slept", &[])).await;
    assert!(asked.is_err());
    drop(connection);
    let started = Instant::now();
    let rows = database.read_connection().await.unwrap().query("SELECT 1 AS one", &[]).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(started.elapsed() < Duration::from_millis(1_000), "{:?}", started.elapsed());
}

/// Ends the server of this data folder at once, as a crash would.
fn crash(home: &Path) {
    let pidfile = home.join("data").join("postmaster.pid");
    let pid: i32 = std::fs::read_to_string(&pidfile).unwrap().lines().next().unwrap().parse().unwrap();
    kill(Pid::from_raw(pid), Signal::SIGQUIT).unwrap();
    while kill(Pid::from_raw(pid), None).is_ok() && pidfile.exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_server_answers_again_when_the_database_returns() {
    let cluster = tokio::task::spawn_blocking(ScratchCluster::start).await.unwrap().unwrap();
    let database = migrated(cluster.create_database("returning").unwrap(), PoolLimits::default()).await;
    // A scratch cluster commits without waiting for the disk: what was migrated last would be gone with the crash.
    database.import_connection().await.unwrap().batch_execute("SET ROLE NONE; CHECKPOINT").await.unwrap();
    let server = Server::on(read_model(&database)).await;
    assert_eq!(server.get("/v1/acts").await.status, 200);
    let home = cluster.home().unwrap();
    let gone = home.clone();
    tokio::task::spawn_blocking(move || crash(&gone)).await.unwrap();
    all_say_503(&server, &["/v1/acts", "/v1/status", "/readyz"]).await;
    assert_eq!(server.post("/v1/checks", &serde_json::json!({"checks": []})).await.status, 503);
    let again = tokio::task::spawn_blocking(move || Cluster::start(home.parent().unwrap())).await.unwrap().unwrap();
    assert_eq!(server.get("/readyz").await.status, 200, "nobody had to restart the service");
    assert_eq!(server.get("/v1/acts").await.status, 200);
    drop(tokio::task::spawn_blocking(move || again.stop()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_table_costs_one_503_and_no_connection() {
    let limits = PoolLimits { connections_max: 1, statement_timeout_ms: 300, lock_timeout_ms: 5_000, ..PoolLimits::default() };
    let database = empty("locked", limits).await;
    let server = Server::on(read_model(&database)).await;
    assert_eq!(server.get("/v1/acts").await.status, 200);
    let client = session(&database).await;
    client.batch_execute("BEGIN; LOCK TABLE act IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let answer = server.get("/v1/acts").await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.body.contains("timed_out") && answer.header("retry-after").is_some(), "{}", answer.body);
    let started = Instant::now();
    assert_eq!(server.get("/readyz").await.status, 200, "the one connection of the pool is free for another table");
    assert!(started.elapsed() < Duration::from_millis(250), "{:?}", started.elapsed());
    client.batch_execute("COMMIT").await.unwrap();
    let started = Instant::now();
    assert_eq!(server.get("/v1/acts").await.status, 200);
    assert!(started.elapsed() < Duration::from_millis(250), "{:?}", started.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_who_hang_up_leave_no_busy_connection_behind() {
    let limits = PoolLimits { connections_max: 1, lock_timeout_ms: 5_000, ..PoolLimits::default() };
    let database = empty("hung_up", limits).await;
    let server = Server::on(read_model(&database)).await;
    let client = session(&database).await;
    client.batch_execute("BEGIN; LOCK TABLE act IN ACCESS EXCLUSIVE MODE").await.unwrap();
    for _ in 0..5 {
        let asked = tokio::time::timeout(Duration::from_millis(150), server.get("/v1/acts")).await;
        assert!(asked.is_err(), "the table is locked");
        let started = Instant::now();
        assert_eq!(server.get("/readyz").await.status, 200);
        assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    }
    client.batch_execute("COMMIT").await.unwrap();
}
