//! What may be shown of the reports of one week: counts in bands and a rounded median, and only where nobody can be found in them.
//!
//! Invariant: what is shown of a product is a tree of areas (the country, departments, municipalities). Every shown area has enough contributors and
//! no dominant price; below a shown area, what is hidden is so too, taken together; below a hidden area nothing is shown. So no sum of
//! shown figures says anything of fewer people.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::{Decimal, RoundingStrategy};

use crate::domain::{number::exact, verdict::comparison::Per};

/// Of these rules: who changes them raises it.
pub const METHOD: i16 = 1;
/// Fewer different contributors are not shown.
pub const CONTRIBUTORS_MIN: usize = 5;
/// Figures of the median that are shown.
pub const SIGNIFICANT_FIGURES: u32 = 2;
pub const COUNTRY: &str = "CO";
/// The first counts of the bands; the last one is without an end.
const BANDS: [u32; 5] = [5, 10, 20, 50, 100];
const DEPARTMENT_DIGITS: usize = 2;

/// One usable report. Those whose contributor is not known any more count as one contributor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedReport {
    pub cum: String,
    pub per: Per,
    /// Of five digits.
    pub municipality: String,
    pub amount: Decimal,
    pub contributor: Option<Vec<u8>>,
}

/// How many contributors: from, and to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountBand {
    pub at_least: u32,
    pub at_most: Option<u32>,
}

/// A figure that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceStatistic {
    pub cum: String,
    pub per: Per,
    pub area: String,
    pub contributors: CountBand,
    pub median: Decimal,
}

/// An area with what is below it.
struct AreaReports<'a> {
    area: &'a str,
    reports: Vec<&'a CountedReport>,
    below: Vec<AreaReports<'a>>,
    is_shown: bool,
}

/// Of the reports of one week, in any order that is the same each time; by product, unit and area.
pub fn weekly_statistics(reports: &[CountedReport]) -> Vec<PriceStatistic> {
    let mut products: BTreeMap<(&str, &str), Vec<&CountedReport>> = BTreeMap::new();
    for report in reports {
        products.entry((&report.cum, report.per.code())).or_default().push(report);
    }
    products.into_values().flat_map(statistics_of_product).collect()
}

fn statistics_of_product(reports: Vec<&CountedReport>) -> Vec<PriceStatistic> {
    let departments = grouped(&reports, |report| report.municipality.get(..DEPARTMENT_DIGITS).unwrap_or_default());
    let below = departments.into_iter().map(|(area, reports)| {
        let municipalities = grouped(&reports, |report| report.municipality.as_str());
        let below = municipalities.into_iter().map(|(area, reports)| AreaReports::new(area, reports, Vec::new()));
        AreaReports::new(area, reports, below.collect())
    });
    let mut country = AreaReports::new(COUNTRY, reports.clone(), below.collect());
    country.hide();
    let mut shown = Vec::new();
    country.collect_into(&mut shown);
    shown.sort_by(|a, b| a.area.cmp(&b.area));
    shown
}

fn grouped<'a>(
    reports: &[&'a CountedReport],
    key: impl Fn(&'a CountedReport) -> &'a str,
) -> BTreeMap<&'a str, Vec<&'a CountedReport>> {
    let mut groups: BTreeMap<&str, Vec<&CountedReport>> = BTreeMap::new();
    for report in reports {
        groups.entry(key(report)).or_default().push(report);
    }
    groups
}

impl<'a> AreaReports<'a> {
    fn new(area: &'a str, reports: Vec<&'a CountedReport>, below: Vec<Self>) -> Self {
        let is_shown = is_safe(&reports);
        Self { area, reports, below, is_shown }
    }

    /// Hides below what could be computed: nothing stays below a hidden area; and while what is hidden below a shown one is too little, the
    /// smallest one that is shown there is hidden too.
    fn hide(&mut self) {
        if !self.is_shown {
            self.below.iter_mut().for_each(|one| one.is_shown = false);
        }
        loop {
            let hidden: Vec<&CountedReport> =
                self.below.iter().filter(|one| !one.is_shown).flat_map(|one| one.reports.iter().copied()).collect();
            if hidden.is_empty() || is_safe(&hidden) {
                break;
            }
            let shown = self.below.iter_mut().filter(|one| one.is_shown);
            let Some(smallest) = shown.min_by_key(|one| (counted(&one.reports).len(), one.area)) else { break };
            smallest.is_shown = false;
        }
        self.below.iter_mut().for_each(AreaReports::hide);
    }

    fn collect_into(&self, shown: &mut Vec<PriceStatistic>) {
        let counted = counted(&self.reports);
        if let (true, Some(first), Some(contributors)) = (self.is_shown, counted.first(), CountBand::of(counted.len()))
            && let Some(median) = median(&counted)
        {
            let (cum, per, area) = (first.cum.clone(), first.per, self.area.to_owned());
            shown.push(PriceStatistic { cum, per, area, contributors, median });
        }
        self.below.iter().for_each(|one| one.collect_into(shown));
    }
}

impl CountBand {
    /// `None`: too few.
    pub fn of(contributors: usize) -> Option<Self> {
        let contributors = u32::try_from(contributors).unwrap_or(u32::MAX);
        let at = BANDS.iter().rposition(|first| *first <= contributors)?;
        Some(Self { at_least: *BANDS.get(at)?, at_most: BANDS.get(at + 1).map(|next| next - 1) })
    }
}

/// The first report of each contributor.
fn counted<'a>(reports: &[&'a CountedReport]) -> Vec<&'a CountedReport> {
    let mut known = BTreeSet::new();
    reports.iter().copied().filter(|report| known.insert(report.contributor.as_deref())).collect()
}

/// Enough contributors, and no price of more than half of the sum of all.
fn is_safe(reports: &[&CountedReport]) -> bool {
    let counted = counted(reports);
    let sum = counted.iter().try_fold(Decimal::ZERO, |sum, report| exact::sum(sum, report.amount));
    let largest = counted.iter().map(|report| report.amount).max();
    let is_dominated = || match (sum, largest.and_then(|largest| exact::product(largest, Decimal::TWO))) {
        (Some(sum), Some(twice)) => twice > sum,
        _ => true,
    };
    counted.len() >= CONTRIBUTORS_MIN && !is_dominated()
}

/// The lower one of the middle, rounded.
fn median(counted: &[&CountedReport]) -> Option<Decimal> {
    let mut amounts: Vec<Decimal> = counted.iter().map(|report| report.amount).collect();
    amounts.sort_unstable();
    let middle = amounts.get(amounts.len().checked_sub(1)? / 2)?;
    middle.round_sf_with_strategy(SIGNIFICANT_FIGURES, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn report(municipality: &str, contributor: u8, amount: i64) -> CountedReport {
        CountedReport {
            cum: "19914312-20".to_owned(),
            per: Per::Pack,
            municipality: municipality.to_owned(),
            amount: Decimal::from(amount),
            contributor: Some(vec![contributor]),
        }
    }

    fn areas(statistics: &[PriceStatistic]) -> Vec<&str> {
        statistics.iter().map(|one| one.area.as_str()).collect()
    }

    fn several(municipality: &str, contributors: std::ops::Range<u8>) -> Vec<CountedReport> {
        contributors.map(|one| report(municipality, one, 48_000 + i64::from(one) * 137)).collect()
    }

    #[test]
    fn four_are_hidden_and_five_are_shown_in_a_band() {
        assert!(weekly_statistics(&several("05001", 0..4)).is_empty());
        let shown = weekly_statistics(&several("05001", 0..5));
        assert_eq!(areas(&shown), ["05", "05001", "CO"]);
        assert_eq!(shown[0].contributors, CountBand { at_least: 5, at_most: Some(9) });
        assert_eq!(shown[0].median, Decimal::from(48_000), "of 48,274");
        assert_eq!(CountBand::of(100), Some(CountBand { at_least: 100, at_most: None }));
        assert_eq!((CountBand::of(4), CountBand::of(99).unwrap().at_most), (None, Some(99)));
    }

    #[test]
    fn one_who_sends_much_counts_once_and_one_price_does_not_dominate() {
        let mut reports = several("05001", 0..4);
        reports.extend((0..20).map(|_| report("05001", 3, 50_000)));
        assert!(weekly_statistics(&reports).is_empty(), "four people");
        let mut reports = several("05001", 0..4);
        reports.push(report("05001", 9, 1_000_000));
        assert!(weekly_statistics(&reports).is_empty(), "one price is more than half of all");
        let unknown = CountedReport { contributor: None, ..report("05001", 0, 48_000) };
        let reports: Vec<CountedReport> = std::iter::repeat_n(unknown, 30).collect();
        assert!(weekly_statistics(&reports).is_empty(), "whose contributors are not known count as one");
    }

    #[test]
    fn what_a_sum_would_say_is_hidden_too() {
        // The department is shown: with Medellín shown, Envigado would be the rest.
        let alone = [several("05001", 0..7), several("05266", 10..12)].concat();
        assert_eq!(areas(&weekly_statistics(&alone)), ["05", "CO"]);
        // Enough is hidden together: nothing else needs to be.
        let enough = [several("05001", 0..7), several("05266", 10..13), several("05360", 20..22)].concat();
        assert_eq!(areas(&weekly_statistics(&enough)), ["05", "05001", "CO"]);
        // A department that is hidden for the sake of another one shows none of its municipalities.
        let departments = [several("05001", 0..7), several("11001", 10..18), several("91001", 30..31)].concat();
        assert_eq!(areas(&weekly_statistics(&departments)), ["11", "11001", "CO"]);
    }

    /// A few products, departments and municipalities, and contributors that send in several of them.
    fn weeks() -> impl Strategy<Value = Vec<CountedReport>> {
        let one = (0_usize..2, 0_usize..3, 0_usize..4, 0_u8..60, 1_i64..2_000_000).prop_map(
            |(product, department, place, contributor, amount)| CountedReport {
                cum: ["1-1", "2-1"][product].to_owned(),
                municipality: format!("{}{:03}", ["05", "11", "91"][department], place + 1),
                ..report("", contributor, amount)
            },
        );
        prop::collection::vec(one, 0..160)
    }

    fn within<'a>(reports: &'a [CountedReport], cum: &str, area: &str) -> Vec<&'a CountedReport> {
        let is_in = |report: &&CountedReport| area == COUNTRY || report.municipality.starts_with(area);
        reports.iter().filter(|report| report.cum == cum).filter(is_in).collect()
    }

    proptest! {
        #[test]
        fn nothing_that_is_shown_or_can_be_subtracted_is_of_few_people(reports in weeks()) {
            let shown = weekly_statistics(&reports);
            let is_shown = |cum: &str, area: &str| shown.iter().any(|one| one.cum == cum && one.area == area);
            for one in &shown {
                let of_area = within(&reports, &one.cum, &one.area);
                prop_assert!(is_safe(&of_area), "{} of {}", one.area, one.cum);
                let count = u32::try_from(counted(&of_area).len()).unwrap();
                prop_assert!(one.contributors.at_least <= count && one.contributors.at_most.is_none_or(|most| count <= most));
                prop_assert_eq!(one.median, one.median.round_sf(SIGNIFICANT_FIGURES).unwrap());
                let above = match one.area.len() { 5 => Some(&one.area[..2]), 2 if one.area != COUNTRY => Some(COUNTRY), _ => None };
                prop_assert!(above.is_none_or(|above| is_shown(&one.cum, above)), "nothing below what is hidden: {}", one.area);
                let digits = match one.area.as_str() { COUNTRY => 2, area if area.len() == 2 => 5, _ => continue };
                let hidden: Vec<&CountedReport> =
                    of_area.into_iter().filter(|report| !is_shown(&one.cum, &report.municipality[..digits])).collect();
                prop_assert!(hidden.is_empty() || is_safe(&hidden), "what is left of {} is of {:?}", one.area, hidden);
            }
        }

        #[test]
        fn the_same_reports_give_the_same_figures(reports in weeks()) {
            prop_assert_eq!(weekly_statistics(&reports), weekly_statistics(&reports));
        }
    }
}
