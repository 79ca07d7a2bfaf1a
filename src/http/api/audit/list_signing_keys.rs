//! `GET /v1/keys`: the public keys with which receipts and dossiers are checked.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::service::{authority::PublicKeyBody, meta::Many},
};

/// List the public keys of receipts
///
/// Every Ed25519 key that signs receipts and dossiers here, or once did: an old signature can still be checked after a change of keys.
#[utoipa::path(get, operation_id = "list_signing_keys", path = "/v1/keys", tag = "audit",
    responses((status = 200, description = "The keys, oldest first", content((Many<PublicKeyBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    // A new key appears at a start of the program, not with new data.
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let keys: Vec<PublicKeyBody> = app.read_model.signing_keys().await?.iter().map(PublicKeyBody::from).collect();
    reply.many(&keys)
}
