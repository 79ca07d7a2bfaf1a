//! An observed price, and both sides of its comparison with a ceiling.

use rust_decimal::Decimal;

/// The unit that a price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Per {
    Pack,
    PrimaryPack,
    DispensingUnit,
    RegulatedUnit,
}

impl Per {
    pub const ALL: [Self; 4] = [Self::Pack, Self::PrimaryPack, Self::DispensingUnit, Self::RegulatedUnit];

    pub fn code(self) -> &'static str {
        match self {
            Self::Pack => "pack",
            Self::PrimaryPack => "primary_pack",
            Self::DispensingUnit => "dispensing_unit",
            Self::RegulatedUnit => "regulated_unit",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|per| per.code() == code)
    }
}

/// `amount / divided_by` pesos per `per`. An average is kept as the fraction value / units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    pub amount: Decimal,
    pub divided_by: Decimal,
    pub per: Per,
}

/// Both sides of the comparison: `left` against `right`, both multiplied by `divided_by`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub factor: Decimal,
    pub ceiling: Decimal,
    pub left: Decimal,
    pub right: Decimal,
    pub divided_by: Decimal,
}
