//! A stored report with its verdicts on the wire.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{verdict::Judged, worksheet::StepBody};
use crate::{
    domain::{number::amount, verdict::judge::Verdict},
    http::{base::language::Language, wire::service::source::SourceRow},
    read_model::verdicts::{
        assessments::StoredAssessment,
        assessments_summary::AssessmentsSummary,
        stored_basis::{JudgedPrice, StoredBasis},
    },
};

/// A market report (reporte al SISMED) and the verdicts on its prices.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Assessment {
    #[schema(example = "19914312-20")]
    pub cum: String,
    /// Month (YYYY-MM), or year for reports before October 2019.
    #[schema(example = "2020-06")]
    pub period: String,
    /// Tipo de operación: CM purchase, VN sale, RC reimbursement claim (recobro).
    #[schema(example = "VN")]
    pub operation: &'static str,
    #[schema(example = "1")]
    pub transaction: String,
    pub channel: &'static str,
    pub stage: &'static str,
    /// 1 makes or imports, 2 neither.
    #[schema(example = 2)]
    pub actor_role: u8,
    /// The unit it was invoiced in.
    #[schema(example = "pack")]
    pub per: &'static str,
    /// Units invoiced, plain decimal.
    pub units: Option<String>,
    /// Total invoiced, pesos.
    pub value: Option<String>,
    /// Quality flags: price_missing, wide_range, average_outside_range, another_unit_fits.
    pub flags: Vec<String>,
    /// Above if any of its prices is above; otherwise what its maximum says.
    #[schema(example = "above")]
    pub verdict: &'static str,
    /// The first reason of that verdict. `another_unit_fits` comes before all others: then the verdict is a question first.
    pub reason: Option<&'static str>,
    pub verdicts: ReportVerdicts,
    /// Version of the method of judging.
    #[schema(example = "2")]
    pub rule_version: String,
    pub source_row: SourceRow,
    /// When this verdict was reached.
    pub recorded_at: String,
}

/// The three prices of a report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportVerdicts {
    pub minimum: Judged,
    /// value / units.
    pub average: Judged,
    pub maximum: Judged,
}

/// Counts by verdict.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Summary {
    pub reports: u64,
    /// By headline verdict; every verdict is named, also with 0.
    pub verdicts: BTreeMap<&'static str, u64>,
    pub reasons: BTreeMap<&'static str, u64>,
    /// By SISMED transaction.
    pub transactions: BTreeMap<String, BTreeMap<&'static str, u64>>,
    pub minimum: BTreeMap<&'static str, u64>,
    pub average: BTreeMap<&'static str, u64>,
    pub maximum: BTreeMap<&'static str, u64>,
}

impl Assessment {
    pub fn new(stored: &StoredAssessment, language: Language) -> Self {
        let judged = |price: &JudgedPrice| judged(&stored.basis, price, language);
        Self {
            cum: stored.cum.to_string(),
            period: stored.period.to_string(),
            operation: stored.operation.code(),
            transaction: stored.transaction.to_string(),
            channel: stored.place.channel.code(),
            stage: stored.place.stage.code(),
            actor_role: stored.actor_role,
            per: stored.prices.per().code(),
            units: stored.prices.units.map(amount::plain),
            value: stored.prices.value.map(amount::display),
            flags: stored.flags.clone(),
            verdict: stored.verdict.code(),
            reason: stored.reason.map(|reason| reason.code()),
            verdicts: ReportVerdicts {
                minimum: judged(&stored.minimum),
                average: judged(&stored.average),
                maximum: judged(&stored.maximum),
            },
            rule_version: stored.basis.rule_version.clone(),
            source_row: SourceRow::from(&stored.source),
            recorded_at: stored.recorded_at.to_string(),
        }
    }
}

fn judged(basis: &StoredBasis, price: &JudgedPrice, language: Language) -> Judged {
    Judged::new(
        price.observed,
        (&basis.ground, &basis.facts),
        &price.judgement,
        price.worksheet.iter().cloned().map(StepBody::Stored).collect(),
        language,
    )
}

impl From<&AssessmentsSummary> for Summary {
    fn from(summary: &AssessmentsSummary) -> Self {
        let transactions = summary.transactions.iter().map(|(code, counts)| (code.to_string(), by_verdict(counts)));
        Self {
            reports: summary.reports,
            verdicts: by_verdict(&summary.verdicts),
            reasons: summary.reasons.iter().map(|(reason, count)| (reason.code(), *count)).collect(),
            transactions: transactions.collect(),
            minimum: by_verdict(&summary.minimum),
            average: by_verdict(&summary.average),
            maximum: by_verdict(&summary.maximum),
        }
    }
}

pub fn by_verdict(counts: &BTreeMap<Verdict, u64>) -> BTreeMap<&'static str, u64> {
    Verdict::ALL.iter().map(|verdict| (verdict.code(), counts.get(verdict).copied().unwrap_or(0))).collect()
}
