//! A comparison group of the thermometer in a list.

use serde::Serialize;
use utoipa::ToSchema;

use super::thermometer::ThermometerProduct;
use crate::{
    domain::verdict::comparison::Per,
    http::{request::query::encode, wire::service::money::Money},
    read_model::{medicines::thermometer::ThermometerGroup, search::hit::SearchHit},
};

/// The prices of one concentration, dispensing unit and channel, and by what a search found them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ThermometerGroupBody {
    #[schema(example = "institutional")]
    pub channel: &'static str,
    /// Concentration as published (concentración).
    #[schema(example = "Losartan 50 mg")]
    pub concentration: String,
    /// Dispensing unit as published (unidad de dispensación).
    #[schema(example = "Tableta")]
    pub unit: String,
    /// True when there is one price only: then it has nothing to be compared with.
    pub no_comparators: bool,
    /// How many prices the group has.
    #[schema(example = 7)]
    pub n: usize,
    pub min: Money,
    pub p25: Money,
    pub p50: Money,
    pub p75: Money,
    pub max: Money,
    /// Cheapest first. The list names registrations (expedientes), whether a catalogue has their CUM or not.
    pub products: Vec<ThermometerProduct>,
    /// The group with all that is known of it.
    #[schema(example = "/v1/thermometer?concentration=Losartan%2050%20mg&unit=Tableta&channel=institutional")]
    pub link: String,
    /// Only of a search, by what the best product of the group was found: `exact`, `synonym`, `spelling`, `code`.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    #[schema(example = "exact")]
    pub found_by: Option<&'static str>,
    /// Only of a search: that product lacks a word that was typed and that identifies a product.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = false)]
    pub partial: Option<bool>,
}

impl ThermometerGroupBody {
    pub fn new(group: &ThermometerGroup, hit: Option<SearchHit>) -> Self {
        let ThermometerGroup { channel, distribution, comparators, .. } = group;
        let money = |amount| Money::new(amount, Per::DispensingUnit);
        let first = comparators.first().map(|placed| &placed.row);
        let concentration = first.map(|row| row.concentration.clone()).unwrap_or_default();
        let unit = first.map(|row| row.dispensing_unit.clone()).unwrap_or_default();
        let link = format!("/v1/thermometer?concentration={}&unit={}&channel={channel}", encode(&concentration), encode(&unit));
        Self {
            channel: channel.code(),
            concentration,
            unit,
            no_comparators: distribution.no_comparators(),
            n: distribution.n,
            min: money(distribution.min),
            p25: money(distribution.p25),
            p50: money(distribution.p50),
            p75: money(distribution.p75),
            max: money(distribution.max),
            products: comparators.iter().map(ThermometerProduct::new).collect(),
            link,
            found_by: hit.map(|hit| hit.found_by.code()),
            partial: hit.map(|hit| hit.partial),
        }
    }
}
