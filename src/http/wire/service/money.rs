//! Money on the wire: a string, a currency, and the unit that it is for.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{number::amount, verdict::comparison::Per};

/// An amount of money (monto). `amount` is a plain decimal string, never a JSON number.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Plain decimal, two places for COP, more only where the source has more.
    #[schema(example = "33052.00", pattern = r"^(0|[1-9][0-9]{0,27})(\.[0-9]{1,28})?$")]
    pub amount: String,
    /// ISO 4217 code; always COP (peso colombiano).
    #[schema(example = "COP", pattern = "^COP$")]
    pub currency: Cow<'static, str>,
    /// What the amount buys: `pack` (presentación comercial), `primary_pack` (empaque primario), `dispensing_unit` (unidad mínima de
    /// dispensación), `regulated_unit` (unidad de regulación: mg, UI…).
    #[schema(example = "pack", pattern = "^(pack|primary_pack|dispensing_unit|regulated_unit)$")]
    pub per: Cow<'static, str>,
}

impl Money {
    pub fn new(value: Decimal, per: Per) -> Self {
        Self { amount: amount::display(value), currency: amount::CURRENCY.into(), per: per.code().into() }
    }

    pub fn per_pack(value: Decimal) -> Self {
        Self::new(value, Per::Pack)
    }
}
