//! Another way to read a price that is above its ceiling.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        number::amount,
        verdict::readings::{AsIf, OtherReading},
    },
    http::base::language::Language,
};

/// The price fits another unit of the same presentation (however far below its ceiling), or comes within a tenth of the ceiling of
/// another pack of the same medicine: a question to the source of the price, before any accusation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Reading {
    /// `pack`, `dispensing_unit`, or `pack of N`.
    #[schema(example = "pack of 5")]
    pub per: String,
    /// What the verdict would be under this reading: `within` or `above`.
    #[schema(example = "above")]
    pub verdict: &'static str,
    /// Percent above the ceiling under this reading, 4 decimals, half-up; absent when within.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "3.9356")]
    pub excess_percent: Option<String>,
    /// The ceiling of this reading, in pesos per that pack.
    #[schema(example = "165259.98")]
    pub ceiling_amount: String,
    /// Price / ceiling under this reading, 2 decimals, half-up.
    #[schema(example = "1.04")]
    pub ratio: String,
    /// CUM of the other presentation, when it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "19914312-21")]
    pub cum: Option<String>,
    /// Why this reading is named, in the language asked for.
    pub why: String,
}

impl Reading {
    pub fn new(reading: &OtherReading, language: Language) -> Self {
        let cum = match &reading.as_if {
            AsIf::PackOf { cum, .. } => Some(cum.to_string()),
            AsIf::Pack | AsIf::DispensingUnit => None,
        };
        Self {
            per: reading.as_if.label(),
            verdict: if reading.above { "above" } else { "within" },
            excess_percent: reading.excess_percent.map(amount::percent),
            ceiling_amount: amount::display(reading.ceiling),
            ratio: reading.ratio_text(),
            cum,
            why: why(reading, language),
        }
    }
}

fn why(reading: &OtherReading, language: Language) -> String {
    let ratio = match (reading.ratio.is_zero(), language) {
        (false, _) => amount::plain(reading.ratio),
        (true, Language::Spanish) => "menos de 0.01".to_owned(),
        (true, Language::English) => "less than 0.01".to_owned(),
    };
    match (&reading.as_if, language) {
        (AsIf::PackOf { units, .. }, Language::English) => {
            format!("price is {ratio} times the ceiling of the {}-unit presentation of the same medicine", amount::plain(*units))
        }
        (AsIf::PackOf { units, .. }, Language::Spanish) => {
            format!(
                "el precio es {ratio} veces el máximo de la presentación de {} unidades del mismo medicamento",
                amount::plain(*units)
            )
        }
        (AsIf::Pack, Language::English) => format!("price is {ratio} times the ceiling of the whole pack"),
        (AsIf::Pack, Language::Spanish) => format!("el precio es {ratio} veces el máximo del empaque completo"),
        (AsIf::DispensingUnit, Language::English) => format!("price is {ratio} times the ceiling of one dispensing unit"),
        (AsIf::DispensingUnit, Language::Spanish) => {
            format!("el precio es {ratio} veces el máximo de una unidad de dispensación")
        }
    }
}
