//! Cases as they are listed, shown and published: excess, history and running terms.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::{Row, types::ToSql};

use super::{case_columns::nit, case_evidence::Evidence};
use crate::{
    domain::{
        calendar::reporting_period::Span,
        cases::{
            case_file::{CaseId, LegalTerm, REPLY, last_day},
            case_state::CaseState,
        },
        identifier::{cum::Cum, nit::Nit},
        law::act::ActId,
    },
    read_model::{ReadModel, statements},
    store::{
        self,
        judging::cases::legal_term,
        postgres::{
            connections::ReadConnection,
            error::{StoreError, corrupt},
        },
    },
};

/// `None` leaves a side open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFilter {
    pub state: Option<CaseState>,
    pub seller: Option<Nit>,
    pub cum: Option<Cum>,
    pub act: Option<ActId>,
    /// Cases whose period meets it.
    pub period: Option<Span>,
    pub assignee: Option<AssigneeFilter>,
}

/// Cases of one person, or of nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssigneeFilter {
    Unassigned,
    Principal(String),
}

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Those entitled to every case.
    All,
    /// A seller: its own cases, once it was notified. Digits of its NIT.
    Seller(String),
    /// Everybody: what was confirmed.
    Public,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseSummary {
    pub id: String,
    pub state: CaseState,
    pub version: i32,
    pub seller: Nit,
    /// As registered here; unknown for a seller that only others report on.
    pub seller_name: Option<String>,
    pub cum: Cum,
    pub description: Option<String>,
    pub holder: Option<String>,
    pub act: CaseAct,
    pub from: Date,
    pub until: Date,
    pub opened_at: Timestamp,
    pub reports: i64,
    pub total_excess: Decimal,
    /// Its reports fit another unit or pack better: the case began as a question to the reporter.
    pub another_unit_fits: bool,
    pub notified_on: Option<Date>,
    /// The last day of the seller's term to reply, once it runs.
    pub reply_due: Option<Date>,
    pub confirmed_on: Option<Date>,
    pub replies: Vec<SellerReply>,
    /// Principal and name of who works on it; read for [`Viewer::All`] only.
    pub assignee: Option<(String, String)>,
}

/// The act whose ceiling was exceeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseAct {
    pub id: String,
    pub title: String,
    pub published_in: Option<String>,
    pub source: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SellerReply {
    pub at: Timestamp,
    pub text: String,
}

/// One case with all its evidence.
#[derive(Clone, Debug)]
pub struct CaseFile {
    pub summary: CaseSummary,
    pub history: Vec<CaseEvent>,
    /// In order of report.
    pub evidence: Vec<Evidence>,
    pub terms: Vec<LegalTerm>,
    /// The state of the data that all this was read from.
    pub data_version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseEvent {
    pub ordinal: i32,
    pub at: Timestamp,
    /// Kind and name of the principal; `None`: the service itself.
    pub by: Option<(String, String)>,
    pub kind: String,
    pub from: Option<String>,
    pub to: Option<String>,
    pub reason: Option<String>,
    pub text: Option<String>,
}

impl ReadModel {
    /// In order of id; `after` is the id of the last case of the page before.
    pub async fn list_cases(
        &self,
        reader: &Viewer,
        filter: &CaseFilter,
        after: Option<String>,
        limit: i64,
    ) -> Result<Vec<CaseSummary>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        select(&mut connection, None, reader, filter, after, limit).await
    }

    /// `None` also when the case is not this reader's to see.
    pub async fn show_case(&self, reader: &Viewer, id: &CaseId) -> Result<Option<CaseFile>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let found = select(&mut connection, Some(id.as_str()), reader, &CaseFilter::default(), None, 1).await?;
        let file = match found.into_iter().next() {
            Some(summary) => Some(file(&mut connection, summary).await?),
            None => None,
        };
        connection.end_snapshot().await?;
        Ok(file)
    }
}

async fn select(
    connection: &mut ReadConnection,
    id: Option<&str>,
    reader: &Viewer,
    filter: &CaseFilter,
    after: Option<String>,
    limit: i64,
) -> Result<Vec<CaseSummary>, StoreError> {
    let state = filter.state.map(CaseState::code);
    let seller = filter.seller.map(Nit::digits);
    let (expediente, consecutive) = (filter.cum.map(|cum| cum.expediente), filter.cum.map(|cum| cum.consecutive));
    let act = filter.act.as_ref().map(ActId::as_str);
    let (from, until) = (filter.period.map(|period| period.from), filter.period.map(|period| period.until));
    let own = if let Viewer::Seller(nit) = reader { Some(nit) } else { None };
    let public = *reader == Viewer::Public;
    let assignee = filter.assignee.as_ref().map(|one| match one {
        AssigneeFilter::Unassigned => "none",
        AssigneeFilter::Principal(id) => id.as_str(),
    });
    let params: [&(dyn ToSql + Sync); 13] =
        [&id, &state, &seller, &expediente, &consecutive, &act, &from, &until, &own, &public, &after, &limit, &assignee];
    let rows = connection.query(statements::case_list, &params).await?;
    let mut cases = rows.iter().map(summary).collect::<Result<Vec<_>, _>>()?;
    if cases.iter().any(|case| case.notified_on.is_some()) {
        let terms = terms(connection).await?;
        for case in &mut cases {
            case.reply_due = case.notified_on.and_then(|day| last_day(&terms, REPLY, day));
        }
    }
    Ok(cases)
}

async fn terms(connection: &mut ReadConnection) -> Result<Vec<LegalTerm>, StoreError> {
    connection.query(store::postgres::statements::legal_terms, &[]).await?.iter().map(legal_term).collect()
}

async fn file(connection: &mut ReadConnection, summary: CaseSummary) -> Result<CaseFile, StoreError> {
    let history = connection.query(statements::case_history, &[&summary.id]).await?;
    let evidence = connection.query(statements::case_evidence, &[&summary.id]).await?;
    let terms = terms(connection).await?;
    let version = connection.query_opt(statements::data_version, &[]).await?.ok_or_else(|| corrupt("data_version", "no row"))?;
    Ok(CaseFile {
        history: history.iter().map(event).collect::<Result<_, _>>()?,
        evidence: evidence.iter().map(Evidence::read).collect::<Result<_, _>>()?,
        terms,
        data_version: version.try_get("version")?,
        summary,
    })
}

/// Without its terms, which are no columns.
pub fn summary(row: &Row) -> Result<CaseSummary, StoreError> {
    let state: &str = row.try_get("state")?;
    let (at, text): (Vec<Timestamp>, Vec<String>) = (row.try_get("reply_at")?, row.try_get("reply_text")?);
    Ok(CaseSummary {
        id: row.try_get("id")?,
        state: CaseState::from_code(state).ok_or_else(|| corrupt("case_file", state))?,
        version: row.try_get("version")?,
        seller: nit(row.try_get("seller_nit")?)?,
        seller_name: row.try_get("seller_name")?,
        cum: Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?),
        description: row.try_get("description")?,
        holder: row.try_get("holder")?,
        act: CaseAct {
            id: row.try_get("act_id")?,
            title: row.try_get("act_title")?,
            published_in: row.try_get("published_in")?,
            source: row.try_get("act_source")?,
        },
        from: row.try_get("period_from")?,
        until: row.try_get("period_until")?,
        opened_at: row.try_get("opened_at")?,
        reports: row.try_get("reports")?,
        total_excess: row.try_get("amount")?,
        another_unit_fits: row.try_get("doubtful")?,
        notified_on: row.try_get("notified_on")?,
        reply_due: None,
        confirmed_on: row.try_get("confirmed_on")?,
        replies: at.into_iter().zip(text).map(|(at, text)| SellerReply { at, text }).collect(),
        assignee: row.try_get::<_, Option<String>>("assignee_id")?.zip(row.try_get("assignee_name")?),
    })
}

fn event(row: &Row) -> Result<CaseEvent, StoreError> {
    let by = row.try_get::<_, Option<String>>("by_kind")?.zip(row.try_get("by_name")?);
    Ok(CaseEvent {
        ordinal: row.try_get("ordinal")?,
        at: row.try_get("at")?,
        by,
        kind: row.try_get("kind")?,
        from: row.try_get("from_state")?,
        to: row.try_get("to_state")?,
        reason: row.try_get("reason")?,
        text: row.try_get("text")?,
    })
}
