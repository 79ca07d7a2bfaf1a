//! Reads everything that the answer cache holds, row by row, from one state of the database.

use deadpool_postgres::{GenericClient, Transaction};
use futures_util::TryStreamExt;
use tokio::sync::mpsc;
use tokio_postgres::{IsolationLevel, Row, types::ToSql};

use super::{
    medicine::medicine,
    thermometer::{ThermometerList, ThermometerRow, list, row},
};
use crate::{
    domain::{identifier::cum::Cum, market::medicine::Medicine},
    read_model::{ReadModel, data_version::DataVersion, source_rows::SourceRows, statements},
    store::{
        catalogue::law_library::LawRepository,
        postgres::error::{StoreError, corrupt},
    },
};

/// Receives the rows on a thread of its own, in this order.
pub trait WholeReader: Send + 'static {
    fn begin(&mut self, version: DataVersion, law: LawRepository, sources: SourceRows);
    /// In order of CUM.
    fn medicine(&mut self, cum: Cum, medicine: &Medicine);
    /// After the last medicine; none when no list was imported.
    fn thermometer(&mut self, list: ThermometerList);
    /// Group by group, cheapest first; `line` is the row's place in its file.
    fn price(&mut self, row: ThermometerRow, line: i64);
}

enum Part {
    Law(Box<(DataVersion, LawRepository, SourceRows)>),
    Medicines(Vec<Row>),
    Thermometer(ThermometerList),
    Prices(Vec<Row>),
}

const ROWS_AT_ONCE: usize = 256;
const PARTS_WAITING_MAX: usize = 2;

impl ReadModel {
    /// One snapshot on a connection of its own; what takes time is done off the async threads.
    pub async fn read_whole<R: WholeReader>(&self, reader: R) -> Result<R, StoreError> {
        let mut client = self.database.import_connection().await?;
        let tx = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await?;
        tx.batch_execute("SET LOCAL statement_timeout = '10min'").await?;
        let (sender, receiver) = mpsc::channel(PARTS_WAITING_MAX);
        let taking = tokio::task::spawn_blocking(move || take(reader, receiver));
        let sent = self.send_whole(&tx, &sender).await;
        drop(sender);
        let taken = taking.await.map_err(|error| StoreError::Bug(Box::new(error)))?;
        sent?;
        tx.commit().await?;
        taken
    }

    async fn send_whole(&self, tx: &Transaction<'_>, sender: &mpsc::Sender<Part>) -> Result<(), StoreError> {
        let version = tx.query_one(statements::data_version, &[]).await?;
        let version = DataVersion::of(&version)?;
        self.database.latest_version.observe(version.version);
        let law = LawRepository::load(tx, self.max_age_days, None, None).await?;
        let sources = SourceRows::load(tx).await?;
        send(sender, Part::Law(Box::new((version, law, sources)))).await?;
        batches(tx, statements::whole_medicines, Vec::new(), sender, Part::Medicines).await?;
        let known: Option<i64> = None;
        let Some(latest_version) = tx.query_opt(statements::thermometer_file, &[&known]).await? else { return Ok(()) };
        let list = list(&latest_version)?;
        let file: Box<dyn ToSql + Sync + Send> = Box::new(list.id());
        send(sender, Part::Thermometer(list)).await?;
        batches(tx, statements::whole_prices, vec![file], sender, Part::Prices).await
    }
}

async fn batches(
    tx: &Transaction<'_>,
    sql: &str,
    params: Vec<Box<dyn ToSql + Sync + Send>>,
    sender: &mpsc::Sender<Part>,
    part: impl Fn(Vec<Row>) -> Part,
) -> Result<(), StoreError> {
    let statement = tx.prepare(sql).await?;
    let rows = GenericClient::query_raw(tx, &statement, params).await?;
    let mut batches = std::pin::pin!(futures_util::TryStreamExt::try_chunks(rows, ROWS_AT_ONCE));
    while let Some(batch) = batches.try_next().await.map_err(|error| error.1)? {
        send(sender, part(batch)).await?;
    }
    Ok(())
}

async fn send(sender: &mpsc::Sender<Part>, part: Part) -> Result<(), StoreError> {
    sender.send(part).await.map_err(|_| corrupt("snapshot", "its reader stopped"))
}

fn take<R: WholeReader>(mut reader: R, mut receiver: mpsc::Receiver<Part>) -> Result<R, StoreError> {
    while let Some(part) = receiver.blocking_recv() {
        match part {
            Part::Law(law) => reader.begin(law.0, law.1, law.2),
            Part::Medicines(rows) => {
                for row in &rows {
                    let (cum, medicine) = medicine(row)?;
                    reader.medicine(cum, &medicine);
                }
            }
            Part::Thermometer(list) => reader.thermometer(list),
            Part::Prices(rows) => {
                for price in &rows {
                    reader.price(row(price)?, price.try_get("line")?);
                }
            }
        }
    }
    Ok(reader)
}
