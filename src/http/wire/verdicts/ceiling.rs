//! The ceiling that a price was compared with.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::financing::FinancingBody;
use crate::{
    domain::{law::basis::Chosen, number::amount, verdict::comparison::Per},
    http::base::language::Language,
};

/// The ceiling (precio máximo de venta) that a price was held against.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CeilingBody {
    /// With the IPS margin added where it applies.
    #[schema(example = "33052.00")]
    pub amount: String,
    #[schema(example = "COP")]
    pub currency: &'static str,
    #[schema(example = "pack")]
    pub per: &'static str,
    /// `published_for_cum` or `derived_from_unit_price`.
    #[schema(example = "published_for_cum")]
    pub basis: &'static str,
    #[schema(example = "circular-10-2020")]
    pub act: String,
    #[schema(value_type = String, format = Date, example = "2020-03-28")]
    pub valid_from: Date,
    pub ips_margin_applied: bool,
    /// The margin included in `amount`, in pesos.
    #[schema(example = "0.00")]
    pub ips_margin: String,
    /// Only of one derived from a unit price, and only where a list of the benefit plan is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub financing: Option<FinancingBody>,
}

impl CeilingBody {
    pub fn new(chosen: &Chosen, language: Language) -> Self {
        Self {
            amount: amount::display(chosen.binding),
            currency: amount::CURRENCY,
            per: Per::Pack.code(),
            basis: chosen.basis.code(),
            act: chosen.act.clone(),
            valid_from: chosen.valid_from,
            ips_margin_applied: !chosen.margin.is_zero(),
            ips_margin: amount::display(chosen.margin),
            financing: chosen.financing.as_deref().map(|financing| FinancingBody::new(financing, language)),
        }
    }
}
