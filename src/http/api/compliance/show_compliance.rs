//! `GET /v1/compliance`: who had to report, and who did in time, late or not at all.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    values::calendar::ReportingPeriod,
    wire::submissions::compliance::{ComplianceBody, ObligationBody},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShowComplianceQuery {
    /// A quarter, a month, a year, or an interval of months; the last reporting period that has ended when absent.
    #[param(example = "2020-Q2")]
    period: Option<ReportingPeriod>,
}

/// Show who reported and who did not
///
/// For each reporting period owed in the span and each reporter: due, on time, late or silent, and how much of what it sent was set aside.
/// Due dates come from dated rules; that the last day of the month is meant is an unconfirmed reading, as the rule says itself.
#[utoipa::path(get, operation_id = "show_compliance", path = "/v1/compliance", tag = "compliance", params(ShowComplianceQuery),
    responses((status = 200, description = "The obligations, by period and NIT", content((ComplianceBody = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let span = request.query::<ShowComplianceQuery>()?.period.map(|ReportingPeriod(span)| span);
    let reply = Envelope::begin(&app, &request, &["sismed"]).await?.by_content(&request);
    let compliance = app.read_model.compliance(span, app.today()).await?;
    let rows: Vec<ObligationBody> = compliance.obligations.iter().map(ObligationBody::from).collect();
    reply.list_with(&rows, |meta| ComplianceBody::new(&compliance, rows.clone(), meta))
}
