//! What a line of a purchase was read as, and what all products that it can mean agree on: as it is stored.

use rust_decimal::Decimal;

use crate::domain::{identifier::cum::Cum, verdict::judge::Verdict};

/// Raised when lines are read in another way than before: they are then read again, and what was read before stays.
pub const MATCHER_VERSION: i16 = 1;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchaseReading {
    pub matcher_version: i16,
    /// Presentations that the text can mean.
    pub set_size: usize,
    /// The only one.
    pub cum: Option<Cum>,
    /// The market of all of them; `None` if they are of several, or of none.
    pub market: Option<String>,
    /// Code of how well the line says what was bought.
    pub described: &'static str,
    /// Code of how it is known what the price is for.
    pub unit_basis: &'static str,
    pub verdict: Verdict,
    /// Stable codes, the one that decides first.
    pub reasons: Vec<&'static str>,
    /// The smallest excess of all readings, in percent; only above.
    pub excess_percent: Option<Decimal>,
    pub regulated: Option<RegulatedPrice>,
    pub quantity_band: Option<i16>,
    /// The act of the ceiling that decides.
    pub act: Option<String>,
}

/// The price by the unit that the market is regulated in, where every reading gives the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegulatedPrice {
    /// As the list calls it.
    pub unit: String,
    /// Pesos for one, half up to four decimals.
    pub price: Decimal,
    /// How many were bought.
    pub units: Option<Decimal>,
}
