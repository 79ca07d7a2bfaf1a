//! A migrated database of one's own for a test, and one that holds the sample.
use std::{
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use jiff::Timestamp;
use termometro::{
    clock::Clock,
    cluster::scratch::ScratchCluster,
    generate::{Wanted, generate},
    import::{
        file::import_file,
        report::{ImportError, ImportOptions, ImportReport},
    },
    ingest::SourceKind,
    read_model::{
        ReadModel,
        verdicts::assessments::{AssessmentFilter, StoredAssessment},
    },
    store::{
        postgres::{database::Database, limits::PoolLimits},
        transaction::migrate::migrate,
    },
    workflow::{Workflow, common::secrets::Secrets},
};
use tokio::sync::OnceCell;
use tokio_postgres::config::Host;

use super::{folder::folder, people::import_accepted};

pub const MAX_AGE_DAYS: i32 = 120;
pub const SAMPLE_FILES: [(SourceKind, &str); 4] = [
    (SourceKind::Ceilings, "ceilings.xlsx"),
    (SourceKind::Catalogue, "catalogue.csv"),
    (SourceKind::Thermometer, "thermometer.csv"),
    (SourceKind::Sismed, "sismed.csv"),
];
/// Speaks up to 2024-08-15.
pub const OPEN_DATA_LIST: &str = "ceilings-open-data-20240815.csv";

/// An empty, migrated database: a copy of one that was migrated once.
pub async fn database(name: &'static str) -> Database {
    static MIGRATED: OnceCell<()> = OnceCell::const_new();
    const TEMPLATE: &str = "template_migrated";
    MIGRATED.get_or_init(async || drop(migrated(TEMPLATE).await)).await;
    copy(TEMPLATE, name).await
}

/// A migrated database with every file of the sample, a copy likewise.
pub async fn database_with_sample(name: &'static str) -> Database {
    static FILLED: OnceCell<()> = OnceCell::const_new();
    const TEMPLATE: &str = "template_sample";
    FILLED.get_or_init(async || fill(&migrated(TEMPLATE).await).await).await;
    copy(TEMPLATE, name).await
}

async fn migrated(name: &'static str) -> Database {
    let config = tokio::task::spawn_blocking(move || ScratchCluster::shared().create_database(name)).await.unwrap().unwrap();
    let database = open(config);
    migrate(&database).await.unwrap();
    database
}

async fn copy(template: &'static str, name: &'static str) -> Database {
    let copied = tokio::task::spawn_blocking(move || ScratchCluster::shared().copy_database(template, name)).await;
    open(copied.unwrap().unwrap())
}

/// The sample, and after it the open-data list: read only, shared by the tests of one binary.
pub async fn sample() -> ReadModel {
    static FILLED: OnceCell<()> = OnceCell::const_new();
    const NAME: &str = "sample";
    FILLED
        .get_or_init(async || {
            let database = database_with_sample(NAME).await;
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

/// With the catalogue, the ceilings and the reports of a generated country, all of whose rows are good.
pub async fn fill_generated(database: &Database, wanted: Wanted) {
    let folder = folder();
    generate(&wanted, &folder, &mut |_| ()).unwrap();
    for (kind, file) in
        [(SourceKind::Catalogue, "catalogue.csv"), (SourceKind::Ceilings, "ceilings.csv"), (SourceKind::Sismed, "sismed.csv")]
    {
        let report = import(database, kind, &folder.join(file)).await;
        assert_eq!(report.counts.quarantined + report.counts.refused, 0, "{file}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// As `DATABASE_URL` of the program itself.
pub fn url(name: &str) -> String {
    let config = ScratchCluster::shared().connection_config(name);
    let host = match &config.get_hosts()[0] {
        Host::Unix(path) => path.display().to_string(),
        Host::Tcp(host) => host.clone(),
    };
    let (user, port) = (config.get_user().unwrap(), config.get_ports().first().copied().unwrap_or(5432));
    format!("host={host} port={port} user={user} dbname={name}")
}

/// What a query of one number says.
pub async fn number(database: &Database, sql: &str) -> i64 {
    database.read_connection().await.unwrap().query(sql, &[]).await.unwrap()[0].get(0)
}

/// By the clock of the database.
pub async fn now(database: &Database) -> Timestamp {
    database.read_connection().await.unwrap().query("SELECT clock_timestamp()", &[]).await.unwrap()[0].get(0)
}

/// As whoever owns the tables.
pub async fn as_owner(database: &Database, sql: &str) {
    database.import_connection().await.unwrap().batch_execute(&format!("SET ROLE NONE; {sql}")).await.unwrap();
}

pub fn sample_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample").join(name)
}

pub async fn import(database: &Database, kind: SourceKind, path: &Path) -> ImportReport {
    import_by(database, kind, path, &ImportOptions::new(MAX_AGE_DAYS, Clock::System)).await.unwrap()
}

/// The sample's open-data list is newer than its workbook and has fewer rows: somebody lets it in.
pub async fn import_open_data_list(database: &Database) -> ImportReport {
    import_accepted(database, SourceKind::Ceilings, &sample_file(OPEN_DATA_LIST)).await
}

pub async fn import_by(
    database: &Database,
    kind: SourceKind,
    path: &Path,
    options: &ImportOptions,
) -> Result<ImportReport, ImportError> {
    import_file(database, kind, path, options, Arc::new(|_, _| {})).await
}

/// The write side of a test, with secrets of this process.
pub fn workflow(database: Database) -> Workflow {
    Workflow::new(database, Secrets::open_or_create(secrets()).unwrap(), MAX_AGE_DAYS, folder())
}

/// Their folder.
pub fn secrets() -> &'static Path {
    static SECRETS: LazyLock<PathBuf> = LazyLock::new(|| folder().join("secrets"));
    &SECRETS
}

fn open(config: tokio_postgres::Config) -> Database {
    Database::new(config, &PoolLimits::default()).unwrap()
}

/// A page of stored reports, each explained.
pub async fn stored_assessments(
    read: &ReadModel,
    filter: &AssessmentFilter,
    after: Option<i64>,
    limit: i64,
) -> Vec<StoredAssessment> {
    let page = read.list_assessments(filter, after, limit).await.unwrap();
    page.assessments().collect::<Result<_, _>>().unwrap()
}
