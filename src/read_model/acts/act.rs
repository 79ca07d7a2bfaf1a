//! `list_acts`, `show_act`, `diff_acts`: acts, the lists that state them, and the differences between two acts.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use tokio_postgres::Row;

use crate::{
    domain::{
        identifier::cum::Cum,
        law::{
            act::{ActStatus, Repeal},
            act_diff::{self, ActDiff, Statements, Untouched},
            act_draft::DraftStep,
            channel::CeilingColumn,
        },
    },
    read_model::{ReadModel, statements},
    store::{
        postgres::{
            connections::ReadConnection,
            error::{StoreError, corrupt},
            statements as stored,
        },
        workflow::act_drafts::steps_by_draft,
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
    /// The first day of the act that repeals it, if known.
    pub repealed_from: Option<Date>,
    pub subject_es: String,
    pub subject_en: String,
    /// Where these facts were read.
    pub source: String,
    pub confirmed: bool,
    /// Presentations that some list gives a ceiling under this act.
    pub ceilings: i64,
    pub markets: i64,
    /// Its newest publication here; `None` for acts known from imported lists or sources only.
    pub publication: Option<Publication>,
    /// Whether some list here states something under it, be it that nothing is bound.
    pub stated: bool,
    /// Whether the act sets ceilings or unit prices; `None`: not known.
    pub sets_ceilings: Option<bool>,
    /// The act that it amends.
    pub amends: Option<String>,
    /// The end of the act that it amends.
    pub amended_repeal: Option<Repeal>,
}

impl ActSummary {
    /// Whether its ceilings are in some list here; `None` where it sets none, or that is not known.
    pub fn list_held(&self) -> Option<bool> {
        if self.stated { Some(true) } else { self.sets_ceilings.filter(|sets| *sets).map(|_| false) }
    }

    pub fn standing(&self, today: Date) -> ActStatus {
        let own = self.repealed_by.as_ref().map(|_| Repeal { from: self.repealed_from });
        ActStatus::on(today, self.in_force_from, own.into_iter().chain(self.amended_repeal))
    }
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
    /// Acts that amend it.
    pub amended_by: Vec<String>,
    /// Oldest first.
    pub lists: Vec<ActList>,
    /// Its publications here and how each came about, oldest first.
    pub history: Vec<PublishedVersion>,
}

/// A publication in this service, with the history of its draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedVersion {
    pub version: i32,
    pub draft: String,
    pub valid_from: Date,
    pub published_at: Timestamp,
    pub digest: String,
    /// Whether approver and contributor had keys that one operator made within the week before they used them.
    pub recent_keys: bool,
    /// Its draft was consulted on.
    pub consulted: bool,
    /// Why it was not; neither is known of publications from before consultations.
    pub no_consultation_reason: Option<String>,
    pub steps: Vec<DraftStep>,
}

/// The result of comparing two acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    Known(Box<Comparison>),
    /// One of the acts is not known.
    Unknown,
    /// No list here states the prices of this act: whatever the other one states would look added or removed.
    ListNotHeld(String),
}

/// The difference of two acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub diff: ActDiff,
    /// Where one act amends the other, only what the amendment speaks of is compared.
    pub amendment: Option<Amendment>,
    /// How the lists write the presentations of both acts.
    pub descriptions: BTreeMap<Cum, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    pub amending: String,
    pub amended: String,
    /// What the amendment leaves as it was.
    pub untouched: Untouched,
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
        let mut connection = self.database.read_connection().await?;
        connection.query(statements::act_list, &[&after, &limit, &None::<&str>]).await?.iter().map(summary).collect()
    }

    pub async fn show_act(&self, id: &str) -> Result<Option<Act>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let act = match row(&mut connection, id).await? {
            None => None,
            Some(row) => {
                let repeals = connection.query(statements::act_repeals, &[&id]).await?;
                let repeals = repeals.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?;
                let amended_by = connection.query(statements::act_amended_by, &[&id]).await?;
                let amended_by = amended_by.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?;
                let lists = connection.query(statements::act_lists, &[&id]).await?;
                let lists = lists.iter().map(list).collect::<Result<_, _>>()?;
                let history = history(&mut connection, id).await?;
                Some(Act { summary: summary(&row)?, repeals, amended_by, lists, history })
            }
        };
        connection.end_snapshot().await?;
        Ok(act)
    }

    /// From `a` to `b`.
    pub async fn diff_acts(&self, a: &str, b: &str) -> Result<Compared, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let (before, after) = (stated(&mut connection, a).await?, stated(&mut connection, b).await?);
        connection.end_snapshot().await?;
        let (Some(before), Some(after)) = (before, after) else { return Ok(Compared::Unknown) };
        let not_held = [(a, &before), (b, &after)].into_iter().find(|(_, stated)| !stated.complete);
        Ok(match not_held {
            Some((act, _)) => Compared::ListNotHeld(act.to_owned()),
            None => Compared::Known(Box::new(compare((a, before), (b, after)))),
        })
    }
}

/// The act of this id, as the list has it.
async fn row(connection: &mut ReadConnection, id: &str) -> Result<Option<Row>, StoreError> {
    connection.query_opt(statements::act_list, &[&None::<&str>, &None::<i64>, &Some(id)]).await
}

/// Everything that an act states, and which act it amends.
struct Stated {
    amends: Option<String>,
    /// Some list states it, or it is known to set no prices.
    complete: bool,
    statements: Statements,
    descriptions: BTreeMap<Cum, String>,
}

/// `None` for an act that is not known.
async fn stated(connection: &mut ReadConnection, act: &str) -> Result<Option<Stated>, StoreError> {
    let Some(row) = row(connection, act).await? else { return Ok(None) };
    let complete = row.try_get("stated")? || row.try_get::<_, Option<bool>>("sets_ceilings")? == Some(false);
    let mut stated =
        Stated { amends: row.try_get("amends")?, complete, statements: Statements::new(), descriptions: BTreeMap::new() };
    for row in connection.query(statements::act_ceilings, &[&act]).await? {
        let column: &str = row.try_get("column_code")?;
        let column: CeilingColumn = column.parse().map_err(|()| corrupt("ceiling", column))?;
        let cum = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
        stated.statements.insert((cum, column), row.try_get("amount")?);
        stated.descriptions.insert(cum, row.try_get("description")?);
    }
    Ok(Some(stated))
}

fn compare((a, before): (&str, Stated), (b, after): (&str, Stated)) -> Comparison {
    let amendment = |amending: &str, amended: &str, untouched| {
        Some(Amendment { amending: amending.to_owned(), amended: amended.to_owned(), untouched })
    };
    let (diff, amendment) = if after.amends.as_deref() == Some(a) {
        let (diff, untouched) = act_diff::amended(&act_diff::binding(&before.statements), &after.statements);
        (diff, amendment(b, a, untouched))
    } else if before.amends.as_deref() == Some(b) {
        let (diff, untouched) = act_diff::amended(&act_diff::binding(&after.statements), &before.statements);
        (diff.backwards(), amendment(a, b, untouched))
    } else {
        (act_diff::diff(&act_diff::binding(&before.statements), &act_diff::binding(&after.statements)), None)
    };
    // The later act's words win where both describe a presentation.
    let mut descriptions = before.descriptions;
    descriptions.extend(after.descriptions);
    Comparison { diff, amendment, descriptions }
}

async fn history(connection: &mut ReadConnection, act: &str) -> Result<Vec<PublishedVersion>, StoreError> {
    let publications = connection.query(statements::act_publications, &[&act]).await?;
    let drafts: Vec<&str> = publications.iter().map(|row| row.try_get("draft_id")).collect::<Result<_, _>>()?;
    let steps = connection.query(stored::act_draft_steps, &[&drafts]).await?;
    let mut steps = steps_by_draft(&steps)?;
    let version = |row: &Row| -> Result<_, StoreError> {
        let draft: String = row.try_get("draft_id")?;
        Ok(PublishedVersion {
            version: row.try_get("version")?,
            steps: steps.remove(&draft).unwrap_or_default(),
            draft,
            valid_from: row.try_get("valid_from")?,
            published_at: row.try_get("published_at")?,
            digest: row.try_get("content_digest")?,
            recent_keys: row.try_get("recent_keys")?,
            consulted: row.try_get("consulted")?,
            no_consultation_reason: row.try_get("no_consultation_reason")?,
        })
    };
    publications.iter().map(version).collect()
}

pub fn summary(row: &Row) -> Result<ActSummary, StoreError> {
    let publication = match row.try_get("version")? {
        Some(version) => {
            let (published_at, supersedes) = (row.try_get("published_at")?, row.try_get("supersedes")?);
            Some(Publication { version, published_at, supersedes })
        }
        None => None,
    };
    let stated: bool = row.try_get("stated")?;
    let amended_repealed_by: Option<&str> = row.try_get("amended_repealed_by")?;
    let amended_repealed_from = row.try_get("amended_repealed_from")?;
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
        stated,
        publication,
        repealed_from: row.try_get("repealed_from")?,
        // What a list states of an act proves it.
        sets_ceilings: if stated { Some(true) } else { row.try_get("sets_ceilings")? },
        amends: row.try_get("amends")?,
        amended_repeal: amended_repealed_by.map(|_| Repeal { from: amended_repealed_from }),
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
