//! `GET /v1/medicines`: find a medicine by any name or code.

use std::{borrow::Cow, collections::HashMap};

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
        wire::{
            medicines::medicine::{ListedMedicine, Medicine},
            service::meta::Many,
        },
    },
    read_model::{
        medicines::medicine::{MedicineFilter, ingredient_patterns},
        search::hit::{SearchHit, SearchHits},
    },
};

/// The kinds of source that its answers use.
pub const SOURCES: [&str; 4] = ["catalogue", "ceilings", "sismed", "thermometer"];

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListMedicinesQuery {
    /// Brand, ingredient (also by another name of it), ATC class, holder, or a code: CUM, expediente, IUM, registration. Accents, case and a typo
    /// are forgiven. Best match first. At least one word must match that identifies a product: numbers, units, forms, salts and connecting
    /// words only put in order what is found.
    #[param(example = "lantus")]
    pub q: Option<String>,
    /// ATC class or its beginning.
    #[param(example = "A10", max_length = 100, value_type = Option<String>)]
    pub atc: Option<Part>,
    /// Part of an ingredient's name, or another name of the ingredient.
    #[param(example = "insulina", max_length = 100, value_type = Option<String>)]
    pub inn: Option<Part>,
    /// Part of the holder's name.
    #[param(example = "sanofi", max_length = 100, value_type = Option<String>)]
    pub holder: Option<Part>,
    /// true: only those that some list states a binding ceiling for; false: only the others.
    #[param(example = true, value_type = Option<bool>)]
    pub regulated: Option<Flag>,
    /// Part of the pharmaceutical form (forma farmacéutica).
    #[param(example = "tableta", max_length = 100, value_type = Option<String>)]
    pub form: Option<Part>,
    /// Part of the strength (concentración).
    #[param(example = "50 mg", max_length = 100, value_type = Option<String>)]
    pub strength: Option<Part>,
}

/// Where the next page begins: after a CUM in a listing, at a rank in a search.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    After(i32, i32),
    Rank(usize),
}

/// A search ranks at most this many medicines.
pub const RANKED_MAX: usize = 2_000;

/// Find medicines
///
/// Search by brand, ingredient, ATC class, holder or code; the best match comes first. What is not held is not answered with something else:
/// `meta.unmatched` has the words that nothing in the answer has, and each item says by what it was found (`match`) and whether it lacks a word
/// (`partial`). What looks like a code is looked up as a code or not at all (`meta.looked_up_as`). Without `q`, all medicines in order of CUM.
#[utoipa::path(get, operation_id = "list_medicines", path = "/v1/medicines", tag = "medicines", params(ListMedicinesQuery, PageParameters),
    responses((status = 200, description = "The medicines", content((Many<ListedMedicine<'static>> = "application/json"), (String = "text/csv"))), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ListMedicinesQuery = request.query()?;
    let filter = MedicineFilter {
        atc: query.atc.map(|Part(pattern)| pattern),
        inn: query.inn.map(|Part(part)| ingredient_patterns(&part)),
        holder: query.holder.map(|Part(pattern)| pattern),
        regulated: query.regulated.map(|Flag(regulated)| regulated),
        form: query.form.map(|Part(part)| part),
        strength: query.strength.map(|Part(part)| part),
    };
    let page = request.page()?;
    let (limit, position) = (page.limit, page.after::<Position>()?);
    let mut reply = Envelope::begin_of_lists(&app, &request, &SOURCES).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let (found, next) = match query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(q) => {
            let mut hits = app.read_model.search(q, RANKED_MAX).await?;
            let page = ranked(&app, &mut hits, &filter, position, limit).await?;
            reply = reply.of_search(hits);
            page
        }
        None => listed(&app, &filter, position, limit).await?,
    };
    reply.page(&page, &found, next)
}

type MedicinePage = (Vec<ListedMedicine<'static>>, Option<Position>);

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
    let shown = found.iter().map(|(cum, medicine)| ListedMedicine::new(Cow::Owned(Medicine::new(*cum, medicine))));
    Ok((shown.collect(), last.filter(|_| more)))
}

async fn ranked(
    app: &App,
    hits: &mut SearchHits,
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
    let cums: Vec<Cum> = hits.hits.iter().map(|hit| hit.cum).collect();
    let by_cum: HashMap<Cum, SearchHit> = hits.hits.iter().map(|hit| (hit.cum, *hit)).collect();
    let found = app.read_model.medicines_in_order(&cums, filter).await?;
    hits.total = found.len();
    let listed = |(cum, medicine): &(Cum, medicine::Medicine)| {
        let hit = by_cum.get(cum)?;
        Some(ListedMedicine::found(Cow::Owned(Medicine::new(*cum, medicine)), *hit))
    };
    let shown = found.iter().skip(start).take(limit).filter_map(listed).collect();
    let more = limit > 0 && found.len() > start.saturating_add(limit);
    Ok((shown, more.then_some(Position::Rank(start.saturating_add(limit)))))
}
