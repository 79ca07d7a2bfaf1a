//! `GET /v1/medicines`: find a medicine by any name or code.

use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::{
    domain::{identifier::cum::Cum, market::medicine},
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{incoming::Request, pagination::PageParameters},
        response::envelope::Envelope,
        values::{identifiers::Part, numbers::Flag},
        wire::{medicines::medicine::Medicine, service::meta::Many},
    },
    read_model::medicines::medicine::MedicineFilter,
};

/// The kinds of source that its answers use.
pub const SOURCES: [&str; 4] = ["catalogue", "ceilings", "sismed", "thermometer"];

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListMedicinesQuery {
    /// Brand, ingredient, holder, ATC class or CUM; accents, case and one typo are forgiven. Best match first.
    #[param(example = "lantus")]
    pub q: Option<String>,
    /// ATC class or its beginning.
    #[param(example = "A10", max_length = 100, value_type = Option<String>)]
    pub atc: Option<Part>,
    /// Part of an ingredient's name.
    #[param(example = "insulina", max_length = 100, value_type = Option<String>)]
    pub inn: Option<Part>,
    /// Part of the holder's name.
    #[param(example = "sanofi", max_length = 100, value_type = Option<String>)]
    pub holder: Option<Part>,
    /// true: only those that some list states a binding ceiling for; false: only the others.
    #[param(example = true, value_type = Option<bool>)]
    pub regulated: Option<Flag>,
}

/// Where the next page begins: after a CUM in a listing, at a rank in a search.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    After(i32, i32),
    Rank(usize),
}

/// A search ranks at most this many medicines.
const RANKED_MAX: usize = 2_000;

/// Find medicines
///
/// Search by brand, ingredient, holder, ATC class or CUM in any spelling; accents, case and one typo are forgiven and the best match comes
/// first. Without `q`, all medicines in order of CUM.
#[utoipa::path(get, operation_id = "list_medicines", path = "/v1/medicines", tag = "medicines", params(ListMedicinesQuery, PageParameters),
    responses((status = 200, description = "The medicines", content((Many<Medicine> = "application/json"), (String = "text/csv"))), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ListMedicinesQuery = request.query()?;
    let filter = MedicineFilter {
        atc: query.atc.map(|Part(pattern)| pattern),
        inn: query.inn.map(|Part(pattern)| pattern),
        holder: query.holder.map(|Part(pattern)| pattern),
        regulated: query.regulated.map(|Flag(regulated)| regulated),
    };
    let page = request.page()?;
    let (limit, position) = (page.limit, page.after::<Position>()?);
    let reply = Envelope::begin(&app, &request, &SOURCES).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let (found, next) = match query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(q) => ranked(&app, q, &filter, position, limit).await?,
        None => listed(&app, &filter, position, limit).await?,
    };
    let medicines: Vec<Medicine> = found.iter().map(|(cum, medicine)| Medicine::new(*cum, medicine)).collect();
    reply.page(&page, &medicines, next)
}

type MedicinePage = (Vec<(Cum, medicine::Medicine)>, Option<Position>);

async fn listed(app: &App, filter: &MedicineFilter, position: Option<Position>, limit: usize) -> Result<MedicinePage, Problem> {
    let after = position.map(|position| match position {
        Position::After(expediente, consecutive) => Ok(Cum::new(expediente, consecutive)),
        Position::Rank(_) => Err(Problem::bad_parameter(
            "cursor",
            "malformed_cursor",
            ("es de una búsqueda: empiece sin él", "belongs to a search: start without it"),
        )),
    });
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(i64::from(limit > 0));
    let mut found = app.read_model.list_medicines(filter, after.transpose()?, wanted).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().map(|(cum, _)| Position::After(cum.expediente, cum.consecutive));
    Ok((found, last.filter(|_| more)))
}

async fn ranked(
    app: &App,
    q: &str,
    filter: &MedicineFilter,
    position: Option<Position>,
    limit: usize,
) -> Result<MedicinePage, Problem> {
    let start = match position {
        None => 0,
        Some(Position::Rank(rank)) => rank,
        Some(Position::After(..)) => {
            return Err(Problem::bad_parameter(
                "cursor",
                "malformed_cursor",
                ("es de un listado: empiece sin él", "belongs to a listing: start without it"),
            ));
        }
    };
    let cums = app.read_model.search(q, RANKED_MAX).await?;
    let found = app.read_model.medicines_in_order(&cums, filter).await?;
    let more = limit > 0 && found.len() > start.saturating_add(limit);
    let shown = found.into_iter().skip(start).take(limit).collect();
    Ok((shown, more.then_some(Position::Rank(start.saturating_add(limit)))))
}
