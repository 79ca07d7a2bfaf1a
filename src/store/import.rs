//! One file, one transaction: all of it or nothing. The same content again changes nothing.

use deadpool_postgres::GenericClient;
use deadpool_postgres::{ClientWrapper, Transaction};
use jiff::civil::Date;
use tokio_postgres::types::Type;

use super::{bulk::Bulk, error::StoreError, statements};
use crate::{cells, domain::source_row::Fault};

/// Any fixed number will do; all Termómetro programs use this one.
const IMPORT_LOCK: i64 = 0x7465_726d_6f02;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    pub read: i64,
    pub accepted: i64,
    pub quarantined: i64,
    pub refused: i64,
}

/// What is known of a file before it is read.
pub struct NewFile<'a> {
    pub kind: &'static str,
    pub name: &'a str,
    pub sha256: &'a str,
    pub bytes: i64,
}

/// What is known after.
pub struct ReadFacts<'a> {
    pub layout: &'a str,
    pub encoding: &'a str,
    pub number_format: &'a str,
    pub cut_date: Option<Date>,
}

pub enum Begun<'a> {
    AlreadyImported(RowCounts),
    Fresh(Import<'a>),
}

pub struct Import<'a> {
    pub tx: Transaction<'a>,
    pub file: i64,
    faults: Bulk,
    ordinal: i64,
    pub counts: RowCounts,
}

/// Where the publishers' files come from, for `meta.sources`.
fn origin(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "ceilings" => ("Ministerio de Salud y Protección Social / CNPMDM", "información pública oficial"),
        "sismed" => ("Ministerio de Salud y Protección Social, SISMED (datos abiertos)", "CC BY-SA 4.0"),
        "thermometer" => ("Ministerio de Salud y Protección Social, Clic Salud (datos.gov.co n4dj-8r7k)", "CC BY-SA 4.0"),
        "publication" => ("Comisión Nacional de Precios (acto publicado aquí)", "información pública oficial"),
        "submission" => ("Informante (reporte recibido aquí)", "reservado; los veredictos son públicos"),
        _ => ("INVIMA (datos.gov.co i7cb-raxc)", "CC BY-SA 4.0"),
    }
}

/// Whatever changes the law or adds reports waits here for its turn: nothing is judged while the law changes.
pub async fn lock(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.query(statements::lock_imports, &[&IMPORT_LOCK]).await?;
    Ok(())
}

impl<'a> Import<'a> {
    pub async fn begin(client: &'a mut ClientWrapper, file: &NewFile<'_>) -> Result<Begun<'a>, StoreError> {
        client
            .batch_execute("SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0")
            .await?;
        let tx = client.transaction().await?;
        lock(&tx).await?;
        if let Some(row) = tx.query_opt(statements::find_source_file, &[&file.kind, &file.sha256]).await? {
            return Ok(Begun::AlreadyImported(RowCounts {
                read: row.try_get("rows_read")?,
                accepted: row.try_get("rows_accepted")?,
                quarantined: row.try_get("rows_quarantined")?,
                refused: row.try_get("rows_refused")?,
            }));
        }
        Ok(Begun::Fresh(Self::on(tx, file).await?))
    }

    /// In a transaction that holds the import lock and more than this file.
    pub async fn on(tx: Transaction<'a>, file: &NewFile<'_>) -> Result<Self, StoreError> {
        let (publisher, licence) = origin(file.kind);
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&file.kind, &file.name, &file.sha256, &file.bytes, &"", &publisher, &licence];
        let id: i64 = tx.query_one(statements::insert_source_file, params).await?.try_get("id")?;
        let types = [Type::INT8, Type::INT8, Type::TEXT, Type::TEXT, Type::INT8, Type::TEXT, Type::TEXT, Type::TEXT];
        let faults = Bulk::new(statements::copy_faults, &types);
        Ok(Self { tx, file: id, faults, ordinal: 0, counts: RowCounts::default() })
    }

    pub fn accepted(&mut self) {
        self.counts.read += 1;
        self.counts.accepted += 1;
    }

    /// A row that was not taken, kept elsewhere.
    pub fn set_aside(&mut self, refused: bool) {
        self.counts.read += 1;
        *(if refused { &mut self.counts.refused } else { &mut self.counts.quarantined }) += 1;
    }

    /// The values of columns that the layout does not know, beside the row of that line.
    pub fn extra(&mut self, _line: u64, _values: Vec<(String, String)>) {}

    pub async fn quarantined(&mut self, fault: Fault) -> Result<(), StoreError> {
        self.counts.quarantined += 1;
        self.fault("quarantined", fault).await
    }

    pub async fn refused(&mut self, fault: Fault) -> Result<(), StoreError> {
        self.counts.refused += 1;
        self.fault("refused", fault).await
    }

    async fn fault(&mut self, fate: &'static str, fault: Fault) -> Result<(), StoreError> {
        self.counts.read += 1;
        self.ordinal += 1;
        let Fault { sheet, line, column, value, reason } = fault;
        // PostgreSQL text cannot hold U+0000; the value is for a person to find the cell.
        let value = value.replace('\0', "\u{fffd}");
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        if self.faults.push(cells![self.file, self.ordinal, fate, sheet, line, column, value, reason]) {
            self.faults.flush(&self.tx).await?;
        }
        Ok(())
    }

    /// Writes what was found out and makes everything visible at once; `dry_run` undoes it all instead.
    pub async fn finish(mut self, facts: &ReadFacts<'_>, dry_run: bool) -> Result<RowCounts, StoreError> {
        self.faults.flush(&self.tx).await?;
        self.state_facts(facts).await?;
        if dry_run {
            self.tx.rollback().await?;
        } else {
            self.tx.query(statements::bump_data_version, &[]).await?;
            self.tx.commit().await?;
        }
        Ok(self.counts)
    }

    /// By which method and age limit this import judges.
    pub async fn judged_by(&self, max_age_days: i32) -> Result<(), StoreError> {
        self.tx.execute(statements::state_method, &[&self.file, &crate::domain::law::RULE_VERSION, &max_age_days]).await?;
        Ok(())
    }

    /// Also called before judging, since a list speaks only up to its cut date.
    pub async fn state_facts(&self, facts: &ReadFacts<'_>) -> Result<(), StoreError> {
        let RowCounts { read, accepted, quarantined, refused } = self.counts;
        let ReadFacts { layout, encoding, number_format, cut_date } = facts;
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&self.file, layout, encoding, number_format, cut_date, &read, &accepted, &quarantined, &refused];
        self.tx.execute(statements::finish_source_file, params).await?;
        Ok(())
    }

    /// Reserves `count` ids of a sequence.
    pub async fn reserve(&self, statement: &str, count: i32) -> Result<Vec<i64>, StoreError> {
        let rows = GenericClient::query(&self.tx, statement, &[&count]).await?;
        rows.iter().map(|row| row.try_get("id").map_err(StoreError::from)).collect()
    }
}
