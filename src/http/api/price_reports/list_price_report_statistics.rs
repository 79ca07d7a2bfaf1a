//! `GET /v1/price-report-statistics`: what is released of reported prices.

use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{incoming::Request, pagination::PageParameters},
        response::envelope::Envelope,
        values::{calendar::Day, identifiers::Cum, price_reports::Area},
        wire::{price_reports::statistic::PriceReportStatisticBody, service::meta::Many},
    },
    read_model::price_reports::StatisticFilter,
};

/// Filter of released figures; without it, all.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StatisticParameters {
    /// The Monday of a week.
    week: Option<Day>,
    #[param(example = "19914312-20")]
    cum: Option<Cum>,
    /// CO, or DANE's code of a department or municipality.
    #[param(example = "CO")]
    area: Option<Area>,
}

/// List the released figures of reported prices
///
/// Each week is released once, after it has ended, and never changed. A figure has at least five different contributors and no price of more
/// than half of the sum; what could be computed from the others is left out too. Whoever controls five networks can make a figure appear; the
/// median is rounded to two significant figures. The newest week first.
#[utoipa::path(get, operation_id = "list_price_report_statistics", path = "/v1/price-report-statistics", tag = "price_reports",
    params(StatisticParameters, PageParameters),
    responses((status = 200, description = "The figures", content((Many<PriceReportStatisticBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let StatisticParameters { week, cum, area } = request.query()?;
    let page = request.page()?;
    let after: Option<(Date, String, String, String)> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let filter = StatisticFilter {
        week: week.map(|Day(day)| day),
        cum: cum.map(|Cum(cum)| cum.to_string()),
        area: area.map(|Area(area)| area),
        after,
    };
    let mut found = app.read_model.price_report_statistics(filter, page.rows_to_fetch()).await?;
    let more = page.cut(&mut found);
    let next = found.last().map(|one| (one.week, one.cum.clone(), one.per.clone(), one.area.clone())).filter(|_| more);
    let bodies: Vec<PriceReportStatisticBody> = found.iter().map(PriceReportStatisticBody::from).collect();
    reply.page(&page, &bodies, next)
}
