//! `show_status`: the age of each data set as a colour, and its size.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use tokio_postgres::Row;

use crate::{
    domain::{
        calendar::freshness::{AGE_LIMITS, AgeLimit, Colour, age_days},
        law::rules::RULE_VERSION,
    },
    read_model::{
        ReadModel,
        service::feeds::{self, FeedCounts},
        statements,
    },
    store::postgres::{connections::ReadConnection, error::StoreError},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// One for each kind that most answers rest on, imported or not; others once they are imported.
    pub data_sets: Vec<DataSet>,
    /// Files that wait for a person's decision.
    pub held: i64,
    pub feeds: FeedCounts,
    pub medicines: i64,
    /// Presentations with a ceiling in some list.
    pub ceilings: i64,
    pub reports: i64,
    /// Reports with a current verdict.
    pub verdicts: i64,
    /// By which method reports were judged last; `None` when none ever was.
    pub rule_version: Option<String>,
    /// False while reports judged by another method, or under another age limit, wait to be judged again.
    pub verdicts_up_to_date: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSet {
    pub limit: AgeLimit,
    /// Red when nothing of the kind answers; amber, and never green, when its day is not stated.
    pub colour: Colour,
    pub age_days: Option<i32>,
    /// The day the age counts from, and what it is.
    pub speaks_until: Option<(Date, SpeaksUntil)>,
    pub files: i64,
    pub rows_read: i64,
    pub rows_accepted: i64,
    /// The newest import.
    pub recorded_at: Option<Timestamp>,
    /// What answers is this project's sample: invented.
    pub sample: bool,
}

/// Where the day comes from that a data set's age counts from: the first of these that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpeaksUntil {
    /// The last day of the newest period reported (SISMED).
    NewestPeriod,
    /// The newest day that a publisher states for a file, or a person for it.
    CutDate,
    /// The list states no day: the first day of its newest act.
    Acts,
}

impl SpeaksUntil {
    pub fn code(self) -> &'static str {
        match self {
            Self::NewestPeriod => "newest_period",
            Self::CutDate => "cut_date",
            Self::Acts => "acts",
        }
    }
}

/// How old the data are, without their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataAges {
    pub data_sets: Vec<DataSet>,
    /// Files that wait for a person's decision.
    pub held: i64,
}

impl ReadModel {
    /// For whoever looks again and again: no report is counted for it, and the span that files of reports cover stands for that of the reports.
    pub async fn data_ages(&self, today: Date) -> Result<DataAges, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let sources = connection.query(statements::status_sources, &[]).await?;
        let held = held(&mut connection).await?;
        connection.end_snapshot().await?;
        let mut covered: Option<Date> = None;
        for row in &sources {
            covered = covered.max(row.try_get("covers_until")?);
        }
        Ok(DataAges { data_sets: data_sets(&sources, covered, today)?, held })
    }

    /// `today` is the legal day, in America/Bogota.
    pub async fn status(&self, today: Date) -> Result<Status, StoreError> {
        let counts = self.data_counts().await?;
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let sources = connection.query(statements::status_sources, &[]).await?;
        let held = held(&mut connection).await?;
        let feeds = feeds::count(&mut connection).await?;
        let method = connection.query_opt(statements::method_known, &[&None::<i64>]).await?;
        connection.end_snapshot().await?;
        let method: Option<(Option<String>, i32)> = match &method {
            Some(row) => Some((row.try_get("rule_version")?, row.try_get("max_age_days")?)),
            None => None,
        };
        let present =
            |(version, days): &(Option<String>, i32)| version.as_deref() == Some(RULE_VERSION) && *days == self.max_age_days;
        let (reports, reported_until) = (i64::try_from(counts.all_reports()).unwrap_or(i64::MAX), counts.reported_until());
        Ok(Status {
            data_sets: data_sets(&sources, reported_until, today)?,
            held,
            feeds,
            medicines: counts.medicines,
            ceilings: counts.ceilings,
            reports,
            // Each report in force has a verdict: it is stored with it.
            verdicts: reports,
            verdicts_up_to_date: method.as_ref().is_none_or(present),
            rule_version: method.and_then(|(version, _)| version),
        })
    }
}

async fn held(connection: &mut ReadConnection) -> Result<i64, StoreError> {
    let row = connection.query_opt(statements::held_count, &[]).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get("held"))?)
}

/// `sources`: a row for each kind that is in force; `reported_until`: the end of the newest period reported.
fn data_sets(sources: &[Row], reported_until: Option<Date>, today: Date) -> Result<Vec<DataSet>, StoreError> {
    let mut rows: HashMap<String, &Row> = HashMap::new();
    for row in sources {
        rows.insert(row.try_get("kind")?, row);
    }
    let data_set = |limit: AgeLimit| match rows.get(limit.kind) {
        None => Ok(limit.needed.then(|| absent(limit))),
        Some(row) => data_set(row, limit, reported_until.filter(|_| limit.kind == "sismed"), today).map(Some),
    };
    AGE_LIMITS.into_iter().filter_map(|limit| data_set(limit).transpose()).collect()
}

fn absent(limit: AgeLimit) -> DataSet {
    let (colour, age_days, speaks_until, recorded_at) = (Colour::Red, None, None, None);
    DataSet { limit, colour, age_days, speaks_until, files: 0, rows_read: 0, rows_accepted: 0, recorded_at, sample: false }
}

fn data_set(row: &Row, limit: AgeLimit, reported_until: Option<Date>, today: Date) -> Result<DataSet, StoreError> {
    let newest_period = reported_until.and_then(|until| until.yesterday().ok()).map(|day| (day, SpeaksUntil::NewestPeriod));
    let by =
        if row.try_get::<_, Option<&str>>("cut_date_from")? == Some("acts") { SpeaksUntil::Acts } else { SpeaksUntil::CutDate };
    let cut_date = row.try_get::<_, Option<Date>>("cut_date")?.map(|day| (day, by));
    let speaks_until = newest_period.or(cut_date);
    let age_days = speaks_until.map(|(day, _)| age_days(day, today));
    let rows_accepted: i64 = row.try_get("rows_accepted")?;
    let colour = match age_days {
        _ if rows_accepted == 0 => Colour::Red,
        Some(age_days) => limit.colour(age_days),
        None => Colour::Amber,
    };
    Ok(DataSet {
        limit,
        colour,
        age_days,
        speaks_until,
        files: row.try_get("files")?,
        rows_read: row.try_get("rows_read")?,
        rows_accepted,
        recorded_at: Some(row.try_get("recorded_at")?),
        sample: row.try_get("sample")?,
    })
}
