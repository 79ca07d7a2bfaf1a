//! Encodes lines of purchases and what they were read as for PostgreSQL's binary COPY, both into buffers of bounded size. An edition is a partition
//! of its own: loaded without indexes, indexed once, and attached in the same transaction.

use std::error::Error;

use bytes::{BufMut, Bytes, BytesMut};
use deadpool_postgres::Transaction;
use rust_decimal::Decimal;

use super::{
    import_sismed::copy,
    report_rows::{BYTES_MAX, SIGNATURE, day, int, long, number, short, text},
};
use crate::{
    domain::{
        identifier::nit::Nit,
        purchases::{purchase::Purchase, reading::PurchaseReading},
    },
    store::postgres::{error::StoreError, statements},
};

/// In the order in which they are encoded.
const OF_PURCHASE: &str = "source_file_id, line, id, order_id, ordered_on, buyer_nit, buyer_name, seller_kind, seller_nit, seller_name, item_text, \
     price, quantity, unit_text, line_total, framework, state, currency, is_return, implausible";
const PURCHASE_COLUMNS: i16 = 20;
const OF_READING: &str = "source_file_id, line, matcher_version, recorded_in, set_size, expediente, consecutive, market, described, unit_basis, \
     verdict, reasons, excess_percent, regulated_unit, regulated_price, regulated_units, quantity_band, ceilings_file_id, act_id";
const READING_COLUMNS: i16 = 19;
/// PostgreSQL's number of the type `text`.
const TEXT_TYPE: i32 = 25;

type Encoding = Result<(), Box<dyn Error + Send + Sync>>;

/// Lines that wait to be sent.
pub struct PurchaseRows {
    file: i64,
    ceilings: Option<i64>,
    purchases: BytesMut,
    readings: BytesMut,
}

/// Two whole COPYs: of lines, and of their readings.
pub struct EncodedPurchases {
    purchases: Bytes,
    readings: Bytes,
}

/// The tables of one file, which nobody sees before they are attached.
pub struct PurchasePartition {
    file: i64,
    purchases: String,
    readings: String,
}

impl PurchasePartition {
    pub async fn create(tx: &Transaction<'_>, file: i64) -> Result<Self, StoreError> {
        tx.execute(statements::create_purchase_partition, &[&file]).await?;
        let copy = |table: &str, columns: &str| format!("COPY {table}_{file} ({columns}) FROM STDIN (FORMAT binary, FREEZE)");
        Ok(Self { file, purchases: copy("purchase", OF_PURCHASE), readings: copy("purchase_reading", OF_READING) })
    }

    pub async fn load(&self, tx: &Transaction<'_>, rows: EncodedPurchases) -> Result<(), StoreError> {
        copy(tx, &self.purchases, rows.purchases).await?;
        copy(tx, &self.readings, rows.readings).await
    }

    /// From here on the rest of the tables sees them.
    pub async fn attach(&self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        tx.execute(statements::attach_purchase_partition, &[&self.file]).await?;
        Ok(())
    }
}

impl PurchaseRows {
    /// `file`: the import that makes the readings. `ceilings`: the list in force, by which the lines are judged.
    pub fn new(file: i64, ceilings: Option<i64>) -> Self {
        Self { file, ceilings, purchases: BytesMut::new(), readings: BytesMut::new() }
    }

    pub fn push(&mut self, line: i32, purchase: &Purchase, reading: &PurchaseReading) -> Result<(), StoreError> {
        begin(&mut self.purchases);
        begin(&mut self.readings);
        encode_purchase(&mut self.purchases, (self.file, line), purchase).map_err(StoreError::Bug)?;
        encode_reading(&mut self.readings, (self.file, line), (self.file, self.ceilings), reading).map_err(StoreError::Bug)
    }

    pub fn take(&mut self) -> Option<EncodedPurchases> {
        let purchases = finish(&mut self.purchases)?;
        Some(EncodedPurchases { purchases, readings: finish(&mut self.readings)? })
    }

    /// A later reading of a line of that file.
    pub fn push_reading(&mut self, place: (i64, i32), reading: &PurchaseReading) -> Result<(), StoreError> {
        begin(&mut self.readings);
        encode_reading(&mut self.readings, place, (self.file, self.ceilings), reading).map_err(StoreError::Bug)
    }

    /// Writes later readings.
    pub async fn load_readings(&mut self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        let sql = format!("COPY purchase_reading ({OF_READING}) FROM STDIN (FORMAT binary)");
        match finish(&mut self.readings) {
            Some(readings) => copy(tx, &sql, readings).await,
            None => Ok(()),
        }
    }
}

fn begin(buffer: &mut BytesMut) {
    if buffer.is_empty() {
        buffer.reserve(BYTES_MAX);
        buffer.put_slice(SIGNATURE);
    }
}

fn finish(buffer: &mut BytesMut) -> Option<Bytes> {
    if buffer.is_empty() {
        return None;
    }
    buffer.put_i16(-1);
    Some(buffer.split().freeze())
}

fn encode_purchase(buffer: &mut BytesMut, (file, line): (i64, i32), purchase: &Purchase) -> Encoding {
    buffer.put_i16(PURCHASE_COLUMNS);
    long(buffer, file);
    int(buffer, line);
    long(buffer, purchase.id().number());
    text(buffer, Some(&purchase.order_id));
    day(buffer, purchase.ordered_on);
    text(buffer, Some(&purchase.buyer.digits()));
    text(buffer, Some(&purchase.buyer_name));
    text(buffer, Some(purchase.seller.code()));
    text(buffer, purchase.seller.nit().map(Nit::digits).as_deref());
    text(buffer, purchase.seller_name.as_deref());
    text(buffer, Some(&purchase.item_text));
    amount(buffer, purchase.price)?;
    amount(buffer, purchase.quantity)?;
    text(buffer, purchase.unit_text.as_deref());
    amount(buffer, purchase.line_total)?;
    text(buffer, purchase.framework.as_deref());
    text(buffer, purchase.state.as_deref());
    text(buffer, Some(&purchase.currency));
    truth(buffer, purchase.is_return());
    let implausible: Vec<&str> = purchase.implausible().into_iter().map(|reason| reason.code()).collect();
    texts(buffer, &implausible)
}

fn encode_reading(
    buffer: &mut BytesMut,
    (file, line): (i64, i32),
    (import, ceilings): (i64, Option<i64>),
    reading: &PurchaseReading,
) -> Encoding {
    buffer.put_i16(READING_COLUMNS);
    long(buffer, file);
    int(buffer, line);
    short(buffer, reading.matcher_version);
    long(buffer, import);
    int(buffer, i32::try_from(reading.set_size)?);
    maybe(buffer, reading.cum.map(|cum| cum.expediente), int);
    maybe(buffer, reading.cum.map(|cum| cum.consecutive), int);
    text(buffer, reading.market.as_deref());
    text(buffer, Some(reading.described));
    text(buffer, Some(reading.unit_basis));
    text(buffer, Some(reading.verdict.code()));
    texts(buffer, &reading.reasons)?;
    amount(buffer, reading.excess_percent)?;
    text(buffer, reading.regulated.as_ref().map(|regulated| regulated.unit.as_str()));
    amount(buffer, reading.regulated.as_ref().map(|regulated| regulated.price))?;
    amount(buffer, reading.regulated.as_ref().and_then(|regulated| regulated.units))?;
    maybe(buffer, reading.quantity_band, short);
    maybe(buffer, ceilings, long);
    text(buffer, reading.act.as_deref());
    Ok(())
}

fn maybe<T>(buffer: &mut BytesMut, value: Option<T>, put: fn(&mut BytesMut, T)) {
    match value {
        None => buffer.put_i32(-1),
        Some(value) => put(buffer, value),
    }
}

/// Also zero, which reports do not have: no group of digits.
fn amount(buffer: &mut BytesMut, value: Option<Decimal>) -> Encoding {
    if value.is_some_and(|value| value.is_zero()) {
        buffer.put_i32(8);
        buffer.put_u64(0);
        return Ok(());
    }
    number(buffer, value)
}

fn truth(buffer: &mut BytesMut, value: bool) {
    buffer.put_i32(1);
    buffer.put_u8(u8::from(value));
}

/// An array of one dimension, without a NULL in it; of none where it is empty.
fn texts(buffer: &mut BytesMut, values: &[&str]) -> Encoding {
    let start = buffer.len();
    buffer.put_i32(0);
    buffer.put_i32(i32::from(!values.is_empty()));
    buffer.put_i32(0);
    buffer.put_i32(TEXT_TYPE);
    if !values.is_empty() {
        buffer.put_i32(i32::try_from(values.len())?);
        buffer.put_i32(1);
    }
    for value in values {
        text(buffer, Some(value));
    }
    let length = i32::try_from(buffer.len() - start - 4)?;
    buffer[start..start + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_postgres::types::{ToSql, Type};

    fn encoded(put: impl FnOnce(&mut BytesMut)) -> Vec<u8> {
        let mut buffer = BytesMut::new();
        put(&mut buffer);
        buffer.to_vec()
    }

    fn library(value: &impl ToSql, kind: &Type) -> Vec<u8> {
        let mut buffer = BytesMut::new();
        value.to_sql(kind, &mut buffer).unwrap();
        let mut whole = u32::try_from(buffer.len()).unwrap().to_be_bytes().to_vec();
        whole.extend_from_slice(&buffer);
        whole
    }

    #[test]
    fn arrays_zero_and_what_is_below_it_are_written_as_the_library_writes_them() {
        for values in [&["total_mismatch", "price_zero"][..], &["x"]] {
            assert_eq!(encoded(|buffer| texts(buffer, values).unwrap()), library(&values, &Type::TEXT_ARRAY), "{values:?}");
        }
        for number in ["-12.5", "-3", "1", "7.25"] {
            let value: Decimal = number.parse().unwrap();
            assert_eq!(encoded(|buffer| amount(buffer, Some(value)).unwrap()), library(&value, &Type::NUMERIC), "{number}");
        }
        assert_eq!(encoded(|buffer| amount(buffer, Some(Decimal::ZERO)).unwrap()), [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encoded(|buffer| texts(buffer, &[]).unwrap()), [0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 25]);
        assert_eq!(encoded(|buffer| truth(buffer, true)), library(&true, &Type::BOOL));
        assert_eq!(encoded(|buffer| maybe(buffer, None, int)), (-1_i32).to_be_bytes());
    }
}
