//! `GET /v1/log/proof/inclusion`: the proof that a leaf is in the log.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    values::{identifiers::Sha256, numbers::Whole},
    wire::service::{
        log::{InclusionBody, hash_from_text},
        meta::One,
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShowLogInclusionQuery {
    /// Índice de la hoja: index of the leaf, from 0; or give `hash`.
    #[param(minimum = 0, maximum = 1_000_000_000, value_type = Option<u32>, example = 0)]
    pub index: Option<Whole<0, 1_000_000_000>>,
    /// Huella de la hoja: hash of the leaf, SHA-256 of a zero byte and its content; or give `index`.
    pub hash: Option<Sha256>,
    /// Tamaño del registro: of a head that you have; without it, the log as it is now.
    #[param(minimum = 1, maximum = 1_000_000_000, value_type = Option<u32>)]
    pub size: Option<Whole<1, 1_000_000_000>>,
}

/// Prove that a leaf is in the log
///
/// The hashes that lead from the leaf to the root of the log of the first `size` leaves (RFC 9162, 2.1.3). Compare that root with the one
/// in a signed head of this size.
#[utoipa::path(get, operation_id = "show_log_inclusion", path = "/v1/log/proof/inclusion", tag = "log", params(ShowLogInclusionQuery),
    responses((status = 200, description = "The proof", body = One<InclusionBody>), (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ShowLogInclusionQuery = request.query()?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let noun = ("la hoja del registro", "leaf of the log");
    let index = match (query.index, query.hash) {
        (Some(Whole(index)), None) => u64::from(index),
        (None, Some(Sha256(text))) => {
            let hash = hash_from_text(&text).ok_or_else(|| Problem::not_found(noun, &text))?;
            app.read_model.log_leaf_by_hash(&hash).await?.ok_or_else(|| Problem::not_found(noun, &text))?
        }
        _ => {
            let detail = ("dé index o hash, no ambos", "give either index or hash");
            return Err(Problem::bad_parameter("index", "ambiguous_leaf", detail));
        }
    };
    let size = match query.size {
        Some(Whole(size)) => u64::from(size),
        None => app.read_model.log_head().await?.1,
    };
    let proof = app.read_model.log_inclusion(index, size).await?;
    let proof = proof.ok_or_else(|| {
        Problem::not_found(noun, index).with_detail((
            format!("no hay una hoja {index} entre las primeras {size} del registro"),
            format!("there is no leaf {index} among the first {size} of the log"),
        ))
    })?;
    reply.one(InclusionBody::from(&proof))
}
