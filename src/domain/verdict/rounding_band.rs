//! Whether rounding of the unit price explains that a price is above its ceiling.
//!
//! A seller who charges the pack ceiling divided by n, rounded half-up to cents (or to whole pesos), breaks the pack ceiling
//! in about half of all cases without meaning to. The verdict stays `above`; this says so beside it.

use rust_decimal::Decimal;

use super::comparison::Comparison;
use crate::domain::{law::rules::Facts, number::exact};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundedTo {
    Cent,
    Peso,
}

impl RoundedTo {
    pub fn code(self) -> &'static str {
        match self {
            Self::Cent => "cent",
            Self::Peso => "peso",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundingBand {
    /// The numbers of units that were tried, in order.
    pub units: Vec<Decimal>,
    /// The first that explains the overage, and to what the unit price was rounded.
    pub explained: Option<(Decimal, RoundedTo)>,
}

pub fn explain(compared: &Comparison, facts: &Facts) -> RoundingBand {
    let mut units: Vec<Decimal> = [facts.dispensing_units, facts.regulated_units].into_iter().flatten().collect();
    units.retain(|count| *count > Decimal::ONE);
    units.dedup();
    let explained = units.iter().find_map(|count| Some((*count, explained_by(compared, *count)?)));
    RoundingBand { units, explained }
}

fn explained_by(compared: &Comparison, units: Decimal) -> Option<RoundedTo> {
    if within_band(compared, units, 2)? {
        return Some(RoundedTo::Cent);
    }
    let whole_pesos = exact::product(compared.divided_by, units).is_some_and(|per| is_whole_multiple(compared.left, per));
    (whole_pesos && within_band(compared, units, 0)?).then_some(RoundedTo::Peso)
}

/// left / divided_by <= round(ceiling / units) x units, without dividing the left side.
fn within_band(compared: &Comparison, units: Decimal, places: u32) -> Option<bool> {
    let unit_price = exact::quotient_half_up(compared.ceiling, units, places)?;
    let band = exact::product(exact::product(unit_price, units)?, compared.divided_by)?;
    Some(compared.left <= band)
}

fn is_whole_multiple(value: Decimal, of: Decimal) -> bool {
    value.checked_rem(of).is_some_and(|rest| rest.is_zero())
}
