//! `GET /v1/validation-rules`: the rules that validate a submission.

use crate::{
    domain::reports::validation::RULES,
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::envelope::Envelope,
        wire::{service::meta::Many, submissions::submission::ValidationRuleBody},
    },
};

/// List the validation rules of submissions
///
/// Each rule with its code and what it does to a row that breaks it: refuse the file, quarantine the row, or flag it.
#[utoipa::path(get, operation_id = "list_validation_rules", path = "/v1/validation-rules", tag = "submissions",
    responses((status = 200, description = "The rules", content((Many<ValidationRuleBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?;
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let rules: Vec<_> = RULES.iter().map(|rule| ValidationRuleBody::new(rule, reply.language)).collect();
    reply.many(&rules)
}
