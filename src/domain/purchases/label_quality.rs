//! How well lines are read, measured by what people say that they are: the truth of two who agree, and an interval of what share is covered.

use rust_decimal::Decimal;

use crate::domain::identifier::cum::Cum;

/// What one person says that a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelTruth {
    Product(Cum),
    Market(String),
    NotAMedicine,
    CannotTell,
}

/// What two say alike; a third decides where two differ. `None`: nothing yet.
pub fn settled<T: PartialEq>(labels: &[T]) -> Option<&T> {
    labels.iter().enumerate().find(|(at, one)| labels.iter().skip(at + 1).any(|other| other == *one)).map(|(_, one)| one)
}

/// z² of 95 %, in ten-thousandths.
const Z_SQUARED: i128 = 38_416;
/// The interval is found in millionths.
const WHOLE: i128 = 1_000_000;

/// Wilson's interval of 95 % of a share, in percent with four decimals, rounded outwards. `None` of nothing.
pub fn wilson(found: usize, of: usize) -> Option<(Decimal, Decimal)> {
    let (found, of) = (i128::try_from(found).ok()?, i128::try_from(of).ok()?);
    if of == 0 || found > of {
        return None;
    }
    // A share p is within if (found − of·p)² ≤ z² · of · p · (1 − p).
    let is_within = |share: i128| {
        let apart = found * WHOLE - of * share;
        apart * apart * 10_000 <= Z_SQUARED * of * share * (WHOLE - share)
    };
    let middle = found * WHOLE / of;
    let (mut outside, mut inside) = (-1, middle);
    while inside - outside > 1 {
        let between = (inside + outside) / 2;
        if is_within(between) { inside = between } else { outside = between }
    }
    let low = outside.max(0);
    let (mut inside, mut outside) = (middle, WHOLE + 1);
    while outside - inside > 1 {
        let between = (inside + outside) / 2;
        if is_within(between) { inside = between } else { outside = between }
    }
    let percent = |share: i128| Some(Decimal::new(i64::try_from(share).ok()?, 4));
    Some((percent(low)?, percent(outside.min(WHOLE))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_that_of_wilson() {
        for (found, of, low, high) in [(500, 500, "99.2376", "100"), (498, 500, "98.5534", "99.8902"), (0, 10, "0", "27.7536")] {
            let (found_low, found_high) = wilson(found, of).unwrap();
            let near = |one: Decimal, other: &str| (one - other.parse::<Decimal>().unwrap()).abs() < Decimal::new(2, 3);
            assert!(near(found_low, low) && near(found_high, high), "{found} of {of}: {found_low} to {found_high}");
        }
        assert_eq!((wilson(0, 0), wilson(2, 1)), (None, None));
    }

    #[test]
    fn two_who_agree_settle_a_label() {
        let product = LabelTruth::Product(Cum::new(19_914_312, 20));
        assert_eq!(settled(std::slice::from_ref(&product)), None);
        assert_eq!(settled(&[product.clone(), LabelTruth::CannotTell]), None);
        assert_eq!(settled(&[LabelTruth::CannotTell, product.clone(), product.clone()]), Some(&product));
    }
}
