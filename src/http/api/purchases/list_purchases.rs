//! `GET /v1/purchases`: lines of public purchases, and what they were read as.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        params::report_filter::check_span,
        request::{incoming::Request, pagination::PageParameters},
        response::envelope::Envelope,
        values::{
            calendar::FirstDay,
            choices::{Described, Finding},
            identifiers::{Cum, MarketId, Nit},
        },
        wire::{purchases::line::PurchaseBody, service::meta::Many},
    },
    read_model::purchases::lines::PurchaseFilter,
};

/// Filters of lines; without one, all.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PurchaseParameters {
    /// ID MR: lines whose candidates are all of this market.
    #[param(example = "96")]
    market: Option<MarketId>,
    /// Lines that can mean this presentation only.
    #[param(example = "19914312-20")]
    cum: Option<Cum>,
    /// NIT of a public body.
    #[param(example = "899999063-3")]
    buyer: Option<Nit>,
    /// within, above, no_ceiling_for_this_stage, not_regulated or cannot_compare. `above` is only what all candidates and readings have alike.
    #[param(example = "within")]
    verdict: Option<Finding>,
    /// Orders of this day or later.
    #[param(example = "2024-01")]
    from: Option<FirstDay>,
    /// Orders before this day or month.
    #[param(example = "2025-01")]
    to: Option<FirstDay>,
    /// How well the line says what was bought.
    described: Option<Described>,
}

/// List lines of public purchases
///
/// Lines of orders of the Tienda Virtual del Estado Colombiano as published, in order of their id, each with what its text was read as. Most texts can
/// mean several products: such a line has no verdict, and that is no fault of a price. Lines that are cancelled, returned or implausible are listed, and
/// counted in no figure. No list ranks buyers or sellers.
#[utoipa::path(get, operation_id = "list_purchases", path = "/v1/purchases", tag = "purchases", params(PurchaseParameters, PageParameters),
    responses((status = 200, description = "The lines", content((Many<PurchaseBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let (given, faults): (PurchaseParameters, _) = request.query_with_faults()?;
    check_span(faults, given.from.as_ref(), given.to.as_ref())?;
    let filter = PurchaseFilter {
        market: given.market.map(|MarketId(id)| id),
        cum: given.cum.map(|Cum(cum)| cum),
        buyer: given.buyer.map(|Nit(nit)| nit.digits()),
        verdict: given.verdict.map(|Finding(verdict)| verdict),
        from: given.from.map(|FirstDay(day)| day),
        until: given.to.map(|FirstDay(day)| day),
        described: given.described.map(|Described(code)| code),
    };
    let page = request.page()?;
    let after: Option<(i64, i32)> = page.after()?;
    let reply = Envelope::begin(&app, &request, &["tvec_items", "tvec_orders", "ceilings", "catalogue"]).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let mut lines = app.read_model.list_purchases(&filter, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut lines);
    let next = lines.last().map(|line| (line.id.number(), line.line)).filter(|_| more);
    let bodies: Vec<PurchaseBody> = lines.iter().map(PurchaseBody::from).collect();
    reply.page(&page, &bodies, next)
}
