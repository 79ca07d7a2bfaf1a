//! `GET /v1/ocds-releases`: orders or contracts as a package of releases of the Open Contracting Data Standard.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    exports::ocds::build::{self, OcdsEdition, ReadPurchase},
    exports::ocds::release::OcdsRelease,
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{base_url::origin, incoming::Request, pagination::PageParameters},
        values::choices::OcdsProcess,
    },
    read_model::purchases::lines::PurchaseEdition,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OcdsParameters {
    /// `orders` of the virtual store with their lines (the usual one), or `contracts` of medicines with what happened to them.
    #[param(example = "orders")]
    of: Option<OcdsProcess>,
}

/// List purchases as OCDS 1.1 releases
///
/// A release package of the Open Contracting Data Standard with the medicine extension: each order of the virtual store with buyer, supplier and
/// items, whose ingredient, strength, form, route and container are what the text of the line says; or each contract of medicines with its amendments.
/// Suppliers who are natural persons are not named. Amounts are JSON numbers, as that standard demands, digit for digit. `limit` counts processes;
/// `links.next` leads to the next page.
#[utoipa::path(get, operation_id = "list_ocds_releases", path = "/v1/ocds-releases", tag = "purchases", params(OcdsParameters, PageParameters),
    responses((status = 200, description = "The package", body = serde_json::Value, content_type = "application/json"),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let of_contracts = request.query::<OcdsParameters>()?.of.is_some_and(|OcdsProcess(of)| of == "contracts");
    let page = request.page()?;
    let after: Option<String> = page.after()?;
    let version = app.read_model.data_version().await?;
    let origin = origin(&request).unwrap_or_else(|| "http://localhost".to_owned());
    let validator = request.validator(&[&version.version.to_string(), &origin, env!("CARGO_PKG_VERSION")]);
    if let Some(unchanged) = validator.not_modified() {
        return Ok(unchanged);
    }
    let kind = if of_contracts { "secop_contracts" } else { "tvec_items" };
    let mut releases = match app.read_model.purchase_edition(kind).await? {
        Some(edition) if of_contracts => contracts(&app, edition, after.as_deref(), page.rows_to_fetch()).await?,
        Some(edition) => orders(&app, edition, after.as_deref(), page.rows_to_fetch()).await?,
        None => Vec::new(),
    };
    let more = page.cut(&mut releases);
    let next = match releases.last().filter(|_| more) {
        Some((key, _)) => Some(format!("{origin}{}", page.next_path(&page.cursor_after(key)?))),
        None => None,
    };
    let uri = format!("{origin}{}?{}", request.path, request.query_pairs.canonical(&[]));
    let releases = releases.into_iter().map(|(_, release)| release).collect();
    let body = serde_json::to_vec(&build::package(uri, version.changed_at, releases, next)).map_err(|error| {
        tracing::error!(%error, "internal error: release package could not be serialised");
        Problem::internal()
    })?;
    Ok(validator.apply(Answer::json_bytes(body)))
}

fn edition_of(edition: &PurchaseEdition) -> OcdsEdition {
    OcdsEdition { source_file_id: edition.source_file_id, recorded_at: edition.recorded_at }
}

/// Each with the key after which the next one comes.
async fn orders(
    app: &App,
    edition: PurchaseEdition,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<(String, OcdsRelease)>, Problem> {
    let edition = edition_of(&edition);
    let lines = app.read_model.purchases_of_orders(after, limit).await?;
    let lines: Vec<ReadPurchase> = lines.into_iter().map(|(line, tokens)| ReadPurchase { line, tokens }).collect();
    let orders = lines.chunk_by(|one, next| one.line.order_id == next.line.order_id);
    let release = |lines: &[ReadPurchase]| Some((lines.first()?.line.order_id.clone(), build::order(lines, &edition)?));
    Ok(orders.filter_map(release).collect())
}

async fn contracts(
    app: &App,
    edition: PurchaseEdition,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<(String, OcdsRelease)>, Problem> {
    let edition = edition_of(&edition);
    let contracts = app.read_model.list_contracts(after, limit).await?;
    let release = |(contract, events): (_, Vec<_>)| {
        let release = build::contract(&contract, &events, &edition);
        (contract.contract_id, release)
    };
    Ok(contracts.into_iter().map(release).collect())
}
