//! The transaction of a file: all of it or nothing. The same content again changes nothing.

use deadpool_postgres::GenericClient;
use deadpool_postgres::{ClientWrapper, Transaction};
use jiff::civil::Date;
use serde_json::Value as Json;
use tokio_postgres::{Row, types::Type};

use crate::{
    cells,
    domain::{
        law::edition::{CurrentEditions, Edition, layouts_are_one_list},
        reports::source_row::RowFault,
    },
    store::{
        log::append,
        postgres::{
            copy_writer::CopyWriter,
            error::{StoreError, corrupt},
            statements,
        },
    },
};

/// Any fixed number will do; all Termómetro programs use this one.
const IMPORT_LOCK: i64 = 0x7465_726d_6f02;
/// Taken before the other one, never while holding it.
const PREPARATION_LOCK: i64 = 0x7465_726d_6f06;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    pub read: i64,
    pub accepted: i64,
    pub quarantined: i64,
    pub refused: i64,
}

impl RowCounts {
    pub fn add(&mut self, more: Self) {
        self.read += more.read;
        self.accepted += more.accepted;
        self.quarantined += more.quarantined;
        self.refused += more.refused;
    }

    /// From a row with the columns `rows_…`.
    pub fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            read: row.try_get("rows_read")?,
            accepted: row.try_get("rows_accepted")?,
            quarantined: row.try_get("rows_quarantined")?,
            refused: row.try_get("rows_refused")?,
        })
    }
}

/// The facts about a file before it is read.
pub struct NewFile<'a> {
    pub kind: &'static str,
    pub name: &'a str,
    pub sha256: &'a str,
    pub bytes: i64,
    /// Invented data of this project.
    pub sample: bool,
}

/// The facts after it was read.
#[derive(Clone, Debug, Default)]
pub struct ReadFacts<'a> {
    pub layout: &'a str,
    pub encoding: &'a str,
    pub number_format: &'a str,
    /// The day that the file speaks for, and where it comes from.
    pub cut_date: Option<(Date, CutDateFrom)>,
    /// Files of one kind and series are editions of the same list.
    pub series: &'a str,
    /// The span that reports cover, half-open.
    pub covers: Option<(Date, Date)>,
    /// Columns that the layout does not know.
    pub extra_columns: &'a [String],
}

/// Where a file came from by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOrigin {
    /// The run that read it.
    pub run: i64,
    pub address: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutDateFrom {
    /// The file itself, or the act of a publication.
    File,
    Name,
    /// The person who imported it.
    Given,
    /// The first day of the newest act that has begun, of a list that states no day.
    Acts,
}

impl CutDateFrom {
    pub fn code(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Name => "name",
            Self::Given => "given",
            Self::Acts => "acts",
        }
    }
}

/// An earlier import of the same content that was not undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Existing {
    pub id: i64,
    pub counts: RowCounts,
    pub cut_date: Option<Date>,
    pub series: String,
    pub sample: bool,
}

pub enum Begun<'a> {
    AlreadyImported(Existing),
    Fresh(Import<'a>),
}

pub struct Import<'a> {
    pub tx: Transaction<'a>,
    pub file: i64,
    faults: CopyWriter,
    extras: CopyWriter,
    ordinal: i64,
    pub counts: RowCounts,
}

/// The publisher of the sample data.
pub const SAMPLE_PUBLISHER: &str = "sample";
pub const SAMPLE_LICENCE: &str = "MIT OR Apache-2.0";

/// Where the publishers' files come from, for `meta.sources`.
fn origin(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "ceilings" => ("Ministerio de Salud y Protección Social / CNPMDM", "información pública oficial"),
        "sismed" => ("Ministerio de Salud y Protección Social, SISMED (datos abiertos)", "CC BY-SA 4.0"),
        "thermometer" => ("Ministerio de Salud y Protección Social, Clic Salud (datos.gov.co n4dj-8r7k)", "CC BY-SA 4.0"),
        "benefit_plan" => ("Ministerio de Salud y Protección Social (datos.gov.co jtqe-tuvf)", "CC BY-SA 4.0"),
        "vital_not_available" => ("INVIMA (datos.gov.co sdmr-tfmf)", "CC BY-SA 4.0"),
        "exchange_rates" => ("Superintendencia Financiera de Colombia (TRM, datos.gov.co mcec-87by)", "CC BY-SA 4.0"),
        "cum_codes" | "ium_codes" => {
            ("Ministerio de Salud y Protección Social, SISPRO (tablas de referencia)", "información pública oficial")
        }
        "tvec_orders" | "tvec_items" | "secop_contracts" | "secop_additions" => {
            ("Agencia Nacional de Contratación Pública, Colombia Compra Eficiente (datos.gov.co)", "CC BY-SA 4.0")
        }
        "actors" | "unit_conventions" => ("Operador de este servicio (cada fila cita su fuente)", "según la fuente de cada fila"),
        "undo" => ("Operador de este servicio", ""),
        "publication" => ("Comisión Nacional de Precios (acto publicado aquí)", "información pública oficial"),
        "submission" => ("Informante (reporte recibido aquí)", "reservado; los veredictos son públicos"),
        "rejudgement" => ("Termómetro (reportes juzgados de nuevo)", "CC BY-SA 4.0"),
        _ => ("INVIMA (datos.gov.co i7cb-raxc)", "CC BY-SA 4.0"),
    }
}

/// Whatever changes the law or adds reports waits here for its turn: nothing is judged while the law changes.
pub async fn lock(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.query(statements::lock_imports, &[&IMPORT_LOCK]).await?;
    Ok(())
}

/// Whatever is prepared before its turn waits here for what is prepared already: one number ahead is reserved at a time.
pub(crate) async fn lock_preparation(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.query(statements::lock_imports, &[&PREPARATION_LOCK]).await?;
    Ok(())
}

/// The number of a file that is prepared before its turn. What is imported until then gets smaller ones.
pub(crate) async fn reserve_number(tx: &Transaction<'_>) -> Result<i64, StoreError> {
    Ok(tx.query_one(statements::reserve_file_number, &[]).await?.try_get("file")?)
}

/// A transaction for long work: it may wait for its turn, and no statement of it is stopped.
pub(crate) async fn begin_long(client: &mut ClientWrapper) -> Result<Transaction<'_>, StoreError> {
    client.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0").await?;
    Ok(client.transaction().await?)
}

impl<'a> Import<'a> {
    pub async fn begin(client: &'a mut ClientWrapper, file: &NewFile<'_>) -> Result<Begun<'a>, StoreError> {
        let tx = begin_long(client).await?;
        lock(&tx).await?;
        if let Some(row) = tx.query_opt(statements::find_source_file, &[&file.kind, &file.sha256]).await? {
            return Ok(Begun::AlreadyImported(Existing {
                id: row.try_get("id")?,
                counts: RowCounts::of(&row)?,
                cut_date: row.try_get("cut_date")?,
                series: row.try_get("series")?,
                sample: row.try_get("sample")?,
            }));
        }
        Ok(Begun::Fresh(Self::on(tx, file).await?))
    }

    /// In a transaction that holds the import lock and more than this file.
    pub async fn on(tx: Transaction<'a>, file: &NewFile<'_>) -> Result<Self, StoreError> {
        let number = insert(&tx, file, None).await?.ok_or_else(|| corrupt("source_file", "a new file has no number"))?;
        Ok(Self::numbered(tx, number))
    }

    /// Of rows that were prepared under this number; now the import lock is held. `None`: the number is past, too many files came in between, and
    /// all of it is rolled back.
    pub(crate) async fn prepared(tx: Transaction<'a>, file: &NewFile<'_>, number: i64) -> Result<Option<Self>, StoreError> {
        if insert(&tx, file, Some(number)).await?.is_none() {
            tx.rollback().await?;
            return Ok(None);
        }
        Ok(Some(Self::numbered(tx, number)))
    }

    fn numbered(tx: Transaction<'a>, file: i64) -> Self {
        let types = [Type::INT8, Type::INT8, Type::TEXT, Type::TEXT, Type::INT8, Type::TEXT, Type::TEXT, Type::TEXT];
        let faults = CopyWriter::new(statements::copy_faults, &types);
        let extras = CopyWriter::new(statements::copy_source_extras, &[Type::INT8, Type::INT8, Type::JSONB]);
        Self { tx, file, faults, extras, ordinal: 0, counts: RowCounts::default() }
    }

    /// It came by itself.
    pub(crate) async fn state_origin(&self, origin: &FileOrigin) -> Result<(), StoreError> {
        let FileOrigin { run, address } = origin;
        self.tx.execute(statements::set_source_origin, &[&self.file, run, address]).await?;
        Ok(())
    }

    pub fn accepted(&mut self) {
        self.counts.read += 1;
        self.counts.accepted += 1;
    }

    pub async fn quarantined(&mut self, fault: RowFault) -> Result<(), StoreError> {
        self.counts.quarantined += 1;
        self.fault("quarantined", fault).await
    }

    pub async fn refused(&mut self, fault: RowFault) -> Result<(), StoreError> {
        self.counts.refused += 1;
        self.fault("refused", fault).await
    }

    async fn fault(&mut self, fate: &'static str, fault: RowFault) -> Result<(), StoreError> {
        self.counts.read += 1;
        self.ordinal += 1;
        let RowFault { sheet, line, column, value, reason } = fault;
        // PostgreSQL text cannot hold U+0000; the value is for a person to find the cell.
        let value = value.replace('\0', "\u{fffd}");
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        if self.faults.push(cells![self.file, self.ordinal, fate, sheet, line, column, value, reason]) {
            self.faults.flush(&self.tx).await?;
        }
        Ok(())
    }

    /// Values of columns that the layout does not know.
    pub async fn extra(&mut self, line: u64, values: Vec<(String, String)>) -> Result<(), StoreError> {
        let values: serde_json::Map<String, Json> = values.into_iter().map(|(name, value)| (name, Json::String(value))).collect();
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        if self.extras.push(cells![self.file, line, Json::Object(values)]) {
            self.extras.flush(&self.tx).await?;
        }
        Ok(())
    }

    /// Writes what was found out and makes everything visible at once; `dry_run` undoes it all instead.
    pub async fn finish(mut self, facts: &ReadFacts<'_>, dry_run: bool) -> Result<RowCounts, StoreError> {
        self.faults.flush(&self.tx).await?;
        self.extras.flush(&self.tx).await?;
        self.state_facts(facts).await?;
        if dry_run {
            self.tx.rollback().await?;
        } else {
            self.tx.query(statements::bump_data_version, &[&self.file]).await?;
            append::append(&self.tx).await?;
            self.tx.commit().await?;
        }
        Ok(self.counts)
    }

    /// Nothing of it was.
    pub(crate) async fn roll_back(self) -> Result<(), StoreError> {
        Ok(self.tx.rollback().await?)
    }

    /// What there is already of this kind and series.
    pub async fn standing(&self, kind: &str, series: &str) -> Result<CurrentEditions, StoreError> {
        standing(&self.tx, kind, series, self.file).await
    }

    /// The sample's data of a kind no longer count from this import on; the files concerned.
    pub(crate) async fn end_sample(&self, kind: Option<&str>) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = self.tx.query(statements::end_sample, &[&self.file, &kind]).await?;
        let ended: Vec<(i64, String)> =
            rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("kind")?))).collect::<Result<_, StoreError>>()?;
        let reports: Vec<i64> = ended.iter().filter(|(_, kind)| kind == "sismed").map(|(id, _)| *id).collect();
        if !reports.is_empty() {
            end_reports(&self.tx, &reports, self.file).await?;
        }
        Ok(ended)
    }

    /// By which method and age limit this import judges.
    pub(crate) async fn judged_by(&self, max_age_days: i32) -> Result<(), StoreError> {
        self.tx.execute(statements::state_method, &[&self.file, &crate::domain::law::rules::RULE_VERSION, &max_age_days]).await?;
        Ok(())
    }

    /// Also called before judging, since a list speaks only up to its cut date.
    pub(crate) async fn state_facts(&self, facts: &ReadFacts<'_>) -> Result<(), StoreError> {
        let RowCounts { read, accepted, quarantined, refused } = self.counts;
        let ReadFacts { layout, encoding, number_format, cut_date, series, covers, extra_columns } = facts;
        let (cut_date, cut_date_from) = cut_date.map(|(day, from)| (day, from.code())).unzip();
        let (covers_from, covers_until) = covers.unzip();
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[
            &self.file, layout, encoding, number_format, &cut_date, &cut_date_from, &read, &accepted, &quarantined, &refused,
            series, &covers_from, &covers_until, extra_columns,
        ];
        self.tx.execute(statements::finish_source_file, params).await?;
        Ok(())
    }
}

async fn insert(tx: &Transaction<'_>, file: &NewFile<'_>, reserved: Option<i64>) -> Result<Option<i64>, StoreError> {
    let (publisher, licence) = if file.sample { (SAMPLE_PUBLISHER, SAMPLE_LICENCE) } else { origin(file.kind) };
    let mut params: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> =
        vec![&file.kind, &file.name, &file.sha256, &file.bytes, &"", &publisher, &licence, &file.sample];
    let sql = match &reserved {
        Some(number) => {
            params.push(number);
            statements::insert_prepared_file
        }
        None => statements::insert_source_file,
    };
    Ok(tx.query_opt(sql, &params).await?.map(|row| row.try_get("id")).transpose()?)
}

/// What there is of a kind and series, beside one file.
pub async fn standing(client: &impl GenericClient, kind: &str, series: &str, but: i64) -> Result<CurrentEditions, StoreError> {
    let current = current_edition(client, kind, Some(series), but).await?;
    let of_kind = if layouts_are_one_list(kind) { current_edition(client, kind, None, but).await? } else { None };
    let usual = client.query_one(statements::usual_quarantine, &[&kind, &series, &but]).await?;
    Ok(CurrentEditions { current, of_kind, usual: (usual.try_get("quarantined")?, usual.try_get("among")?) })
}

async fn current_edition(
    client: &impl GenericClient,
    kind: &str,
    series: Option<&str>,
    but: i64,
) -> Result<Option<Edition>, StoreError> {
    let row = client.query_opt(statements::current_edition, &[&kind, &series, &but]).await?;
    row.map(|row| {
        Ok(Edition {
            import: row.try_get("id")?,
            name: row.try_get("name")?,
            day: row.try_get("cut_date")?,
            rows_read: row.try_get("rows_read")?,
            rows_accepted: row.try_get("rows_accepted")?,
            rows_quarantined: row.try_get("rows_quarantined")?,
            from_portal: false,
        })
    })
    .transpose()
}

/// The reports of files no longer count, nor do their later verdicts.
pub(crate) async fn end_reports(tx: &Transaction<'_>, files: &[i64], import: i64) -> Result<(), StoreError> {
    tx.execute(statements::end_assessments_of_files, &[&files, &import]).await?;
    let ended = tx.query_one(statements::end_reports_of_files, &[&files, &import]).await?.try_get("reports")?;
    count_ended(tx, import, ended).await
}

/// The leaf of an import states how many reports it ended, so that none can be hidden as replaced.
pub(crate) async fn count_ended(tx: &Transaction<'_>, import: i64, reports: i64) -> Result<(), StoreError> {
    tx.execute(statements::count_ended_reports, &[&import, &reports]).await?;
    Ok(())
}
