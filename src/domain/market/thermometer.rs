//! The thermometer: where a price stands among those of the same concentration, dispensing unit and channel.
//!
//! The rule was recovered from the published labels (no official text of the cut points was found): P25 and P75 by linear
//! interpolation; strictly below P25 is low, strictly above P75 is high. So an answer "matches the published labels", not "by law".

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::{
    identifier::text::fold,
    law::{channel::Channel, listed::ListedThermometer},
    number::{exact, percentile::quartile},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    Low,
    Normal,
    High,
}

impl Level {
    pub fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    /// 1 Bajo, 2 Medio, 3 Alto.
    pub(crate) fn from_published(number: u8) -> Option<Self> {
        [Self::Low, Self::Normal, Self::High].get(usize::from(number).checked_sub(1)?).copied()
    }
}

/// From so many prices on, each quarter has one of its own.
const FEW_PRICES: usize = 4;

/// How the prices of one group are spread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    pub n: usize,
    pub min: Decimal,
    pub p25: Decimal,
    pub p50: Decimal,
    pub p75: Decimal,
    pub max: Decimal,
}

impl Distribution {
    /// `None` of nothing.
    pub fn of(prices: &[Decimal]) -> Option<Self> {
        let mut sorted = prices.to_vec();
        sorted.sort_unstable();
        Some(Self {
            n: sorted.len(),
            min: *sorted.first()?,
            p25: quartile(&sorted, 1)?,
            p50: quartile(&sorted, 2)?,
            p75: quartile(&sorted, 3)?,
            max: *sorted.last()?,
        })
    }

    pub fn level(&self, price: Decimal) -> Level {
        if price < self.p25 {
            Level::Low
        } else if price > self.p75 {
            Level::High
        } else {
            Level::Normal
        }
    }

    /// The level of a price for several units, compared without a division; `None` when the product is out of range.
    pub(crate) fn level_of(&self, amount: Decimal, units: Decimal) -> Option<Level> {
        let (low, high) = (exact::product(self.p25, units)?, exact::product(self.p75, units)?);
        Some(if amount < low {
            Level::Low
        } else if amount > high {
            Level::High
        } else {
            Level::Normal
        })
    }

    /// The level that is shown: none where there is nothing to compare with.
    pub(crate) fn shown_level(&self, amount: Decimal) -> Option<Level> {
        (!self.no_comparators()).then(|| self.level(amount))
    }

    /// With one product there is nothing to compare with, so "normal" says nothing.
    pub(crate) fn no_comparators(&self) -> bool {
        self.n <= 1
    }

    /// Of few prices a quartile says little: of two, one is always low and the other one high.
    pub(crate) fn few_comparators(&self) -> bool {
        self.n < FEW_PRICES
    }
}

/// The comparison group of a row, folded.
pub(crate) fn group_key(row: &ListedThermometer) -> String {
    key(&row.concentration, &row.dispensing_unit, row.channel)
}

/// Case, accents and spaces forgiven, nothing else: `concentration|unit|channel`.
pub fn key(concentration: &str, unit: &str, channel: Channel) -> String {
    format!("{}|{}|{channel}", fold_strength(concentration), fold(unit))
}

/// The group as the publisher seems to have pooled it in 2025: only to measure the agreement with the published labels. Comparators
/// shown to people share the very dispensing unit.
pub(crate) fn pooled_key(concentration: &str, unit: &str, channel: Channel) -> String {
    format!("{}|{}|{channel}", fold_strength(concentration), pool_of(unit))
}

/// Folding would turn `0.5 mg` and `5 mg` into words; the decimal point is part of a strength.
fn fold_strength(text: &str) -> String {
    fold(&text.replace(['.', ','], "punto")).replace("punto", ".")
}

/// Dispensing units that the published levels pool. The 2024 list names the first pool (`Tableta o capsula`); the others were
/// recovered from the labels of the 2025 list, where each pooling raises the agreement (91.7 % with none, 95.7 % with all).
const UNIT_POOLS: &[&[&str]] = &[
    &["tableta o capsula", "tableta", "capsula", "tableta masticable", "tableta efervescente", "capsula dura"],
    &["ampolla", "vial", "jeringa prellenada", "pluma", "cartucho", "carpule", "bolsa", "frasco", "sobre", "sachet", "envase"],
    &["cilindro", "termo criogenico"],
];

fn pool_of(unit: &str) -> String {
    let folded = fold(unit);
    let pool = UNIT_POOLS.iter().find(|pool| pool.contains(&folded.as_str())).and_then(|pool| pool.first());
    pool.map_or(folded, |first| (*first).to_owned())
}

/// The agreement of our levels with the published ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    pub compared: u64,
    pub agreeing: u64,
}

/// `rows`: group key, price, published level.
pub fn agreement(rows: impl Iterator<Item = (String, Decimal, Option<u8>)>) -> Agreement {
    let mut groups: BTreeMap<String, Vec<(Decimal, Option<u8>)>> = BTreeMap::new();
    for (key, price, published) in rows {
        groups.entry(key).or_default().push((price, published));
    }
    let mut total = Agreement::default();
    for rows in groups.values() {
        let prices: Vec<Decimal> = rows.iter().map(|(price, _)| *price).collect();
        let Some(distribution) = Distribution::of(&prices) else { continue };
        for (price, published) in rows {
            let Some(published) = published.and_then(Level::from_published) else { continue };
            total.compared += 1;
            total.agreeing += u64::from(published == distribution.level(*price));
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prices: &str, levels: &str, p25: &str, p75: &str) {
        let prices: Vec<Decimal> = prices.split(' ').map(|price| price.parse().unwrap()).collect();
        let distribution = Distribution::of(&prices).unwrap();
        let got: Vec<String> = prices.iter().map(|price| (distribution.level(*price) as u8 + 1).to_string()).collect();
        assert_eq!(got.join(" "), levels);
        assert_eq!((distribution.p25, distribution.p75), (p25.parse().unwrap(), p75.parse().unwrap()));
    }

    #[test]
    fn the_published_groups_get_their_published_levels() {
        check("61.67 80.15 119 235 388.83 414.17 3399", "1 1 2 2 2 3 3", "99.575", "401.5");
        check("162 254.71 320 327.71 406.91 553.59 778.18 819.33 1341.69 2391.87", "1 1 1 2 2 2 2 3 3 3", "321.9275", "809.0425");
        let escitalopram = "260.78 314.09 330.21 352.5 374 415 445.5 644.67 674.67 1256.57 1287.83 3446.92 3684.57";
        check(escitalopram, "1 1 1 2 2 2 2 2 2 2 3 3 3", "352.5", "1256.57");
    }

    #[test]
    fn small_groups_follow_the_same_rule() {
        let levels = |prices: &[i64]| {
            let prices: Vec<Decimal> = prices.iter().map(|price| Decimal::from(*price)).collect();
            let distribution = Distribution::of(&prices).unwrap();
            prices.iter().map(|price| distribution.level(*price).code()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(levels(&[5]), "normal");
        assert_eq!(levels(&[5, 6]), "low high");
        assert_eq!(levels(&[5, 5]), "normal normal");
        assert_eq!(levels(&[1, 2, 3]), "low normal high");
        assert_eq!(levels(&[1, 2, 3, 4]), "low normal normal high");
        assert_eq!(levels(&[1, 2, 3, 4, 5, 6]), "low low normal normal high high");
        assert!(Distribution::of(&[Decimal::ONE]).unwrap().no_comparators());
        let few = |count: i64| Distribution::of(&(1..=count).map(Decimal::from).collect::<Vec<_>>()).unwrap().few_comparators();
        assert_eq!([2, 3, 4].map(few), [true, true, false]);
    }

    #[test]
    fn a_pack_has_the_level_of_its_units() {
        let prices: Vec<Decimal> = (1..=5).map(|price| Decimal::from(price * 100)).collect();
        let distribution = Distribution::of(&prices).unwrap();
        let of = |amount: &str, units: i64| distribution.level_of(amount.parse().unwrap(), Decimal::from(units)).map(Level::code);
        // P25 is 200 and P75 is 400: exactly at them is normal, and a third of a peso below is low.
        assert_eq!(
            [of("600", 3), of("599", 3), of("1200", 3), of("1200.01", 3)],
            [Some("normal"), Some("low"), Some("normal"), Some("high")]
        );
        assert_eq!(distribution.level_of(Decimal::ONE, Decimal::MAX), None);
    }

    #[test]
    fn spelling_is_forgiven_but_a_decimal_point_is_not() {
        let institutional = Channel::Institutional;
        assert_eq!(key("Losartan 50 mg", "Tableta", institutional), key(" LOSARTÁN  50 MG", "tableta", institutional));
        assert_ne!(key("X 0.5 mg", "Tableta", institutional), key("X 0 5 mg", "Tableta", institutional));
        assert_ne!(key("X 5 mg", "Capsula", institutional), key("X 5 mg", "Tableta", institutional));
        assert_eq!(pooled_key("X 5 mg", "Cápsula", institutional), pooled_key("X 5 mg", "Tableta", institutional));
        assert_ne!(pooled_key("X 5 mg", "Tubo", institutional), pooled_key("X 5 mg", "Tableta", institutional));
    }
}
