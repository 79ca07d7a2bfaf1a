//! Strengths as the vocabulary writes them (`300 UI/3 ml`), in whole numbers, so that a pack's content comes out exactly.

/// `300 UI/3 ml`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strength {
    /// Ten-thousandths of `unit`.
    pub amount: u64,
    pub unit: &'static str,
    /// Ten-thousandths of a millilitre or gram, and which of the two.
    pub per: Option<Measure>,
}

/// `3 ml`, in ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    pub amount: u64,
    pub unit: &'static str,
}

const PLACES: usize = 4;
/// Decimal places of a content.
pub const CONTENT_PLACES: u32 = 6;

impl Strength {
    pub fn parse(text: &str) -> Option<Self> {
        let (amount, per) = text.split_once('/').map_or((text, None), |(amount, per)| (amount, Some(per)));
        let amount = Measure::parse(amount)?;
        let per = match per {
            Some(per) => Some(Measure::parse(per)?),
            None => None,
        };
        Some(Self { amount: amount.amount, unit: amount.unit, per })
    }

    /// Millionths of the unit of regulation (all masses in mg) in one dispensing unit of that size. `None` when it is no exact number.
    pub fn content(&self, volume: Option<Measure>) -> Option<u64> {
        let millionths = match self.unit {
            "g" => 100_000,
            "mcg" => return self.whole(u128::from(self.amount), volume, 10),
            _ => 100,
        };
        self.whole(u128::from(self.amount) * millionths, volume, 1)
    }

    fn whole(&self, content: u128, volume: Option<Measure>, divisor: u128) -> Option<u64> {
        let (times, per) = match (self.per, volume) {
            (Some(per), Some(volume)) if per.unit == volume.unit => (volume.amount, per.amount),
            (None, _) => (1, 1),
            _ => return None,
        };
        let (dividend, divisor) = (content * u128::from(times), divisor * u128::from(per));
        if divisor == 0 || !dividend.is_multiple_of(divisor) {
            return None;
        }
        u64::try_from(dividend / divisor).ok().filter(|content| *content > 0)
    }

    pub fn regulated_unit(&self) -> &'static str {
        match self.unit {
            "g" | "mcg" | "mg" => "mg",
            other => other,
        }
    }
}

impl Measure {
    pub fn parse(text: &str) -> Option<Self> {
        let (amount, unit) = text.trim().split_once(' ')?;
        let unit = ["mg", "mcg", "g", "UI", "U", "ml"].into_iter().find(|known| *known == unit)?;
        let (whole, rest) = amount.split_once('.').unwrap_or((amount, ""));
        if rest.len() > PLACES {
            return None;
        }
        let amount = format!("{whole}{rest:0<PLACES$}").parse().ok()?;
        Some(Self { amount, unit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_exact_or_unknown() {
        let content = |strength, volume| Strength::parse(strength).unwrap().content(Measure::parse(volume));
        assert_eq!(content("300 UI/3 ml", "3 ml"), Some(300_000_000));
        assert_eq!(content("100 UI/1 ml", "1.5 ml"), Some(150_000_000));
        assert_eq!(content("50 mg", ""), Some(50_000_000));
        assert_eq!(content("2.5 mcg", ""), Some(2_500));
        assert_eq!(content("2 g/100 ml", "60 ml"), Some(1_200_000_000));
        assert_eq!(content("1 mg/3 ml", "1 ml"), None);
        assert_eq!(content("1 mg/3 ml", "3 g"), None);
        assert_eq!(Strength::parse("mucho mg"), None);
        assert_eq!(Strength::parse("5 cucharadas"), None);
    }
}
