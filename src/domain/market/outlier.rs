//! Outlying prices by Tukey's fence: one and a half interquartile ranges beyond the quartiles. Flagged, never dropped.

use rust_decimal::Decimal;

use crate::domain::number::{exact, percentile::quartile};

/// With fewer values than this there are no outliers.
pub(crate) const VALUES_MIN: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence {
    pub values: usize,
    pub p25: Decimal,
    pub p75: Decimal,
    pub low: Decimal,
    pub high: Decimal,
}

/// On which side of the fence a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Below,
    Above,
}

impl Side {
    pub fn code(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Above => "above",
        }
    }
}

impl Fence {
    /// `None` for fewer than `VALUES_MIN` values.
    pub fn around(values: &[Decimal]) -> Option<Self> {
        if values.len() < VALUES_MIN {
            return None;
        }
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let (p25, p75) = (quartile(&sorted, 1)?, quartile(&sorted, 3)?);
        let reach = exact::product(exact::difference(p75, p25)?, Decimal::new(15, 1))?;
        let (low, high) = (exact::difference(p25, reach)?, exact::sum(p75, reach)?);
        Some(Self { values: values.len(), p25, p75, low, high })
    }

    pub fn side(&self, value: Decimal) -> Option<Side> {
        if value < self.low {
            Some(Side::Below)
        } else if value > self.high {
            Some(Side::Above)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(list: &[i64]) -> Vec<Decimal> {
        list.iter().map(|value| Decimal::from(*value)).collect()
    }

    #[test]
    fn quartiles_are_those_of_type_seven() {
        let fence = Fence::around(&values(&[4, 1, 3, 2])).unwrap();
        assert_eq!((fence.p25, fence.p75), (Decimal::new(175, 2), Decimal::new(325, 2)));
        assert_eq!((fence.low, fence.high), (Decimal::new(-5, 1), Decimal::new(55, 1)));
        let fence = Fence::around(&values(&[10, 20, 30, 40, 50])).unwrap();
        assert_eq!((fence.p25, fence.p75), (Decimal::from(20), Decimal::from(40)));
    }

    #[test]
    fn only_what_lies_beyond_the_fence_stands_apart() {
        let fence = Fence::around(&values(&[10, 20, 30, 40, 50])).unwrap();
        assert_eq!((fence.side(Decimal::from(70)), fence.side(Decimal::from(-10))), (None, None));
        assert_eq!(fence.side(Decimal::new(7001, 2)), Some(Side::Above));
        assert_eq!(fence.side(Decimal::new(-1001, 2)), Some(Side::Below));
        assert_eq!(Fence::around(&values(&[1, 1, 1, 1])).unwrap().side(Decimal::TWO), Some(Side::Above));
    }

    #[test]
    fn three_values_have_no_shape() {
        assert_eq!(Fence::around(&values(&[1, 2, 3])), None);
    }
}
