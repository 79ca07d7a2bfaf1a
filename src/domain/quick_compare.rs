//! Most prices are below their ceiling: whether one surely is, in whole numbers and without explaining anything.
//!
//! It answers only where `verdict::compare` is certain to answer too; everything else is left to the full judgement.

use rust_decimal::Decimal;

use super::verdict::Observed;

/// The widest mantissa of which every product here still fits what `exact::product` can give.
const MANTISSA_MAX: i128 = 1 << 95;
const SCALE_MAX: u32 = 28;

/// True when `amount × factor` is at most `ceiling × divided_by`, certainly.
pub fn surely_within(observed: Observed, factor: Decimal, ceiling: Decimal) -> bool {
    at_most((observed.amount, factor), (ceiling, observed.divided_by)).unwrap_or(false)
}

/// `a × b <= c × d`, or `None` when a product is too wide to be exact everywhere.
fn at_most((a, b): (Decimal, Decimal), (c, d): (Decimal, Decimal)) -> Option<bool> {
    let (left, left_scale) = product(a, b)?;
    let (right, right_scale) = product(c, d)?;
    let widened = |mantissa: i128, by: u32| mantissa.checked_mul(10_i128.checked_pow(by)?);
    Some(if left_scale < right_scale {
        widened(left, right_scale - left_scale)? <= right
    } else {
        left <= widened(right, left_scale - right_scale)?
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
        law::Facts,
        verdict::{Per, compare},
    };
    use proptest::prelude::*;

    fn decimal() -> impl Strategy<Value = Decimal> {
        (1_i64..=999_999_999_999_999, 0_u32..=9).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
    }

    proptest! {
        #[test]
        fn it_never_says_within_where_the_full_comparison_does_not(
            amount in decimal(), divided_by in decimal(), factor in decimal(), ceiling in decimal(), exact in any::<bool>()
        ) {
            // Half of the cases lie exactly on the ceiling or one last digit beside it.
            let on_it = || ceiling.checked_mul(divided_by)?.checked_div(factor).map(|amount| amount.normalize());
            let amount = if exact { on_it().unwrap_or(amount) } else { amount };
            let observed = Observed { amount, divided_by, per: Per::DispensingUnit };
            let facts = Facts { dispensing_units: Some(factor), ..Facts::default() };
            if amount > Decimal::ZERO && surely_within(observed, factor, ceiling) {
                let full = compare(observed, ceiling, &facts).expect("it answers where the full comparison does");
                prop_assert!(full.left <= full.right);
            }
        }
    }

    #[test]
    fn the_ceiling_itself_is_within_and_a_centavo_more_is_not() {
        let observed = |amount: i64| Observed { amount: Decimal::new(amount, 2), divided_by: Decimal::ONE, per: Per::Pack };
        let ceiling = Decimal::new(33_052, 0);
        assert!(surely_within(observed(3_305_200), Decimal::ONE, ceiling));
        assert!(!surely_within(observed(3_305_201), Decimal::ONE, ceiling));
        assert!(!surely_within(Observed { amount: Decimal::MAX, ..observed(1) }, Decimal::TEN, ceiling), "too wide: not sure");
    }
}
