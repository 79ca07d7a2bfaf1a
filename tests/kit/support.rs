//! A migrated database of one's own for a test, and one that holds the sample.
use std::{path::Path, sync::Arc};

use termometro::{
    clock::Clock,
    cluster::scratch::ScratchCluster,
    import::{
        file::import_file,
        report::{Acceptance, ImportOptions, ImportReport},
    },
    ingest::SourceKind,
    read_model::ReadModel,
    store::{
        postgres::{database::Database, limits::PoolLimits},
        transaction::migrate::migrate,
    },
    workflow::{Workflow, common::secrets::Secrets},
};
use tokio::sync::OnceCell;

pub const MAX_AGE_DAYS: i32 = 120;
pub const SAMPLE_FILES: [(SourceKind, &str); 4] = [
    (SourceKind::Ceilings, "ceilings.xlsx"),
    (SourceKind::Catalogue, "catalogue.csv"),
    (SourceKind::Thermometer, "thermometer.csv"),
    (SourceKind::Sismed, "sismed.csv"),
];
/// Speaks up to 2024-08-15.
pub const OPEN_DATA_LIST: &str = "ceilings-open-data-20240815.csv";

/// An empty, migrated database.
pub async fn database(name: &'static str) -> Database {
    let config = tokio::task::spawn_blocking(move || ScratchCluster::shared().create_database(name)).await.unwrap().unwrap();
    let database = open(config);
    migrate(&database).await.unwrap();
    database
}

/// The sample, and after it the open-data list: read only, shared by the tests of one binary.
pub async fn sample() -> ReadModel {
    static FILLED: OnceCell<()> = OnceCell::const_new();
    const NAME: &str = "sample";
    FILLED
        .get_or_init(async || {
            let database = database(NAME).await;
            fill(&database).await;
            import_open_data_list(&database).await;
        })
        .await;
    // Connections belong to the runtime of the test that made them: each test has a pool of its own.
    ReadModel::new(open(ScratchCluster::shared().connection_config(NAME)), MAX_AGE_DAYS)
}

/// With every file of the sample.
pub async fn fill(database: &Database) {
    for (kind, file) in SAMPLE_FILES {
        import(database, kind, &sample_file(file)).await;
    }
}

/// What a query of one number says.
pub async fn number(database: &Database, sql: &str) -> i64 {
    database.read_connection().await.unwrap().query(sql, &[]).await.unwrap()[0].get(0)
}

/// As whoever owns the tables.
pub async fn as_owner(database: &Database, sql: &str) {
    database.import_connection().await.unwrap().batch_execute(&format!("SET ROLE NONE; {sql}")).await.unwrap();
}

pub fn sample_file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample").join(name)
}

pub async fn import(database: &Database, kind: SourceKind, path: &Path) -> ImportReport {
    import_with(database, kind, path, None).await
}

/// The sample's open-data list is newer than its workbook and has fewer rows: somebody lets it in.
pub async fn import_open_data_list(database: &Database) -> ImportReport {
    let word = Acceptance { by: "Ana".to_owned(), reason: "a part is enough here".to_owned() };
    import_with(database, SourceKind::Ceilings, &sample_file(OPEN_DATA_LIST), Some(word)).await
}

/// With a person's word, a file comes in that would be held: it is smaller than the list before it, or has more faults than usual.
pub async fn import_with(database: &Database, kind: SourceKind, path: &Path, acceptance: Option<Acceptance>) -> ImportReport {
    let mut options = ImportOptions::new(MAX_AGE_DAYS, Clock::System);
    options.acceptance = acceptance;
    import_file(database, kind, path, &options, Arc::new(|_, _| {})).await.unwrap()
}

/// The write side of a test, with secrets of this process.
pub fn workflow(database: Database) -> Workflow {
    let folder = std::env::temp_dir().join(format!("termometro-desk-{}", std::process::id()));
    static DESKS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let spool = folder.join(format!("spool-{}", DESKS.fetch_add(1, std::sync::atomic::Ordering::Relaxed)));
    std::fs::create_dir_all(&spool).unwrap();
    Workflow::new(database, Secrets::open_or_create(&folder.join("secrets")).unwrap(), MAX_AGE_DAYS, spool)
}

fn open(config: tokio_postgres::Config) -> Database {
    Database::new(config, &PoolLimits::default()).unwrap()
}
