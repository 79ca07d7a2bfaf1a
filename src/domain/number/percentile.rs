//! Percentiles by linear interpolation (numpy "linear", R type 7), exact: no float, no division that loses a digit.

use rust_decimal::Decimal;

use super::exact;

/// Quartile `k` of 4 of ascending values: position (n - 1) k / 4, whose fraction is a whole number of quarters, hence exact.
pub fn quartile(sorted: &[Decimal], k: u32) -> Option<Decimal> {
    let last = sorted.len().checked_sub(1)?;
    let quarters = last.checked_mul(usize::try_from(k).ok()?)?;
    let (index, rest) = (quarters / 4, quarters % 4);
    let low = *sorted.get(index)?;
    if rest == 0 {
        return Some(low);
    }
    let high = *sorted.get(index + 1)?;
    let step = exact::product(exact::difference(high, low)?, Decimal::from(rest))?;
    // A quarter of a decimal is a decimal: x / 4 = x * 0.25.
    exact::sum(low, exact::product(step, Decimal::new(25, 2))?)
}

/// Decile `k` of 10 of ascending values, in the same way: a tenth of a decimal is a decimal too.
pub fn decile(sorted: &[Decimal], k: u32) -> Option<Decimal> {
    let last = sorted.len().checked_sub(1)?;
    let tenths = last.checked_mul(usize::try_from(k).ok()?)?;
    let (index, rest) = (tenths / 10, tenths % 10);
    let low = *sorted.get(index)?;
    if rest == 0 {
        return Some(low);
    }
    let high = *sorted.get(index + 1)?;
    let step = exact::product(exact::difference(high, low)?, Decimal::new(i64::try_from(rest).ok()?, 1))?;
    exact::sum(low, step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt;
    use num_rational::BigRational;
    use proptest::prelude::*;

    fn rational(x: Decimal) -> BigRational {
        BigRational::new(BigInt::from(x.mantissa()), BigInt::from(10).pow(x.scale()))
    }

    /// Written from the definition: h = (n - 1) p, x[floor h] + (h - floor h)(x[floor h + 1] - x[floor h]).
    fn oracle(sorted: &[Decimal], k: i64) -> BigRational {
        let n = i64::try_from(sorted.len()).unwrap();
        let h = BigRational::new(BigInt::from((n - 1) * k), BigInt::from(4));
        let floor = h.floor();
        let at = |i: &BigRational| {
            let index = usize::try_from(i.to_integer()).unwrap().min(sorted.len() - 1);
            rational(sorted[index])
        };
        let next = at(&(floor.clone() + BigRational::from(BigInt::from(1))));
        at(&floor) + (h - &floor) * (next - at(&floor))
    }

    proptest! {
        #[test]
        fn quartiles_equal_exact_fractions(mut values in prop::collection::vec((1_i64..1_000_000_000_000, 0_u32..8), 1..60)) {
            let mut sorted: Vec<Decimal> = values.drain(..).map(|(m, s)| Decimal::new(m, s)).collect();
            sorted.sort();
            for k in 0..=4 {
                prop_assert_eq!(rational(quartile(&sorted, k).unwrap()), oracle(&sorted, i64::from(k)));
            }
        }
    }

    #[test]
    fn of_nothing_there_is_none() {
        assert_eq!(quartile(&[], 2), None);
    }
}
