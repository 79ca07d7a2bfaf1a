//! Stored reports: what was expected of each case, paging, filters, and what was known at an instant.
use std::collections::BTreeMap;

use jiff::{Timestamp, civil::date};
use termometro::{
    domain::{
        identifier::cum::Cum,
        law::{
            basis::{LawQuestion, LegalBasis},
            channel::Channel,
            listed::Operation,
            rules::Seller,
        },
        reason::Reason,
        verdict::{
            explain::{self, LawSide},
            judge::Verdict,
        },
    },
    ingest::SourceKind,
    read_model::{
        ReadModel,
        verdicts::{
            assessments::{AssessmentFilter, StoredAssessment},
            stored_basis::JudgedPrice,
        },
    },
    text::worksheet::step_json,
};

use crate::support;

async fn all(read: &ReadModel, filter: &AssessmentFilter) -> Vec<StoredAssessment> {
    support::stored_assessments(read, filter, None, 10_000).await
}

/// All of them, so many at a time.
pub async fn paged(read: &ReadModel, filter: &AssessmentFilter, limit: i64) -> Vec<StoredAssessment> {
    let mut all: Vec<StoredAssessment> = Vec::new();
    loop {
        let page = support::stored_assessments(read, filter, all.last().map(|one| one.report_id), limit).await;
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// The last instant at which the open-data list was not known.
async fn before_open_data(read: &ReadModel) -> Timestamp {
    let sources = read.list_sources(None, 1000).await.unwrap();
    let list = sources.iter().find(|source| source.name == support::OPEN_DATA_LIST).unwrap();
    list.recorded_at.checked_sub(jiff::Span::new().microseconds(1)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_of_the_sample_reads_back_as_expected() {
    let read = support::sample().await;
    let known_at = Some(before_open_data(&read).await);
    let then = all(&read, &AssessmentFilter { known_at, ..AssessmentFilter::default() }).await;
    let now = all(&read, &AssessmentFilter::default()).await;
    let by_line = |list: Vec<StoredAssessment>| list.into_iter().map(|one| (one.source.line.to_string(), one)).collect();
    let (then, now): (BTreeMap<String, StoredAssessment>, BTreeMap<String, StoredAssessment>) = (by_line(then), by_line(now));
    assert_eq!((then.len(), now.len()), (325, 325));
    let mut cases = csv::Reader::from_path(support::sample_file("expected-verdicts.csv")).unwrap();
    let mut checked = 0;
    for case in cases.records() {
        let case = case.unwrap();
        let price = |list: &BTreeMap<String, StoredAssessment>| {
            let one = &list[&case[0]];
            let price = match &case[7] {
                "minimum" => &one.minimum,
                "average" => &one.average,
                _ => &one.maximum,
            };
            (
                price.judgement.verdict.code().to_owned(),
                price.judgement.reasons.first().map_or("", |reason| reason.code()).to_owned(),
            )
        };
        let (verdict, reason) = price(&then);
        assert_eq!(verdict, case[8], "{case:?}");
        assert!(case[9].is_empty() || reason == case[9], "{case:?}: {reason}");
        assert_eq!(price(&now).0, case[10], "{case:?}");
        checked += 1;
    }
    assert_eq!(checked, 165);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_is_explained_as_a_question_asked_now() {
    let read = support::sample().await;
    let law = read.law(None, None).await.unwrap();
    for one in all(&read, &AssessmentFilter::default()).await {
        let question = LawQuestion { cum: one.cum, period: one.period, place: one.place, seller: Seller::usual(one.place) };
        let view = law.book(one.cum).view(&question, &law.rules, law.known(one.cum), &law.catalogue_facts(one.cum));
        let line = one.source.line;
        assert_eq!(one.basis.ground, view.ground, "line {line}");
        assert_eq!((&one.basis.facts, &one.basis.siblings), (&view.facts, &view.siblings), "line {line}");
        let fresh = one.prices.judge(&view);
        let law_steps = explain::law_steps(LawSide::of(&question, &view, &law.rules));
        for (stored, fresh) in [(&one.minimum, &fresh.minimum), (&one.average, &fresh.average), (&one.maximum, &fresh.maximum)] {
            assert_eq!(&stored.judgement, fresh, "line {line}");
            let price_steps = explain::price_steps(stored.observed, &view.ground, &view.facts, &view.siblings, fresh);
            let steps: Vec<_> = law_steps.iter().chain(&price_steps).map(step_json).collect();
            assert_eq!(stored.worksheet, steps, "line {line}");
        }
        assert_eq!(fresh.headline().verdict, one.verdict, "line {line}");
        assert_eq!(fresh.headline().reason, one.reason, "line {line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_carries_everything_that_explains_it() {
    let database = support::database("finding").await;
    support::import(&database, SourceKind::Ceilings, &support::sample_file("ceilings.xlsx")).await;
    // What the description of the five-pen pack says.
    let pens = "UPDATE ceiling SET dispensing_units = 5 WHERE expediente = 19914312 AND consecutive = 21";
    database.import_connection().await.unwrap().batch_execute(pens).await.unwrap();
    support::import(&database, SourceKind::Sismed, &support::sample_file("sismed.csv")).await;
    let read = ReadModel::new(database, support::MAX_AGE_DAYS);
    let (from, until) = (Some(date(2020, 6, 1)), Some(date(2020, 7, 1)));
    let filter = AssessmentFilter { cum: Some(Cum::new(19_914_312, 20)), from, until, ..AssessmentFilter::default() };
    let list = all(&read, &filter).await;
    let one = list.iter().find(|one| one.source.line == 2).unwrap();
    assert_eq!((one.verdict, one.reason, one.operation), (Verdict::Above, Some(Reason::AnotherUnitFits), Operation::Sale));
    assert_eq!((&*one.source.file, one.period.to_string()), ("sismed.csv", "2020-06".to_owned()));
    assert_eq!(one.flags, ["another_unit_fits"]);
    let LegalBasis::Ceiling { chosen, .. } = &one.basis.ground else { panic!("{:?}", one.basis.ground) };
    assert_eq!((chosen.act.as_str(), chosen.binding.normalize().to_string()), ("circular-10-2020", "33052".to_owned()));
    let excess = one.maximum.judgement.excess.as_ref().unwrap();
    assert_eq!((excess.amount.to_string(), excess.percent.to_string()), ("138712".to_owned(), "419.6781".to_owned()));
    assert_eq!(excess.other_readings[0].as_if.label(), "pack of 5");
    assert_eq!(excess.other_readings[0].excess_percent.map(|percent| percent.to_string()), Some("3.9356".to_owned()));
    let steps: Vec<_> = one.maximum.worksheet.iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["period", "place", "ceilings", "units", "compare", "excess", "rounding", "readings", "verdict"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_join_to_the_whole_list_and_filters_narrow_it() {
    let read = support::sample().await;
    let whole = all(&read, &AssessmentFilter::default()).await;
    let ids = |list: &[StoredAssessment]| list.iter().map(|one| one.report_id).collect::<Vec<_>>();
    assert_eq!(ids(&paged(&read, &AssessmentFilter::default(), 100).await), ids(&whole));
    let narrow = |filter: AssessmentFilter, keep: fn(&StoredAssessment) -> bool| {
        let expected: Vec<i64> = whole.iter().filter(|one| keep(one)).map(|one| one.report_id).collect();
        assert!(!expected.is_empty() && expected.len() < whole.len());
        let read = read.clone();
        async move {
            let found: Vec<i64> = all(&read, &filter).await.iter().map(|one| one.report_id).collect();
            assert_eq!(found, expected, "{filter:?}");
        }
    };
    let none = AssessmentFilter::default;
    narrow(AssessmentFilter { verdict: Some(Verdict::Above), ..none() }, |one| one.verdict == Verdict::Above).await;
    narrow(AssessmentFilter { transaction: Some(5), ..none() }, |one| one.transaction == 5).await;
    narrow(AssessmentFilter { operation: Some(Operation::Purchase), ..none() }, |one| one.operation == Operation::Purchase).await;
    narrow(AssessmentFilter { expediente: Some(19_914_312), ..none() }, |one| one.cum.expediente == 19_914_312).await;
    narrow(AssessmentFilter { cum: Some(Cum::new(19_914_312, 20)), ..none() }, |one| one.cum == Cum::new(19_914_312, 20)).await;
    let year = AssessmentFilter { from: Some(date(2020, 12, 31)), until: Some(date(2021, 1, 1)), ..none() };
    narrow(year, |one| one.period.from < date(2021, 1, 1) && one.period.until > date(2020, 12, 31)).await;
    let contradiction = AssessmentFilter { cum: Some(Cum::new(1, 1)), expediente: Some(2), ..none() };
    assert_eq!(all(&read, &contradiction).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_counts_what_the_list_shows() {
    let read = support::sample().await;
    let known_at = Some(before_open_data(&read).await);
    let none = AssessmentFilter::default;
    let filters = [
        none(),
        AssessmentFilter { known_at, ..none() },
        AssessmentFilter { transaction: Some(5), verdict: Some(Verdict::Above), ..none() },
    ];
    for filter in filters {
        let list = all(&read, &filter).await;
        let summary = read.assessments_summary(&filter).await.unwrap();
        let count = |price: fn(&StoredAssessment) -> &JudgedPrice| {
            let mut counts = BTreeMap::new();
            list.iter().for_each(|one| *counts.entry(price(one).judgement.verdict).or_default() += 1_u64);
            counts
        };
        assert_eq!(summary.reports, list.len() as u64);
        assert_eq!((count(|one| &one.minimum), count(|one| &one.average)), (summary.minimum.clone(), summary.average.clone()));
        assert_eq!(count(|one| &one.maximum), summary.maximum);
        assert_eq!(summary.verdicts.values().sum::<u64>(), summary.reports);
        assert_eq!(summary.reasons.values().sum::<u64>(), list.iter().filter(|one| one.reason.is_some()).count() as u64);
        assert_eq!(summary.transactions.values().flat_map(BTreeMap::values).sum::<u64>(), summary.reports);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_import_nothing_was_known() {
    let read = support::sample().await;
    let known_at = Some("2000-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(all(&read, &AssessmentFilter { known_at, ..AssessmentFilter::default() }).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_sale_is_never_among_the_reports() {
    let read = support::sample().await;
    let list = all(&read, &AssessmentFilter::default()).await;
    assert!(list.iter().all(|one| one.place.transaction() == Some(one.transaction)));
    assert!(list.iter().any(|one| one.place.channel == Channel::Commercial));
}
