//! Builds the files and stores those that differ: one builder at a time, from one state of the database, in the background.

use std::{path::PathBuf, sync::Arc, time::Duration};

use deadpool_postgres::{ClientWrapper, GenericClient, Transaction};
use futures_util::TryStreamExt;
use jiff::civil::Date;
use tokio::sync::mpsc;
use tokio_postgres::IsolationLevel;

use super::{
    data_set::{DataSet, Inputs},
    data_sets,
    error::ExportError,
    render::{Rendered, render},
    schema::schema,
    storing::{Base, NewVersion, store},
};
use crate::{
    store::postgres::{database::Database, error::corrupt, statements},
    text::hex::hex,
};

/// Any fixed number will do; all Termómetro programs use this one. It is not the imports' lock: nothing waits for a build.
const EXPORT_LOCK: i64 = 0x7465_726d_6f17;
const ROWS_AT_ONCE: usize = 256;
const BATCHES_WAITING_MAX: usize = 2;

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
        if other_program || data_sets::ALL.iter().any(|data_set| progress.is_outdated(data_set.rests_on)) {
            return self.build(other_program).await;
        }
        Ok(BuildOutcome::UpToDate)
    }

    /// `everything`: also what no new version of the data concerns.
    pub async fn build(&self, everything: bool) -> Result<BuildOutcome, ExportError> {
        let mut client = self.database.import_connection().await?;
        client.batch_execute("SET statement_timeout = '1min'").await?;
        if !client.query_one(statements::try_lock_exports, &[&EXPORT_LOCK]).await?.try_get::<_, bool>("mine")? {
            return Ok(BuildOutcome::Busy);
        }
        let outcome = self.build_under_lock(&mut client, everything).await;
        // It would end with the connection too, but only some time after the drop.
        client.query(statements::unlock_exports, &[&EXPORT_LOCK]).await?;
        outcome
    }

    async fn build_under_lock(&self, client: &mut ClientWrapper, everything: bool) -> Result<BuildOutcome, ExportError> {
        let (days, progress, rendered) = self.render_all(everything).await?;
        let mut built = Vec::new();
        for (data_set, rendered) in rendered {
            let base = Base::newest(client, data_set).await?;
            if base.as_ref().is_some_and(|base| base.kept && base.digest == rendered.digest) {
                continue;
            }
            let version = self.named(client, data_set, base, &days, rendered).await?;
            built.push(store(client, &self.folder, self.kept, version).await?);
        }
        let reports = everything || progress.is_outdated(Inputs::Reports);
        // Reports that wait are still to come.
        let version = if reports { progress.version } else { progress.made_version };
        client.execute(statements::set_export_mark, &[&version, &progress.position, &program(), &reports]).await?;
        Ok(BuildOutcome::Built(built))
    }

    /// One snapshot on a connection of its own, which ends before anything is stored.
    async fn render_all(&self, everything: bool) -> Result<(Days, Progress, Vec<(&'static DataSet, Rendered)>), ExportError> {
        let mut client = self.database.import_connection().await?;
        let tx = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await?;
        tx.batch_execute("SET LOCAL statement_timeout = '10min'").await?;
        let progress = Progress::read(&tx.query_one(statements::export_progress, &[&self.reports_every.as_secs_f64()]).await?)?;
        let days = Days::read(&tx.query_one(statements::export_days, &[]).await?)?;
        let mut rendered = Vec::new();
        let outdated = |data_set: &&DataSet| everything || progress.is_outdated(data_set.rests_on);
        for data_set in data_sets::ALL.iter().copied().filter(outdated) {
            rendered.push((data_set, self.render(&tx, data_set).await?));
        }
        tx.commit().await?;
        Ok((days, progress, rendered))
    }

    /// Rows are read here, and written on a thread of their own.
    async fn render(&self, tx: &Transaction<'_>, data_set: &'static DataSet) -> Result<Rendered, ExportError> {
        let (sender, receiver) = mpsc::channel(BATCHES_WAITING_MAX);
        let folder = self.folder.clone();
        let writing = tokio::task::spawn_blocking(move || render(data_set, receiver, &folder));
        let statement = tx.prepare(data_set.sql).await?;
        let rows = GenericClient::query_raw(tx, &statement, (data_set.params)()).await?;
        let mut batches = std::pin::pin!(TryStreamExt::try_chunks(rows, ROWS_AT_ONCE));
        let mut fault = None;
        while let Some(batch) = batches.try_next().await.unwrap_or_else(|error| {
            fault = Some(error.1);
            None
        }) {
            // The receiver that stopped has the reason.
            if sender.send(batch).await.is_err() {
                break;
            }
        }
        drop(sender);
        let rendered = writing.await.map_err(|error| ExportError::Stopped(error.to_string()))?;
        fault.map_or(rendered, |error| Err(error.into()))
    }

    /// The day and the number that name it; where that name is taken (another program writes the same data in another way), one more number.
    async fn named(
        &self,
        client: &ClientWrapper,
        data_set: &'static DataSet,
        base: Option<Base>,
        days: &Days,
        rendered: Rendered,
    ) -> Result<NewVersion, ExportError> {
        let ordinal = base.as_ref().map_or(0, |base| base.ordinal) + 1;
        let name = if data_set.rests_on == Inputs::Actions {
            format!("{}.{ordinal}", days.today)
        } else {
            format!("{}.{}", days.changed_on, days.version)
        };
        let taken: i64 = client.query_one(statements::exports_named, &[&data_set.name, &name]).await?.try_get("taken")?;
        let name = if taken == 0 { name } else { format!("{name}.{}", taken + 1) };
        Ok(NewVersion { data_set, ordinal, name, data_version: days.version, base, rendered: Arc::new(rendered) })
    }
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
