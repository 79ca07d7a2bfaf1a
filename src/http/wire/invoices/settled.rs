//! What a person settled of a line's text, as the request states it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        invoices::settled::{SETTLED, SettledReading},
        verdict::comparison::Per,
    },
    http::base::language::Language,
};

/// What the request settles of this text: evidence as a code is. It leaves out what else the line could mean, and never makes it mean what its text contradicts: then the
/// verdict is `cannot_compare` with `code_contradicts_text`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineSettled {
    /// `settled_reading`: whoever asks said so, in the file of mappings that came with the request.
    #[schema(example = "settled_reading")]
    pub by: &'static str,
    #[schema(example = "19914312-20")]
    pub cum: String,
    /// `pack` or `dispensing_unit`; null: the unit was left open. What the line itself says of its unit stands.
    #[schema(example = "pack")]
    pub unit: Option<&'static str>,
}

impl LineSettled {
    pub fn new(reading: &SettledReading) -> Self {
        Self { by: SETTLED, cum: reading.cum.to_string(), unit: reading.per.map(Per::code) }
    }

    /// Stands in every file that says something of the line: whoever gets it must know that a person said it.
    pub fn sentence(&self, language: Language) -> String {
        let cum = &self.cum;
        let unit = match (self.unit, language) {
            (None, _) => "",
            (Some("pack"), Language::Spanish) => " y que el precio es de la presentación",
            (Some("pack"), Language::English) => " and that the price is of the pack",
            (Some(_), Language::Spanish) => " y que el precio es de una unidad",
            (Some(_), Language::English) => " and that the price is of one unit",
        };
        match language {
            Language::Spanish => format!("Quien revisa dijo que este texto es del CUM {cum}{unit}."),
            Language::English => format!("Whoever checks said that this text is of CUM {cum}{unit}."),
        }
    }
}
