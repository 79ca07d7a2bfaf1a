//! Exact decimal arithmetic: an operation gives the true value or `None`, never a rounded one.
//!
//! `rust_decimal`'s own `*` and `/` round silently past 28 digits, which near a ceiling would be a wrong verdict.

use rust_decimal::Decimal;

/// The exact product, or `None` when it does not fit 28 decimal places and 96 bits.
pub fn product(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    let mantissa = a.mantissa().checked_mul(b.mantissa())?;
    from_parts(mantissa, a.scale() + b.scale())
}

/// The exact sum.
pub fn sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = same_scale(a, b)?;
    from_parts(a.0.checked_add(b.0)?, a.1)
}

/// The exact difference.
pub fn difference(a: Decimal, b: Decimal) -> Option<Decimal> {
    sum(a, -b)
}

/// `numerator / denominator` rounded half-up (away from zero) to `places`; the true quotient is what gets rounded.
pub fn quotient_half_up(numerator: Decimal, denominator: Decimal, places: u32) -> Option<Decimal> {
    let (n, d) = same_scale(numerator, denominator)?;
    if d.0 <= 0 {
        return None;
    }
    let common: i128 = gcd(n.0.unsigned_abs(), d.0.unsigned_abs()).try_into().ok()?;
    let (n, d) = (n.0 / common, d.0 / common);
    let scaled = n.checked_mul(10_i128.checked_pow(places)?)?;
    let twice = scaled.checked_abs()?.checked_mul(2)?.checked_add(d)?;
    let rounded = twice / d.checked_mul(2)?;
    from_parts(rounded * scaled.signum(), places)
}

/// `numerator / denominator` cut toward zero to `places`; the true quotient is what gets cut.
pub fn quotient_cut(numerator: Decimal, denominator: Decimal, places: u32) -> Option<Decimal> {
    let (n, d) = same_scale(numerator, denominator)?;
    if d.0 <= 0 {
        return None;
    }
    let common: i128 = gcd(n.0.unsigned_abs(), d.0.unsigned_abs()).try_into().ok()?;
    let scaled = (n.0 / common).checked_mul(10_i128.checked_pow(places)?)?;
    from_parts(scaled / (d.0 / common), places)
}

/// `a × b` against `c × d` of whole numbers: every pair has an answer, since the products are taken at twice the width.
pub fn compare_products((a, b): (u128, u128), (c, d): (u128, u128)) -> std::cmp::Ordering {
    wide_product(a, b).cmp(&wide_product(c, d))
}

/// The upper and the lower half of a product of 256 bits.
fn wide_product(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let ((a_high, a_low), (b_high, b_low)) = ((a >> 64, a & LOW), (b >> 64, b & LOW));
    let (middle, carry) = (a_high * b_low).overflowing_add(a_low * b_high);
    let (low, low_carry) = (a_low * b_low).overflowing_add(middle << 64);
    (a_high * b_high + (middle >> 64) + (u128::from(carry) << 64) + u128::from(low_carry), low)
}

/// Half-even rounding of a number that a binary float left dirty (1345.5400000000002), to `places`.
pub fn round_half_even(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, rust_decimal::RoundingStrategy::MidpointNearestEven)
}

fn same_scale(a: Decimal, b: Decimal) -> Option<((i128, u32), (i128, u32))> {
    let (a, b) = (a.normalize(), b.normalize());
    let scale = a.scale().max(b.scale());
    let lift = |x: Decimal| x.mantissa().checked_mul(10_i128.checked_pow(scale - x.scale())?);
    Some(((lift(a)?, scale), (lift(b)?, scale)))
}

fn from_parts(mut mantissa: i128, mut scale: u32) -> Option<Decimal> {
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
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

    fn decimal() -> impl Strategy<Value = Decimal> {
        (-999_999_999_999_999_999_i128..1_000_000_000_000_000_000, 0_u32..12)
            .prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa, scale))
    }

    proptest! {
        #[test]
        fn products_sums_and_differences_equal_fractions_or_refuse(a in decimal(), b in decimal()) {
            if let Some(c) = product(a, b) { prop_assert_eq!(rational(c), rational(a) * rational(b)); }
            if let Some(c) = sum(a, b) { prop_assert_eq!(rational(c), rational(a) + rational(b)); }
            if let Some(c) = difference(a, b) { prop_assert_eq!(rational(c), rational(a) - rational(b)); }
        }

        #[test]
        fn products_are_compared_at_full_width(a: u128, b: u128, c: u128, d: u128) {
            let big = |a: u128, b: u128| BigInt::from(a) * BigInt::from(b);
            prop_assert_eq!(compare_products((a, b), (c, d)), big(a, b).cmp(&big(c, d)));
            let (high, low) = wide_product(a, b);
            prop_assert_eq!((BigInt::from(high) << 128) + BigInt::from(low), big(a, b));
        }

        #[test]
        fn quotients_are_the_half_up_of_the_true_value(a in decimal(), b in decimal(), places in 0_u32..5) {
            prop_assume!(b > Decimal::ZERO);
            if let Some(q) = quotient_half_up(a, b, places) {
                let error = (rational(q) - rational(a) / rational(b)) * BigRational::from(BigInt::from(10).pow(places));
                let half = BigRational::new(BigInt::from(1), BigInt::from(2));
                let toward_zero = if a < Decimal::ZERO { -error.clone() } else { error.clone() };
                prop_assert!(toward_zero > -half.clone() && toward_zero <= half, "{a}/{b} -> {q}");
            }
        }
    }

    proptest! {
        #[test]
        fn cut_quotients_never_exceed_the_true_value(a in decimal(), b in decimal(), places in 0_u32..5) {
            prop_assume!(b > Decimal::ZERO);
            if let Some(q) = quotient_cut(a, b, places) {
                let missing = (rational(a) / rational(b) - rational(q)) * BigRational::from(BigInt::from(10).pow(places));
                let missing = if a < Decimal::ZERO { -missing } else { missing };
                let (none, one) = (BigRational::from(BigInt::from(0)), BigRational::from(BigInt::from(1)));
                prop_assert!(none <= missing && missing < one, "{a}/{b} -> {q}");
            }
        }
    }

    #[test]
    fn the_float_traps_are_exact() {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(product(d("0.03"), d("30")), Some(d("0.9")));
        assert_eq!(product(d("585368.42"), d("3")), Some(d("1756105.26")));
        assert_eq!(quotient_half_up(d("2.345"), d("1"), 2), Some(d("2.35")));
        assert_eq!(round_half_even(d("1345.5400000000002"), 4), d("1345.5400"));
    }

    #[test]
    fn what_does_not_fit_is_refused_not_rounded() {
        assert_eq!(product(Decimal::MAX, Decimal::TWO), None);
        assert_eq!(quotient_half_up(Decimal::ONE, Decimal::ZERO, 2), None);
        assert_eq!(wide_product(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
    }
}
