//! What is asked of millions of reports at once, against the same question in SQL, on a database that is filled already.
//!
//! `cargo bench --bench national -- --rounds 7` with `DATABASE_URL`: one JSON object a line. Without `DATABASE_URL` it does nothing.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::time::{Duration, Instant};

use termometro::{
    read_model::ReadModel,
    store::{
        judging::{
            previewed_reports::PreviewCache,
            rejudge::{Rejudged, preview, rejudge},
        },
        postgres::{database::Database, limits::PoolLimits},
        transaction::import::{Import, NewFile, lock},
    },
};

const MAX_AGE_DAYS: i32 = 120;
/// Of what takes seconds each time.
const ROUNDS_OF_SECONDS: usize = 3;
/// The lightest fair question: one ceiling a presentation, three comparisons a report, nothing explained, nothing stored.
const JUDGED_BY_SETS: &str = include_str!("judged_by_sets.sql");
const QUARTILES_BY_SETS: &str = include_str!("../tests/database/market_quartiles.sql");

fn main() {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("national: skipped, DATABASE_URL names no filled database");
        return;
    };
    let arguments: Vec<String> = std::env::args().collect();
    let rounds =
        arguments.iter().position(|one| one == "--rounds").and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(7);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(&url, rounds));
}

async fn run(url: &str, rounds: usize) {
    let database = Database::new(url.parse().unwrap(), &PoolLimits::default()).unwrap();
    let sql = database.connection_without_timeout().await.unwrap();
    let model = ReadModel::new(database.clone(), MAX_AGE_DAYS);
    let start = Instant::now();
    model.market_quartiles().await.unwrap();
    println!("{{\"name\": \"quartiles, reports read for the first time\", \"ours_ms\": [{}]}}", start.elapsed().as_millis());
    let mut quartiles = Pairs::default();
    for _ in 0..rounds {
        quartiles.ours.push(timed(async { model.market_quartiles().await.unwrap().len() }).await);
        quartiles.theirs.push(timed(async { sql.query(QUARTILES_BY_SETS, &[]).await.unwrap().len() }).await);
    }
    quartiles.print("10", "quartiles of all markets");
    judging(&database, &sql, rounds).await;
}

async fn judging(database: &Database, sql: &tokio_postgres::Client, rounds: usize) {
    let (mut previews, mut touched) = (Pairs::default(), Pairs::default());
    let (few, act) = (one_percent(database).await, act(database).await);
    let mut client = database.import_connection().await.unwrap();
    client.batch_execute("SET statement_timeout = 0").await.unwrap();
    let tx = client.transaction().await.unwrap();
    for _ in 0..rounds {
        previews.ours.push(
            timed(async { reports(&preview(&tx, MAX_AGE_DAYS, Some(&act), &PreviewCache::default()).await.unwrap()) }).await,
        );
        previews.theirs.push(timed(async { sql.query(JUDGED_BY_SETS, &[&act]).await.unwrap().len() }).await);
    }
    tx.rollback().await.unwrap();
    drop(client);
    for _ in 0..rounds.min(ROUNDS_OF_SECONDS) {
        touched.theirs.push(timed(async { reports(&judged(database, None).await) }).await);
        touched.ours.push(timed(async { reports(&judged(database, Some(&few)).await) }).await);
    }
    previews.print("9a", "preview of an act of 400 ceilings, against set-based SQL on the same registrations");
    touched.print("9b", "judging again what an act on 1 % of the reports touches, against judging all again");
}

fn reports(done: &Rejudged) -> usize {
    usize::try_from(done.reports).unwrap()
}

/// As a publication does it, in a transaction that is rolled back as a preview's.
async fn judged(database: &Database, expedientes: Option<&[i32]>) -> Rejudged {
    let mut client = database.import_connection().await.unwrap();
    client.batch_execute("SET statement_timeout = 0").await.unwrap();
    let tx = client.transaction().await.unwrap();
    lock(&tx).await.unwrap();
    let file = NewFile { kind: "catalogue", name: "bench", sha256: &"b".repeat(64), bytes: 0, sample: false };
    let import = Import::on(tx, &file).await.unwrap();
    let done = rejudge(&import, MAX_AGE_DAYS, expedientes).await.unwrap();
    import.tx.rollback().await.unwrap();
    done
}

/// Registrations that together have about a hundredth of the reports.
async fn one_percent(database: &Database) -> Vec<i32> {
    let sql = "SELECT expediente FROM (SELECT expediente, sum(count(*)) OVER (ORDER BY md5(expediente::text)) AS so_far, sum(count(*)) OVER () AS total
        FROM sismed_row GROUP BY expediente) counted WHERE so_far * 100 <= total";
    database.connection_without_timeout().await.unwrap().query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// Registrations that an act of 400 ceilings concerns.
async fn act(database: &Database) -> Vec<i32> {
    let sql = "SELECT DISTINCT expediente FROM (SELECT expediente FROM (SELECT DISTINCT expediente, consecutive, column_code FROM ceiling
        WHERE kind = 'maximum') stated ORDER BY md5(expediente || '-' || consecutive || column_code) LIMIT 400) act";
    database.connection_without_timeout().await.unwrap().query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

async fn timed(work: impl Future<Output = usize>) -> Duration {
    let start = Instant::now();
    assert!(work.await > 0, "nothing to do: fill the database first");
    start.elapsed()
}

#[derive(Default)]
struct Pairs {
    ours: Vec<Duration>,
    theirs: Vec<Duration>,
}

impl Pairs {
    fn print(&self, goal: &str, name: &str) {
        println!(
            "{{\"goal\": \"{goal}\", \"name\": \"{name}\", \"ours_ms\": [{}], \"theirs_ms\": [{}]}}",
            millis(&self.ours),
            millis(&self.theirs)
        );
    }
}

fn millis(times: &[Duration]) -> String {
    let micros = times.iter().map(|time| format!("{}.{:03}", time.as_millis(), time.as_micros() % 1_000));
    micros.collect::<Vec<_>>().join(", ")
}
