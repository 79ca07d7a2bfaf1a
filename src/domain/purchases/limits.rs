//! What a price is compared with when all products that a line can mean are taken together: the ceilings of all of them, in order, so that a price
//! costs a few multiplications. Between two of them every price has the same verdict.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::domain::number::exact;

/// A price is above it if `price × factor > ceiling`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceLimit {
    /// Of the pack.
    pub ceiling: Decimal,
    /// How many of what the price is for the pack holds.
    pub factor: Decimal,
    /// The act of the ceiling.
    pub act: String,
}

/// In order, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceLimits(Vec<PriceLimit>);

impl PriceLimits {
    /// `None` where they cannot be put in order exactly.
    pub fn new(mut limits: Vec<PriceLimit>) -> Option<Self> {
        let mut exactly = true;
        limits.sort_by(|one, other| {
            compare(one, other).unwrap_or_else(|| {
                exactly = false;
                Ordering::Equal
            })
        });
        limits.dedup_by(|one, other| compare(one, other) == Some(Ordering::Equal));
        exactly.then_some(Self(limits))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// That of the smallest price.
    pub fn first(&self) -> Option<&PriceLimit> {
        self.0.first()
    }

    pub fn last(&self) -> Option<&PriceLimit> {
        self.0.last()
    }

    /// How many of them a price is above.
    pub fn passed(&self, price: Decimal) -> Option<usize> {
        let mut exactly = true;
        let passed = self.0.partition_point(|limit| {
            let left = exact::product(price, limit.factor);
            exactly &= left.is_some();
            left.is_some_and(|left| left > limit.ceiling)
        });
        exactly.then_some(passed)
    }

    /// A price within all of these, which would be above one of the `others` if it were for another unit: it may be a price of that unit, where
    /// that is near its ceiling, or where it is far below its own.
    pub fn is_unit_doubtful(&self, others: &Self, price: Decimal) -> bool {
        // What is not exact is doubtful.
        let at_most = |limit: &PriceLimit, over: Decimal, under: Decimal| {
            let left = exact::product(price, limit.factor).and_then(|left| exact::product(left, under));
            left.zip(exact::product(limit.ceiling, over)).is_none_or(|(left, right)| left <= right)
        };
        let Some(passed) = others.passed(price) else { return true };
        let Some(nearest) = passed.checked_sub(1).and_then(|at| others.0.get(at)) else { return false };
        at_most(nearest, NEAR_TIMES, Decimal::ONE) || self.first().is_none_or(|own| at_most(own, Decimal::ONE, LOW_TIMES))
    }
}

/// Up to so many times its ceiling a price of another unit is one that is met.
const NEAR_TIMES: Decimal = Decimal::from_parts(4, 0, 0, false, 0);
/// A price so many times below its ceiling is low for what it is said to be of.
const LOW_TIMES: Decimal = Decimal::from_parts(3, 0, 0, false, 0);

fn compare(one: &PriceLimit, other: &PriceLimit) -> Option<Ordering> {
    Some(exact::product(one.ceiling, other.factor)?.cmp(&exact::product(other.ceiling, one.factor)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(pairs: &[(i64, i64)]) -> PriceLimits {
        let limit = |(ceiling, factor): &(i64, i64)| PriceLimit {
            ceiling: Decimal::from(*ceiling),
            factor: Decimal::from(*factor),
            act: "circular-13-2022".to_owned(),
        };
        PriceLimits::new(pairs.iter().map(limit).collect()).unwrap()
    }

    #[test]
    fn a_price_has_passed_the_limits_that_it_is_above() {
        // 100, 150 (twice) and 200 for one.
        let limits = limits(&[(2_000, 10), (1_000, 10), (4_500, 30), (1_500, 10)]);
        assert_eq!(limits.len(), 3);
        for (price, passed) in [("99", 0), ("100", 0), ("100.01", 1), ("150", 1), ("151", 2), ("200", 2), ("200.0001", 3)] {
            assert_eq!(limits.passed(price.parse().unwrap()), Some(passed), "{price}");
        }
        assert_eq!(limits.first().map(|limit| limit.ceiling), Some(Decimal::from(1_000)));
        assert_eq!(PriceLimits::default().passed(Decimal::ONE), Some(0));
    }

    #[test]
    fn a_low_price_of_a_pack_may_be_one_of_a_tablet() {
        // A pack of thirty tablets with a ceiling of 3,000: 100 for a tablet.
        let (pack, tablet) = (limits(&[(3_000, 1)]), limits(&[(3_000, 30)]));
        for (price, doubtful) in
            [(2_900, false), (1_500, false), (1_000, true), (120, true), (101, true), (100, false), (50, false)]
        {
            assert_eq!(pack.is_unit_doubtful(&tablet, Decimal::from(price)), doubtful, "{price}");
        }
        // Of two tablets it cannot be seen.
        let (pack, tablet) = (limits(&[(200, 1)]), limits(&[(200, 2)]));
        assert!(pack.is_unit_doubtful(&tablet, Decimal::from(150)) && !pack.is_unit_doubtful(&tablet, Decimal::from(100)));
        // Whatever is within as a price of a tablet is within as one of the pack.
        assert!(!tablet.is_unit_doubtful(&pack, Decimal::from(100)));
        assert!(!pack.is_unit_doubtful(&PriceLimits::default(), Decimal::ONE));
    }
}
