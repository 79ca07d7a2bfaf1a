//! Released figures of reported prices, how many reports there are, and the codes of places.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::participation::price_report::PriceReportUnit,
    http::wire::service::money::Money,
    read_model::price_reports::{PriceReportCount, ReleasedStatistic, Territory},
};

/// What was reported of one product in one area, found usable in one week. Released once, never changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PriceReportStatisticBody {
    /// The Monday of the week.
    #[schema(value_type = String, format = Date)]
    pub week: Date,
    #[schema(value_type = String, format = Date)]
    pub released_on: Date,
    #[schema(example = "19914312-20")]
    pub cum: String,
    /// Nombre comercial; null where no source describes the code.
    pub brand: Option<String>,
    /// CO, or DANE's code of a department or municipality.
    #[schema(example = "05")]
    pub area: String,
    pub area_name: Option<String>,
    /// Different contributors, from; never fewer than 5.
    #[schema(example = 5)]
    pub contributors_at_least: i32,
    /// To; null: there is no upper end.
    #[schema(example = 9)]
    pub contributors_at_most: Option<i32>,
    /// The middle of the prices reported, to two significant figures.
    pub median: Option<Money>,
}

/// How many reports are in one state. No product and no place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PriceReportCountBody {
    /// received, usable, not_usable or withdrawn.
    #[schema(example = "not_usable")]
    pub state: String,
    /// Of those that do not count: not_a_medicine, no_price, implausible, duplicate, joke or personal_data.
    #[schema(example = "duplicate")]
    pub reason: Option<String>,
    #[schema(example = 3)]
    pub reports: i64,
}

/// A department, or the municipality that is the seat of one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TerritoryBody {
    /// DANE (DIVIPOLA): two digits of a department, five of a municipality.
    #[schema(example = "05001")]
    pub code: String,
    #[schema(example = "Medellín")]
    pub name: String,
}

impl From<&ReleasedStatistic> for PriceReportStatisticBody {
    fn from(one: &ReleasedStatistic) -> Self {
        let ReleasedStatistic { week, released_on, cum, brand, area, area_name, at_least, at_most, .. } = one.clone();
        let median = PriceReportUnit::from_code(&one.per).map(|unit| Money::new(one.median, unit.per()));
        Self {
            week,
            released_on,
            cum,
            brand,
            area,
            area_name,
            contributors_at_least: at_least,
            contributors_at_most: at_most,
            median,
        }
    }
}

impl From<&PriceReportCount> for PriceReportCountBody {
    fn from(count: &PriceReportCount) -> Self {
        let PriceReportCount { state, reason, reports } = count.clone();
        Self { state, reason, reports }
    }
}

impl From<&Territory> for TerritoryBody {
    fn from(territory: &Territory) -> Self {
        Self { code: territory.code.clone(), name: territory.name.clone() }
    }
}
