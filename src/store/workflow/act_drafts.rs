//! Drafts of acts as rows. A published draft is never changed again; the database refuses it too.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use jiff::Timestamp;
use tokio_postgres::{Row, types::Type};

use crate::{
    cells,
    domain::{
        identifier::cum::Cum,
        law::{
            act_draft::{Draft, DraftCeiling, DraftHead, DraftMarket, DraftStep, DraftSummary, Person, StepKind, contributors},
            rules::IpsMargin,
        },
    },
    store::postgres::{
        copy_writer::CopyWriter,
        error::{StoreError, corrupt},
        statements,
    },
    text::hex::sha256,
};

const CEILING_TYPES: &[Type] = &[
    Type::TEXT,
    Type::INT8,
    Type::INT4,
    Type::INT4,
    Type::TEXT,
    Type::NUMERIC,
    Type::TEXT,
    Type::NUMERIC,
    Type::TEXT,
    Type::TEXT,
    Type::NUMERIC,
    Type::TEXT,
];
const MARKET_TYPES: &[Type] =
    &[Type::TEXT, Type::INT8, Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT, Type::NUMERIC, Type::TEXT];

/// A draft with its state.
#[derive(Clone, Debug)]
pub struct StoredDraft {
    pub id: String,
    /// draft, approved, published or withdrawn.
    pub state: String,
    pub digest: String,
    /// Principals, as are the following.
    pub drafted_by: String,
    pub approved_by: Option<String>,
    pub withdrawal_proposed_by: Option<String>,
    pub steps: Vec<DraftStep>,
    pub draft: Draft,
}

impl StoredDraft {
    /// Principals who made any part of it.
    pub fn contributors(&self) -> impl Iterator<Item = &str> {
        contributors(&self.steps)
    }
}

/// Something that a principal did to a draft.
pub struct NewStep<'a> {
    pub kind: StepKind,
    pub principal: &'a str,
    pub at: Timestamp,
    /// The content with it.
    pub digest: &'a str,
    pub reason: Option<&'a str>,
}

/// SHA-256 of the content: what the approver names.
pub fn digest(draft: &Draft) -> String {
    sha256(draft.canonical())
}

pub async fn insert(tx: &Transaction<'_>, id: &str, draft: &Draft, by: &str, at: Timestamp) -> Result<(), StoreError> {
    let DraftHead { title, act_id, issued_on, published_in, valid_from, subject_es, subject_en, source, supersedes, reason } =
        &draft.head;
    let digest = digest(draft);
    tx.execute(
        statements::insert_act_draft,
        &[
            &id, act_id, title, issued_on, published_in, valid_from, subject_es, subject_en, source, supersedes, reason, &digest,
            &by, &at,
        ],
    )
    .await?;
    insert_rows(tx, id, &draft.ceilings, &draft.markets).await
}

pub async fn insert_rows(
    tx: &Transaction<'_>,
    id: &str,
    ceilings: &[DraftCeiling],
    markets: &[DraftMarket],
) -> Result<(), StoreError> {
    let mut bulk = CopyWriter::new(statements::copy_draft_ceilings, CEILING_TYPES);
    for row in ceilings {
        let (margin_kind, margin) = margin_columns(row.margin);
        let (units, unit) = row.content.clone().unzip();
        let cells = cells![
            id.to_owned(),
            row.line,
            row.cum.expediente,
            row.cum.consecutive,
            row.column.code(),
            row.amount,
            margin_kind,
            margin,
            row.market.clone(),
            row.description.clone(),
            units,
            unit,
        ];
        if bulk.push(cells) {
            bulk.flush(tx).await?;
        }
    }
    bulk.flush(tx).await?;
    let mut bulk = CopyWriter::new(statements::copy_draft_markets, MARKET_TYPES);
    for row in markets {
        let DraftMarket { line, market, atc, ingredient, form_group, unit_price, unit } = row.clone();
        if bulk.push(cells![id.to_owned(), line, market, atc, ingredient, form_group, unit_price, unit]) {
            bulk.flush(tx).await?;
        }
    }
    bulk.flush(tx).await
}

pub fn margin_columns(margin: IpsMargin) -> (&'static str, Option<rust_decimal::Decimal>) {
    match margin {
        IpsMargin::Pesos(pesos) => ("pesos", Some(pesos)),
        IpsMargin::None => ("none", None),
        IpsMargin::ByRule => ("rule", None),
    }
}

/// The draft with its rows, held for this transaction.
pub async fn lock(tx: &Transaction<'_>, id: &str) -> Result<Option<StoredDraft>, StoreError> {
    let Some(row) = tx.query_opt(statements::lock_act_draft, &[&id]).await? else { return Ok(None) };
    let ceilings = tx.query(statements::act_draft_ceilings, &[&id]).await?;
    let markets = tx.query(statements::act_draft_markets, &[&id]).await?;
    let steps = tx.query(statements::act_draft_steps, &[&vec![id]]).await?;
    Ok(Some(StoredDraft {
        id: row.try_get("id")?,
        state: row.try_get("state")?,
        digest: row.try_get("content_digest")?,
        drafted_by: row.try_get("drafted_by")?,
        approved_by: row.try_get("approved_by")?,
        withdrawal_proposed_by: row.try_get("withdrawal_proposed_by")?,
        steps: steps_by_draft(&steps)?.remove(id).unwrap_or_default(),
        draft: Draft {
            head: head(&row)?,
            ceilings: ceilings.iter().map(ceiling).collect::<Result<_, _>>()?,
            markets: markets.iter().map(market).collect::<Result<_, _>>()?,
        },
    }))
}

/// The draft as it now stands in this transaction.
pub async fn summary(tx: &Transaction<'_>, id: &str) -> Result<DraftSummary, StoreError> {
    let steps = tx.query(statements::act_draft_steps, &[&vec![id]]).await?;
    summary_row(&tx.query_one(statements::act_draft_summary, &[&id]).await?, &mut steps_by_draft(&steps)?)
}

/// Writes down what a principal did; a contribution before the draft's new digest.
pub async fn record(tx: &Transaction<'_>, id: &str, step: &NewStep<'_>) -> Result<(), StoreError> {
    let NewStep { kind, principal, at, digest, reason } = step;
    if kind.contributes() {
        tx.execute(statements::insert_draft_contributor, &[&id, principal, &kind.code(), at, digest]).await?;
    } else {
        tx.execute(statements::insert_draft_decision, &[&id, principal, &kind.code(), at, digest, reason]).await?;
    }
    Ok(())
}

/// From rows of `act_draft_steps`: what happened to each draft, oldest first.
pub fn steps_by_draft(rows: &[Row]) -> Result<HashMap<String, Vec<DraftStep>>, StoreError> {
    let mut steps: HashMap<String, Vec<DraftStep>> = HashMap::new();
    for row in rows {
        let code: &str = row.try_get("step")?;
        let person = |principal| Ok::<_, StoreError>(Person { principal, name: row.try_get("name")? });
        let step = DraftStep {
            kind: StepKind::from_code(code).ok_or_else(|| corrupt("act_draft_decision", code))?,
            by: row.try_get::<_, Option<String>>("principal_id")?.map(person).transpose()?,
            at: row.try_get("at")?,
            digest: row.try_get("digest")?,
            reason: row.try_get("reason")?,
        };
        steps.entry(row.try_get("draft_id")?).or_default().push(step);
    }
    Ok(steps)
}

/// From a row with the columns of `act_draft_summary`; its steps are taken out of `steps`.
pub fn summary_row(row: &Row, steps: &mut HashMap<String, Vec<DraftStep>>) -> Result<DraftSummary, StoreError> {
    let id: String = row.try_get("id")?;
    Ok(DraftSummary {
        steps: steps.remove(&id).unwrap_or_default(),
        id,
        head: head(row)?,
        state: row.try_get("state")?,
        digest: row.try_get("content_digest")?,
        drafted_by: row.try_get("drafted_by")?,
        drafted_at: row.try_get("drafted_at")?,
        approved_by: row.try_get("approved_by")?,
        approved_at: row.try_get("approved_at")?,
        recent_keys: row.try_get("recent_keys")?,
        withdrawal_proposed_by: row.try_get("withdrawal_proposed_by")?,
        withdrawal_proposed_at: row.try_get("withdrawal_proposed_at")?,
        withdrawn_by: row.try_get("withdrawn_by")?,
        withdrawn_at: row.try_get("withdrawn_at")?,
        ceilings: row.try_get("ceilings")?,
        markets: row.try_get("markets")?,
    })
}

/// From a row with the columns of `act_draft_ceilings`.
pub fn ceiling_row(row: &Row) -> Result<DraftCeiling, StoreError> {
    ceiling(row)
}

fn head(row: &Row) -> Result<DraftHead, StoreError> {
    Ok(DraftHead {
        title: row.try_get("title")?,
        act_id: row.try_get("act_id")?,
        issued_on: row.try_get("issued_on")?,
        published_in: row.try_get("published_in")?,
        valid_from: row.try_get("valid_from")?,
        subject_es: row.try_get("subject_es")?,
        subject_en: row.try_get("subject_en")?,
        source: row.try_get("source")?,
        supersedes: row.try_get("supersedes")?,
        reason: row.try_get("reason")?,
    })
}

fn ceiling(row: &Row) -> Result<DraftCeiling, StoreError> {
    let column: &str = row.try_get("column_code")?;
    let margin = match row.try_get("margin_kind")? {
        "pesos" => IpsMargin::Pesos(row.try_get("margin")?),
        "none" => IpsMargin::None,
        _ => IpsMargin::ByRule,
    };
    let units: Option<rust_decimal::Decimal> = row.try_get("regulated_units")?;
    Ok(DraftCeiling {
        line: row.try_get("line")?,
        cum: Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?),
        column: column.parse().map_err(|()| corrupt("act_draft_ceiling", column))?,
        amount: row.try_get("amount")?,
        margin,
        market: row.try_get("market")?,
        description: row.try_get("description")?,
        content: units.zip(row.try_get("regulated_unit")?),
    })
}

fn market(row: &Row) -> Result<DraftMarket, StoreError> {
    Ok(DraftMarket {
        line: row.try_get("line")?,
        market: row.try_get("market")?,
        atc: row.try_get("atc")?,
        ingredient: row.try_get("ingredient")?,
        form_group: row.try_get("form_group")?,
        unit_price: row.try_get("unit_price")?,
        unit: row.try_get("unit")?,
    })
}
