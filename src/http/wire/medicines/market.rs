//! Reported prices of a market.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        number::weighted_quartiles::{Quartiles, Sale},
        verdict::comparison::Per,
    },
    http::wire::service::money::Money,
};

/// What a dispensing unit of a market cost, weighted by the units sold: half of the units were sold at the median or less.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MarketPricesBody {
    /// ID of the relevant market (mercado relevante).
    #[schema(example = "96")]
    pub market: String,
    /// Reports counted: those that name a value, units, and a pack or a dispensing unit.
    pub reports: u64,
    pub first_quartile: Option<Money>,
    pub median: Option<Money>,
    pub third_quartile: Option<Money>,
}

/// Places to which a price is rounded, half up, after the quartile was found exactly.
const PRICE_PLACES: u32 = 4;

impl From<&(String, Quartiles)> for MarketPricesBody {
    fn from((market, found): &(String, Quartiles)) -> Self {
        let money = |sale: Sale| sale.price(PRICE_PLACES).map(|price| Money::new(price, Per::DispensingUnit));
        Self {
            market: market.clone(),
            reports: found.sales as u64,
            first_quartile: money(found.first),
            median: money(found.median),
            third_quartile: money(found.third),
        }
    }
}
