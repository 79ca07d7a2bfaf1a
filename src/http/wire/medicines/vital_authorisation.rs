//! An authorisation to import what is vital and not available.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::law::listed::AuthorisedIngredient, http::wire::service::source::SourceRow,
    read_model::medicines::vital_authorisations::AuthorisationView,
};

/// What INVIMA let in on a day as vital and not available (medicamento vital no disponible). It says that somebody asked for it then, not that
/// it cannot be had today, and nothing of its price.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VitalAuthorisationBody {
    #[schema(format = Date, example = "2026-03-19")]
    pub authorised_on: String,
    /// Tipo de solicitud: `one_patient` (paciente específico), `several_patients` (más de un paciente) or `clinical_urgency` (urgencia
    /// clínica).
    #[schema(example = "several_patients")]
    pub request: &'static str,
    /// Null where the list has none: of several, or of a plant.
    #[schema(example = "1N1025871011100")]
    pub ium: Option<String>,
    /// Principios activos in the list's words; one of them may name several.
    #[schema(example = json!(["NOREPINEFRINA"]))]
    pub ingredients: Vec<String>,
    /// Concentración in the list's words, one for each of `ingredients` that has one.
    #[schema(example = "1 mg/mL")]
    pub strength: Option<String>,
    /// Forma farmacéutica.
    #[schema(example = "SOLUCIÓN INYECTABLE")]
    pub form: Option<String>,
    /// Nombre comercial.
    pub brand: Option<String>,
    /// Presentación comercial.
    pub presentation: Option<String>,
    /// Only with `cum`, by what it was found: `ium` (the catalogue gives the presentation this IUM) or `ingredients` (the ingredients have
    /// the same names: a candidate, and nothing more is known).
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    #[schema(example = "ingredients")]
    pub found_by: Option<&'static str>,
    /// The list speaks up to this day.
    #[schema(format = Date, example = "2026-04-20")]
    pub list_day: Option<String>,
    pub source_row: SourceRow,
}

impl VitalAuthorisationBody {
    /// `of_medicine`: a presentation was asked for.
    pub fn new(view: &AuthorisationView, of_medicine: bool) -> Self {
        let listed = &view.listed;
        let ingredients = || [Some(&listed.ingredient), listed.second.as_ref()].into_iter().flatten();
        let strengths: Vec<String> = ingredients().filter_map(strength).collect();
        Self {
            authorised_on: listed.authorised_on.to_string(),
            request: listed.request.code(),
            ium: listed.ium.as_ref().map(|ium| ium.as_str().to_owned()),
            ingredients: ingredients().map(|one| one.name.clone()).collect(),
            strength: (!strengths.is_empty()).then(|| strengths.join(" + ")),
            form: listed.form.clone(),
            brand: listed.brand.clone(),
            presentation: listed.presentation.clone(),
            found_by: of_medicine.then_some(if view.same_ium { "ium" } else { "ingredients" }),
            list_day: view.list_day.map(|day| day.to_string()),
            source_row: SourceRow::from(&view.source),
        }
    }
}

fn strength(ingredient: &AuthorisedIngredient) -> Option<String> {
    let amount = ingredient.strength.as_deref()?;
    Some(ingredient.unit.as_deref().map_or_else(|| amount.to_owned(), |unit| format!("{amount} {unit}")))
}
