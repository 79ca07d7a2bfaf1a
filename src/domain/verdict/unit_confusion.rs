//! Flags a price that looks like another unit's: about the usual price of the product times, or divided by, the size of the pack.

use rust_decimal::Decimal;

use crate::domain::number::exact;

/// One average price, as a fraction, and how many dispensing units one invoiced unit holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackPrice {
    pub amount: Decimal,
    pub divided_by: Decimal,
    /// `None`: not known, so not comparable.
    pub units_per: Option<Decimal>,
}

/// With fewer prices than this there is no usual price.
pub(crate) const PRICES_MIN: usize = 4;
/// How near to the pack's size the ratio must be, in percent.
const NEAR_PERCENT: u128 = 10;

/// A price per dispensing unit as a fraction of whole numbers, `over / under`, both above zero.
#[derive(Clone, Copy)]
struct Fraction {
    over: u128,
    under: u128,
}

/// For each price, whether it stands near `pack` times, or one `pack`-th of, the median.
pub fn confused(prices: &[PackPrice], pack: Decimal) -> Vec<bool> {
    let fractions: Vec<Option<Fraction>> = prices.iter().map(fraction).collect();
    let mut known: Vec<Fraction> = fractions.iter().flatten().copied().collect();
    if known.len() < PRICES_MIN || pack < Decimal::TWO {
        return vec![false; prices.len()];
    }
    known.sort_unstable_by(|a, b| exact::compare_products((a.over, b.under), (b.over, a.under)));
    // Of an even number the lower middle: the median must be a price that was paid.
    let Some(median) = known.get((known.len() - 1) / 2).copied() else { return vec![false; prices.len()] };
    let near_pack = |price: Fraction| is_near(price, median, pack) == Some(true) || is_near(median, price, pack) == Some(true);
    fractions.into_iter().map(|price| price.is_some_and(near_pack)).collect()
}

/// `None`: nothing to compare, or more digits than whole numbers hold. That is a matter of this price alone, never of a pair:
/// an order in which some pairs have no answer is no order, and sorting by it would panic.
fn fraction(price: &PackPrice) -> Option<Fraction> {
    let under = exact::product(price.divided_by, price.units_per?)?;
    if under <= Decimal::ZERO || price.amount <= Decimal::ZERO {
        return None;
    }
    let (over, under) = (price.amount.normalize(), under.normalize());
    let scale = over.scale().max(under.scale());
    let whole = |value: Decimal| value.mantissa().unsigned_abs().checked_mul(10_u128.checked_pow(scale - value.scale())?);
    Some(Fraction { over: whole(over)?, under: whole(under)? })
}

/// Is `large` about `times` as much as `small`? By multiplication: 90 % × times × small ≤ large ≤ 110 % × times × small.
fn is_near(large: Fraction, small: Fraction, times: Decimal) -> Option<bool> {
    let times = times.normalize();
    let many = small.over.checked_mul(times.mantissa().unsigned_abs())?;
    let part = |percent: u128| Some((many.checked_mul(percent)?, large.under));
    let all = (large.over.checked_mul(10_u128.checked_pow(times.scale())?)?.checked_mul(100)?, small.under);
    let (least, most) = (part(100 - NEAR_PERCENT)?, part(100 + NEAR_PERCENT)?);
    Some(exact::compare_products(least, all).is_le() && exact::compare_products(all, most).is_le())
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

    #[test]
    fn a_tenth_off_is_near_and_more_is_not() {
        let usual = [price(100, 1, 1); 5];
        let marked = |amount: i64| confused(&[&usual[..], &[price(amount, 1000, 1)]].concat(), Decimal::from(5))[5];
        assert_eq!([449_999, 450_000, 550_000, 550_001].map(marked), [false, true, true, false]);
        // One fifth: 100 lies between 90 % and 110 % of five times the price.
        assert_eq!([18_181, 18_182, 22_222, 22_223].map(marked), [false, true, true, false]);
    }

    #[test]
    fn a_pack_that_is_no_whole_number_is_compared_too() {
        let usual = [price(100, 1, 1); 4];
        let all = [&usual[..], &[price(250, 1, 1), price(220, 1, 1)]].concat();
        assert_eq!(confused(&all, Decimal::new(25, 1))[4..], [true, false]);
    }

    /// A reporter's file may say numbers of 28 digits: they must never upset the order of the others.
    #[test]
    fn digits_without_end_do_not_panic() {
        let mut seed = 12_345_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i128::from(seed >> 44) + 1
        };
        for _ in 0..20 {
            let prices: Vec<PackPrice> = (0..200)
                .map(|n| {
                    let (amount, units) = (next(), next() % 13 + 1);
                    let wide = |n: i128| Decimal::from_i128_with_scale(n * 10_i128.pow(20) + 12_345_678_901_234_567_891, 20);
                    let (amount, divided_by) =
                        if n % 2 == 0 { (wide(amount), wide(units)) } else { (amount.into(), units.into()) };
                    PackPrice { amount, divided_by, units_per: Some(Decimal::ONE) }
                })
                .collect();
            assert_eq!(confused(&prices, Decimal::from(5)), oracle(&prices, Decimal::from(5)));
        }
    }

    fn rational(x: Decimal) -> BigRational {
        BigRational::new(BigInt::from(x.mantissa()), BigInt::from(10).pow(x.scale()))
    }

    fn oracle(prices: &[PackPrice], pack: Decimal) -> Vec<bool> {
        let each: Vec<Option<BigRational>> =
            prices.iter().map(|one| Some(rational(one.amount) / rational(one.divided_by) / rational(one.units_per?))).collect();
        let mut known: Vec<BigRational> = each.iter().flatten().cloned().collect();
        if known.len() < PRICES_MIN {
            return vec![false; prices.len()];
        }
        known.sort();
        let median = &known[(known.len() - 1) / 2];
        let (pack, tenth) = (rational(pack), BigRational::new(1.into(), 10.into()));
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
            prop_assert_eq!(confused(&prices, Decimal::from(pack)), oracle(&prices, Decimal::from(pack)));
        }

        /// Every number that pesos and units can be: all are compared, none is passed over.
        #[test]
        fn agrees_with_fractions_of_long_decimals(
            rows in prop::collection::vec((1_i64..i64::MAX, 0_u32..10, 1_i64..1_000_000_000, 0_u32..5, 0_i64..2), 4..30),
            pack in (20_i64..120_000, 0_u32..2),
        ) {
            let rows = rows.into_iter().map(|(amount, scale, units, units_scale, packs)| PackPrice {
                amount: Decimal::new(amount, scale),
                divided_by: Decimal::new(units, units_scale),
                units_per: Some(if packs == 0 { Decimal::ONE } else { Decimal::new(pack.0, pack.1) }),
            });
            let prices: Vec<PackPrice> = rows.collect();
            let pack = Decimal::new(pack.0, pack.1);
            prop_assert_eq!(confused(&prices, pack), oracle(&prices, pack));
        }
    }
}
