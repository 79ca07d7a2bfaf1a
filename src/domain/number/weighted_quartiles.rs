//! Exact quartiles of prices, weighted by the units sold: prices are compared as fractions and never divided.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::exact;

/// `value / units` pesos a unit, paid for that many units. Whole numbers, each with the decimal places it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sale {
    pub value: Scaled,
    pub units: Scaled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaled {
    pub mantissa: u64,
    pub places: u8,
}

/// Half of the units were sold at `median` or less; likewise the quarters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quartiles {
    pub first: Sale,
    pub median: Sale,
    pub third: Sale,
    pub sales: usize,
}

/// Units are summed at this many decimal places; a sale with more is not exact here, and is left out.
pub const UNIT_PLACES_MAX: u8 = 10;

impl Sale {
    /// `None` when there is no price in it or its units have too many places.
    pub fn new(value: Scaled, units: Scaled) -> Option<Self> {
        let fits = value.mantissa > 0 && units.mantissa > 0 && units.places <= UNIT_PLACES_MAX && value.places <= 18;
        fits.then_some(Self { value, units })
    }

    /// The price, rounded half up.
    pub fn price(&self, places: u32) -> Option<Decimal> {
        exact::quotient_half_up(self.value.decimal()?, self.units.decimal()?, places)
    }

    fn weight(&self) -> u128 {
        u128::from(self.units.mantissa) * 10_u128.pow(u32::from(UNIT_PLACES_MAX - self.units.places))
    }

    /// By price: a / b against c / d as a × d against c × b.
    fn compare(&self, other: &Self) -> Ordering {
        let (left, right) = (self.value.places + other.units.places, other.value.places + self.units.places);
        let a = u128::from(self.value.mantissa) * u128::from(other.units.mantissa);
        let b = u128::from(other.value.mantissa) * u128::from(self.units.mantissa);
        let power = |by: u8| 10_u128.pow(u32::from(by));
        if left == right {
            a.cmp(&b)
        } else if left < right {
            exact::compare_products((a, power(right - left)), (b, 1))
        } else {
            exact::compare_products((a, 1), (b, power(left - right)))
        }
    }
}

impl Scaled {
    /// `None`: it is negative or too wide.
    pub fn of(number: Decimal) -> Option<Self> {
        Some(Self { mantissa: u64::try_from(number.mantissa()).ok()?, places: u8::try_from(number.scale()).ok()? })
    }

    pub fn decimal(self) -> Option<Decimal> {
        Decimal::try_from_i128_with_scale(i128::from(self.mantissa), u32::from(self.places)).ok()
    }
}

/// A price cut to whole steps, as good as the price wherever two differ. What is beyond the widest step is the widest.
const STEP_PLACES: i32 = 4;

impl Sale {
    /// Never greater for a lower price.
    fn steps(&self) -> u64 {
        let power = STEP_PLACES + i32::from(self.units.places) - i32::from(self.value.places);
        let (value, units) = (self.value.mantissa, self.units.mantissa);
        let by = 10_u64.checked_pow(power.unsigned_abs());
        if power < 0 {
            return by.map_or(0, |by| value / by / units);
        }
        let Some(by) = by else { return u64::MAX };
        match value.checked_mul(by) {
            Some(scaled) => scaled / units,
            None => u64::try_from(u128::from(value) * u128::from(by) / u128::from(units)).unwrap_or(u64::MAX),
        }
    }
}

/// `None` when there are no sales.
pub fn quartiles(sales: &[Sale]) -> Option<Quartiles> {
    let mut order: Vec<(u64, &Sale)> = sales.iter().map(|sale| (sale.steps(), sale)).collect();
    // Whole numbers first: the fractions are needed only within a step.
    order.sort_unstable_by(|(a_steps, a), (b_steps, b)| a_steps.cmp(b_steps).then_with(|| a.compare(b)));
    let total: u128 = sales.iter().map(Sale::weight).sum();
    let mut marks = [1_u128, 2, 3].map(|quarter| (quarter, None));
    let mut so_far = 0_u128;
    for (_, sale) in order {
        so_far += sale.weight();
        for (quarter, found) in &mut marks {
            // Four times the units so far against quarter times all: no division.
            if found.is_none() && so_far * 4 >= *quarter * total {
                *found = Some(*sale);
            }
        }
        if marks.iter().all(|(_, found)| found.is_some()) {
            break;
        }
    }
    let [(_, first), (_, median), (_, third)] = marks;
    Some(Quartiles { first: first?, median: median?, third: third?, sales: sales.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt;
    use num_rational::BigRational;
    use proptest::prelude::*;

    fn rational(scaled: Scaled) -> BigRational {
        BigRational::new(BigInt::from(scaled.mantissa), BigInt::from(10).pow(u32::from(scaled.places)))
    }

    fn scaled(places: u8) -> impl Strategy<Value = Scaled> {
        (1_u64..=9_999_999_999_999, 0..=places).prop_map(|(mantissa, places)| Scaled { mantissa, places })
    }

    proptest! {
        #[test]
        fn they_are_what_exact_fractions_give(
            sales in prop::collection::vec((prop_oneof![scaled(6), (1_u64..9).prop_map(|mantissa| Scaled { mantissa, places: 0 })],
                prop_oneof![scaled(4), (1_u64..9).prop_map(|mantissa| Scaled { mantissa, places: 0 })]), 1..40)
        ) {
            let ours: Vec<Sale> = sales.iter().map(|(value, units)| Sale::new(*value, *units).unwrap()).collect();
            let found = quartiles(&ours).unwrap();
            let mut fractions: Vec<(BigRational, BigRational)> =
                sales.iter().map(|(value, units)| (rational(*value) / rational(*units), rational(*units))).collect();
            fractions.sort();
            let total: BigRational = fractions.iter().map(|(_, units)| units.clone()).sum();
            for (quarter, sale) in [(1, found.first), (2, found.median), (3, found.third)] {
                let wanted = &total * BigRational::new(quarter.into(), 4.into());
                let mut so_far = BigRational::from_integer(0.into());
                let expected = fractions.iter().find(|(_, units)| { so_far += units; so_far >= wanted }).unwrap();
                prop_assert_eq!(rational(sale.value) / rational(sale.units), expected.0.clone());
            }
        }
    }

    proptest! {
        #[test]
        fn a_lower_price_never_has_more_steps(a in (scaled(18), scaled(10)), b in (scaled(18), scaled(10)), close in any::<bool>()) {
            let first = Sale::new(a.0, a.1).unwrap();
            let beside = Scaled { mantissa: a.0.mantissa + 1, ..a.0 };
            let second = if close { Sale::new(beside, a.1) } else { Sale::new(b.0, b.1) }.unwrap();
            let (low, high) = if first.compare(&second).is_le() { (first, second) } else { (second, first) };
            prop_assert!(low.steps() <= high.steps());
        }
    }

    #[test]
    fn a_price_paid_for_many_units_weighs_more() {
        let sale =
            |value, units| Sale::new(Scaled { mantissa: value, places: 0 }, Scaled { mantissa: units, places: 0 }).unwrap();
        let found = quartiles(&[sale(100, 1), sale(9_000, 30), sale(500, 1)]).unwrap();
        assert_eq!([found.first, found.median, found.third].map(|sale| sale.price(4)), [Some(Decimal::new(300, 0)); 3]);
        assert_eq!(quartiles(&[]), None);
    }
}
