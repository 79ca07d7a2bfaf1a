//! The peso's exchange rate to the dollar.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{domain::number::amount, http::wire::service::source::SourceRow, read_model::service::exchange_rates::RateView};

/// Pesos for one dollar of the United States (tasa representativa del mercado, TRM), and the days for which it holds. Nothing here is calculated
/// with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExchangeRateBody {
    /// The first day for which it holds.
    #[schema(format = Date, example = "2026-11-21")]
    pub first_day: String,
    /// The last day for which it holds, as published: a weekend is one row.
    #[schema(format = Date, example = "2026-11-23")]
    pub last_day: String,
    /// Pesos for one dollar, plain decimal.
    #[schema(example = "3635.12", pattern = r"^(0|[1-9][0-9]{0,27})(\.[0-9]{1,28})?$")]
    pub rate: String,
    /// ISO 4217 code of what one is bought of; always USD.
    #[schema(example = "USD", pattern = "^USD$")]
    pub base: &'static str,
    /// ISO 4217 code of what is paid; always COP.
    #[schema(example = "COP", pattern = "^COP$")]
    pub currency: &'static str,
    /// The list speaks up to this day.
    #[schema(format = Date, example = "2026-11-20")]
    pub list_day: Option<String>,
    pub source_row: SourceRow,
}

impl From<&RateView> for ExchangeRateBody {
    fn from(view: &RateView) -> Self {
        Self {
            first_day: view.listed.first_day.to_string(),
            last_day: view.listed.last_day.to_string(),
            rate: amount::plain(view.listed.rate),
            base: "USD",
            currency: amount::CURRENCY,
            list_day: view.list_day.map(|day| day.to_string()),
            source_row: SourceRow::from(&view.source),
        }
    }
}
