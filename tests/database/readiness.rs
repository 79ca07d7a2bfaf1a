//! `/readyz` says what stands in the way, in both languages.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use termometro::{
    cluster::scratch::ScratchCluster,
    read_model::ReadModel,
    store::{
        postgres::{database::Database, limits::PoolLimits},
        transaction::migrate::migrate,
    },
};

use crate::kit::{
    server::Server,
    support::{MAX_AGE_DAYS, as_owner, database},
};

async fn says(server: &Server, code: &str, words: [&str; 2]) {
    for (language, title) in ["es", "en"].into_iter().zip(words) {
        let answer = server.get(&format!("/readyz?lang={language}")).await;
        assert_eq!(answer.status, 503, "{code}: {}", answer.body);
        assert!(answer.header("retry-after").is_some(), "{code}");
        let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((problem["code"].as_str(), problem["title"].as_str()), (Some(code), Some(title)), "{}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_and_the_data_are_named_as_the_cause() {
    let database = database("readiness_schema").await;
    let server = Server::on(ReadModel::new(database.clone(), MAX_AGE_DAYS)).await;
    assert_eq!(server.get("/readyz").await.status, 200);
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (9999, 'later', '', '0')";
    as_owner(&database, newer).await;
    let words =
        ["La base de datos es de una versión más nueva de este programa", "The database is of a newer version of this program"];
    says(&server, "schema_newer", words).await;
    let older = "DELETE FROM refinery_schema_history WHERE version = 9999 OR version = (SELECT max(version) FROM refinery_schema_history WHERE version < 9999)";
    as_owner(&database, older).await;
    let words =
        ["La base de datos es de una versión anterior de este programa", "The database is of an older version of this program"];
    says(&server, "schema_outdated", words).await;
    let words = ["El servicio aún no tiene datos publicados", "The service has no published data yet"];
    as_owner(&database, "DELETE FROM data_version").await;
    says(&server, "not_ready", words).await;
    as_owner(&database, "DROP TABLE data_version CASCADE").await;
    says(&server, "not_ready", words).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_started_again_is_told_from_one_that_is_away() {
    let cluster = tokio::task::spawn_blocking(ScratchCluster::start).await.unwrap().unwrap();
    let config = cluster.create_database("away").unwrap();
    let restarting = Arc::new(AtomicBool::new(false));
    let known = restarting.clone();
    let database = Database::new(config, &PoolLimits::default()).unwrap();
    let database = database.restarting_when(Arc::new(move || known.load(Ordering::Relaxed)));
    migrate(&database).await.unwrap();
    let server = Server::on(ReadModel::new(database, MAX_AGE_DAYS)).await;
    assert_eq!(server.get("/readyz").await.status, 200);
    tokio::task::spawn_blocking(move || drop(cluster)).await.unwrap();
    says(&server, "database_unavailable", ["La base de datos no responde", "The database does not answer"]).await;
    restarting.store(true, Ordering::Relaxed);
    says(&server, "database_restarting", ["La base de datos se está reiniciando", "The database is restarting"]).await;
}
