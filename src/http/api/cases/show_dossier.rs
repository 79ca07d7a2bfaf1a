//! `GET /v1/cases/{id}/dossier`: the evidence of a case as one signed zip that anybody can check offline.

use hyper::header::{CONTENT_DISPOSITION, HeaderValue};
use serde_json::Value as Json;

use crate::{
    dossier::{
        build::{DossierError, build},
        seal::Signature,
    },
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        values::identifiers::CaseId,
        wire::cases::case_file::CaseFileBody,
    },
    workflow::common::secrets::Secrets,
};

/// Download the dossier of a case
///
/// One zip with the case as JSON and as a page in Spanish, each source row with the receipt of its file, the act, each worksheet, and a
/// signed manifest. `termometro verify-dossier FILE` works every figure out again without this service. Nothing is sealed that does
/// not follow from its evidence.
#[utoipa::path(get, operation_id = "show_dossier", path = "/v1/cases/{id}/dossier", tag = "cases",
    params(("id" = CaseId, Path, description = "As in the list of cases", example = "c000001")),
    responses((status = 200, description = "The bundle", body = Vec<u8>, content_type = "application/zip"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let CaseId(id) = request.path("id")?;
    let file = app.read_model.show_case(&request.case_reader()?, &id).await?;
    let file = file.ok_or_else(|| Problem::not_found(("el caso", "case"), &id))?;
    let content = CaseFileBody::new(&file, app.today()).dossier(&file, app.now());
    let secrets = app.workflow.secrets.clone();
    // Every figure is recomputed before sealing, which must not block a thread that serves requests.
    let built = tokio::task::spawn_blocking(move || bundle(&content, &secrets)).await;
    let zip = built.map_err(|error| failed(&id, &error))?.map_err(|error| failed(&id, &error))?;
    let name = HeaderValue::try_from(format!("attachment; filename=\"{id}.zip\"")).map_err(|error| failed(&id, &error))?;
    Ok(Answer::bytes("application/zip", zip).with_header(CONTENT_DISPOSITION, name))
}

fn bundle(content: &Json, secrets: &Secrets) -> Result<Vec<u8>, DossierError> {
    let sign = |bytes: &[u8]| Signature { kid: secrets.kid.clone(), public_key: secrets.public_key(), jws: secrets.sign(bytes) };
    build(content, &sign)
}

fn failed(id: &dyn std::fmt::Display, error: &dyn std::error::Error) -> Problem {
    tracing::error!(%id, %error, "internal error: dossier could not be built");
    Problem::internal()
}
