//! `GET /v1/exports`: the open-data files, with their digests, versions and differences.

use crate::{
    exports::data_sets,
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::envelope::Envelope,
        wire::{open_data::export::ExportBody, service::meta::Many},
    },
};

/// List the open-data files
///
/// Each data set as whole files (CSV, NDJSON, Parquet) with rows, bytes and SHA-256, its schema, the versions that are kept, and the
/// differences from each version to the next. Of `prices_by_month` there are files of each period besides, which its `manifest` names: new
/// reports change those of their own months alone. A version exists because its bytes differ from those of the one before, and its files never
/// change. New ones follow new data within seconds or minutes. Titles, descriptions and licence say where data are this project's invented sample.
#[utoipa::path(get, operation_id = "list_exports", path = "/v1/exports", tag = "open_data",
    responses((status = 200, description = "Every data set", content((Many<ExportBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    // Files are built some time after their data, so the data version does not say whether an answer is unchanged.
    let version = app.read_model.data_version().await?;
    let reply = Envelope::of(&app, &request, &["ceilings", "sismed", "thermometer", "catalogue"], version).by_content(&request);
    let versions = app.read_model.list_exports().await?;
    let body = |data_set: &&_| ExportBody::new(data_set, &versions, version.sample, request.language);
    let bodies: Vec<ExportBody> = data_sets::ALL.iter().map(body).collect();
    reply.many(&bodies)
}
