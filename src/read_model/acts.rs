//! `list_acts`, `show_act`, `diff_acts`: what was ordered, which lists state it, and what changed from one act to another.

use jiff::{Timestamp, civil::Date};
use tokio_postgres::Row;

use super::{ReadModel, statements};
use crate::{
    domain::{
        act_diff::{self, ActDiff, Ceilings},
        channel::Column,
        cum::Cum,
    },
    store::{
        error::{StoreError, corrupt},
        pool::Lease,
    },
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActSummary {
    pub id: String,
    pub title: String,
    pub issuer: String,
    pub issued_on: Option<Date>,
    pub published_in: Option<String>,
    pub in_force_from: Option<Date>,
    pub repealed_by: Option<String>,
    pub subject_es: String,
    pub subject_en: String,
    /// Where these facts were read.
    pub source: String,
    pub confirmed: bool,
    /// Presentations with a statement in some list under this act.
    pub ceilings: i64,
    pub markets: i64,
    /// Its newest publication here; `None` for acts known from imported lists or sources only.
    pub publication: Option<Publication>,
}

/// A publication of an act by this service's regulators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Counts corrections.
    pub version: i32,
    pub published_at: Timestamp,
    pub supersedes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub summary: ActSummary,
    pub repeals: Vec<String>,
    /// Oldest first.
    pub lists: Vec<ActList>,
}

/// An imported list that states something under the act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActList {
    pub file: String,
    pub sha256: String,
    pub cut_date: Option<Date>,
    pub recorded_at: Timestamp,
    pub ceilings: i64,
    pub markets: i64,
    /// The first validity that the list states under the act.
    pub valid_from: Option<Date>,
}

impl ReadModel {
    /// In order of id; `after` is the id of the last act of the page before.
    pub async fn list_acts(&self, after: Option<String>, limit: i64) -> Result<Vec<ActSummary>, StoreError> {
        let mut lease = self.database.lease().await?;
        lease.query(statements::act_list, &[&after, &limit]).await?.iter().map(summary).collect()
    }

    pub async fn show_act(&self, id: &str) -> Result<Option<Act>, StoreError> {
        let mut lease = self.database.lease().await?;
        lease.begin_snapshot().await?;
        let act = match lease.query_opt(statements::act_one, &[&id]).await? {
            None => None,
            Some(row) => {
                let repeals = lease.query(statements::act_repeals, &[&id]).await?;
                let repeals = repeals.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?;
                let lists = lease.query(statements::act_lists, &[&id]).await?;
                let lists = lists.iter().map(list).collect::<Result<_, _>>()?;
                Some(Act { summary: summary(&row)?, repeals, lists })
            }
        };
        lease.end_snapshot().await?;
        Ok(act)
    }

    /// From `a` to `b`; `None` when one of them is not known.
    pub async fn diff_acts(&self, a: &str, b: &str) -> Result<Option<ActDiff>, StoreError> {
        let mut lease = self.database.lease().await?;
        lease.begin_snapshot().await?;
        let (before, after) = (ceilings(&mut lease, a).await?, ceilings(&mut lease, b).await?);
        lease.end_snapshot().await?;
        Ok(before.zip(after).map(|(before, after)| act_diff::diff(&before, &after)))
    }
}

/// `None` for an act that is not known; an act that no list states has no ceilings.
async fn ceilings(lease: &mut Lease, act: &str) -> Result<Option<Ceilings>, StoreError> {
    if lease.query_opt(statements::act_one, &[&act]).await?.is_none() {
        return Ok(None);
    }
    let rows = lease.query(statements::act_ceilings, &[&act]).await?;
    let entry = |row: &Row| -> Result<_, StoreError> {
        let column: &str = row.try_get("column_code")?;
        let column: Column = column.parse().map_err(|()| corrupt("ceiling", column))?;
        Ok(((Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?), column), row.try_get("amount")?))
    };
    Ok(Some(rows.iter().map(entry).collect::<Result<_, _>>()?))
}

pub fn summary(row: &Row) -> Result<ActSummary, StoreError> {
    let publication = match row.try_get("version")? {
        Some(version) => {
            let (published_at, supersedes) = (row.try_get("published_at")?, row.try_get("supersedes")?);
            Some(Publication { version, published_at, supersedes })
        }
        None => None,
    };
    Ok(ActSummary {
        id: row.try_get("id")?,
        title: row.try_get("title")?,
        issuer: row.try_get("issuer")?,
        issued_on: row.try_get("issued_on")?,
        published_in: row.try_get("published_in")?,
        in_force_from: row.try_get("in_force_from")?,
        repealed_by: row.try_get("repealed_by")?,
        subject_es: row.try_get("subject_es")?,
        subject_en: row.try_get("subject_en")?,
        source: row.try_get("source")?,
        confirmed: row.try_get("confirmed")?,
        ceilings: row.try_get("ceilings")?,
        markets: row.try_get("markets")?,
        publication,
    })
}

fn list(row: &Row) -> Result<ActList, StoreError> {
    Ok(ActList {
        file: row.try_get("name")?,
        sha256: row.try_get("sha256")?,
        cut_date: row.try_get("cut_date")?,
        recorded_at: row.try_get("recorded_at")?,
        ceilings: row.try_get("ceilings")?,
        markets: row.try_get("markets")?,
        valid_from: row.try_get("valid_from")?,
    })
}
