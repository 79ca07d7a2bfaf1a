//! Amounts as texts write them: `0,5 g`, `1.000 UI`, `5 %`. All in one unit per dimension, so that 0.5 g and 500 mg are equal.

use rust_decimal::Decimal;

use crate::domain::number::exact;

/// What is measured. Amounts of different dimensions say nothing about each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// In mg.
    Mass,
    /// In UI. A `U` of potency counts as one: no product states both.
    International,
    /// In mEq.
    Equivalents,
    /// In mmol.
    Moles,
    /// In ml.
    Volume,
    /// Of an inhaler.
    Doses,
    /// g in 100 ml, or in 100 g.
    Percent,
}

/// Of a unit as written, folded: its dimension, and how many of the dimension's unit it is.
pub fn unit(word: &str) -> Option<(Dimension, Decimal)> {
    let (dimension, mantissa, scale) = match word {
        "mg" | "mgr" | "mgs" | "miligramo" | "miligramos" => (Dimension::Mass, 1, 0),
        "g" | "gr" | "grs" | "gramo" | "gramos" => (Dimension::Mass, 1000, 0),
        "kg" => (Dimension::Mass, 1_000_000, 0),
        "mcg" | "ug" | "μg" | "mcgr" | "mcgs" | "microgramo" | "microgramos" => (Dimension::Mass, 1, 3),
        "ng" => (Dimension::Mass, 1, 6),
        "ui" | "iu" | "uis" => (Dimension::International, 1, 0),
        "kui" => (Dimension::International, 1000, 0),
        "mui" => (Dimension::International, 1_000_000, 0),
        "meq" => (Dimension::Equivalents, 1, 0),
        "mmol" => (Dimension::Moles, 1, 0),
        "ml" | "mls" | "cc" | "mililitro" | "mililitros" => (Dimension::Volume, 1, 0),
        "dosis" | "puff" | "puffs" | "inhalaciones" | "disparos" => (Dimension::Doses, 1, 0),
        "l" | "lt" | "lts" | "litro" | "litros" => (Dimension::Volume, 1000, 0),
        _ => return None,
    };
    Some((dimension, Decimal::new(mantissa, scale)))
}

impl Dimension {
    pub fn unit_name(self) -> &'static str {
        match self {
            Self::Mass => "mg",
            Self::International => "UI",
            Self::Equivalents => "mEq",
            Self::Moles => "mmol",
            Self::Volume => "ml",
            Self::Doses => "dosis",
            Self::Percent => "%",
        }
    }
}

/// A number that may be read in two ways: `1.000` is a thousand, or one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextNumber {
    pub value: Decimal,
    pub other: Option<Decimal>,
    /// Half of its last digit, where it has two digits that say something: it may be rounded. Otherwise zero.
    pub half_digit: Decimal,
}

/// More digits are no amount of a medicine.
const DIGITS_MAX: usize = 15;

impl TextNumber {
    pub fn exactly(value: Decimal) -> Self {
        Self { value, other: None, half_digit: Decimal::ZERO }
    }

    /// With what rounding may have done.
    pub fn read(text: &str) -> Option<Self> {
        let number = Self::without_rounding(text)?;
        let digits = text.trim_start_matches(['0', '.', ',']).bytes().filter(u8::is_ascii_digit).count();
        let half = Decimal::new(5, number.value.scale() + 1);
        Some(Self { half_digit: if digits > 1 { half } else { Decimal::ZERO }, ..number })
    }

    /// Comma and point mean the same. A single one before exactly three digits may part thousands.
    fn without_rounding(text: &str) -> Option<Self> {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits == 0 || digits > DIGITS_MAX {
            return None;
        }
        let separators: Vec<usize> = text.match_indices(['.', ',']).map(|(at, _)| at).collect();
        let plain = |upto: usize| -> String { text[..upto].chars().filter(char::is_ascii_digit).collect() };
        let number = |whole: &str, fraction: &str| format!("0{whole}.{fraction}0").parse::<Decimal>().ok();
        let normal = |value: Decimal| value.normalize();
        match separators.as_slice() {
            [] => Some(Self::exactly(normal(number(text, "")?))),
            [only] => {
                let (whole, fraction) = (plain(*only), &text[only + 1..]);
                let value = normal(number(&whole, fraction)?);
                let parts_thousands = fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
                let other = if parts_thousands { Some(normal(number(&format!("{whole}{fraction}"), "")?)) } else { None };
                Some(Self { other, ..Self::exactly(value) })
            }
            [first, .., last] => {
                let same = text.as_bytes().get(*first) == text.as_bytes().get(*last);
                let groups = text.split(['.', ',']).skip(1).all(|group| group.len() == 3);
                match same {
                    // 1.000.000
                    true => groups.then(|| number(&plain(text.len()), "")).flatten().map(|value| Self::exactly(normal(value))),
                    // 1.234,50
                    false => Some(Self::exactly(normal(number(&plain(*last), &text[last + 1..])?))),
                }
            }
        }
    }

    pub fn values(self) -> impl Iterator<Item = Decimal> {
        std::iter::once(self.value).chain(self.other)
    }

    pub fn times(self, factor: Decimal) -> Option<Self> {
        let other = match self.other {
            Some(other) => Some(exact::product(other, factor)?.normalize()),
            None => None,
        };
        let half_digit = exact::product(self.half_digit, factor)?;
        Some(Self { value: exact::product(self.value, factor)?.normalize(), other, half_digit })
    }
}

/// How much of the ingredient in how much: `75 mg / 3 ml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextStrength {
    pub amount: TextNumber,
    /// `None`: a bare number, whose unit was left out.
    pub dimension: Option<Dimension>,
    /// Of a volume (ml) or a mass (mg); `None` also where it is per tablet, vial or dose.
    pub per: Option<(Decimal, Dimension)>,
    /// The text says that it is of one tablet, vial or unit.
    pub of_piece: bool,
    /// The text has the same strength in 1 ml or 1 g besides, so that this one is what the container holds.
    pub is_content: bool,
    /// The text has the very same strength once more: it counts once, and may be of two ingredients.
    pub is_repeated: bool,
    /// It stands in brackets, as the official list restates the strength before it.
    pub in_brackets: bool,
}

/// One amount as a source states it of a presentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatedStrength {
    pub amount: Decimal,
    pub dimension: Dimension,
    pub per: Option<(Decimal, Dimension)>,
    /// The amount is what one dispensing unit holds, and `per` its volume, as the official lists write it.
    pub is_total: bool,
    /// The registry states the amount of a salt; texts mostly state that of the base, which is less.
    pub of_salt: bool,
}

/// What decides how a strength is written of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductState {
    SolidOral,
    /// A syrup may be.
    MayBeDrunk,
    Other,
}

/// Whether an amount in so much is how a concentration is written; any other is what a container holds.
fn is_customary(amount: Decimal, of: Dimension, state: ProductState) -> bool {
    let hundred = amount == Decimal::ONE_HUNDRED;
    match of {
        Dimension::Volume => {
            let of_a_spoon = state == ProductState::MayBeDrunk && amount == Decimal::from(5);
            amount == Decimal::ONE || hundred || of_a_spoon
        }
        // 1 g and 100 g.
        Dimension::Mass => amount == Decimal::ONE_THOUSAND || amount == Decimal::from(100_000),
        _ => amount == Decimal::ONE,
    }
}

/// A salt weighs at most so much of its base, in tenths; all in use are below.
const SALT_TENTHS_MAX: i64 = 16;
/// Volumes that a strength of a liquid is customarily for, where it names none.
const CUSTOMARY_ML: [i64; 2] = [1, 5];

impl TextStrength {
    /// Before it is compared with the others of the text.
    pub fn new(amount: TextNumber, dimension: Option<Dimension>, per: Option<(Decimal, Dimension)>) -> Self {
        Self { amount, dimension, per, of_piece: false, is_content: false, is_repeated: false, in_brackets: false }
    }

    /// Whether the text cannot be of a presentation with this strength. `state`: what it is.
    pub fn contradicts(&self, stated: &StatedStrength, state: ProductState) -> bool {
        !self.amount.values().any(|amount| self.fits(amount, stated, state).unwrap_or(true))
    }

    /// Whether both are one concentration, in other amounts.
    pub fn is_same_ratio(&self, other: &Self) -> bool {
        let (Some((own, dimension)), Some((of, other_dimension))) = (self.per, other.per) else { return false };
        dimension == other_dimension
            && self.dimension == other.dimension
            && exact::product(self.amount.value, of) == exact::product(other.amount.value, own)
    }

    /// The same concentration, within what rounding the text's amount to its digits can make of it.
    fn is_ratio_of(&self, amount: Decimal, own: Decimal, (stated, of): (Decimal, Decimal)) -> Option<bool> {
        let gap = exact::difference(exact::product(amount, of)?, exact::product(stated, own)?)?.abs();
        Some(gap <= exact::product(self.amount.half_digit, of)?)
    }

    /// `None` where the figures do not fit exact arithmetic.
    fn fits(&self, amount: Decimal, stated: &StatedStrength, state: ProductState) -> Option<bool> {
        let is_solid = state == ProductState::SolidOral;
        let Some(dimension) = self.dimension else { return self.bare_fits(amount, stated, is_solid) };
        if dimension == Dimension::Percent || stated.dimension == Dimension::Percent {
            return percent_fits(amount, dimension, self.per, stated);
        }
        if dimension != stated.dimension {
            return Some(true);
        }
        match (self.per, stated.per) {
            (None, None) => Some(stated.is(amount)),
            (Some((own, of)), Some((other, other_of))) if of == other_of => {
                let is_ratio = !stated.is_total || !self.is_content && is_customary(own, of, state);
                Some(match is_ratio {
                    true => self.is_ratio_of(amount, own, (stated.amount, other))?,
                    false => amount == stated.amount && own == other,
                })
            }
            // What an inhaler holds is counted in doses, or measured, and never both.
            (Some((_, own)), Some((_, other))) => Some(own != Dimension::Doses && other != Dimension::Doses),
            (Some((doses, Dimension::Doses)), None) => Some(stated.is(amount) || exact::product(stated.amount, doses)? == amount),
            // A powder that is dissolved has its strength per ml only then, and in no ml more than there is; a tablet never has.
            (Some(_), None) => Some(stated.is(amount) || !is_solid && !self.is_content && amount <= stated.amount),
            (None, Some(_)) if self.of_piece && stated.is_total => Some(stated.is(amount)),
            (None, Some((volume, Dimension::Volume))) => liquid_fits(amount, volume, stated),
            (None, Some((doses, Dimension::Doses))) => Some(stated.is(amount) || exact::product(amount, doses)? == stated.amount),
            (None, Some((mass, Dimension::Mass))) if stated.is_total => {
                let of_a_gram = exact::product(amount, mass)? == exact::product(stated.amount, Decimal::ONE_THOUSAND)?;
                Some(stated.is(amount) || of_a_gram)
            }
            (None, Some(_)) => Some(true),
        }
    }

    /// A bare number is in whatever unit is usual; only of solids can it be told wrong.
    fn bare_fits(&self, amount: Decimal, stated: &StatedStrength, is_solid: bool) -> Option<bool> {
        if !is_solid || stated.per.is_some() {
            return Some(true);
        }
        let scales: &[(i64, u32)] = match stated.dimension {
            Dimension::Mass => &[(1, 0), (1000, 0), (1, 3)],
            Dimension::International => &[(1, 0), (1000, 0), (1_000_000, 0)],
            _ => return Some(true),
        };
        for (mantissa, scale) in scales {
            if stated.is(exact::product(amount, Decimal::new(*mantissa, *scale))?) {
                return Some(true);
            }
        }
        Some(false)
    }
}

impl StatedStrength {
    /// The same amount, or that of the base of this salt.
    fn is(&self, amount: Decimal) -> bool {
        if amount == self.amount {
            return true;
        }
        let at_most = || exact::product(amount, Decimal::new(SALT_TENTHS_MAX, 1));
        self.of_salt && amount < self.amount && at_most().is_none_or(|most| self.amount <= most)
    }
}

/// An amount without a volume: of the whole container, of 1 ml or of a customary dose; where the container is not known, any of them.
fn liquid_fits(amount: Decimal, volume: Decimal, stated: &StatedStrength) -> Option<bool> {
    if stated.is(amount) {
        return Some(true);
    }
    if !stated.is_total {
        // At least what 1 ml holds.
        return Some(exact::product(amount, volume)? >= stated.amount);
    }
    for dose in CUSTOMARY_ML {
        if exact::product(amount, volume)? == exact::product(stated.amount, Decimal::from(dose))? {
            return Some(true);
        }
    }
    Some(false)
}

fn percent_fits(
    amount: Decimal,
    dimension: Dimension,
    per: Option<(Decimal, Dimension)>,
    stated: &StatedStrength,
) -> Option<bool> {
    let (percent, (amount, amount_dimension, per)) = match (dimension, stated.dimension) {
        (Dimension::Percent, Dimension::Percent) => return Some(amount == stated.amount),
        (Dimension::Percent, _) => (amount, (stated.amount, stated.dimension, stated.per)),
        _ => (stated.amount, (amount, dimension, per)),
    };
    if amount_dimension != Dimension::Mass || stated.of_salt {
        return Some(true);
    }
    // 1 % is 10 mg in 1 ml, and 10 mg in 1,000 mg.
    let parts = match per {
        Some((of, Dimension::Volume)) => exact::product(of, Decimal::TEN)?,
        Some((of, Dimension::Mass)) => exact::product(of, Decimal::new(1, 2))?,
        _ => return Some(true),
    };
    Some(exact::product(percent, parts)? == amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_separator_before_three_digits_may_part_thousands() {
        for (text, value, other) in [
            ("500", "500", None),
            ("0,5", "0.5", None),
            (".09", "0.09", None),
            ("1.000", "1", Some("1000")),
            ("12,500", "12.5", Some("12500")),
            ("0.025", "0.025", None),
            ("1.200.000", "1200000", None),
            ("1.234,50", "1234.5", None),
        ] {
            let read = TextNumber::read(text).unwrap();
            assert_eq!((read.value, read.other), (d(value), other.map(d)), "{text}");
        }
        for text in ["", ".", "1.2.3", "1234567890123456"] {
            assert_eq!(TextNumber::read(text), None, "{text}");
        }
    }

    fn text(amount: &str, dimension: Option<Dimension>, per: Option<(&str, Dimension)>) -> TextStrength {
        let per = per.map(|(of, dimension)| (d(of), dimension));
        TextStrength::new(TextNumber::read(amount).unwrap(), dimension, per)
    }

    fn stated(amount: &str, dimension: Dimension, per: Option<(&str, Dimension)>) -> StatedStrength {
        let per = per.map(|(of, dimension)| (d(of), dimension));
        StatedStrength { amount: d(amount), dimension, per, is_total: true, of_salt: false }
    }

    #[test]
    fn what_cannot_be_converted_contradicts_nothing() {
        use Dimension::{International as I, Mass as M, Percent as P, Volume as V};
        let tablet = stated("50", M, None);
        assert!(!text("50", Some(M), None).contradicts(&tablet, ProductState::SolidOral));
        assert!(text("100", Some(M), None).contradicts(&tablet, ProductState::SolidOral));
        assert!(!text("6000", Some(I), None).contradicts(&tablet, ProductState::SolidOral));
        assert!(
            !text("50", None, None).contradicts(&tablet, ProductState::SolidOral)
                && text("51", None, None).contradicts(&tablet, ProductState::SolidOral)
        );
        assert!(text("50", Some(M), Some(("1", V))).contradicts(&stated("40", M, None), ProductState::SolidOral));
        assert!(!text("50", Some(M), Some(("1", V))).contradicts(&stated("60", M, None), ProductState::Other));
        assert!(text("50", Some(M), Some(("1", V))).contradicts(&stated("40", M, None), ProductState::Other));
        let vial = stated("300", I, Some(("3", V)));
        for (amount, per) in [("100", Some(("1", V))), ("300", Some(("3", V))), ("300", None), ("100", None)] {
            assert!(!text(amount, Some(I), per).contradicts(&vial, ProductState::Other), "{amount}");
        }
        assert!(
            text("300", Some(I), Some(("1", V))).contradicts(&vial, ProductState::Other)
                && text("200", Some(I), None).contradicts(&vial, ProductState::Other)
        );
        let bag = stated("5000", M, Some(("100", V)));
        assert!(
            !text("5", Some(P), None).contradicts(&bag, ProductState::Other)
                && text("10", Some(P), None).contradicts(&bag, ProductState::Other)
        );
        assert!(!text("1", Some(P), None).contradicts(&stated("1000", M, Some(("100000", M))), ProductState::Other));
    }

    #[test]
    fn a_registry_may_state_the_salt_where_a_text_states_the_base() {
        let salt = StatedStrength { of_salt: true, is_total: false, ..stated("6.94", Dimension::Mass, None) };
        assert!(!text("5", Some(Dimension::Mass), None).contradicts(&salt, ProductState::SolidOral));
        assert!(text("10", Some(Dimension::Mass), None).contradicts(&salt, ProductState::SolidOral));
        assert!(text("2.5", Some(Dimension::Mass), None).contradicts(&salt, ProductState::SolidOral));
    }
}
