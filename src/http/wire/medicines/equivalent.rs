//! An equivalent on the wire, with the saving.

use serde::Serialize;
use utoipa::ToSchema;

use super::medicine::Medicine;
use crate::{
    domain::{number::amount, verdict::comparison::Per},
    http::{base::language::Language, wire::service::money::Money},
    read_model::medicines::equivalents::{Equivalent, PriceSource},
};

/// A presentation with the same ingredients, strength, grouped form and route.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EquivalentBody {
    #[serde(flatten)]
    pub medicine: Medicine,
    /// Price per dispensing unit in the channel asked for; null where no source has one.
    pub unit_price: Option<Money>,
    /// `thermometer` (newest list) or `reports` (weighted average of the newest month reported).
    pub unit_price_source: Option<&'static str>,
    /// The month of the reports.
    pub unit_price_month: Option<String>,
    /// Saved per dispensing unit against the medicine asked for; starts with `-` when this one is dearer.
    #[schema(example = "120.00")]
    pub saving: Option<String>,
    /// In percent of the asked medicine's price, 4 decimals, half-up.
    #[schema(example = "25.0000")]
    pub saving_percent: Option<String>,
    /// Why the two stand together, in the language asked for.
    pub why: String,
}

impl EquivalentBody {
    pub fn new(equivalent: &Equivalent, language: Language) -> Self {
        let price = equivalent.unit_price.as_ref();
        let medicine = Medicine::new(equivalent.cum, &equivalent.medicine);
        let what = medicine.ingredients.join(" + ");
        let strength = medicine.strength.clone().unwrap_or_default();
        let group = medicine.form_group.clone().unwrap_or_default();
        let why = match language {
            Language::Spanish => {
                format!("mismos principios activos ({what}), misma concentración ({strength}), misma forma y vía ({group})")
            }
            Language::English => format!("same ingredients ({what}), same strength ({strength}), same form and route ({group})"),
        };
        Self {
            medicine,
            unit_price: price.map(|price| Money::new(price.amount, Per::DispensingUnit)),
            unit_price_source: price.map(|price| match price.source {
                PriceSource::Thermometer => "thermometer",
                PriceSource::Reports => "reports",
            }),
            unit_price_month: price.and_then(|price| price.month).map(|day| format!("{:04}-{:02}", day.year(), day.month())),
            saving: equivalent.saving.map(amount::display),
            saving_percent: equivalent.saving_percent.map(amount::percent),
            why,
        }
    }
}
