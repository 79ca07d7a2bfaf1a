//! The rows that ceilings were read from: of all, or of one registration.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use deadpool_postgres::GenericClient;
use futures_util::TryStreamExt;
use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio_postgres::{Row, types::ToSql};

use crate::{
    domain::{
        identifier::cum::Cum,
        law::{
            basis::{self, LegalBasis},
            channel::{CeilingColumn, Place},
            lawbook::{ApplicableLaw, ProductLaw},
            rules::{CeilingOrigin, IpsMargin},
        },
        number::exact,
    },
    read_model::statements,
    store::postgres::error::{StoreError, corrupt},
};

/// The row of a published file that states a ceiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CeilingSource {
    pub file: Arc<str>,
    pub sha256: Arc<str>,
    pub sheet: Option<Arc<str>>,
    pub line: i64,
    pub origin: Option<SourceOrigin>,
}

/// Where a file came from by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceOrigin {
    pub run: i64,
    pub address: Arc<str>,
}

/// A file's name, its digest, and where it came from.
type ListedFile = (Arc<str>, Arc<str>, Option<SourceOrigin>);

/// Which rows a ceiling was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedSource {
    /// The source file.
    pub list: i64,
    pub column: CeilingColumn,
    pub basis: CeilingOrigin,
    /// As the row states it that is shown: for the pack; `None` where nothing binds.
    pub amount: Option<Decimal>,
    pub margin: Option<Decimal>,
    /// What a unit price is multiplied with.
    content: Option<Decimal>,
    pub two_prices: bool,
}

/// A row as it was found: a pack's price, or a unit price.
pub struct FoundRow {
    pub amount: Option<Decimal>,
    pub margin: Option<Decimal>,
    pub source: CeilingSource,
}

impl WantedSource {
    pub fn of(place: Place, view: &ApplicableLaw, day: Date) -> Option<Self> {
        let (newest, mut stated) = basis::in_force(&view.candidates, day)?;
        let (shown, two_prices) = match &view.ground {
            LegalBasis::Ceiling { chosen, remarks } => (view.candidates.get(chosen.index)?, remarks.two_prices),
            LegalBasis::NoCeilingForThisStage { remarks } if remarks.two_prices => (newest, true),
            LegalBasis::Unknown { reference: Some(chosen), .. } => (view.candidates.get(chosen.index)?, stated.nth(1).is_some()),
            _ => return None,
        };
        let margin = if let IpsMargin::Pesos(pesos) = shown.ips_margin { Some(pesos) } else { None };
        let content = view.facts.regulated_units;
        let (list, column, basis, amount) = (shown.list_order, place.column(), shown.basis, shown.amount);
        Some(Self { list, column, basis, amount, margin, content, two_prices })
    }

    /// What a row states for the pack.
    pub fn pack(&self, row: &FoundRow) -> Option<Decimal> {
        match self.basis {
            CeilingOrigin::PublishedForCum => row.amount,
            CeilingOrigin::DerivedFromUnitPrice => exact::product(row.amount?, self.content?),
        }
    }
}

#[derive(Clone)]
struct ValueSource {
    sheet: Option<Arc<str>>,
    line: i64,
    amount: Option<Decimal>,
    margin: Option<Decimal>,
}

#[derive(Default)]
pub struct SourceRows {
    files: HashMap<i64, ListedFile>,
    ceilings: HashMap<(i64, Cum, CeilingColumn), ValueSource>,
    /// The further rows of a list that states one of them more than once, which hardly any does.
    further: HashMap<(i64, Cum, CeilingColumn), Vec<ValueSource>>,
    /// By list and market: its rows, with their places among all.
    markets: HashMap<(i64, String), Vec<(i64, ValueSource)>>,
}

impl SourceRows {
    pub async fn load(client: &impl GenericClient) -> Result<Self, StoreError> {
        let (mut found, mut sheets) = (Self::default(), Sheets::default());
        let mut rows = std::pin::pin!(stream(client, statements::whole_files).await?);
        while let Some(row) = rows.try_next().await? {
            found.add_file(&row)?;
        }
        let mut rows = std::pin::pin!(stream(client, statements::whole_ceiling_rows).await?);
        while let Some(row) = rows.try_next().await? {
            found.add_ceiling(&row, &mut sheets)?;
        }
        let mut rows = std::pin::pin!(stream(client, statements::whole_market_rows).await?);
        while let Some(row) = rows.try_next().await? {
            found.add_market(&row, &mut sheets)?;
        }
        Ok(found)
    }

    /// Of one registration's presentations, and of their markets.
    pub async fn of_registration(client: &impl GenericClient, expediente: i32) -> Result<Self, StoreError> {
        let (mut found, mut sheets) = (Self::default(), Sheets::default());
        let statement = client.prepare_cached(statements::registration_sources).await?;
        for row in client.query(&statement, &[&expediente]).await? {
            found.add_file(&row)?;
            match row.try_get::<_, Option<&str>>("market")? {
                Some(_) => found.add_market(&row, &mut sheets)?,
                None => found.add_ceiling(&row, &mut sheets)?,
            }
        }
        Ok(found)
    }

    fn add_file(&mut self, row: &Row) -> Result<(), StoreError> {
        if let Entry::Vacant(file) = self.files.entry(row.try_get("source_file_id")?) {
            file.insert((row.try_get::<_, &str>("name")?.into(), row.try_get::<_, &str>("sha256")?.into(), origin(row)?));
        }
        Ok(())
    }

    fn add_ceiling(&mut self, row: &Row, sheets: &mut Sheets) -> Result<(), StoreError> {
        let column: &str = row.try_get("column_code")?;
        let column: CeilingColumn = column.parse().map_err(|()| corrupt("ceiling", column))?;
        let cum = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
        let (key, place) = ((row.try_get("source_file_id")?, cum, column), sheets.place(row)?);
        match self.ceilings.entry(key) {
            Entry::Vacant(first) => _ = first.insert(place),
            Entry::Occupied(_) => self.further.entry(key).or_default().push(place),
        }
        Ok(())
    }

    fn add_market(&mut self, row: &Row, sheets: &mut Sheets) -> Result<(), StoreError> {
        let key = (row.try_get("source_file_id")?, row.try_get("market")?);
        self.markets.entry(key).or_default().push((row.try_get("id")?, sheets.place(row)?));
        Ok(())
    }

    /// The rows of one list that state a ceiling, in its order: more than one where it states two prices.
    pub fn find(&self, cum: Cum, book: &ProductLaw, wanted: &WantedSource) -> Vec<FoundRow> {
        let Some((file, sha256, origin)) = self.files.get(&wanted.list) else { return Vec::new() };
        let found: Vec<&ValueSource> = if wanted.basis == CeilingOrigin::PublishedForCum {
            let key = (wanted.list, cum, wanted.column);
            self.ceilings.get(&key).into_iter().chain(self.further.get(&key).into_iter().flatten()).collect()
        } else {
            let own = book.statements.iter().filter(|statement| statement.cum == cum);
            let mut markets: Vec<&str> = own.filter_map(|own| own.market.as_deref()).collect();
            markets.sort_unstable();
            markets.dedup();
            let of = |market: &str| self.markets.get(&(wanted.list, market.to_owned())).into_iter().flatten();
            let mut rows: Vec<&(i64, ValueSource)> = markets.into_iter().flat_map(of).collect();
            rows.sort_by_key(|(id, _)| *id);
            rows.into_iter().map(|(_, place)| place).collect()
        };
        let row = |ValueSource { sheet, line, amount, margin }: &ValueSource| {
            let (file, sha256, sheet, origin) = (file.clone(), sha256.clone(), sheet.clone(), origin.clone());
            let source = CeilingSource { file, sha256, sheet, line: *line, origin };
            FoundRow { amount: *amount, margin: *margin, source }
        };
        found.into_iter().map(row).collect()
    }
}

/// From the columns `feed_run_id` and `address` of a file.
/// From a row with the columns `file`, `sha256`, `line`, and those of `origin`.
pub fn row_of_file(row: &Row) -> Result<CeilingSource, StoreError> {
    let (file, sha256): (&str, &str) = (row.try_get("file")?, row.try_get("sha256")?);
    let (file, sha256) = (file.into(), sha256.into());
    Ok(CeilingSource { file, sha256, sheet: None, line: row.try_get("line")?, origin: origin(row)? })
}

pub fn origin(row: &Row) -> Result<Option<SourceOrigin>, StoreError> {
    let (run, address): (Option<i64>, Option<&str>) = (row.try_get("feed_run_id")?, row.try_get("address")?);
    Ok(run.zip(address).map(|(run, address)| SourceOrigin { run, address: address.into() }))
}

/// A list has tens of thousands of rows in a handful of sheets.
#[derive(Default)]
struct Sheets(HashMap<String, Arc<str>>);

impl Sheets {
    fn place(&mut self, row: &Row) -> Result<ValueSource, StoreError> {
        let name: Option<&str> = row.try_get("sheet")?;
        let sheet = name.map(|name| self.0.entry(name.to_owned()).or_insert_with(|| name.into()).clone());
        Ok(ValueSource { sheet, line: row.try_get("line")?, amount: row.try_get("amount")?, margin: row.try_get("margin")? })
    }
}

async fn stream(client: &impl GenericClient, sql: &str) -> Result<tokio_postgres::RowStream, StoreError> {
    let statement = client.prepare_cached(sql).await?;
    let nothing: [Box<dyn ToSql + Sync + Send>; 0] = [];
    Ok(client.query_raw(&statement, nothing).await?)
}
