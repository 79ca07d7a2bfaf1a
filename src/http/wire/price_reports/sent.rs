//! What people and regulators send about reports of prices.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::values::{
    calendar::Day,
    identifiers::Cum,
    numbers::PriceAmount,
    price_reports::{Municipality, NotUsableReason, PriceReportDisposition, PriceReportUnit},
};

/// What somebody paid, or was to pay (reporte de precio). Never a name, an hour or a place of sale.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPriceReportBody {
    /// The product, where it is known; this or `text`.
    #[schema(value_type = Option<Cum>, example = "19914312-20")]
    pub cum: Option<String>,
    /// What was bought in the buyer's own words, up to 1,000 characters; no personal data.
    #[schema(min_length = 1, max_length = 1000, example = "Lantus 100 UI/ml, frasco de 10 ml")]
    pub text: Option<String>,
    #[schema(value_type = PriceAmount, example = "48900")]
    pub amount: String,
    /// pack or dispensing_unit.
    #[schema(value_type = PriceReportUnit, example = "pack")]
    pub per: String,
    /// The day of the purchase, in the last twelve months.
    #[schema(value_type = Day, example = "2026-11-30")]
    pub bought_on: String,
    /// Code of the municipality (DANE, DIVIPOLA), such as 05001 for Medellín.
    #[schema(value_type = Municipality, example = "05001")]
    pub municipality: String,
    /// What the authority is to answer, up to 1,000 characters; then the term of the law runs. No personal data.
    #[schema(min_length = 1, max_length = 1000)]
    pub question: Option<String>,
}

/// The ticket that was shown when the report was received.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceReportTicket {
    #[schema(max_length = 60)]
    pub ticket: String,
}

/// Whether a report counts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceReportModeration {
    /// Why it does not count: public. Without one, it counts.
    #[schema(value_type = Option<NotUsableReason>, example = "not_a_medicine")]
    pub not_usable: Option<String>,
}

/// An answer of the authority.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceReportAnswerText {
    /// informed, forwarded or no_competence.
    #[schema(value_type = PriceReportDisposition, example = "informed")]
    pub disposition: String,
    /// 80 to 8,000 characters, in Spanish.
    #[schema(min_length = 80, max_length = 8000)]
    pub text_es: String,
    /// The same in English.
    #[schema(max_length = 8000)]
    pub text_en: Option<String>,
}
