//! A read that stands in the way of what a standby must replay is cancelled there (SQLSTATE 40001) and done again elsewhere.

use std::sync::{Arc, Mutex};

use termometro::{
    http::{App, Problem, base::known_links::KnownLinks, routing::replica_retry::retry_on_replica},
    read_model::ReadModel,
};

use crate::{people, servers::Servers, support};

pub async fn a_read_that_a_standby_cancels_is_done_again(servers: &Servers) {
    servers.on_standbys("ALTER SYSTEM SET max_standby_streaming_delay = 0").await;
    servers.on_standbys("SELECT pg_reload_conf()").await;
    let app = App {
        read_model: ReadModel::new(servers.database.clone(), support::MAX_AGE_DAYS),
        workflow: support::workflow(servers.database.clone()),
        clock: Arc::new(|| (people::now(), jiff::civil::date(2026, 11, 23))),
        security_contact: None,
        kept_pages: None,
        reads_feeds: false,
        links: KnownLinks::default(),
    };
    // Each row is whether that try ran on a standby, and how it ended.
    let tries: Arc<Mutex<Vec<(bool, bool)>>> = Arc::default();
    let noting = tries.clone();
    let reading = retry_on_replica(&app, move |app| {
        let tries = noting.clone();
        async move {
            let mut connection = app.read_model.database.read_connection().await?;
            let asked = "SELECT pg_is_in_recovery() AS standby, pg_sleep(0)::text FROM medicine LIMIT 1";
            let standby: bool = connection.query(asked, &[]).await?[0].get("standby");
            let slow = "SELECT count(*), pg_sleep(2)::text FROM medicine";
            let outcome = if standby { connection.query(slow, &[]).await.map(drop) } else { Ok(()) };
            tries.lock().unwrap().push((standby, outcome.is_ok()));
            outcome.map_err(Problem::from)
        }
    });
    let vacuum = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        for _ in 0..3 {
            servers.on_primary("UPDATE medicine SET brand = brand").await;
            servers.on_primary("VACUUM medicine").await;
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    };
    let (outcome, ()) = tokio::join!(reading, vacuum);
    let tries = tries.lock().unwrap().clone();
    assert!(outcome.is_ok(), "{outcome:?}, {tries:?}");
    assert_eq!(tries.first(), Some(&(true, false)), "the first standby cancelled it");
    assert!(tries.len() <= 3 && tries.last().is_some_and(|(_, done)| *done), "{tries:?}");
    let metrics = servers.service.get("/metrics").await.body;
    for name in ["database_read_retries_total", "database_reads_repeated_total"] {
        assert!(metrics.contains(&format!("{name}{{server=\"standby-")), "{metrics}");
    }
}
