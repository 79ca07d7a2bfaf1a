//! Reporters, their duties and their reports, on the wire.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        calendar::reporting_period::{ReportingRule, Timeliness},
        identifier::nit::Nit,
        number::{amount, exact},
    },
    http::wire::service::meta::Meta,
    read_model::service::compliance::{Compliance, Obligation, Reporter},
};

/// A company that owes reports.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReporterBody {
    /// With its check digit.
    #[schema(example = "900123456-8")]
    pub nit: String,
    pub name: String,
    /// laboratory, importer, wholesaler, hospital, insurer or other.
    #[schema(example = "wholesaler")]
    pub actor: String,
    /// The first day from which it owes reports.
    pub obliged_from: String,
    pub submissions_accepted: i64,
    #[schema(format = DateTime)]
    pub last_accepted_at: Option<String>,
}

/// One reporter and one reporting period.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObligationBody {
    #[schema(example = "900123456-8")]
    pub nit: String,
    pub name: String,
    pub actor: String,
    #[schema(example = "2020-Q2")]
    pub period: String,
    /// The last day to report in time.
    #[schema(example = "2020-07-31")]
    pub due_on: String,
    /// `due` (still time), `on_time`, `late` or `silent`.
    #[schema(example = "on_time")]
    pub standing: &'static str,
    #[schema(format = DateTime)]
    pub first_accepted_at: Option<String>,
    /// Newest version; 0 when nothing was accepted.
    pub version: i32,
    pub rows_read: i64,
    pub rows_accepted: i64,
    pub rows_quarantined: i64,
    /// The newest version says that nothing was sold in the period: it is a report like any other.
    pub zero_report: bool,
    /// Percent of the rows read, half-up to 4 decimals; null when none was read.
    #[schema(example = "2.5000")]
    pub quarantined_percent: Option<String>,
}

/// The compliance of a span.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComplianceBody {
    pub data: Vec<ObligationBody>,
    /// How many obligations stand how.
    pub summary: BTreeMap<String, usize>,
    #[schema(example = "2020-Q2")]
    pub period: String,
    /// The dated rules behind the due dates.
    pub rules: Vec<ReportingRuleBody>,
    pub meta: Meta,
}

/// What reporters owe and when.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportingRuleBody {
    pub valid_from: String,
    pub valid_until: Option<String>,
    /// Length of a reporting period.
    pub months: u8,
    /// Due by the last day of this many months after the period.
    pub due_months_after: u8,
    pub citation: String,
    /// Whether an official source says so.
    pub confirmed: bool,
}

fn shown(nit: &str) -> String {
    nit.parse::<Nit>().map_or_else(|_| nit.to_owned(), |nit| nit.to_string())
}

impl From<&Reporter> for ReporterBody {
    fn from(reporter: &Reporter) -> Self {
        Self {
            nit: shown(&reporter.nit),
            name: reporter.name.clone(),
            actor: reporter.actor.clone(),
            obliged_from: reporter.obliged_from.to_string(),
            submissions_accepted: reporter.accepted,
            last_accepted_at: reporter.last_accepted_at.map(|at| at.to_string()),
        }
    }
}

impl From<&Obligation> for ObligationBody {
    fn from(one: &Obligation) -> Self {
        let hundredfold = exact::product(Decimal::from(one.rows_quarantined), Decimal::ONE_HUNDRED);
        let percent = hundredfold.filter(|_| one.rows_read > 0);
        let percent = percent.and_then(|part| exact::quotient_half_up(part, Decimal::from(one.rows_read), 4));
        Self {
            nit: shown(&one.nit),
            name: one.name.clone(),
            actor: one.actor.clone(),
            period: one.due.period.to_string(),
            due_on: one.due.due_on.to_string(),
            standing: one.standing.code(),
            first_accepted_at: one.first_accepted_at.map(|at| at.to_string()),
            version: one.version,
            rows_read: one.rows_read,
            rows_accepted: one.rows_accepted,
            rows_quarantined: one.rows_quarantined,
            zero_report: one.zero_report,
            quarantined_percent: percent.map(amount::percent),
        }
    }
}

impl From<&ReportingRule> for ReportingRuleBody {
    fn from(rule: &ReportingRule) -> Self {
        Self {
            valid_from: rule.from.to_string(),
            valid_until: rule.until.map(|day| day.to_string()),
            months: rule.months,
            due_months_after: rule.due_months_after,
            citation: rule.citation.clone(),
            confirmed: rule.confirmed,
        }
    }
}

impl ComplianceBody {
    pub fn new(compliance: &Compliance, data: Vec<ObligationBody>, meta: Meta) -> Self {
        let mut summary: BTreeMap<String, usize> = Timeliness::ALL.iter().map(|one| (one.code().to_owned(), 0)).collect();
        for one in &compliance.obligations {
            *summary.entry(one.standing.code().to_owned()).or_default() += 1;
        }
        let rules = compliance.rules.iter().map(ReportingRuleBody::from).collect();
        Self { data, summary, period: compliance.span.to_string(), rules, meta }
    }
}
