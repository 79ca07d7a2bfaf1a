//! What a preview of a draft supposes of it.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::law::draft_variant::DraftVariant,
    http::values::{calendar::Day, identifiers::MarketList, numbers::PercentChange},
};

/// Without one, the draft as it is.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct VariantParameters {
    /// As if it bound from this day on.
    #[param(example = "2027-03-01")]
    valid_from: Option<Day>,
    /// As if its amounts were so much more or less: `-5` is five percent less.
    #[param(example = "-5")]
    percent: Option<PercentChange>,
    /// The markets of the draft (ID MR, joined by commas) whose amounts `percent` changes; without it, all amounts change.
    #[param(example = "96")]
    markets: Option<MarketList>,
}

impl From<VariantParameters> for DraftVariant {
    fn from(given: VariantParameters) -> Self {
        Self {
            valid_from: given.valid_from.map(|Day(day)| day),
            percent: given.percent.map(|PercentChange(percent)| percent),
            markets: given.markets.map(|MarketList(markets)| markets).unwrap_or_default(),
        }
    }
}
