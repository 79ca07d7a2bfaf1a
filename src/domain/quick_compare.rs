//! Most prices are below their ceiling: whether one surely is, in whole numbers and without explaining anything.
//!
//! It answers only where `verdict::judge` is certain to answer too; everything else is left to the full judgement.

use rust_decimal::Decimal;

use super::{comparison::Observed, verdict::IMPLAUSIBLE_TIMES};

/// The widest mantissa of which every product here still fits what `exact::product` can give.
const MANTISSA_MAX: i128 = 1 << 95;
const SCALE_MAX: u32 = 28;

/// How a price is within its ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within {
    pub implausibly_low: bool,
}

/// `Some` when `amount × factor` is at most `ceiling × divided_by`, certainly.
pub fn surely_within(observed: Observed, factor: Decimal, ceiling: Decimal) -> Option<Within> {
    let (left, right) = sides((observed.amount, factor), (ceiling, observed.divided_by))?;
    if left > right {
        return None;
    }
    Some(Within { implausibly_low: left.checked_mul(i128::from(IMPLAUSIBLE_TIMES))? <= right })
}

/// `a × b` and `c × d` with the same number of decimal places, or `None` when a product is too wide to be exact everywhere.
fn sides((a, b): (Decimal, Decimal), (c, d): (Decimal, Decimal)) -> Option<(i128, i128)> {
    let (left, left_scale) = product(a, b)?;
    let (right, right_scale) = product(c, d)?;
    let widened = |mantissa: i128, by: u32| mantissa.checked_mul(10_i128.checked_pow(by)?);
    Some(if left_scale < right_scale {
        (widened(left, right_scale - left_scale)?, right)
    } else {
        (left, widened(right, left_scale - right_scale)?)
    })
}

fn product(a: Decimal, b: Decimal) -> Option<(i128, u32)> {
    let mantissa = a.mantissa().checked_mul(b.mantissa()).filter(|m| (0..MANTISSA_MAX).contains(m))?;
    Some((mantissa, a.scale() + b.scale())).filter(|(_, scale)| *scale <= SCALE_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        basis::{Chosen, Ground, Remarks},
        comparison::Per,
        law::{Basis, Facts},
        reason::Reason,
        verdict::{Finding, judge},
    };
    use proptest::prelude::*;

    fn decimal() -> impl Strategy<Value = Decimal> {
        (1_i64..=999_999_999_999_999, 0_u32..=9).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
    }

    proptest! {
        #[test]
        fn what_it_says_is_what_the_full_judgement_says(
            amount in decimal(), divided_by in decimal(), factor in decimal(), ceiling in decimal(), near in 0..3
        ) {
            // Two thirds of the cases lie on the ceiling or on a hundredth of it, or one last digit beside it.
            let on_it = |times: Decimal| ceiling.checked_mul(divided_by)?.checked_div(factor)?.checked_div(times);
            let times = [None, Some(Decimal::ONE), Some(Decimal::from(IMPLAUSIBLE_TIMES))][usize::try_from(near).unwrap()];
            let amount = times.and_then(on_it).map_or(amount, |amount| amount.normalize());
            let observed = Observed { amount, divided_by, per: Per::DispensingUnit };
            let facts = Facts { dispensing_units: Some(factor), ..Facts::default() };
            if let Some(within) = surely_within(observed, factor, ceiling).filter(|_| amount > Decimal::ZERO) {
                let (act, valid_from) = ("act".to_owned(), jiff::civil::date(2020, 3, 28));
                let (margin, basis) = (Decimal::ZERO, Basis::PublishedForCum);
                let chosen = Chosen { index: 0, amount: ceiling, margin, binding: ceiling, basis, act, valid_from, financing: None };
                let full = judge(Some(observed), &Ground::Ceiling { chosen, remarks: Remarks::default() }, &facts, &[]);
                prop_assert_eq!(full.finding, Finding::Within);
                prop_assert_eq!(full.reasons.contains(&Reason::ImplausiblyLow), within.implausibly_low);
            }
        }
    }

    #[test]
    fn the_ceiling_itself_is_within_and_a_centavo_more_is_not() {
        let observed = |amount: i64| Observed { amount: Decimal::new(amount, 2), divided_by: Decimal::ONE, per: Per::Pack };
        let ceiling = Decimal::new(33_052, 0);
        let within = |amount| surely_within(observed(amount), Decimal::ONE, ceiling).map(|within| within.implausibly_low);
        assert_eq!((within(3_305_200), within(3_305_201)), (Some(false), None));
        assert_eq!((within(33_053), within(33_052), within(1)), (Some(false), Some(true), Some(true)), "a hundredth is 330.52");
        let wide = Observed { amount: Decimal::MAX, ..observed(1) };
        assert_eq!(surely_within(wide, Decimal::TEN, ceiling), None, "too wide: not sure");
    }
}
