//! Prices that look like another unit's: about the pack's size times, or that part of, what the same product usually costs. Only a flag.

use rust_decimal::Decimal;

use super::exact;

/// One average price, as a fraction, and how many dispensing units one invoiced unit holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackPrice {
    pub amount: Decimal,
    pub divided_by: Decimal,
    /// `None`: not known, so not comparable.
    pub units_per: Option<Decimal>,
}

/// Fewer prices than this say nothing of what is usual.
pub const PRICES_MIN: usize = 4;
/// How near to the pack's size the ratio must be, in percent.
const NEAR_PERCENT: i64 = 10;

/// A price per dispensing unit as a fraction: `over / under`.
#[derive(Clone, Copy)]
struct Fraction {
    over: Decimal,
    under: Decimal,
}

/// For each price, whether it stands near `pack` times, or one `pack`-th of, the median.
pub fn confused(prices: &[PackPrice], pack: Decimal) -> Vec<bool> {
    let fractions: Vec<Option<Fraction>> = prices.iter().map(fraction).collect();
    let mut known: Vec<Fraction> = fractions.iter().flatten().copied().collect();
    if known.len() < PRICES_MIN || pack < Decimal::TWO {
        return vec![false; prices.len()];
    }
    known.sort_by(|a, b| compare(*a, *b).unwrap_or(std::cmp::Ordering::Equal));
    // Of an even number the lower middle: the median must be a price that was paid.
    let Some(median) = known.get((known.len() - 1) / 2).copied() else { return vec![false; prices.len()] };
    let near_pack = |price: Fraction| is_near(price, median, pack) == Some(true) || is_near(median, price, pack) == Some(true);
    fractions.into_iter().map(|price| price.is_some_and(near_pack)).collect()
}

fn fraction(price: &PackPrice) -> Option<Fraction> {
    let under = exact::product(price.divided_by, price.units_per?)?;
    (under > Decimal::ZERO && price.amount > Decimal::ZERO).then_some(Fraction { over: price.amount, under })
}

fn compare(a: Fraction, b: Fraction) -> Option<std::cmp::Ordering> {
    Some(exact::product(a.over, b.under)?.cmp(&exact::product(b.over, a.under)?))
}

/// Is `large` about `times` as much as `small`? By multiplication: |large − times × small| × 100 ≤ 10 × times × small.
fn is_near(large: Fraction, small: Fraction, times: Decimal) -> Option<bool> {
    let left = exact::product(large.over, small.under)?;
    let right = exact::product(exact::product(small.over, large.under)?, times)?;
    let gap = exact::difference(left, right)?.abs();
    Some(exact::product(gap, Decimal::ONE_HUNDRED)? <= exact::product(right, Decimal::from(NEAR_PERCENT))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt;
    use num_rational::BigRational;
    use proptest::prelude::*;

    fn price(amount: i64, divided_by: i64, units_per: i64) -> PackPrice {
        let decimal = |value: i64| Decimal::from(value);
        let units_per = (units_per > 0).then(|| decimal(units_per));
        PackPrice { amount: decimal(amount), divided_by: decimal(divided_by), units_per }
    }

    #[test]
    fn a_pack_price_on_a_unit_is_seen_and_usual_prices_are_not() {
        let mut prices: Vec<PackPrice> = (0..5).map(|n| price(100 + n, 1, 1)).collect();
        prices.extend([price(510, 1, 5), price(512, 1, 1), price(20, 1, 1), price(300, 1, 1), price(511, 1, 0)]);
        let marks = confused(&prices, Decimal::from(5));
        assert_eq!(marks, [false, false, false, false, false, false, true, true, false, false]);
        assert_eq!(confused(&prices[..3], Decimal::from(5)), [false; 3]);
        assert!(confused(&prices, Decimal::ONE).iter().all(|mark| !mark));
    }

    fn oracle(prices: &[PackPrice], pack: i64) -> Vec<bool> {
        let whole = |value: Decimal| BigRational::from_integer(BigInt::from(value.mantissa()));
        let each: Vec<Option<BigRational>> =
            prices.iter().map(|one| Some(whole(one.amount) / whole(one.divided_by) / whole(one.units_per?))).collect();
        let mut known: Vec<BigRational> = each.iter().flatten().cloned().collect();
        if known.len() < PRICES_MIN {
            return vec![false; prices.len()];
        }
        known.sort();
        let median = &known[(known.len() - 1) / 2];
        let (pack, tenth) = (BigRational::from_integer(pack.into()), BigRational::new(1.into(), 10.into()));
        let one = BigRational::from_integer(1.into());
        let near = |ratio: BigRational| ratio >= &one - &tenth && ratio <= &one + &tenth;
        each.into_iter()
            .map(|value| value.is_some_and(|value| near(&value / (median * &pack)) || near(median / (&value * &pack))))
            .collect()
    }

    proptest! {
        #[test]
        fn agrees_with_fractions(
            rows in prop::collection::vec((1_i64..2_000, 1_i64..40, 0_i64..6), 1..20),
            pack in 2_i64..12,
        ) {
            let prices: Vec<PackPrice> = rows.into_iter().map(|(amount, units, per)| price(amount, units, per)).collect();
            prop_assert_eq!(confused(&prices, Decimal::from(pack)), oracle(&prices, pack));
        }
    }
}
