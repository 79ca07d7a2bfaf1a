//! A point of a price series on the wire.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{law::channel::Place, market::price_series::PricePoint, number::amount},
    http::wire::{
        service::money::Money,
        verdicts::{assessment::by_verdict, verdict::Fraction},
    },
};

/// One month's reports of one kind: transaction, operation and unit kept apart.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PricePointBody {
    /// Month (YYYY-MM), or year for reports before October 2019.
    #[schema(example = "2020-06")]
    pub period: String,
    #[schema(example = "1")]
    pub transaction: String,
    pub channel: Option<&'static str>,
    pub stage: Option<&'static str>,
    /// CM purchase, VN sale, RC reimbursement claim.
    #[schema(example = "VN")]
    pub operation: &'static str,
    pub minimum: Option<Money>,
    /// Weighted by units, half-up to 4 decimals.
    pub weighted_average: Option<Money>,
    /// The exact fraction behind the average.
    pub average_fraction: Option<Fraction>,
    pub maximum: Option<Money>,
    /// Units in reports that state both value and units.
    pub units: Option<String>,
    pub reports: u64,
    /// Reports by headline verdict.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Of those above, the ones whose price fits another unit or pack better: a question to the reporter, no accusation.
    pub another_unit_fits: u64,
    /// `below` or `above` when the average lies outside the Tukey fence of this medicine and unit; flagged, never dropped.
    pub outlier: Option<&'static str>,
}

impl From<&PricePoint> for PricePointBody {
    fn from(point: &PricePoint) -> Self {
        let money = |value| Money::new(value, point.per);
        let place = Place::from_transaction(point.transaction);
        let average = point.average.as_ref();
        Self {
            period: point.period.to_string(),
            transaction: point.transaction.to_string(),
            channel: place.map(|place| place.channel.code()),
            stage: place.map(|place| place.stage.code()),
            operation: point.operation.code(),
            minimum: point.minimum.map(money),
            weighted_average: average.map(|average| money(average.rounded)),
            average_fraction: average
                .map(|average| Fraction { value: amount::plain(average.value), units: amount::plain(average.units) }),
            maximum: point.maximum.map(money),
            units: average.map(|average| amount::plain(average.units)),
            reports: point.reports,
            verdicts: by_verdict(&point.verdicts),
            another_unit_fits: point.another_unit_fits,
            outlier: point.outlier.map(|side| side.code()),
        }
    }
}
