//! Reads and judges the lines of purchases again by the law that is known now: what is read in another way replaces what was read before, which stays.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio_postgres::Row;

use super::{
    purchases::{LineReader, ROWS_AT_ONCE, ceilings_in_use},
    report::ImportError,
};
use crate::{
    domain::{
        identifier::{nit::Nit, taxpayer::Taxpayer},
        purchases::{
            purchase::Purchase,
            reading::{MATCHER_VERSION, PurchaseReading},
        },
        verdict::judge::Verdict,
    },
    store::{
        imports::purchase_rows::PurchaseRows,
        postgres::{
            database::Database,
            error::{StoreError, corrupt},
            statements,
        },
        transaction::import::{self, Import, NewFile, ReadFacts},
    },
    text::hex::sha256,
};

/// What became of the lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PurchasesReadAgain {
    /// The import's number; none when every line is read as before.
    pub import: Option<i64>,
    pub lines: u64,
    pub changed: u64,
    /// Lines by verdict.
    pub before: BTreeMap<&'static str, u64>,
    pub after: BTreeMap<&'static str, u64>,
}

pub async fn read_again(database: &Database, max_age_days: i32) -> Result<PurchasesReadAgain, ImportError> {
    let mut client = database.import_connection().await?;
    let tx = import::begin_long(&mut client).await?;
    import::lock(&tx).await?;
    let mut done = PurchasesReadAgain::default();
    let edition = tx.query_opt(statements::purchase_edition_in_use, &[]).await.map_err(StoreError::from)?;
    let Some(edition) = edition else { return Ok(done) };
    let edition: i64 = edition.try_get("source_file_id").map_err(StoreError::from)?;
    let newest = tx.query_one(statements::newest_source_file, &[]).await.map_err(StoreError::from)?;
    let newest: i64 = newest.try_get("id").map_err(StoreError::from)?;
    let name = format!("purchases of import {edition} by matcher {MATCHER_VERSION}");
    let sha256 = sha256(format!("{name}, after import {newest}"));
    let import = Import::on(tx, &NewFile { kind: "rejudgement", name: &name, sha256: &sha256, bytes: 0, sample: false }).await?;
    let mut reader = LineReader::begin(database, max_age_days).await?;
    let mut rows = PurchaseRows::new(import.file, ceilings_in_use(&import).await?);
    let mut after = 0;
    while let Some(last) = page(&import, edition, after, (&mut reader, &mut rows), &mut done).await? {
        after = last;
    }
    if done.changed == 0 {
        import.roll_back().await?;
        return Ok(done);
    }
    done.import = Some(import.file);
    import.finish(&ReadFacts::default(), false).await?;
    Ok(done)
}

/// The last line of those that were read; `None` after the last one of all.
async fn page(
    import: &Import<'_>,
    edition: i64,
    after: i32,
    (reader, rows): (&mut LineReader, &mut PurchaseRows),
    done: &mut PurchasesReadAgain,
) -> Result<Option<i32>, StoreError> {
    let limit = i64::try_from(ROWS_AT_ONCE).unwrap_or(i64::MAX);
    let stored = import.tx.query(statements::purchases_to_read, &[&edition, &after, &MATCHER_VERSION, &limit]).await?;
    let purchases: Vec<Purchase> = stored.iter().map(purchase).collect::<Result<_, _>>()?;
    let tables = reader.prepare(&purchases.iter().collect::<Vec<_>>()).await?;
    let mut replaced: Vec<i32> = Vec::new();
    for (row, purchase) in stored.iter().zip(&purchases) {
        let now = reader.judge(purchase, &tables);
        let (is_same, verdict) = before(row, &now)?;
        done.lines += 1;
        *done.after.entry(now.verdict.code()).or_default() += 1;
        if let Some(verdict) = verdict {
            *done.before.entry(verdict.code()).or_default() += 1;
        }
        if !is_same {
            let line = row.try_get("line")?;
            replaced.push(line);
            rows.push_reading((edition, line), &now)?;
        }
    }
    if !replaced.is_empty() {
        done.changed += replaced.len() as u64;
        import
            .tx
            .execute(statements::supersede_purchase_readings, &[&import.file, &edition, &replaced, &MATCHER_VERSION])
            .await?;
        rows.load_readings(&import.tx).await?;
    }
    Ok(stored.last().map(|row| row.try_get("line")).transpose()?)
}

fn purchase(row: &Row) -> Result<Purchase, StoreError> {
    let buyer: &str = row.try_get("buyer_nit")?;
    let seller: Option<&str> = row.try_get("seller_nit")?;
    let seller = match (seller, row.try_get("seller_kind")?) {
        (Some(text), _) => Taxpayer::Organisation(nit(text)?),
        (None, "natural_person") => Taxpayer::NaturalPerson,
        (None, _) => Taxpayer::NotStated,
    };
    Ok(Purchase {
        order_id: row.try_get("order_id")?,
        ordered_on: row.try_get::<_, Date>("ordered_on")?,
        buyer: nit(buyer)?,
        buyer_name: row.try_get("buyer_name")?,
        seller,
        seller_name: row.try_get("seller_name")?,
        item_text: row.try_get("item_text")?,
        price: row.try_get("price")?,
        quantity: row.try_get("quantity")?,
        unit_text: row.try_get("unit_text")?,
        line_total: row.try_get("line_total")?,
        framework: row.try_get("framework")?,
        state: row.try_get("state")?,
        currency: row.try_get("currency")?,
    })
}

fn nit(text: &str) -> Result<Nit, StoreError> {
    text.parse::<Nit>().map_err(|error| corrupt("purchase", error))
}

/// Whether a line is read as it was read before; the verdict that it had then.
fn before(row: &Row, now: &PurchaseReading) -> Result<(bool, Option<Verdict>), StoreError> {
    let Some(verdict) = row.try_get::<_, Option<&str>>("verdict")? else { return Ok((false, None)) };
    let verdict = Verdict::from_code(verdict).ok_or_else(|| corrupt("purchase_reading", verdict))?;
    let regulated = now.regulated.as_ref();
    let number = |column: &str| row.try_get::<_, Option<Decimal>>(column);
    let text = |column: &str| row.try_get::<_, Option<&str>>(column);
    let whole = |column: &str| row.try_get::<_, Option<i32>>(column);
    let is_same = verdict == now.verdict
        && row.try_get::<_, Vec<&str>>("reasons")? == now.reasons
        && whole("set_size")?.map(i64::from) == i64::try_from(now.set_size).ok()
        && whole("expediente")? == now.cum.map(|cum| cum.expediente)
        && whole("consecutive")? == now.cum.map(|cum| cum.consecutive)
        && text("market")? == now.market.as_deref()
        && text("described")? == Some(now.described)
        && text("unit_basis")? == Some(now.unit_basis)
        && number("excess_percent")? == now.excess_percent
        && text("regulated_unit")? == regulated.map(|regulated| regulated.unit.as_str())
        && number("regulated_price")? == regulated.map(|regulated| regulated.price)
        && number("regulated_units")? == regulated.and_then(|regulated| regulated.units)
        && row.try_get::<_, Option<i16>>("quantity_band")? == now.quantity_band
        && text("act_id")? == now.act.as_deref();
    Ok((is_same, Some(verdict)))
}
