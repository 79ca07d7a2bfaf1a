//! Exact decimal arithmetic: an operation gives the true value or `None`, never a rounded value.
//!
//! `rust_decimal`'s own `*` and `/` round silently past 28 digits, which near a ceiling would be a wrong verdict.

use rust_decimal::Decimal;

/// The exact product, or `None` when it does not fit 28 decimal places and 96 bits.
pub fn product(a: Decimal, b: Decimal) -> Option<Decimal> {
    let ((a, a_scale), (b, b_scale)) = (shortest(a), shortest(b));
    from_parts(a.checked_mul(b)?, a_scale + b_scale)
}

/// The exact sum.
pub fn sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    let scale = shortest(a).1.max(shortest(b).1);
    let (a, b) = same_scale(a, b)?;
    from_parts(a.checked_add(b)?, scale)
}

/// The exact difference.
pub fn difference(a: Decimal, b: Decimal) -> Option<Decimal> {
    sum(a, -b)
}

/// `numerator / denominator` rounded half-up (away from zero) to `places`; the true quotient is what gets rounded.
pub fn quotient_half_up(numerator: Decimal, denominator: Decimal, places: u32) -> Option<Decimal> {
    let rounded = |n: i128, d: i128| {
        let scaled = n.checked_mul(power_of_ten(places)?)?;
        let twice = scaled.checked_abs()?.checked_mul(2)?.checked_add(d)?;
        Some(divide(twice, d.checked_mul(2)?) * scaled.signum())
    };
    from_parts(of_fraction(numerator, denominator, rounded)?, places)
}

/// `numerator / denominator` cut toward zero to `places`; the true quotient is what gets cut.
pub(crate) fn quotient_cut(numerator: Decimal, denominator: Decimal, places: u32) -> Option<Decimal> {
    let cut = |n: i128, d: i128| Some(divide(n.checked_mul(power_of_ten(places)?)?, d));
    from_parts(of_fraction(numerator, denominator, cut)?, places)
}

/// What `work` makes of a fraction of whole numbers; of the reduced one only where the other is too wide for it, as reducing costs more.
fn of_fraction(numerator: Decimal, denominator: Decimal, work: impl Fn(i128, i128) -> Option<i128>) -> Option<i128> {
    let (n, d) = same_scale(numerator, denominator)?;
    if d <= 0 {
        return None;
    }
    work(n, d).or_else(|| {
        let common: i128 = gcd(n.unsigned_abs(), d.unsigned_abs()).try_into().ok()?;
        work(n / common, d / common)
    })
}

/// The processor divides one word in a tenth of the time that two take.
fn divide(n: i128, d: i128) -> i128 {
    match (i64::try_from(n), i64::try_from(d)) {
        (Ok(n), Ok(d)) if d > 0 => i128::from(n / d),
        _ => n / d,
    }
}

/// `a × b` against `c × d` of whole numbers: every pair has an answer, since the products are taken at twice the width.
pub(crate) fn compare_products((a, b): (u128, u128), (c, d): (u128, u128)) -> std::cmp::Ordering {
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

/// Both as whole numbers of the smaller of their last digits.
fn same_scale(a: Decimal, b: Decimal) -> Option<(i128, i128)> {
    let (a, b) = (shortest(a), shortest(b));
    let scale = a.1.max(b.1);
    let lift = |(mantissa, own): (i128, u32)| mantissa.checked_mul(power_of_ten(scale - own)?);
    Some((lift(a)?, lift(b)?))
}

fn from_parts(mantissa: i128, scale: u32) -> Option<Decimal> {
    let (mantissa, scale) = without_zeros(mantissa, scale);
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

/// The same number with as few decimal places as it needs.
pub(crate) fn shortest(number: Decimal) -> (i128, u32) {
    without_zeros(number.mantissa(), number.scale())
}

fn without_zeros(mut mantissa: i128, mut scale: u32) -> (i128, u32) {
    while scale > 0 {
        // As soon as it fits one word: that is what the processor divides quickly.
        if let Ok(mut short) = i64::try_from(mantissa) {
            while scale > 0 && short % 10 == 0 {
                (short, scale) = (short / 10, scale - 1);
            }
            return (i128::from(short), scale);
        }
        if mantissa % 10 != 0 {
            break;
        }
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    (mantissa, scale)
}

fn power_of_ten(exponent: u32) -> Option<i128> {
    const POWERS: [i128; 39] = {
        let mut powers = [1; 39];
        let mut at = 1;
        while at < powers.len() {
            powers[at] = powers[at - 1] * 10;
            at += 1;
        }
        powers
    };
    POWERS.get(usize::try_from(exponent).ok()?).copied()
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
        fn the_shortest_form_is_the_normal_one(mantissa in -(1_i128 << 95)..1 << 95, short: i64, zeros in 0_u32..12, scale in 0_u32..28) {
            let with_zeros = i128::from(short / 1_000_000) * 10_i128.pow(zeros);
            for number in [mantissa, short.into(), with_zeros] {
                let Ok(number) = Decimal::try_from_i128_with_scale(number, scale) else { continue };
                let normal = number.normalize();
                prop_assert_eq!(shortest(number), (normal.mantissa(), normal.scale()));
            }
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
        fn a_fraction_that_is_too_wide_is_reduced_first(n in 1_i64..1_000_000, d in 1_i64..1_000, wide in 10_i64.pow(14)..i64::MAX) {
            let whole = Decimal::from;
            let (Some(numerator), Some(denominator)) = (product(whole(n), whole(wide)), product(whole(d), whole(wide))) else {
                return Ok(());
            };
            prop_assert_eq!(quotient_half_up(numerator, denominator, 16), quotient_half_up(whole(n), whole(d), 16));
            prop_assert_eq!(quotient_cut(numerator, denominator, 16), quotient_cut(whole(n), whole(d), 16));
        }

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
    }

    #[test]
    fn what_does_not_fit_is_refused_not_rounded() {
        assert_eq!(product(Decimal::MAX, Decimal::TWO), None);
        assert_eq!(quotient_half_up(Decimal::ONE, Decimal::ZERO, 2), None);
        assert_eq!(wide_product(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
    }
}
