//! How far apart rounding alone puts quantity × price and the total that a line states: of the total to whole pesos or to its last decimal, and
//! of the price to its last decimal.

use rust_decimal::Decimal;

use super::exact;

/// Totals are rounded to whole pesos at most.
pub(crate) const TOTAL_ROUNDING: Decimal = Decimal::ONE;

/// Of quantity × price against total × base. `None`: out of the range of exact arithmetic.
pub(crate) fn tolerance(quantity: Decimal, price: Decimal, base: Decimal, total: Decimal) -> Option<Decimal> {
    let of_total = exact::product(half_of_last_digit(total).max(TOTAL_ROUNDING), base)?;
    exact::sum(of_total, exact::product(quantity.abs(), half_of_last_digit(price))?)
}

/// Whether quantity × price is the total.
pub(crate) fn is_total(quantity: Decimal, price: Decimal, total: Decimal) -> Option<bool> {
    let apart = exact::difference(exact::product(quantity, price)?, total)?.abs();
    Some(apart <= tolerance(quantity, price, Decimal::ONE, total)?)
}

/// Half of the last digit that is written: 0.005 of `12.30`.
fn half_of_last_digit(number: Decimal) -> Decimal {
    Decimal::new(5, (number.scale() + 1).min(Decimal::MAX_SCALE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn half_of_the_last_digit_is_what_rounding_takes() {
        let smallest = "0.0000000000000000000000000001";
        for (written, half) in [("12", "0.5"), ("12.0", "0.05"), ("12.30", "0.005"), (smallest, "0.0000000000000000000000000005")]
        {
            assert_eq!(half_of_last_digit(d(written)), d(half), "{written}");
        }
    }

    #[test]
    fn a_total_to_the_peso_is_the_total() {
        for (quantity, price, total, same) in [
            ("3", "333", "1000", true),
            ("1", "10.25", "11", true),
            ("1", "10.25", "11.26", false),
            ("3", "333", "1002.5", false),
            ("0", "333", "0", true),
        ] {
            assert_eq!(is_total(d(quantity), d(price), d(total)), Some(same), "{quantity} × {price} = {total}");
        }
    }
}
