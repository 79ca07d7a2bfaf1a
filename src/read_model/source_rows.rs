//! Where every ceiling was read from, for those who look up all of them at once.

use std::{collections::HashMap, sync::Arc};

use deadpool_postgres::GenericClient;
use futures_util::TryStreamExt;
use tokio_postgres::{Row, types::ToSql};

use super::{
    ceilings::{SourceRow, WantedSource},
    statements,
};
use crate::{
    domain::{channel::Column, cum::Cum, law::Basis, lawbook::LawBook},
    store::error::{StoreError, corrupt},
};

#[derive(Clone)]
struct Place {
    sheet: Option<Arc<str>>,
    line: i64,
}

#[derive(Default)]
pub struct SourceRows {
    files: HashMap<i64, (String, String)>,
    ceilings: HashMap<(i64, Cum, Column), Place>,
    /// By list and market: the first row, with its place among all.
    markets: HashMap<(i64, String), (i64, Place)>,
}

impl SourceRows {
    pub async fn load(client: &impl GenericClient) -> Result<Self, StoreError> {
        let mut found = Self::default();
        let mut sheets = Sheets::default();
        let mut rows = std::pin::pin!(stream(client, statements::whole_files).await?);
        while let Some(row) = rows.try_next().await? {
            found.files.insert(row.try_get("id")?, (row.try_get("name")?, row.try_get("sha256")?));
        }
        let mut rows = std::pin::pin!(stream(client, statements::whole_ceiling_rows).await?);
        while let Some(row) = rows.try_next().await? {
            let column: &str = row.try_get("column_code")?;
            let column: Column = column.parse().map_err(|()| corrupt("ceiling", column))?;
            let cum = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
            found.ceilings.entry((row.try_get("source_file_id")?, cum, column)).or_insert(sheets.place(&row)?);
        }
        let mut rows = std::pin::pin!(stream(client, statements::whole_market_rows).await?);
        while let Some(row) = rows.try_next().await? {
            let key = (row.try_get("source_file_id")?, row.try_get("market")?);
            found.markets.entry(key).or_insert((row.try_get("id")?, sheets.place(&row)?));
        }
        Ok(found)
    }

    /// As `ceiling_source.sql` and `market_source.sql` answer.
    pub fn find(&self, cum: Cum, book: &LawBook, wanted: WantedSource) -> Option<SourceRow> {
        let place = if wanted.basis == Basis::PublishedForCum {
            self.ceilings.get(&(wanted.list, cum, wanted.column))?
        } else {
            let own = book.statements.iter().filter(|statement| statement.cum == cum);
            let rows = own.filter_map(|own| self.markets.get(&(wanted.list, own.market.clone()?)));
            &rows.min_by_key(|(id, _)| *id)?.1
        };
        let (file, sha256) = self.files.get(&wanted.list)?.clone();
        Some(SourceRow { file, sha256, sheet: place.sheet.as_deref().map(str::to_owned), line: place.line })
    }
}

/// A list has tens of thousands of rows in a handful of sheets.
#[derive(Default)]
struct Sheets(HashMap<String, Arc<str>>);

impl Sheets {
    fn place(&mut self, row: &Row) -> Result<Place, StoreError> {
        let name: Option<&str> = row.try_get("sheet")?;
        let sheet = name.map(|name| self.0.entry(name.to_owned()).or_insert_with(|| name.into()).clone());
        Ok(Place { sheet, line: row.try_get("line")? })
    }
}

async fn stream(client: &impl GenericClient, sql: &str) -> Result<tokio_postgres::RowStream, StoreError> {
    let statement = client.prepare_cached(sql).await?;
    let nothing: [Box<dyn ToSql + Sync + Send>; 0] = [];
    Ok(client.query_raw(&statement, nothing).await?)
}
