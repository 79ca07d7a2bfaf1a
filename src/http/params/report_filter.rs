//! The parameters of the operations that list and count stored reports.

use serde::Deserialize;
use utoipa::IntoParams;

use super::as_of::known_at;
use crate::{
    http::{
        App, Problem, Request,
        base::problem::Fault,
        values::{
            calendar::{FirstDay, Instant},
            choices::{Finding, Operation, TransactionFilter},
            identifiers::{Cum, Expediente},
        },
    },
    read_model::verdicts::assessments::{AssessmentFilter, ReportScope},
};

/// Filters of reports; without one, all.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportParameters {
    /// CUM, in any spelling.
    #[param(example = "19914312-20")]
    cum: Option<Cum>,
    /// All presentations of one registration.
    #[param(example = "19914312")]
    expediente: Option<Expediente>,
    /// Headline verdict: within, above, no_ceiling_for_this_stage, not_regulated or cannot_compare.
    #[param(example = "above")]
    verdict: Option<Finding>,
    /// SISMED transaction, 1 to 5.
    #[param(example = "1")]
    transaction: Option<TransactionFilter>,
    /// CM purchase, VN sale or RC reimbursement claim.
    #[param(example = "VN")]
    operation: Option<Operation>,
    /// Reports whose period ends after this day or month begins.
    #[param(example = "2020-01")]
    from: Option<FirstDay>,
    /// Reports whose period begins before this day or month begins.
    #[param(example = "2022-01")]
    to: Option<FirstDay>,
    /// The verdicts as they were known at that instant (RFC 3339).
    #[param(value_type = Option<Instant>)]
    known_at: Option<String>,
}

impl ReportParameters {
    pub fn read(app: &App, request: &Request) -> Result<AssessmentFilter, Problem> {
        let (given, faults): (Self, _) = request.query_with_faults()?;
        check_span(faults, given.from.as_ref(), given.to.as_ref())?;
        Ok(AssessmentFilter {
            whose: ReportScope::All,
            cum: given.cum.map(|Cum(cum)| cum),
            expediente: given.expediente.map(|Expediente(number)| number),
            verdict: given.verdict.map(|Finding(verdict)| verdict),
            transaction: given.transaction.map(|TransactionFilter(code)| code),
            operation: given.operation.map(|Operation(operation)| operation),
            from: given.from.map(|FirstDay(day)| day),
            until: given.to.map(|FirstDay(day)| day),
            known_at: known_at(app, given.known_at.as_deref())?,
        })
    }
}

/// An empty span is a mistake, not an empty answer.
pub fn check_span(mut faults: Vec<Fault>, from: Option<&FirstDay>, to: Option<&FirstDay>) -> Result<(), Problem> {
    if from.zip(to).is_some_and(|(FirstDay(from), FirstDay(to))| to <= from) {
        let detail = ("to debe ser posterior a from", "to must be later than from");
        faults.push(Fault::parameter("to", "empty_period", detail));
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::bad_parameters(faults)) }
}
