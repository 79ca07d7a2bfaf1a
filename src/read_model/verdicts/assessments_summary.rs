//! `assessments_summary`: how many reports have which verdict, by reason, by transaction and by statistic.

use std::collections::BTreeMap;

use super::assessments::{AssessmentFilter, FilterValues};
use crate::{
    domain::{reason::Reason, verdict::judge::Verdict},
    read_model::{ReadModel, columns::verdict, statements, version::known_import},
    store::postgres::error::{StoreError, corrupt},
};

type Counts = BTreeMap<Verdict, u64>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssessmentsSummary {
    pub reports: u64,
    /// By headline.
    pub verdicts: Counts,
    /// First reasons of the headlines that have one.
    pub reasons: BTreeMap<Reason, u64>,
    /// Headlines by SISMED transaction.
    pub transactions: BTreeMap<u8, Counts>,
    /// Verdicts of each price by itself.
    pub minimum: Counts,
    pub average: Counts,
    pub maximum: Counts,
}

impl ReadModel {
    pub async fn assessments_summary(&self, filter: &AssessmentFilter) -> Result<AssessmentsSummary, StoreError> {
        let mut summary = AssessmentsSummary::default();
        let Some(filter_values) = FilterValues::new(filter) else { return Ok(summary) };
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let known = known_import(&mut connection, filter.known_at).await?;
        let rows = connection.query(statements::assessment_counts, &filter_values.params(&known)).await?;
        connection.end_snapshot().await?;
        for row in &rows {
            let reports: i64 = row.try_get("reports")?;
            let reports = reports.unsigned_abs();
            let transaction =
                u8::try_from(row.try_get::<_, i16>("transaction")?).map_err(|error| corrupt("sismed_report", error))?;
            let headline = verdict(row, "verdict")?;
            summary.reports += reports;
            *summary.verdicts.entry(headline).or_default() += reports;
            *summary.transactions.entry(transaction).or_default().entry(headline).or_default() += reports;
            if let Some(code) = row.try_get::<_, Option<&str>>("reason")? {
                let reason = Reason::from_code(code).ok_or_else(|| corrupt("assessment", code))?;
                *summary.reasons.entry(reason).or_default() += reports;
            }
            *summary.minimum.entry(verdict(row, "minimum_verdict")?).or_default() += reports;
            *summary.average.entry(verdict(row, "average_verdict")?).or_default() += reports;
            *summary.maximum.entry(verdict(row, "maximum_verdict")?).or_default() += reports;
        }
        Ok(summary)
    }
}
