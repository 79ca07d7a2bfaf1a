//! What the benefit plan's list says of the market of a unit price.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::law::financing::{FinancingStatus, ListedFinancing},
    http::base::language::Language,
};

/// Whether the capitation unit (UPC) finances a market, and which list says so. The list speaks for its own day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FinancingBody {
    /// `financed` or `financed_with_note` (its unit price is a reference only), `not_financed` (it binds institutional sales);
    /// `conditioned`, `mixed` (some forms are financed, others are not) or `no_row` (the list does not name it): not known.
    #[schema(example = "not_financed")]
    pub standing: &'static str,
    /// The file that was read.
    #[schema(example = "Medicamentos_del_PBS_20260724.csv")]
    pub list: String,
    /// The day for which it speaks; null when no source states it.
    #[schema(value_type = Option<String>, format = Date, example = "2026-07-24")]
    pub day: Option<Date>,
    /// The same for people, in the language asked for.
    pub explanation: String,
}

impl FinancingBody {
    pub fn new(financing: &ListedFinancing, language: Language) -> Self {
        let ListedFinancing { standing, list, day } = financing;
        Self { standing: standing.code(), list: list.clone(), day: *day, explanation: explanation(financing, language) }
    }
}

/// The statement of the list, and the list's day.
fn explanation(ListedFinancing { standing, list, day }: &ListedFinancing, language: Language) -> String {
    let (es, en) = match standing {
        FinancingStatus::Financed => ("está financiado", "it is financed"),
        FinancingStatus::FinancedWithNote => ("está financiado, con una aclaración", "it is financed, with a clarifying note"),
        FinancingStatus::Conditioned => ("está financiado solo bajo condiciones", "it is financed under conditions only"),
        FinancingStatus::NotFinanced => ("no está financiado", "it is not financed"),
        FinancingStatus::Mixed => ("unas formas están financiadas y otras no", "some forms are financed and others are not"),
        FinancingStatus::NoRow => ("no aparece", "it does not appear"),
    };
    match (language, day) {
        (Language::Spanish, Some(day)) => format!("Según la lista del plan de beneficios «{list}», del {day}: {es}."),
        (Language::Spanish, None) => format!("Según la lista del plan de beneficios «{list}», de fecha desconocida: {es}."),
        (Language::English, Some(day)) => format!("By the benefit plan's list “{list}” of {day}: {en}."),
        (Language::English, None) => format!("By the benefit plan's list “{list}”, of unknown date: {en}."),
    }
}
