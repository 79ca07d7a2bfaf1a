//! `POST /v1/case-assignments`: many cases are given to a regulator at once.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::cases::case_file,
    http::{
        Answer, App,
        base::problem::{Fault, Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::{
            identifiers::{AssigneeId, CaseId, IdempotencyHeader},
            value::Invalid,
        },
        wire::cases::case_work::CasesAssignedBody,
    },
    workflow::case_assignments::CasesAssigned,
};

const BODY_BYTES_MAX: usize = 64 * 1024;
const CASES_MAX: usize = 500;

/// Which cases, and who gets them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseAssignment {
    /// 1 to 500; one that is named twice counts once.
    #[schema(example = json!(["c000001", "c000002"]), min_items = 1, max_items = 500, format = "CaseId")]
    pub cases: Vec<String>,
    /// A regulator, as in `list_case_assignees`; null: nobody has them any more.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true, value_type = Option<AssigneeId>, example = "p7Hq2LxV0aB")]
    pub assignee: Option<String>,
}

/// Give cases to somebody
///
/// All of them or, where one is unknown, none. Who works on a case is known to those who read every case, and stands in no public answer,
/// file or dossier. It changes nothing else: the case keeps its version, and any regulator may go on with it.
#[utoipa::path(post, operation_id = "assign_cases", path = "/v1/case-assignments", tag = "cases", request_body = CaseAssignment,
    params(IdempotencyHeader),
    responses((status = 200, description = "Who has them now", body = Done<CasesAssignedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let (context, body): (_, CaseAssignment) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let (cases, assignee) = body.read()?;
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |assigned: &CasesAssigned| rendered(&kept, CasesAssignedBody::from(assigned));
        workflow.assign_cases(&context, &cases, assignee.as_deref(), &render).await
    })
    .await
}

impl CaseAssignment {
    fn read(self) -> Result<(Vec<case_file::CaseId>, Option<String>), Problem> {
        let mut faults = Vec::new();
        if !(1..=CASES_MAX).contains(&self.cases.len()) {
            let detail = (format!("de 1 a {CASES_MAX} casos"), format!("1 to {CASES_MAX} cases"));
            faults.push(Fault::pointer("/cases", "cases", detail));
        }
        let at = |pointer: String, fault: Invalid| Fault::pointer(pointer, fault.code, fault.detail);
        let mut cases = Vec::new();
        for (index, text) in self.cases.iter().take(CASES_MAX).enumerate() {
            match text.parse() {
                Ok(CaseId(id)) => cases.push(id),
                Err(fault) => faults.push(at(format!("/cases/{index}"), fault)),
            }
        }
        let assignee = self.assignee.map(|text| text.parse().map(|AssigneeId(id)| id)).transpose();
        let assignee = assignee.unwrap_or_else(|fault| {
            faults.push(at("/assignee".to_owned(), fault));
            None
        });
        if faults.is_empty() { Ok((cases, assignee)) } else { Err(Problem::bad_body(faults)) }
    }
}
