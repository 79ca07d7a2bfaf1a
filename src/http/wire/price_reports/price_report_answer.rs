//! What the service says of a reported price at once: whether a ceiling binds, and where the price stands among others.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::wire::{
    medicines::thermometer::{PlacedPrice, Thermometer},
    verdicts::{item_text::ItemTextBody, verdict::VerdictBody},
};

/// The answer at once, by what the service holds today.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImmediateAnswerBody {
    /// Of the product, as a sale at the counter: `GET /v1/check` says the same. Few ceilings bind there, and then the verdict says so.
    pub verdict: Option<VerdictBody>,
    /// Of the text, where no product was named: its candidates, and the verdict on which all of them agree.
    pub text: Option<ItemTextBody>,
    /// Where the price stands among those of the thermometer. A comparison, not a verdict.
    pub thermometer: Vec<PlacedReportBody>,
    /// Where the equivalents of the product are.
    #[schema(example = "/v1/medicines/19914312-20/equivalents")]
    pub equivalents: Option<String>,
}

/// A price among those of one group of the thermometer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlacedReportBody {
    #[schema(example = "commercial")]
    pub channel: &'static str,
    /// Concentration as published (concentración).
    #[schema(example = "Losartan 50 mg")]
    pub concentration: Arc<str>,
    /// Dispensing unit as published (unidad de dispensación).
    #[schema(example = "Tableta")]
    pub unit: Arc<str>,
    pub placed: PlacedPrice,
}

impl PlacedReportBody {
    pub fn new(reading: &Thermometer, placed: PlacedPrice) -> Self {
        let (concentration, unit) = (reading.concentration.clone(), reading.unit.clone());
        Self { channel: reading.channel, concentration, unit, placed }
    }
}
