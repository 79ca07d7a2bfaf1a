//! Builds the files and stores those that differ: one builder at a time, from one state of the database, in the background.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    time::Duration,
};

use deadpool_postgres::{ClientWrapper, GenericClient, Transaction};
use futures_util::TryStreamExt;
use jiff::civil::Date;
use tokio::sync::mpsc;
use tokio_postgres::{IsolationLevel, Row};

use super::{
    changes::deltas,
    data_set::{DataSet, Inputs},
    data_sets,
    error::ExportError,
    periods::{changed_months, joined_files, manifest, month_of},
    render::{Rendered, digest, empty, made_of, render},
    schema::schema,
    storing::{Base, FileInParts, NewVersion, PeriodFiles, keep, period_files, store, whole_files},
};
use crate::{
    store::postgres::{database::Database, error::corrupt, statements},
    text::hex::hex,
};

/// Any fixed number will do; all Termómetro programs use this one. It is not the imports' lock: nothing waits for a build.
const EXPORT_LOCK: i64 = 0x7465_726d_6f17;
const ROWS_AT_ONCE: usize = 256;
const BATCHES_WAITING_MAX: usize = 2;
/// Files of a period, on disk until they are stored.
const RENDERED_WAITING_MAX: usize = 1;
/// A country's data take as long as they take.
const UNLIMITED: &str = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";

/// Makes and stores files; cheap to clone.
#[derive(Clone)]
pub struct Builder {
    pub database: Database,
    /// Where files wait until they are stored.
    pub folder: PathBuf,
    /// Versions of a data set that are kept.
    pub kept: u32,
    /// New reports alone wait until so long after the last files that rest on reports. Whatever else changes is made at once.
    pub reports_every: Duration,
}

/// The outcome of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildOutcome {
    /// Somebody else is at it.
    Busy,
    /// What the newest files were made from is what there is, or it is too early for more.
    UpToDate,
    /// The new versions, `medicines/2026-11-27.42`; none where the bytes turned out the same.
    Built(Vec<String>),
}

/// What there is, and what the newest files were made from.
struct Progress {
    version: i64,
    /// The newest version that changed more than reports.
    lists_version: i64,
    position: i64,
    made_version: i64,
    made_position: i64,
    made_by: String,
    reports_due: bool,
    newest_import: i64,
    /// The newest import that the files of periods know; `None`: there are none.
    periods_import: Option<i64>,
    /// From a backup without the files' bytes.
    restored: bool,
}

/// The state that all files of one build were made from.
struct Days {
    version: i64,
    changed_on: Date,
    today: Date,
}

impl Builder {
    /// Builds what is out of date. `as_this_program`: also when another program made the newest files, which may write them in another way.
    pub async fn refresh(&self, as_this_program: bool) -> Result<BuildOutcome, ExportError> {
        let seconds = self.reports_every.as_secs_f64();
        let row = self.database.read_connection().await?.query_opt(statements::export_progress, &[&seconds]).await?;
        let progress = Progress::read(&row.ok_or_else(|| corrupt("export_mark", "no row"))?)?;
        let other_program = as_this_program && progress.made_by != program();
        if other_program || progress.restored || data_sets::ALL.iter().any(|data_set| progress.is_outdated(data_set.rests_on)) {
            return self.build(other_program).await;
        }
        Ok(BuildOutcome::UpToDate)
    }

    /// `everything`: also what no new version of the data concerns.
    pub async fn build(&self, everything: bool) -> Result<BuildOutcome, ExportError> {
        let mut client = self.database.import_connection().await?;
        client.batch_execute(UNLIMITED).await?;
        if !client.query_one(statements::try_lock_exports, &[&EXPORT_LOCK]).await?.try_get::<_, bool>("mine")? {
            return Ok(BuildOutcome::Busy);
        }
        let outcome = self.build_under_lock(&mut client, everything).await;
        // It would end with the connection too, but only some time after the drop.
        client.query(statements::unlock_exports, &[&EXPORT_LOCK]).await?;
        outcome
    }

    /// Everything is read in one snapshot, on a connection of its own; parts are stored as soon as they are made.
    async fn build_under_lock(&self, client: &mut ClientWrapper, everything: bool) -> Result<BuildOutcome, ExportError> {
        let mut reading = self.database.import_connection().await?;
        reading.batch_execute(UNLIMITED).await?;
        let tx = reading.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await?;
        let progress = Progress::read(&tx.query_one(statements::export_progress, &[&self.reports_every.as_secs_f64()]).await?)?;
        let days = Days::read(&tx.query_one(statements::export_days, &[]).await?)?;
        if progress.restored {
            client.execute(statements::prune_restored_exports, &[]).await?;
        }
        let everything = everything || progress.restored;
        let since = progress.periods_import.filter(|_| !everything);
        let mut built = Vec::new();
        for data_set in data_sets::ALL.iter().copied() {
            if everything || progress.is_outdated(data_set.rests_on) {
                built.extend(self.build_data_set(&tx, client, data_set, since, &days).await?);
            }
        }
        tx.commit().await?;
        let reports = everything || progress.is_outdated(Inputs::Reports);
        // Reports that wait are still to come.
        let version = if reports { progress.version } else { progress.made_version };
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&version, &progress.position, &program(), &reports, &progress.newest_import];
        client.execute(statements::set_export_mark, params).await?;
        Ok(BuildOutcome::Built(built))
    }

    /// Its new version; `None` where the bytes turned out the same. `since`: the import that the files of periods know, where no more than what
    /// came later is to be read.
    async fn build_data_set(
        &self,
        tx: &Transaction<'_>,
        client: &mut ClientWrapper,
        data_set: &'static DataSet,
        since: Option<i64>,
        days: &Days,
    ) -> Result<Option<String>, ExportError> {
        let base = Base::newest(client, data_set).await?;
        let kept = base.as_ref().filter(|base| base.kept);
        let (mut files, periods, rows) = if data_set.period_field.is_some() {
            let Some(periods) = self.periods(tx, client, data_set, since).await? else { return Ok(None) };
            let before = match kept {
                Some(base) => whole_files(client, base.id).await?.into_iter().map(|(file, ..)| file).collect(),
                None => Vec::new(),
            };
            let files = joined_files(client, &self.folder, data_set, &periods, &before).await?;
            let rows = periods.iter().map(|period| period.rows).sum();
            (files, periods, rows)
        } else {
            let known = kept.map(|base| (String::new(), base.digest.clone())).into_iter().collect();
            let rendered = self.rendered(tx, client, data_set, None, &known).await?;
            let Some(whole) = rendered.new.into_iter().next() else { return Ok(None) };
            (whole.files, Vec::new(), whole.rows)
        };
        let digest = digest(files.iter().map(|file| (file.format.as_str(), file.sha256.as_str())));
        if kept.is_some_and(|base| base.digest == digest) {
            return Ok(None);
        }
        let ordinal = base.as_ref().map_or(0, |base| base.ordinal) + 1;
        let name = self.named(client, data_set, ordinal, days).await?;
        let deltas = match kept {
            // With one version there is nothing to come from.
            Some(base) if self.kept > 1 => deltas(client, &self.folder, data_set, base, &files).await?,
            _ => Vec::new(),
        };
        if data_set.period_field.is_some() {
            let manifest = manifest(data_set, &name, &periods);
            let manifest = made_of("manifest.json".to_owned(), "manifest", manifest.as_bytes(), &self.folder)?;
            files.push(keep(client, manifest).await?);
        }
        let periods = periods.iter().filter(|period| period.made_in.is_none()).collect();
        let new = NewVersion { data_set, ordinal, name, data_version: days.version, rows, digest, files, periods, deltas };
        store(client, self.kept, new).await.map(Some)
    }

    /// All periods, those that changed with new files; `None` where none can have changed.
    async fn periods(
        &self,
        tx: &Transaction<'_>,
        client: &mut ClientWrapper,
        data_set: &'static DataSet,
        since: Option<i64>,
    ) -> Result<Option<Vec<PeriodFiles>>, ExportError> {
        let before = period_files(client, data_set).await?;
        let months = match since.filter(|_| !before.is_empty()) {
            Some(since) => Some(changed_months(tx, since).await?),
            None => None,
        };
        if months.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let known = before.iter().map(|period| (period.period.clone(), period.digest())).collect();
        let found = self.rendered(tx, client, data_set, months.as_deref(), &known).await?;
        let mut periods: BTreeMap<String, PeriodFiles> =
            before.into_iter().map(|period| (period.period.clone(), period)).collect();
        let read =
            |period: &str| months.as_ref().is_none_or(|months| month_of(period).is_some_and(|month| months.contains(&month)));
        // Their reports went.
        let emptied = periods.values().filter(|one| one.rows > 0 && read(&one.period) && !found.seen.contains(&one.period));
        let emptied: Vec<String> = emptied.map(|one| one.period.clone()).collect();
        let mut new = found.new;
        for period in emptied {
            new.push(kept_files(client, empty(data_set, &period, &self.folder)?).await?);
        }
        if new.is_empty() && months.is_some() {
            return Ok(None);
        }
        periods.extend(new.into_iter().map(|period| (period.period.clone(), period)));
        Ok(Some(periods.into_values().collect()))
    }

    /// Rows are read here, written on a thread of their own, and what differs from what is known is stored. `known`: digests by period.
    async fn rendered(
        &self,
        tx: &Transaction<'_>,
        client: &mut ClientWrapper,
        data_set: &'static DataSet,
        months: Option<&[Date]>,
        known: &HashMap<String, String>,
    ) -> Result<Found, ExportError> {
        let (rows, waiting) = mpsc::channel(BATCHES_WAITING_MAX);
        let (rendered, ready) = mpsc::channel(RENDERED_WAITING_MAX);
        let folder = self.folder.clone();
        let writing = tokio::task::spawn_blocking(move || render(data_set, waiting, &folder, &rendered));
        let (fed, found) = tokio::join!(feed(tx, data_set, months, rows), collect(client, ready, known));
        let written = writing.await.map_err(|error| ExportError::Stopped(error.to_string()))?;
        // What the database said is the reason for the rest.
        fed?;
        let found = found?;
        written?;
        Ok(found)
    }

    /// The day and the number that name it; where that name is taken (another program writes the same data in another way), one more number.
    async fn named(
        &self,
        client: &ClientWrapper,
        data_set: &'static DataSet,
        ordinal: i32,
        days: &Days,
    ) -> Result<String, ExportError> {
        let name = if data_set.rests_on == Inputs::Actions {
            format!("{}.{ordinal}", days.today)
        } else {
            format!("{}.{}", days.changed_on, days.version)
        };
        let taken: i64 = client.query_one(statements::exports_named, &[&data_set.name, &name]).await?.try_get("taken")?;
        Ok(if taken == 0 { name } else { format!("{name}.{}", taken + 1) })
    }
}

/// What was rendered.
struct Found {
    /// All periods that have rows among those that were read.
    seen: BTreeSet<String>,
    /// Those that are not as they were known.
    new: Vec<PeriodFiles>,
}

async fn feed(
    tx: &Transaction<'_>,
    data_set: &DataSet,
    months: Option<&[Date]>,
    sender: mpsc::Sender<Vec<Row>>,
) -> Result<(), ExportError> {
    let statement = tx.prepare(data_set.sql).await?;
    let rows = GenericClient::query_raw(tx, &statement, (data_set.params)(months)).await?;
    let mut batches = std::pin::pin!(TryStreamExt::try_chunks(rows, ROWS_AT_ONCE));
    while let Some(batch) = batches.try_next().await.map_err(|error| error.1)? {
        // The receiver that stopped has the reason.
        if sender.send(batch).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn collect(
    client: &mut ClientWrapper,
    mut ready: mpsc::Receiver<Rendered>,
    known: &HashMap<String, String>,
) -> Result<Found, ExportError> {
    let mut found = Found { seen: BTreeSet::new(), new: Vec::new() };
    while let Some(rendered) = ready.recv().await {
        found.seen.insert(rendered.period.clone());
        if known.get(&rendered.period) != Some(&rendered.digest()) {
            found.new.push(kept_files(client, rendered).await?);
        }
    }
    Ok(found)
}

async fn kept_files(client: &mut ClientWrapper, rendered: Rendered) -> Result<PeriodFiles, ExportError> {
    let Rendered { period, rows, files: made } = rendered;
    let mut files: Vec<FileInParts> = Vec::with_capacity(made.len());
    for file in made {
        files.push(keep(client, file).await?);
    }
    // As they are read back, so that what did not change is described in the same way.
    files.sort_by(|one, other| one.format.cmp(&other.format));
    Ok(PeriodFiles { period, rows, made_in: None, files })
}

/// Who writes the files: its version, and what its schemas say.
fn program() -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    data_sets::ALL.iter().for_each(|data_set| hash.update(schema(data_set)));
    let digest = hex(&hash.finalize());
    format!("{} {}", env!("CARGO_PKG_VERSION"), digest.get(..12).unwrap_or_default())
}

impl Progress {
    fn read(row: &tokio_postgres::Row) -> Result<Self, ExportError> {
        Ok(Self {
            version: row.try_get("version")?,
            position: row.try_get("position")?,
            made_version: row.try_get("made_version")?,
            made_position: row.try_get("made_position")?,
            made_by: row.try_get("program")?,
            lists_version: row.try_get("lists_version")?,
            reports_due: row.try_get("reports_due")?,
            newest_import: row.try_get("newest_import")?,
            periods_import: row.try_get("periods_import")?,
            restored: row.try_get("restored")?,
        })
    }

    fn is_outdated(&self, inputs: Inputs) -> bool {
        let lists = self.lists_version > self.made_version;
        let reports = lists || (self.version != self.made_version && self.reports_due);
        match inputs {
            Inputs::Lists => lists,
            Inputs::Reports => reports,
            Inputs::Actions => reports || self.position != self.made_position,
        }
    }
}

impl Days {
    fn read(row: &tokio_postgres::Row) -> Result<Self, ExportError> {
        Ok(Self { version: row.try_get("version")?, changed_on: row.try_get("changed_on")?, today: row.try_get("today")? })
    }
}
