//! The prices of one report: mostly below the ceiling, spread over the range that was drawn, sometimes under the wrong unit.

use super::population::{Presentation, Registration};
use super::random::Random;
use super::shape::{
    ABOVE, CENTS_IN_PRICE, CENTS_IN_TOTAL, NOTHING_REPORTED, PACK_AS_UNIT, UNIT_AS_PACK, UNIT_PLACES, WITHOUT_MINIMUM,
    ZERO_MINIMUM,
};

/// Centavos; the units in hundred-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    pub minimum: Option<u64>,
    pub maximum: Option<u64>,
    pub units: u64,
    pub value: Option<u64>,
}

/// The parameters of the prices of one presentation.
#[derive(Clone, Copy, Debug)]
pub struct Pricing {
    /// Centavos for the pack: its ceiling, or what it usually costs.
    pack: u64,
    quantity: u64,
    regulated: bool,
    /// Millionths of the unit of regulation in one dispensing unit.
    content: u64,
}

const WHOLE_UNIT: u64 = 100_000;
/// Centavos; a reader takes fifteen digits of pesos.
const TOTAL_MAX: u64 = 10_000_000_000_000_000;
/// Dearer than this in one row is no price of a medicine.
const PACK_MAX: u64 = 100_000_000_000;

impl Pricing {
    pub fn of(registration: &Registration, presentation: &Presentation, content: u64) -> Self {
        let Presentation { quantity, ceiling, .. } = *presentation;
        let regulated = ceiling > 0;
        let usual = registration.price.saturating_mul(quantity).min(PACK_MAX);
        Self { pack: if regulated { ceiling } else { usual }, quantity, regulated, content: content.max(1) }
    }

    /// `range`: how many thousandths of the minimum the maximum is.
    pub fn draw(&self, random: &mut Random, range: u64, unit: &str) -> Prices {
        let percent = match self.regulated {
            true if random.chance(ABOVE) => random.between(103, 180),
            true => random.between(35, 99),
            false => random.between(60, 140),
        };
        let under = self.under(random, unit);
        let high = in_pesos(random, under * percent / 100);
        let low = in_pesos(random, high * 1_000 / range).min(high);
        let low = if range == 1_000 { high } else { low };
        let units = units(random, high);
        let average = low + (u128::from(high - low) * u128::from(random.below(1_001)) / 1_000) as u64;
        let value = (u128::from(units) * u128::from(average) / u128::from(WHOLE_UNIT)) as u64;
        let value = if random.chance(CENTS_IN_TOTAL) || value < 100 { value.max(1) } else { value / 100 * 100 };
        if random.chance(NOTHING_REPORTED) {
            let nothing = if random.chance(3_000) { Some(0) } else { None };
            return Prices { minimum: nothing, maximum: nothing, units, value: nothing };
        }
        let minimum = match (random.chance(WITHOUT_MINIMUM), random.chance(ZERO_MINIMUM)) {
            (true, _) => None,
            (_, true) => Some(0),
            _ => Some(low),
        };
        Prices { minimum, maximum: Some(high), units, value: Some(value) }
    }

    /// What stands under a letter, in centavos, with the real reports' confusion of pack and unit.
    fn under(&self, random: &mut Random, unit: &str) -> u64 {
        let one = (self.pack / self.quantity).max(1);
        match unit {
            "A" if random.chance(UNIT_AS_PACK) => one,
            "C" if !random.chance(PACK_AS_UNIT) => one,
            // A blister of ten.
            "B" if self.quantity > 10 => one * 10,
            "D" => (u128::from(one) * 1_000_000 / u128::from(self.content)).clamp(10, u128::from(PACK_MAX)) as u64,
            _ => self.pack,
        }
    }
}

/// Most prices are whole pesos; the smallest cannot be.
fn in_pesos(random: &mut Random, cents: u64) -> u64 {
    if random.chance(CENTS_IN_PRICE) || cents < 200 { cents.max(1) } else { cents / 100 * 100 }
}

/// From one to a quarter of a million, as often in every order of magnitude.
fn units(random: &mut Random, price: u64) -> u64 {
    let order = random.below(18);
    let most = (TOTAL_MAX / price.max(1)).max(1);
    let whole = random.between(1 << order, (2 << order) - 1).min(most);
    let places = random.weighted(UNIT_PLACES);
    // `123.456` alone could be thousands: with three places there are four digits before them.
    let whole = if places == 3 { whole.max(1_000) } else { whole };
    let step = 10_u64.pow(5 - places);
    let decimals = if places == 0 { 0 } else { random.between(1, 10_u64.pow(places) - 1) * step };
    whole * WHOLE_UNIT + decimals
}
