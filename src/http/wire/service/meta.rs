//! The envelope: data and meta.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::base::language::Language,
    read_model::{
        data_version::DataVersion,
        search::{codes::CodeKind, hit::SearchHits},
    },
};

/// The state of the data behind the answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Meta {
    /// Of what the answer depends on: grows with every import, or, where the answer does not depend on reports, with every import of anything else. When
    /// another database server takes over it grows too, by much; no version is given twice.
    #[schema(example = "5")]
    pub data_version: String,
    /// The legal day the answer is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
    /// Only what the service knew at that instant was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub known_at: Option<Timestamp>,
    /// The kinds of file the answer was read from.
    pub sources: Vec<&'static str>,
    /// Those of them whose data are this project's sample: invented. Absent when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sample: Vec<&'static str>,
    /// When that last changed.
    #[schema(value_type = String, format = DateTime)]
    pub freshness: Timestamp,
    /// In the language of the answer; says so first when some of the data are invented.
    pub disclaimer: &'static str,
    /// Only of a search: the words that identify a product and that nothing in the answer has, as they were read. Numbers, units, forms, salts
    /// and connecting words are not among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmatched: Option<Vec<String>>,
    /// Only of a search for what looks like a code, which is looked up as nothing else: `cum`, `expediente`, `ium`, `registration` or `barcode`.
    /// No source holds bar codes (EAN, GTIN), so that none is ever found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looked_up_as: Option<&'static str>,
    /// For the next page; null on the last.
    pub next_cursor: Option<String>,
    /// How many elements the whole list has, where that is known without reading it for this alone; a search counts up to 2,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 29)]
    pub total: Option<u64>,
}

impl Meta {
    /// About no day in particular, without a next page.
    pub fn new(version: &DataVersion, language: Language, sources: &[&'static str]) -> Self {
        let sample = version.sample.among(sources);
        Self {
            data_version: version.version.to_string(),
            as_of: None,
            known_at: None,
            sources: sources.to_vec(),
            freshness: version.changed_at,
            disclaimer: disclaimer(language, !sample.is_empty()),
            sample,
            unmatched: None,
            looked_up_as: None,
            next_cursor: None,
            total: None,
        }
    }

    /// With what a search has to say beside what it found.
    pub fn of_search(self, hits: &SearchHits) -> Self {
        Self {
            total: Some(hits.total as u64),
            unmatched: Some(hits.unmatched.clone()),
            looked_up_as: hits.code.map(CodeKind::code),
            ..self
        }
    }
}

pub fn disclaimer(language: Language, is_sample: bool) -> &'static str {
    match (language, is_sample) {
        (Language::Spanish, true) => {
            "DATOS DE MUESTRA, INVENTADOS por Termómetro: no son de ninguna autoridad ni de ninguna empresa. Sirven para probar el servicio. \
             Información pública reunida sin garantía; prima lo dispuesto en los actos administrativos. Un precio sobre el máximo es un indicio, no una sanción."
        }
        (Language::English, true) => {
            "SAMPLE DATA, INVENTED by Termómetro: they come from no authority and no company. They serve to try the service. \
             Public information gathered without warranty; the administrative acts prevail. A price above its ceiling is a finding, not a sanction."
        }
        (Language::Spanish, false) => {
            "Información pública reunida sin garantía; prima lo dispuesto en los actos administrativos. Un precio sobre el máximo es un indicio, no una sanción."
        }
        (Language::English, false) => {
            "Public information gathered without warranty; the administrative acts prevail. A price above its ceiling is a finding, not a sanction."
        }
    }
}

/// One thing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct One<T> {
    pub data: T,
    pub meta: Meta,
}

/// A list, in a total order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Many<T> {
    pub data: Vec<T>,
    pub meta: Meta,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_the_sample_comes_before_what_is_always_said() {
        for (language, begins) in [(Language::Spanish, "DATOS DE MUESTRA"), (Language::English, "SAMPLE DATA")] {
            let (sample, usual) = (disclaimer(language, true), disclaimer(language, false));
            assert!(sample.starts_with(begins) && sample.ends_with(usual), "{sample}");
        }
    }
}
