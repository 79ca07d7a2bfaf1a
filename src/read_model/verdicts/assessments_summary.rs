//! `assessments_summary`: how many reports have which verdict, by reason, by transaction and by statistic.

use std::collections::BTreeMap;

use super::assessments::{AssessmentFilter, FilterValues};
use crate::{
    domain::{reason::Reason, verdict::judge::Verdict},
    read_model::{ReadModel, counts_cache::ReportCount, statements, version::known_import},
    store::postgres::error::StoreError,
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
    /// As known now, and of all medicines, it is added up from what is held; of one medicine, and as known at an instant, it is counted.
    pub async fn assessments_summary(&self, filter: &AssessmentFilter) -> Result<AssessmentsSummary, StoreError> {
        let Some(filter_values) = FilterValues::new(filter) else { return Ok(AssessmentsSummary::default()) };
        if filter.known_at.is_none() && filter_values.expediente.is_none() {
            return Ok(AssessmentsSummary::of(self.data_counts().await?.reports(), filter));
        }
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let known = known_import(&mut connection, filter.known_at).await?;
        let FilterValues { expediente, consecutive, .. } = &filter_values;
        let rows = connection.query(statements::assessment_counts, &[expediente, consecutive, &known, &None::<i64>]).await?;
        connection.end_snapshot().await?;
        let counts = rows.iter().map(ReportCount::of).collect::<Result<Vec<_>, _>>()?;
        Ok(AssessmentsSummary::of(counts.iter(), filter))
    }
}

impl AssessmentsSummary {
    /// Of those that the filter lets through; the medicine is not looked at.
    fn of<'a>(counts: impl Iterator<Item = &'a ReportCount>, filter: &AssessmentFilter) -> Self {
        let mut summary = Self::default();
        for count in counts.filter(|count| is_within(count, filter)) {
            let reports = count.reports;
            summary.reports += reports;
            *summary.verdicts.entry(count.verdict).or_default() += reports;
            *summary.transactions.entry(count.transaction).or_default().entry(count.verdict).or_default() += reports;
            if let Some(reason) = count.reason {
                *summary.reasons.entry(reason).or_default() += reports;
            }
            *summary.minimum.entry(count.minimum).or_default() += reports;
            *summary.average.entry(count.average).or_default() += reports;
            *summary.maximum.entry(count.maximum).or_default() += reports;
        }
        summary
    }
}

/// As the list of assessments is filtered: its period meets the span, and the rest is equal.
fn is_within(count: &ReportCount, filter: &AssessmentFilter) -> bool {
    let AssessmentFilter { verdict, transaction, operation, from, until, .. } = filter;
    verdict.is_none_or(|verdict| count.verdict == verdict)
        && transaction.is_none_or(|transaction| count.transaction == transaction)
        && operation.is_none_or(|operation| count.operation == operation.code())
        && from.is_none_or(|from| count.period_until > from)
        && until.is_none_or(|until| count.period_from < until)
}
