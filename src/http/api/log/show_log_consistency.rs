//! `GET /v1/log/proof/consistency`: the proof that the log only grew.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    values::numbers::Whole,
    wire::service::{log::ConsistencyBody, meta::One},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShowLogConsistencyQuery {
    /// Tamaño anterior: size of the earlier head.
    #[param(minimum = 1, maximum = 1_000_000_000, value_type = u32, example = 1)]
    pub first: Whole<1, 1_000_000_000>,
    /// Tamaño posterior: size of the later head; without it, the log as it is now.
    #[param(minimum = 1, maximum = 1_000_000_000, value_type = Option<u32>)]
    pub second: Option<Whole<1, 1_000_000_000>>,
}

/// Prove that the log only grew
///
/// The hashes that show that the log of the first `second` leaves begins with the log of the first `first` (RFC 9162, 2.1.4). Compare both
/// roots with those of your signed heads: if one of them differs, something before it was changed.
#[utoipa::path(get, operation_id = "show_log_consistency", path = "/v1/log/proof/consistency", tag = "log", params(ShowLogConsistencyQuery),
    responses((status = 200, description = "The proof", body = One<ConsistencyBody>), (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ShowLogConsistencyQuery = request.query()?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let Whole(first) = query.first;
    let (first, second) = match query.second {
        Some(Whole(second)) => (u64::from(first), u64::from(second)),
        None => (u64::from(first), app.read_model.log_head().await?.1),
    };
    let proof = app.read_model.log_consistency(first, second).await?;
    let proof = proof.ok_or_else(|| {
        Problem::not_found(("la prueba", "proof"), first).with_detail((
            format!("el registro no tiene {second} hojas, o {first} son más que {second}"),
            format!("the log has not {second} leaves, or {first} are more than {second}"),
        ))
    })?;
    reply.one(ConsistencyBody::from(&proof))
}
