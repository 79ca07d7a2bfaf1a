//! Maps amounts to positions in a drawing.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

use super::svg::Tenth;

/// `part` of `whole`, as far along `length`; 0 where there is no whole. Cut to the length.
pub fn along(part: Decimal, whole: Decimal, length: Tenth) -> Tenth {
    if whole <= Decimal::ZERO || part <= Decimal::ZERO {
        return 0;
    }
    let share = part.checked_div(whole).unwrap_or(Decimal::ONE).min(Decimal::ONE);
    let place = share * Decimal::from(length);
    place.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64().unwrap_or(length)
}

/// A round number at or above: 1, 2 or 5 followed by zeros.
pub fn round_above(number: Decimal) -> Decimal {
    let mut step = Decimal::ONE;
    for factor in [2, 5, 10].into_iter().cycle().take(3 * 24) {
        if step >= number {
            break;
        }
        // 1, 2, 5, 10, 20, 50, …
        step = match factor {
            2 => step * Decimal::TWO,
            5 => step / Decimal::TWO * Decimal::from(5),
            _ => step * Decimal::TWO,
        };
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn round_numbers_are_at_or_above() {
        let of = |number: i64| round_above(Decimal::from(number)).to_string();
        assert_eq!([1, 2, 3, 6, 11, 33_052, 100_000].map(of), ["1", "2", "5", "10", "20", "50000", "100000"]);
    }

    proptest! {
        #[test]
        fn places_are_in_the_order_of_the_amounts(a in 0_i64..1_000_000_000, b in 0_i64..1_000_000_000, whole in 1_i64..1_000_000_000, length in 1_i64..10_000) {
            let at = |part: i64| along(Decimal::from(part), Decimal::from(whole), length);
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(at(low) <= at(high) && (0..=length).contains(&at(high)));
        }
    }
}
