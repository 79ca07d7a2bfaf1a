//! Figures of the lines of one market, quarter and band of quantity: how far apart their prices are, and what was paid over the median. The only place
//! that computes a saving.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::described::is_well_described;
use crate::domain::{
    number::{exact, percentile},
    verdict::judge::Verdict,
};

/// With fewer lines, buyers or sellers a median says nothing of what others pay.
pub const LINES_MIN: usize = 10;
pub const BUYERS_MIN: usize = 3;
pub const SELLERS_MIN: usize = 2;

/// A line, as far as figures depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureLine {
    pub ordered_on: Date,
    pub buyer: String,
    /// `None`: a natural person, or not stated. They are no seller that could be told from others.
    pub seller: Option<String>,
    /// Not cancelled, returned or implausible. Others are in no figure.
    pub counts: bool,
    pub verdict: Verdict,
    /// `None`: not read.
    pub described: Option<String>,
    pub market: Option<String>,
    pub regulated: Option<RegulatedFigure>,
    /// 0 up to one, then by powers of ten.
    pub quantity_band: Option<i16>,
}

/// The price for a regulated unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegulatedFigure {
    pub unit: String,
    pub price: Decimal,
    pub units: Option<Decimal>,
}

/// Prices are compared within it alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKey {
    pub market: String,
    pub quarter: Quarter,
    pub quantity_band: i16,
    pub unit: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    pub year: i16,
    pub number: i8,
}

impl Quarter {
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), number: (day.month() + 2) / 3 }
    }
}

/// `2024-Q1`.
impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.number)
    }
}

/// Counts of lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineCounts {
    /// That count.
    pub lines: usize,
    pub described: usize,
    /// With a verdict.
    pub decided: usize,
    /// Only what everything that the line can mean has alike.
    pub above: usize,
}

impl LineCounts {
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a FigureLine>) -> Self {
        let mut counts = Self::default();
        for line in lines.into_iter().filter(|line| line.counts) {
            counts.lines += 1;
            counts.described += usize::from(line.described.as_deref().is_some_and(is_well_described));
            counts.decided += usize::from(line.verdict != Verdict::CannotCompare);
            counts.above += usize::from(line.verdict == Verdict::Above);
        }
        counts
    }
}

/// Of the prices of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupFigures {
    pub key: GroupKey,
    pub counts: LineCounts,
    pub buyers: usize,
    pub sellers: usize,
    pub median: Option<Decimal>,
    /// Only above the thresholds.
    pub spread: Option<Spread>,
    /// Pesos paid over the median of the other lines. Only above the thresholds.
    pub saving_at_median: Option<Decimal>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    pub p10: Decimal,
    pub p25: Decimal,
    pub p75: Decimal,
    pub p90: Decimal,
}

/// The groups of some lines: only those that count and have a price for a regulated unit are in one.
pub fn groups(lines: &[FigureLine]) -> BTreeMap<GroupKey, Vec<&FigureLine>> {
    let mut groups: BTreeMap<GroupKey, Vec<&FigureLine>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.counts) {
        if let (Some(market), Some(regulated), Some(quantity_band)) = (&line.market, &line.regulated, line.quantity_band) {
            let (market, unit) = (market.clone(), regulated.unit.clone());
            let key = GroupKey { market, quarter: Quarter::of(line.ordered_on), quantity_band, unit };
            groups.entry(key).or_default().push(line);
        }
    }
    groups
}

/// Of a group, or of what one buyer bought in it: `of` says whose savings.
pub fn figures(key: &GroupKey, group: &[&FigureLine], of: impl Fn(&FigureLine) -> bool) -> GroupFigures {
    let mut prices: Vec<Decimal> = group.iter().filter_map(|line| Some(line.regulated.as_ref()?.price)).collect();
    prices.sort_unstable();
    let buyers: BTreeSet<&str> = group.iter().map(|line| line.buyer.as_str()).collect();
    let sellers: BTreeSet<&str> = group.iter().filter_map(|line| line.seller.as_deref()).collect();
    let enough = prices.len() >= LINES_MIN && buyers.len() >= BUYERS_MIN && sellers.len() >= SELLERS_MIN;
    let saving = || {
        let own = group.iter().filter(|line| of(line)).filter_map(|line| line.regulated.as_ref());
        own.map(|line| saving(&prices, line)).try_fold(Decimal::ZERO, |sum, saving| exact::sum(sum, saving?))
    };
    GroupFigures {
        key: key.clone(),
        counts: LineCounts::of(group.iter().copied()),
        buyers: buyers.len(),
        sellers: sellers.len(),
        median: percentile::quartile(&prices, 2),
        spread: if enough { spread(&prices) } else { None },
        saving_at_median: if enough { saving() } else { None },
    }
}

/// `None`: how many were bought is not known, or it is beyond exact arithmetic.
fn saving(prices: &[Decimal], line: &RegulatedFigure) -> Option<Decimal> {
    let median = median_without(prices, line.price)?;
    if line.price <= median {
        return Some(Decimal::ZERO);
    }
    exact::product(exact::difference(line.price, median)?, line.units?)
}

/// The median of the others: a line does not move what it is compared with.
fn median_without(sorted: &[Decimal], price: Decimal) -> Option<Decimal> {
    let own = sorted.binary_search(&price).ok()?;
    let other = |place: usize| sorted.get(if place < own { place } else { place + 1 }).copied();
    let others = sorted.len().checked_sub(1).filter(|others| *others > 0)?;
    let high = other(others / 2)?;
    if others % 2 == 1 {
        return Some(high);
    }
    let low = other(others / 2 - 1)?;
    exact::sum(low, exact::product(exact::difference(high, low)?, Decimal::new(5, 1))?)
}

fn spread(sorted: &[Decimal]) -> Option<Spread> {
    Some(Spread {
        p10: percentile::decile(sorted, 1)?,
        p25: percentile::quartile(sorted, 1)?,
        p75: percentile::quartile(sorted, 3)?,
        p90: percentile::decile(sorted, 9)?,
    })
}

impl Spread {
    /// Half up to four decimals; `None` where there is nothing to divide by.
    pub fn p90_by_p10(&self) -> Option<Decimal> {
        exact::quotient_half_up(self.p90, self.p10, 4)
    }

    pub fn p75_by_p25(&self) -> Option<Decimal> {
        exact::quotient_half_up(self.p75, self.p25, 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn line(price: i64, units: i64, buyer: usize, seller: usize) -> FigureLine {
        FigureLine {
            ordered_on: date(2024, 3, 31),
            buyer: format!("b{buyer}"),
            seller: Some(format!("s{seller}")),
            counts: true,
            verdict: Verdict::CannotCompare,
            described: Some("presentation".to_owned()),
            market: Some("96".to_owned()),
            regulated: Some(RegulatedFigure {
                unit: "mg".to_owned(),
                price: Decimal::from(price),
                units: Some(Decimal::from(units)),
            }),
            quantity_band: Some(2),
        }
    }

    fn only(lines: &[FigureLine]) -> GroupFigures {
        let groups = groups(lines);
        assert_eq!(groups.len(), 1);
        let (key, group) = groups.iter().next().unwrap();
        figures(key, group, |_| true)
    }

    #[test]
    fn a_saving_is_over_the_median_of_the_others_and_needs_enough_of_them() {
        let mut lines: Vec<FigureLine> = (0..9).map(|at| line(10, 100, at % 3, at % 2)).collect();
        lines.push(line(30, 5, 0, 0));
        let found = only(&lines);
        assert_eq!(found.key.quarter.to_string(), "2024-Q1");
        assert_eq!((found.median, found.saving_at_median), (Some(Decimal::from(10)), Some(Decimal::from(100))));
        assert_eq!(found.spread.unwrap().p90_by_p10(), "1.2".parse().ok(), "10 + (30 − 10) / 10 = 12");
        for few in [&lines[1..], &lines.iter().cloned().map(|line| FigureLine { seller: None, ..line }).collect::<Vec<_>>()[..]] {
            let found = only(few);
            assert_eq!((found.spread, found.saving_at_median), (None, None));
        }
        // What is below the median takes nothing away.
        lines.push(line(1, 1_000_000, 1, 1));
        assert_eq!(only(&lines).saving_at_median, Some(Decimal::from(100)));
        // How many were bought is not known of one that costs more: the sum is not known either.
        lines[9].regulated.as_mut().unwrap().units = None;
        assert_eq!(only(&lines).saving_at_median, None);
    }

    #[test]
    fn lines_that_do_not_count_are_in_no_figure() {
        let cancelled = FigureLine { counts: false, verdict: Verdict::Above, ..line(500, 1, 0, 0) };
        let unpriced = FigureLine { regulated: None, ..line(1, 1, 0, 0) };
        let lines = [line(10, 1, 0, 0), cancelled, unpriced];
        assert_eq!(only(&lines).counts, LineCounts { lines: 1, described: 1, decided: 0, above: 0 });
        assert_eq!(LineCounts::of(&lines), LineCounts { lines: 2, described: 2, decided: 0, above: 0 });
    }
}
