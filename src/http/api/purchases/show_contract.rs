//! `GET /v1/contracts/{id}`: one contract, and what happened to it.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    values::identifiers::ContractId,
    wire::{purchases::contract::ContractBody, service::meta::One},
};

/// Show one contract and its events
///
/// Of SECOP II, as published. Additions, extensions and suspensions are events: whether an amount is the new total or what was added is not proven,
/// so nothing sums them.
#[utoipa::path(get, operation_id = "show_contract", path = "/v1/contracts/{id}", tag = "purchases",
    params(("id" = ContractId, Path, description = "As SECOP II names it", example = "CO1.PCCNTR.123456")),
    responses((status = 200, description = "The contract", body = One<ContractBody>), (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let ContractId(id) = request.path("id")?;
    let reply = Envelope::begin(&app, &request, &["secop_contracts", "secop_additions"]).await?;
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let found = app.read_model.show_contract(&id).await?;
    let (contract, events) = found.ok_or_else(|| Problem::not_found(("el contrato", "contract"), &id))?;
    reply.one(ContractBody::new(&contract, &events))
}
