//! `GET /v1/vital-authorisations`: what INVIMA let in as vital and not available.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{identifier::text::fold, market::ingredients_key::ingredients_key},
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{incoming::Request, pagination::PageParameters},
        response::{envelope::Envelope, unknown_medicine::unknown_medicine},
        values::identifiers::{Cum, Ium},
        wire::{medicines::vital_authorisation::VitalAuthorisationBody, service::meta::Many},
    },
    read_model::medicines::vital_authorisations::AuthorisationFilter,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListVitalAuthorisationsQuery {
    /// Of one presentation: with an IUM that the catalogue gives it, or with the same names of ingredients (`match` says which).
    #[param(example = "19914312-20")]
    cum: Option<Cum>,
    /// With this IUM, or one below it.
    #[param(example = "1N1025871011100")]
    ium: Option<Ium>,
    /// Words as they follow each other in the names of the ingredients or the brand; accents and case do not count.
    #[param(example = "norepinefrina")]
    q: Option<String>,
}

/// List what was let in as vital and not available
///
/// Each row of INVIMA's list of authorisations to import a medicine that is vital and not available (medicamento vital no disponible), newest
/// first: most have no CUM. A row says that it was authorised on that day, not that it cannot be had today. With `cum`, rows that agree with
/// nothing but the names of the ingredients are candidates. Of several filters all must hold.
#[utoipa::path(get, operation_id = "list_vital_authorisations", path = "/v1/vital-authorisations", tag = "medicines",
    params(ListVitalAuthorisationsQuery, PageParameters),
    responses((status = 200, description = "The authorisations",
        content((Many<VitalAuthorisationBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ListVitalAuthorisationsQuery = request.query()?;
    let page = request.page()?;
    let start = page.after::<usize>()?.unwrap_or_default();
    let reply = Envelope::begin_of_lists(&app, &request, &["vital_not_available", "catalogue"]).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let mut medicine = None;
    if let Some(Cum(cum)) = query.cum {
        let (_, known) = app.read_model.show_medicine(cum).await?;
        let Some(known) = known else { return Err(unknown_medicine(&app, cum).await) };
        medicine = Some((known.iums.clone(), ingredients_key(known.ingredients.iter().map(String::as_str))));
    }
    let words = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()).map(fold);
    // Signs alone are in no name.
    if words.as_deref() == Some("") {
        return reply.page::<VitalAuthorisationBody, usize>(&page, &[], None);
    }
    let filter = AuthorisationFilter { medicine, ium: query.ium.map(|Ium(ium)| ium), words };
    let mut found = app.read_model.list_vital_authorisations(&filter, start, page.rows_to_fetch()).await?;
    let more = page.cut(&mut found);
    let of_medicine = filter.medicine.is_some();
    let bodies: Vec<_> = found.iter().map(|view| VitalAuthorisationBody::new(view, of_medicine)).collect();
    reply.page(&page, &bodies, more.then_some(start.saturating_add(page.limit)))
}
