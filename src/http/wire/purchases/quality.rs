//! How lines are read, on the wire.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{number::amount, purchases::label_quality::wilson},
    read_model::purchase_cache::PurchaseQuality,
};

/// How well lines are described and read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PurchaseQualityBody {
    /// Of the edition that counts.
    #[schema(example = 1200)]
    pub lines: i64,
    /// Neither cancelled nor returned nor implausible.
    pub counted: i64,
    pub cancelled: i64,
    pub returned: i64,
    /// Of those that count: with a verdict. Whatever it is, it is said.
    pub decided: i64,
    /// Of those that count, by how well they say what was bought.
    pub described: BTreeMap<String, i64>,
    /// By reason; a line may have several.
    pub implausible: BTreeMap<String, i64>,
    /// How often the product that people say a line is lies among its candidates.
    pub coverage: CoverageBody,
}

/// Of a sample that people labelled: two who do not see each other's labels, and a third where they differ.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CoverageBody {
    /// Lines that have a label.
    #[schema(example = 1000)]
    pub labelled: usize,
    /// Lines of which two said the same.
    #[schema(example = 990)]
    pub settled: usize,
    /// Of those: said to be one product.
    #[schema(example = 500)]
    pub products: usize,
    /// The product is among the candidates.
    #[schema(example = 499)]
    pub covered: usize,
    /// The interval of the share covered (Wilson, 95 %), in percent; null without a label.
    #[schema(example = "98.8771")]
    pub covered_percent_from: Option<String>,
    #[schema(example = "99.9647")]
    pub covered_percent_to: Option<String>,
}

impl From<&PurchaseQuality> for PurchaseQualityBody {
    fn from(quality: &PurchaseQuality) -> Self {
        let sample = quality.labels;
        let interval = wilson(sample.covered, sample.products);
        Self {
            lines: quality.lines,
            counted: quality.counted,
            cancelled: quality.cancelled,
            returned: quality.returned,
            decided: quality.decided,
            described: quality.described.clone(),
            implausible: quality.implausible.clone(),
            coverage: CoverageBody {
                labelled: sample.labelled,
                settled: sample.settled,
                products: sample.products,
                covered: sample.covered,
                covered_percent_from: interval.map(|(low, _)| amount::percent(low)),
                covered_percent_to: interval.map(|(_, high)| amount::percent(high)),
            },
        }
    }
}
