//! The reports of one presentation as a series by period, transaction and operation; kinds of unit are never mixed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::outlier::{Fence, Side};
use crate::domain::{
    calendar::period::Period,
    law::listed::Operation,
    number::exact,
    verdict::{comparison::Per, judge::Verdict},
};

/// The part of a report that the series uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportedPrice {
    pub period: Period,
    pub transaction: u8,
    pub operation: Operation,
    pub per: Per,
    pub minimum: Option<Decimal>,
    pub maximum: Option<Decimal>,
    pub units: Option<Decimal>,
    pub value: Option<Decimal>,
    pub verdict: Verdict,
    /// Above, but it fits another unit or pack better.
    pub another_unit_fits: bool,
}

/// Weighted by units: `value / units`, over the reports that state both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Average {
    pub value: Decimal,
    pub units: Decimal,
    /// The quotient, half-up to 4 decimals.
    pub rounded: Decimal,
    pub reports: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricePoint {
    pub period: Period,
    pub transaction: u8,
    pub operation: Operation,
    pub per: Per,
    pub minimum: Option<Decimal>,
    /// `None` also where the sums do not fit exact arithmetic.
    pub average: Option<Average>,
    pub maximum: Option<Decimal>,
    pub reports: u64,
    /// Reports by headline verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// Of those above, the ones that fit another unit or pack better.
    pub another_unit_fits: u64,
    /// Whether the average stands apart from those of the same kind of unit.
    pub outlier: Option<Side>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceSeries {
    /// In order of period, transaction, operation, kind of unit.
    pub points: Vec<PricePoint>,
    /// What outliers were measured by; kinds of unit with too few averages have none.
    pub fences: Vec<(Per, Fence)>,
}

pub fn series(reports: impl IntoIterator<Item = ReportedPrice>) -> PriceSeries {
    let mut reports: Vec<ReportedPrice> = reports.into_iter().collect();
    reports.sort_by_key(kind);
    let groups = reports.chunk_by(|one, other| kind(one) == kind(other));
    let mut points: Vec<PricePoint> = groups.filter_map(point).collect();
    let averages = |per| points.iter().filter(move |point| point.per == per).filter_map(|point| Some(point.average?.rounded));
    let fences = Per::ALL.into_iter().filter_map(|per| Some((per, Fence::around(&averages(per).collect::<Vec<_>>())?)));
    let fences: Vec<(Per, Fence)> = fences.collect();
    for point in &mut points {
        let fence = fences.iter().find(|(per, _)| *per == point.per);
        point.outlier = fence.zip(point.average).and_then(|((_, fence), average)| fence.side(average.rounded));
    }
    PriceSeries { points, fences }
}

/// What is never mixed, in the order in which it is shown.
fn kind(report: &ReportedPrice) -> (Period, u8, Operation, usize) {
    let unit = Per::ALL.iter().position(|per| *per == report.per).unwrap_or_default();
    (report.period, report.transaction, report.operation, unit)
}

fn point(group: &[ReportedPrice]) -> Option<PricePoint> {
    let ReportedPrice { period, transaction, operation, per, .. } = *group.first()?;
    let mut verdicts = BTreeMap::new();
    for report in group {
        *verdicts.entry(report.verdict).or_default() += 1;
    }
    Some(PricePoint {
        period,
        transaction,
        operation,
        per,
        minimum: group.iter().filter_map(|report| report.minimum).min(),
        average: average(group),
        maximum: group.iter().filter_map(|report| report.maximum).max(),
        reports: group.len() as u64,
        verdicts,
        another_unit_fits: group.iter().filter(|report| report.another_unit_fits).count() as u64,
        outlier: None,
    })
}

fn average(group: &[ReportedPrice]) -> Option<Average> {
    let (mut value, mut units, mut reports) = (Decimal::ZERO, Decimal::ZERO, 0);
    for (more_value, more_units) in group.iter().filter_map(|report| report.value.zip(report.units)) {
        (value, units) = (exact::sum(value, more_value)?, exact::sum(units, more_units)?);
        reports += 1;
    }
    Some(Average { value, units, rounded: exact::quotient_half_up(value, units, 4)?, reports })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(period: &str, per: Per, value: i64, units: i64) -> ReportedPrice {
        ReportedPrice {
            period: Period::parse(period).unwrap(),
            transaction: 1,
            operation: Operation::Sale,
            per,
            minimum: Some(Decimal::from(value / units.max(1))),
            maximum: Some(Decimal::from(value)),
            units: (units > 0).then(|| Decimal::from(units)),
            value: Some(Decimal::from(value)),
            verdict: Verdict::Within,
            another_unit_fits: false,
        }
    }

    #[test]
    fn the_average_is_weighted_by_units_and_exact() {
        let reports =
            [report("2020-06", Per::Pack, 100, 1), report("2020-06", Per::Pack, 100, 2), report("2020-06", Per::Pack, 7, 0)];
        let series = series(reports);
        let [point] = &series.points[..] else { panic!("{series:?}") };
        let average = point.average.unwrap();
        assert_eq!((average.value, average.units, average.reports), (Decimal::from(200), Decimal::from(3), 2));
        assert_eq!(average.rounded, Decimal::new(666_667, 4));
        assert_eq!((point.reports, point.verdicts[&Verdict::Within]), (3, 3));
        assert_eq!((point.minimum, point.maximum), (Some(Decimal::from(7)), Some(Decimal::from(100))));
    }

    #[test]
    fn doubtful_reports_are_counted_beside_those_above() {
        let above = |another_unit_fits| ReportedPrice {
            verdict: Verdict::Above,
            another_unit_fits,
            ..report("2020-06", Per::Pack, 100, 1)
        };
        let series = series([above(true), above(false), above(true), report("2020-06", Per::Pack, 100, 1)]);
        assert_eq!((series.points[0].verdicts[&Verdict::Above], series.points[0].another_unit_fits), (3, 2));
    }

    #[test]
    fn kinds_of_unit_are_kept_apart() {
        let series = series([report("2020-06", Per::Pack, 100, 1), report("2020-06", Per::DispensingUnit, 20, 1)]);
        assert_eq!(series.points.iter().map(|point| point.per).collect::<Vec<_>>(), [Per::Pack, Per::DispensingUnit]);
    }

    #[test]
    fn an_average_far_from_its_kind_is_flagged_and_kept() {
        let months = ["2020-01", "2020-02", "2020-03", "2020-04", "2020-05"];
        let mut reports: Vec<ReportedPrice> = months.iter().map(|month| report(month, Per::Pack, 100, 1)).collect();
        reports.push(report("2020-06", Per::Pack, 100_000, 1));
        reports.push(report("2020-06", Per::DispensingUnit, 1, 1));
        let series = series(reports);
        assert_eq!(series.points.len(), 7);
        let flagged: Vec<_> = series.points.iter().filter_map(|point| Some((point.period.to_string(), point.outlier?))).collect();
        assert_eq!(flagged, [("2020-06".to_owned(), Side::Above)]);
    }
}
