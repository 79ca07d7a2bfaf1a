//! The shares of the real reports, measured on the 77,362 published rows of six products (2012 to 2025).
//!
//! Of ten thousand rows: 378 have no minimum, 2 nothing but units. Of those with both prices, in hundredths of a percent, the
//! maximum is the minimum 3150, up to 1.1 times it 478, 1.5 times 1044, twice 635, ten times 1997, a hundred times 1169, more 1527.
//! 1838 rows share their key with another. Two units differ from what stands under the letter in 380 (pack) and 509 (unit) rows.

use super::random::{Random, Wheel};

/// One kind of row: who reports what of which market side, and in which unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowProfile {
    pub number: u32,
    pub role: &'static str,
    pub operation: &'static str,
    pub transaction: &'static str,
    pub unit: &'static str,
}

const KINDS: &[(u64, &str, &str, &str)] = &[
    (1632, "2", "CM", "3"),
    (1470, "2", "VN", "5"),
    (1360, "2", "CM", "5"),
    (1097, "2", "VN", "3"),
    (992, "2", "VN", "4"),
    (965, "2", "CM", "4"),
    (665, "2", "CM", "2"),
    (548, "2", "CM", "1"),
    (462, "2", "RC", "5"),
    (245, "1", "VN", "1"),
    (181, "2", "VN", "1"),
    (165, "1", "VN", "2"),
    (163, "2", "VN", "2"),
    (32, "1", "VN", "5"),
    (19, "1", "VN", "3"),
    (3, "2", "RC", "3"),
    (2, "1", "VN", "4"),
];
/// The six products have no D; ten of ten thousand stand for what the annex allows.
const UNITS: &[(u64, &str)] = &[(5308, "C"), (4064, "A"), (618, "B"), (10, "D")];

/// From and to how many thousandths of the minimum the maximum is.
const RANGES: &[(u64, (u64, u64))] = &[
    (3150, (1_000, 1_000)),
    (478, (1_001, 1_099)),
    (1044, (1_100, 1_499)),
    (635, (1_500, 1_999)),
    (1997, (2_000, 9_999)),
    (1169, (10_000, 99_999)),
    (1527, (100_000, 3_000_000)),
];

/// Of ten thousand rows, those that repeat the key before them; with chance meetings this makes 18 % of rows with a twin.
pub const REPEATED: u64 = 900;
pub const WITHOUT_MINIMUM: u64 = 376;
pub const ZERO_MINIMUM: u64 = 2;
pub const NOTHING_REPORTED: u64 = 2;
/// A unit's price under the pack's letter, of ten thousand rows with that letter; and the reverse.
pub const UNIT_AS_PACK: u64 = 930;
pub const PACK_AS_UNIT: u64 = 960;
/// Amounts with centavos: prices and totals.
pub const CENTS_IN_PRICE: u64 = 280;
pub const CENTS_IN_TOTAL: u64 = 1_116;
/// Decimal places of the units, of ten thousand rows.
pub const UNIT_PLACES: &[(u64, u32)] = &[(9_605, 0), (195, 1), (154, 2), (9, 3), (3, 4), (34, 5)];
/// Not measured but asked for: of ten thousand rows of a regulated product, those whose price is above the ceiling.
pub const ABOVE: u64 = 400;

/// Draws by those shares.
pub struct RowShares {
    cells: Vec<RowProfile>,
    wheel: Wheel,
    ranges: Wheel,
}

impl RowShares {
    pub fn new() -> Self {
        let pairs = || KINDS.iter().flat_map(|kind| UNITS.iter().map(move |unit| (kind, unit)));
        let cell = |(number, (kind, unit)): (usize, (&(u64, _, _, _), &(u64, _)))| RowProfile {
            number: number as u32,
            role: kind.1,
            operation: kind.2,
            transaction: kind.3,
            unit: unit.1,
        };
        Self {
            cells: pairs().enumerate().map(cell).collect(),
            wheel: Wheel::new(pairs().map(|(kind, unit)| kind.0 * unit.0)),
            ranges: Wheel::new(RANGES.iter().map(|(weight, _)| *weight)),
        }
    }

    pub fn cell(&self, random: &mut Random) -> RowProfile {
        self.cells[self.wheel.spin(random)]
    }

    /// How many thousandths of the minimum the maximum is.
    pub fn range(&self, random: &mut Random) -> u64 {
        let (from, to) = RANGES[self.ranges.spin(random)].1;
        random.between(from, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_row_has_a_bit_of_its_own() {
        let shape = RowShares::new();
        assert!(shape.cells.len() <= 128);
        assert_eq!(KINDS.iter().map(|kind| kind.0).sum::<u64>(), 10_001);
        assert_eq!(UNITS.iter().map(|unit| unit.0).sum::<u64>(), 10_000);
        assert_eq!(RANGES.iter().map(|range| range.0).sum::<u64>(), 10_000);
    }
}
