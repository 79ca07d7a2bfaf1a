//! `list_exchange_rates`: pesos for a dollar (TRM), as the list that counts has it.

use jiff::civil::Date;
use tokio_postgres::Row;

use crate::{
    domain::law::listed::ListedRate,
    read_model::{
        ReadModel,
        source_rows::{self, CeilingSource},
        statements,
    },
    store::postgres::error::StoreError,
};

#[derive(Clone, Debug)]
pub struct RateView {
    pub listed: ListedRate,
    /// The day that the list speaks for.
    pub list_day: Option<Date>,
    pub source: CeilingSource,
}

impl ReadModel {
    /// Those that hold for a day of the span, half-open; `start`: how many come before.
    pub async fn list_exchange_rates(
        &self,
        (from, until): (Option<Date>, Option<Date>),
        start: usize,
        limit: i64,
    ) -> Result<Vec<RateView>, StoreError> {
        let start = i64::try_from(start).unwrap_or(i64::MAX);
        let mut connection = self.database.read_connection().await?;
        connection.query(statements::exchange_rates, &[&from, &until, &start, &limit]).await?.iter().map(view).collect()
    }
}

fn view(row: &Row) -> Result<RateView, StoreError> {
    let (rate, first_day, last_day) = (row.try_get("rate")?, row.try_get("first_day")?, row.try_get("last_day")?);
    Ok(RateView {
        listed: ListedRate { rate, first_day, last_day },
        list_day: row.try_get("cut_date")?,
        source: source_rows::row_of_file(row)?,
    })
}
