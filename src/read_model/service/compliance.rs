//! Which reporters were due, which reported, when, and how much of it could be used.

use jiff::{Timestamp, ToSpan, civil::Date};
use tokio_postgres::Row;

use crate::{
    clock::Clock,
    domain::calendar::reporting_period::{Due, ReportingRule, Span, Timeliness, due_within, standing},
    read_model::{ReadModel, statements},
    store::postgres::error::{StoreError, corrupt},
};

/// A company that owes reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reporter {
    pub nit: String,
    pub name: String,
    pub actor: String,
    pub obliged_from: Date,
    /// Accepted submissions.
    pub accepted: i64,
    pub last_accepted_at: Option<Timestamp>,
}

/// One reporter and one reporting period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    pub nit: String,
    pub name: String,
    pub actor: String,
    pub due: Due,
    pub standing: Timeliness,
    pub first_accepted_at: Option<Timestamp>,
    /// Of the newest version that covers the period; zeros when there is none.
    pub version: i32,
    pub rows_read: i64,
    pub rows_accepted: i64,
    pub rows_quarantined: i64,
    /// The newest version says that nothing was sold.
    pub zero_report: bool,
}

#[derive(Clone, Debug)]
pub struct Compliance {
    pub span: Span,
    pub rules: Vec<ReportingRule>,
    pub obligations: Vec<Obligation>,
}

struct Accepted {
    nit: String,
    span: Span,
    at: Timestamp,
    version: i32,
    rows: [i64; 3],
    zero_report: bool,
}

/// Every reporter there is: some tens of thousands at most.
const REPORTERS_MAX: i64 = 100_000;

impl ReadModel {
    /// By NIT; `after` is the last one of the page before.
    pub async fn list_reporters(&self, after: Option<String>, limit: i64) -> Result<Vec<Reporter>, StoreError> {
        let rows = self.database.read_connection().await?.query(statements::reporter_list, &[&after, &limit]).await?;
        rows.iter().map(reporter).collect()
    }

    /// `span` None: the last reporting period that has ended.
    pub async fn compliance(&self, span: Option<Span>, today: Date) -> Result<Compliance, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let rules = connection.query(statements::reporting_rules, &[]).await?;
        let rules: Vec<ReportingRule> = rules.iter().map(rule).collect::<Result<_, _>>()?;
        let span = span.or_else(|| last_ended(today, &rules)).ok_or_else(|| corrupt("reporting_rule", "no period has ended"))?;
        let reporters = connection.query(statements::reporter_list, &[&None::<String>, &REPORTERS_MAX]).await?;
        let accepted = connection.query(statements::accepted_submissions, &[&span.from, &span.until]).await?;
        connection.end_snapshot().await?;
        let reporters: Vec<Reporter> = reporters.iter().map(reporter).collect::<Result<_, _>>()?;
        let accepted: Vec<Accepted> = accepted.iter().map(accepted_row).collect::<Result<_, _>>()?;
        let mut obligations = Vec::new();
        for due in due_within(span, &rules) {
            // A reporter that became obliged within a period owes its report.
            let obliged = reporters.iter().filter(|reporter| reporter.obliged_from < due.period.until);
            obligations.extend(obliged.map(|reporter| obligation(reporter, &due, &accepted, today)));
        }
        Ok(Compliance { span, rules, obligations })
    }
}

fn obligation(reporter: &Reporter, due: &Due, accepted: &[Accepted], today: Date) -> Obligation {
    let covering =
        || accepted.iter().filter(|one| one.nit == reporter.nit && one.span.contains(due.period.from, due.period.until));
    let first = covering().next().map(|one| one.at);
    let newest = covering().next_back();
    let [rows_read, rows_accepted, rows_quarantined] = newest.map_or([0; 3], |one| one.rows);
    Obligation {
        nit: reporter.nit.clone(),
        name: reporter.name.clone(),
        actor: reporter.actor.clone(),
        due: *due,
        // Received on the day in Bogotá, whatever the day elsewhere.
        standing: standing(due.due_on, today, first.map(|at| Clock::Fixed(at).today())),
        first_accepted_at: first,
        version: newest.map_or(0, |one| one.version),
        rows_read,
        rows_accepted,
        rows_quarantined,
        zero_report: newest.is_some_and(|one| one.zero_report),
    }
}

fn last_ended(today: Date, rules: &[ReportingRule]) -> Option<Span> {
    let month = today.first_of_month();
    let year = Span::new(month.checked_sub(12.months()).ok()?, month)?;
    due_within(year, rules).pop().map(|due| due.period)
}

fn rule(row: &Row) -> Result<ReportingRule, StoreError> {
    let small = |value: i16| u8::try_from(value).map_err(|error| corrupt("reporting_rule", error));
    Ok(ReportingRule {
        from: row.try_get("valid_from")?,
        until: row.try_get("valid_until")?,
        months: small(row.try_get("months")?)?,
        due_months_after: small(row.try_get("due_months_after")?)?,
        citation: row.try_get("citation")?,
        confirmed: row.try_get("confirmed")?,
    })
}

fn reporter(row: &Row) -> Result<Reporter, StoreError> {
    Ok(Reporter {
        nit: row.try_get("nit")?,
        name: row.try_get("name")?,
        actor: row.try_get("actor")?,
        obliged_from: row.try_get("obliged_from")?,
        accepted: row.try_get("accepted")?,
        last_accepted_at: row.try_get("last_accepted_at")?,
    })
}

fn accepted_row(row: &Row) -> Result<Accepted, StoreError> {
    let (from, until) = (row.try_get("period_from")?, row.try_get("period_until")?);
    Ok(Accepted {
        nit: row.try_get("nit")?,
        span: Span::new(from, until).ok_or_else(|| corrupt("submission", "period is not of whole months"))?,
        at: row.try_get("received_at")?,
        version: row.try_get("version")?,
        rows: [row.try_get("rows_read")?, row.try_get("rows_accepted")?, row.try_get("rows_quarantined")?],
        zero_report: row.try_get("zero_report")?,
    })
}
