//! The log-in under which the service serves: no superuser, and nothing of its own.
use super::support::Folder;
use termometro::{
    cluster::Cluster,
    store::{
        postgres::{database::Database, limits::PoolLimits},
        transaction::{
            migrate::migrate,
            service_login::{ensure, is_superuser},
        },
    },
};

#[test]
fn whoever_takes_off_the_services_role_owns_nothing() {
    let folder = Folder::new();
    let cluster = Cluster::start(&folder.0).unwrap();
    let limits = PoolLimits {
        connections_max: 2,
        statement_timeout_ms: 10_000,
        lock_timeout_ms: 5_000,
        wait_timeout_ms: 5_000,
        connect_timeout_ms: 5_000,
        ..PoolLimits::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let owner = Database::new(cluster.connection_config(), &limits).unwrap();
        migrate(&owner).await.unwrap();
        assert!(is_superuser(&owner).await.unwrap());
        ensure(&owner).await.unwrap();
        ensure(&owner).await.unwrap();
        let serving = Database::new(cluster.service_config(), &limits).unwrap();
        assert!(!is_superuser(&serving).await.unwrap());
        let client = serving.import_connection().await.unwrap();
        let role: String = client.query_one("SELECT current_user::text", &[]).await.unwrap().get(0);
        assert_eq!(role, "termometro_service");
        client
            .batch_execute(
                "INSERT INTO developer_event (at, action, subject, request_id, details) VALUES (now(), 'a', 'b', 'c', '{}')",
            )
            .await
            .unwrap();
        client.batch_execute("SET ROLE NONE").await.unwrap();
        for sql in [
            "SELECT 1 FROM audit_entry", "DELETE FROM audit_entry", "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
            "DROP TABLE audit_entry", "SET session_replication_role = replica", "SET ROLE termometro",
            "CREATE ROLE another SUPERUSER",
        ] {
            let error = client.batch_execute(sql).await.unwrap_err();
            assert_eq!(error.code().map(|code| code.code()), Some("42501"), "{sql}: {error}");
        }
    });
    drop(runtime);
    cluster.stop().unwrap();
}
