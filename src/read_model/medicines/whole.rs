//! Reads everything that the answer cache holds, row by row, from one state of the database.

use deadpool_postgres::{ClientWrapper, GenericClient, Transaction};
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
        postgres::{
            error::{StoreError, corrupt},
            statements::export_snapshot,
        },
    },
};

/// Receives the law and the medicines on a thread of its own, in this order.
pub trait MedicineReader: Send + 'static {
    fn begin(&mut self, version: DataVersion, law: LawRepository, sources: SourceRows);
    /// In order of CUM.
    fn medicine(&mut self, cum: Cum, medicine: &Medicine);
}

/// Receives the newest list of prices on a thread of its own; nothing when no list was imported.
pub trait PriceReader: Send + 'static {
    fn thermometer(&mut self, list: ThermometerList);
    /// Group by group, cheapest first; `line` is the row's place in its file.
    fn price(&mut self, row: ThermometerRow, line: i64);
}

enum MedicinePart {
    Law(Box<(DataVersion, LawRepository, SourceRows)>),
    Medicines(Vec<Row>),
}

enum PricePart {
    Thermometer(ThermometerList),
    Prices(Vec<Row>),
}

const ROWS_AT_ONCE: usize = 256;
const PARTS_WAITING_MAX: usize = 2;

impl ReadModel {
    /// One state of the database on two connections of their own, at the same time; what takes time is done off the async threads.
    pub async fn read_whole<M: MedicineReader, P: PriceReader>(&self, medicines: M, prices: P) -> Result<(M, P), StoreError> {
        let (mut one, mut other) = (self.database.import_connection().await?, self.database.import_connection().await?);
        let tx = begin(&mut one).await?;
        let snapshot: String = tx.query_one(export_snapshot, &[]).await?.try_get("snapshot")?;
        let same = begin(&mut other).await?;
        // Only hexadecimal digits and hyphens, as the server gave it.
        same.batch_execute(&format!("SET TRANSACTION SNAPSHOT '{snapshot}'")).await?;
        let read_medicines = handed_over(medicines, take_medicine, async |sender| self.send_medicines(&tx, &sender).await);
        let read_prices = handed_over(prices, take_price, async |sender| send_prices(&same, &sender).await);
        let (medicines, prices) = tokio::join!(read_medicines, read_prices);
        Ok((medicines?, prices?))
    }

    async fn send_medicines(&self, tx: &Transaction<'_>, sender: &mpsc::Sender<MedicinePart>) -> Result<(), StoreError> {
        let version = tx.query_one(statements::data_version, &[]).await?;
        let version = DataVersion::of(&version)?;
        self.database.latest_version.observe(version.version);
        let law = LawRepository::load(tx, self.max_age_days, None, None).await?;
        let sources = SourceRows::load(tx).await?;
        send(sender, MedicinePart::Law(Box::new((version, law, sources)))).await?;
        batches(tx, statements::whole_medicines, Vec::new(), sender, MedicinePart::Medicines).await
    }
}

async fn begin(client: &mut ClientWrapper) -> Result<Transaction<'_>, StoreError> {
    let tx = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await?;
    tx.batch_execute("SET LOCAL statement_timeout = '10min'; SET LOCAL idle_in_transaction_session_timeout = '10min'").await?;
    Ok(tx)
}

async fn send_prices(tx: &Transaction<'_>, sender: &mpsc::Sender<PricePart>) -> Result<(), StoreError> {
    let known: Option<i64> = None;
    let Some(latest_version) = tx.query_opt(statements::thermometer_file, &[&known]).await? else { return Ok(()) };
    let list = list(&latest_version)?;
    let file: Box<dyn ToSql + Sync + Send> = Box::new(list.id());
    send(sender, PricePart::Thermometer(list)).await?;
    batches(tx, statements::whole_prices, vec![file], sender, PricePart::Prices).await
}

/// Gives each part that is sent to the reader, on a thread where it may take its time; the reader comes back after the last one.
async fn handed_over<R: Send + 'static, P: Send + 'static>(
    mut reader: R,
    take: fn(&mut R, P) -> Result<(), StoreError>,
    send_all: impl AsyncFnOnce(mpsc::Sender<P>) -> Result<(), StoreError>,
) -> Result<R, StoreError> {
    let (sender, mut receiver) = mpsc::channel(PARTS_WAITING_MAX);
    let taking = tokio::task::spawn_blocking(move || {
        while let Some(part) = receiver.blocking_recv() {
            take(&mut reader, part)?;
        }
        Ok(reader)
    });
    let sent = send_all(sender).await;
    let taken: Result<R, StoreError> = taking.await.map_err(|error| StoreError::Bug(Box::new(error)))?;
    sent?;
    taken
}

async fn batches<P>(
    tx: &Transaction<'_>,
    sql: &str,
    params: Vec<Box<dyn ToSql + Sync + Send>>,
    sender: &mpsc::Sender<P>,
    part: impl Fn(Vec<Row>) -> P,
) -> Result<(), StoreError> {
    let statement = tx.prepare(sql).await?;
    let rows = GenericClient::query_raw(tx, &statement, params).await?;
    let mut batches = std::pin::pin!(futures_util::TryStreamExt::try_chunks(rows, ROWS_AT_ONCE));
    while let Some(batch) = batches.try_next().await.map_err(|error| error.1)? {
        send(sender, part(batch)).await?;
    }
    Ok(())
}

async fn send<P>(sender: &mpsc::Sender<P>, part: P) -> Result<(), StoreError> {
    sender.send(part).await.map_err(|_| corrupt("snapshot", "its reader stopped"))
}

fn take_medicine<M: MedicineReader>(reader: &mut M, part: MedicinePart) -> Result<(), StoreError> {
    match part {
        MedicinePart::Law(law) => reader.begin(law.0, law.1, law.2),
        MedicinePart::Medicines(rows) => {
            for row in &rows {
                let (cum, medicine) = medicine(row)?;
                reader.medicine(cum, &medicine);
            }
        }
    }
    Ok(())
}

fn take_price<P: PriceReader>(reader: &mut P, part: PricePart) -> Result<(), StoreError> {
    match part {
        PricePart::Thermometer(list) => reader.thermometer(list),
        PricePart::Prices(rows) => {
            for price in &rows {
                reader.price(row(price)?, price.try_get("line")?);
            }
        }
    }
    Ok(())
}
