//! Lines of public purchases with what they were read as. A line that is implausible, cancelled or returned has no verdict, whatever it was read as.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::Row;

use crate::{
    domain::{
        identifier::cum::Cum,
        item_text::{read::read, token::TextToken},
        purchases::purchase::PurchaseId,
        verdict::judge::Verdict,
    },
    read_model::{ReadModel, statements},
    store::postgres::error::{StoreError, corrupt},
};

/// Who sold: a natural person has neither number nor name here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SellerView {
    /// `organisation`, `natural_person` or `not_stated`.
    pub kind: String,
    pub nit: Option<String>,
    pub name: Option<String>,
}

/// What a line was read as when it was judged.
#[derive(Clone, Debug)]
pub struct PurchaseReadingView {
    pub set_size: i32,
    pub cum: Option<Cum>,
    pub market: Option<String>,
    pub described: String,
    pub unit_basis: String,
    pub excess_percent: Option<Decimal>,
    pub regulated_unit: Option<String>,
    pub regulated_price: Option<Decimal>,
    pub regulated_units: Option<Decimal>,
    pub quantity_band: Option<i16>,
    pub act: Option<String>,
}

#[derive(Clone, Debug)]
pub struct PurchaseView {
    pub id: PurchaseId,
    /// Of the file that it stands in.
    pub line: i32,
    pub source_file_id: i64,
    pub order_id: String,
    pub ordered_on: Date,
    pub buyer_nit: String,
    pub buyer_name: String,
    pub seller: SellerView,
    pub item_text: String,
    pub price: Option<Decimal>,
    pub quantity: Option<Decimal>,
    pub unit_text: Option<String>,
    pub line_total: Option<Decimal>,
    pub framework: Option<String>,
    pub state: Option<String>,
    pub currency: String,
    pub is_return: bool,
    pub cancelled: bool,
    pub implausible: Vec<String>,
    /// False: in no figure.
    pub counts: bool,
    /// What may be said of it in public.
    pub verdict: Verdict,
    pub reasons: Vec<String>,
    /// `None`: not read yet.
    pub reading: Option<PurchaseReadingView>,
}

#[derive(Clone, Debug, Default)]
pub struct PurchaseFilter {
    pub market: Option<String>,
    pub cum: Option<Cum>,
    pub buyer: Option<String>,
    pub verdict: Option<Verdict>,
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub described: Option<&'static str>,
}

/// The edition of lines that counts.
#[derive(Clone, Debug)]
pub struct PurchaseEdition {
    pub source_file_id: i64,
    pub recorded_at: Timestamp,
}

impl ReadModel {
    /// In order of id, then of line.
    pub async fn list_purchases(
        &self,
        filter: &PurchaseFilter,
        after: Option<(i64, i32)>,
        limit: i64,
    ) -> Result<Vec<PurchaseView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let PurchaseFilter { market, cum, buyer, verdict, from, until, described } = filter;
        let (expediente, consecutive) = (cum.map(|cum| cum.expediente), cum.map(|cum| cum.consecutive));
        let verdict = verdict.map(Verdict::code);
        let (id, line) = after.unzip();
        let rows = connection
            .query(
                statements::purchase_list,
                &[market, &expediente, &consecutive, buyer, &verdict, from, until, described, &id, &line, &limit],
            )
            .await?;
        rows.iter().map(purchase).collect()
    }

    /// All lines that are alike in everything, of the edition that counts.
    pub async fn show_purchase(&self, id: PurchaseId) -> Result<Vec<PurchaseView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.query(statements::purchase_one, &[&id.number()]).await?.iter().map(purchase).collect()
    }

    pub async fn purchase_edition(&self, kind: &'static str) -> Result<Option<PurchaseEdition>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let row = connection.query_opt(statements::purchase_edition_of, &[&kind]).await?;
        row.map(|row| {
            Ok(PurchaseEdition { source_file_id: row.try_get("source_file_id")?, recorded_at: row.try_get("recorded_at")? })
        })
        .transpose()
    }

    /// The lines of whole orders, in order of the order's id, with what their texts say.
    pub async fn purchases_of_orders(
        &self,
        after: Option<&str>,
        orders: i64,
    ) -> Result<Vec<(PurchaseView, Vec<TextToken>)>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::purchase_orders, &[&after, &orders]).await?;
        let lines = rows.iter().map(purchase).collect::<Result<Vec<_>, _>>()?;
        drop(connection);
        let index = self.item_index().await?;
        let read_all = move || {
            let tokens = |line: PurchaseView| {
                let tokens = read(&line.item_text, index.vocabulary()).tokens;
                (line, tokens)
            };
            lines.into_iter().map(tokens).collect::<Vec<_>>()
        };
        tokio::task::spawn_blocking(read_all).await.map_err(|error| StoreError::Bug(Box::new(error)))
    }
}

fn purchase(row: &Row) -> Result<PurchaseView, StoreError> {
    let id: i64 = row.try_get("id")?;
    let verdict: &str = row.try_get("verdict")?;
    Ok(PurchaseView {
        id: PurchaseId::from_number(id).ok_or_else(|| corrupt("purchase", "id"))?,
        line: row.try_get("line")?,
        source_file_id: row.try_get("source_file_id")?,
        order_id: row.try_get("order_id")?,
        ordered_on: row.try_get("ordered_on")?,
        buyer_nit: row.try_get("buyer_nit")?,
        buyer_name: row.try_get("buyer_name")?,
        seller: seller(row)?,
        item_text: row.try_get("item_text")?,
        price: row.try_get("price")?,
        quantity: row.try_get("quantity")?,
        unit_text: row.try_get("unit_text")?,
        line_total: row.try_get("line_total")?,
        framework: row.try_get("framework")?,
        state: row.try_get("state")?,
        currency: row.try_get("currency")?,
        is_return: row.try_get("is_return")?,
        cancelled: row.try_get("cancelled")?,
        implausible: row.try_get("implausible")?,
        counts: row.try_get("counts")?,
        verdict: Verdict::from_code(verdict).ok_or_else(|| corrupt("purchase_reading", verdict))?,
        reasons: row.try_get("reasons")?,
        reading: reading(row)?,
    })
}

pub(super) fn seller(row: &Row) -> Result<SellerView, StoreError> {
    Ok(SellerView { kind: row.try_get("seller_kind")?, nit: row.try_get("seller_nit")?, name: row.try_get("seller_name")? })
}

fn reading(row: &Row) -> Result<Option<PurchaseReadingView>, StoreError> {
    let Some(set_size) = row.try_get::<_, Option<i32>>("set_size")? else { return Ok(None) };
    let (expediente, consecutive): (Option<i32>, Option<i32>) = (row.try_get("expediente")?, row.try_get("consecutive")?);
    Ok(Some(PurchaseReadingView {
        set_size,
        cum: expediente.zip(consecutive).map(|(expediente, consecutive)| Cum::new(expediente, consecutive)),
        market: row.try_get("market")?,
        described: row.try_get("described")?,
        unit_basis: row.try_get("unit_basis")?,
        excess_percent: row.try_get("excess_percent")?,
        regulated_unit: row.try_get("regulated_unit")?,
        regulated_price: row.try_get("regulated_price")?,
        regulated_units: row.try_get("regulated_units")?,
        quantity_band: row.try_get("quantity_band")?,
        act: row.try_get("act_id")?,
    }))
}
