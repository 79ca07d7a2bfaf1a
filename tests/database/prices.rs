//! Price series: grouped, exact, and narrowed by channel.
use jiff::civil::date;
use rust_decimal::Decimal;
use termometro::{
    domain::{
        identifier::cum::Cum,
        law::{channel::Channel, listed::Operation},
        verdict::judge::Verdict,
    },
    read_model::{medicines::prices::PriceFilter, verdicts::assessments::AssessmentFilter},
};

use crate::support;

const LANTUS: Cum = Cum { expediente: 19_914_312, consecutive: 20 };

#[tokio::test(flavor = "multi_thread")]
async fn the_series_holds_every_report_of_the_presentation() {
    let read = support::sample().await;
    let series = read.list_prices(LANTUS, &PriceFilter::default()).await.unwrap().1.unwrap();
    let reports =
        support::stored_assessments(&read, &AssessmentFilter { cum: Some(LANTUS), ..AssessmentFilter::default() }, None, 1000)
            .await;
    assert_eq!(series.points.iter().map(|point| point.reports).sum::<u64>(), reports.len() as u64);
    let above: u64 = series.points.iter().filter_map(|point| point.verdicts.get(&Verdict::Above)).sum();
    assert_eq!(above, reports.iter().filter(|report| report.verdict == Verdict::Above).count() as u64);
    for average in series.points.iter().filter_map(|point| point.average) {
        assert!((average.value - average.rounded * average.units).abs() <= average.units * Decimal::new(5, 5));
    }
    assert!(series.points.is_sorted_by_key(|point| (point.period, point.transaction, point.operation)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_filters_narrow_the_series() {
    let read = support::sample().await;
    let points = async |filter: PriceFilter| read.list_prices(LANTUS, &filter).await.unwrap().1.unwrap().points;
    let commercial = points(PriceFilter { channel: Some(Channel::Commercial), ..PriceFilter::default() }).await;
    assert!(!commercial.is_empty() && commercial.iter().all(|point| [2, 4].contains(&point.transaction)));
    let contradiction = PriceFilter { channel: Some(Channel::Commercial), transaction: Some(1), ..PriceFilter::default() };
    assert_eq!(points(contradiction).await, []);
    let sales = points(PriceFilter { operation: Some(Operation::Sale), ..PriceFilter::default() }).await;
    assert!(!sales.is_empty() && sales.iter().all(|point| point.operation == Operation::Sale));
    let june = PriceFilter { from: Some(date(2020, 6, 1)), until: Some(date(2020, 7, 1)), ..PriceFilter::default() };
    assert!(points(june).await.iter().all(|point| point.period.from < date(2020, 7, 1) && point.period.until > date(2020, 6, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_presentation_is_not_an_empty_series() {
    let read = support::sample().await;
    assert_eq!(read.list_prices(Cum::new(123, 4), &PriceFilter::default()).await.unwrap().1, None);
}
