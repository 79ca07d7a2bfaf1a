//! Status: the age of each data set, and how much there is.
use jiff::civil::date;
use termometro::{
    domain::calendar::freshness::Colour,
    ingest::SourceKind,
    read_model::{ReadModel, service::status::SpeaksUntil, verdicts::assessments::AssessmentFilter},
};

use crate::{
    kit::{folder::written, people, tables},
    support,
};

const TODAY: jiff::civil::Date = jiff::civil::date(2024, 9, 30);

#[tokio::test(flavor = "multi_thread")]
async fn each_data_set_has_its_age_and_colour() {
    let read = support::sample().await;
    let status = read.status(TODAY).await.unwrap();
    assert_eq!(
        status.data_sets.iter().map(|set| set.limit.kind).collect::<Vec<_>>(),
        ["ceilings", "sismed", "thermometer", "catalogue"]
    );
    let ceilings = &status.data_sets[0];
    assert_eq!(ceilings.speaks_until, Some((date(2024, 8, 15), SpeaksUntil::CutDate)));
    assert_eq!((ceilings.age_days, ceilings.colour, ceilings.files), (Some(46), Colour::Green, 2));
    let sismed = &status.data_sets[1];
    assert_eq!(sismed.speaks_until.map(|(day, kind)| (day, kind.code())), Some((date(2024, 9, 30), "newest_period")));
    assert_eq!((sismed.rows_read, sismed.rows_accepted), (329, 325));
    assert_eq!((status.reports, status.verdicts), (325, 325));
    assert!(status.medicines >= 166 && status.ceilings >= 32);
    // The metrics are told the same, without a report being counted.
    let ages = read.data_ages(TODAY).await.unwrap();
    assert_eq!((&ages.data_sets, ages.held), (&status.data_sets, status.held));
    let later = read.status(date(2025, 1, 1)).await.unwrap();
    assert_eq!(later.data_sets[0].colour, Colour::Red);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_service_says_so() {
    let read = ReadModel::new(support::database("empty").await, support::MAX_AGE_DAYS);
    let status = read.status(TODAY).await.unwrap();
    assert!(status.data_sets.iter().all(|set| set.colour == Colour::Red && set.age_days.is_none() && set.files == 0));
    assert_eq!((status.medicines, status.ceilings, status.reports, status.verdicts), (0, 0, 0, 0));
    assert_eq!(read.data_ages(TODAY).await.unwrap().data_sets, status.data_sets);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_says_since_when_nothing_but_reports_changed() {
    let database = support::database("versions").await;
    let model = ReadModel::new(database.clone(), support::MAX_AGE_DAYS);
    let versions = async || {
        let of_data = model.data_version().await.unwrap();
        (of_data.version, of_data.lists_version)
    };
    let reports = async |year: &str| {
        let file = written(&format!("sismed-{year}.csv"), tables::SISMED.replace(",2020,", &format!(",{year},")));
        support::import(&database, SourceKind::Sismed, &file).await;
    };
    support::import(&database, SourceKind::Ceilings, &support::sample_file("ceilings.xlsx")).await;
    let (first, lists) = versions().await;
    assert_eq!(lists, first);
    // The lists name what these reports name.
    reports("2020").await;
    reports("2021").await;
    assert_eq!(versions().await, (first + 2, first));
    let known = "SELECT count(*) FROM reported_product";
    assert_eq!(support::number(&database, known).await, 1);
    assert_eq!(support::number(&database, "SELECT count(*) FROM medicine WHERE 'sismed' = ANY(sources)").await, 0);
    // An earlier release makes a version and says nothing of reports.
    support::as_owner(&database, "UPDATE data_version SET version = version + 1").await;
    assert_eq!(versions().await, (first + 3, first + 3));
    reports("2022").await;
    assert_eq!(versions().await, (first + 4, first + 3));
    // A product that only reports name is a new product.
    let named = written("sismed-new.csv", tables::SISMED.replace("19914312,20,2020", "70000001,1,2020"));
    support::import(&database, SourceKind::Sismed, &named).await;
    assert_eq!(versions().await, (first + 5, first + 5));
    support::import(&database, SourceKind::Catalogue, &support::sample_file("catalogue.csv")).await;
    assert_eq!(versions().await, (first + 6, first + 6));
    assert_eq!(support::number(&database, known).await, 2);
    assert_eq!(support::number(&database, "SELECT count(*) FROM medicine WHERE sources = '{sismed}'").await, 1);
}

/// A partition is counted again only where something in it may have changed, and the sum is always that of the rows.
#[tokio::test(flavor = "multi_thread")]
async fn the_counts_that_are_held_are_those_of_the_rows() {
    let database = support::database("held_counts").await;
    let model = ReadModel::new(database.clone(), support::MAX_AGE_DAYS);
    let summary = async || {
        let held = model.assessments_summary(&AssessmentFilter::default()).await.unwrap();
        let known_at = Some(people::now());
        let counted = model.assessments_summary(&AssessmentFilter { known_at, ..AssessmentFilter::default() }).await.unwrap();
        assert_eq!(held, counted);
        assert_eq!(model.status(TODAY).await.unwrap().reports, i64::try_from(held.reports).unwrap());
        held
    };
    assert_eq!(summary().await.reports, 0);
    // Blank lines make it large enough for a partition of its own.
    let large = |name: &str, rows: &str| written(name, format!("{rows}{}", format!("{}\n", " ".repeat(4_095)).repeat(1_024)));
    let sample = std::fs::read_to_string(support::sample_file("sismed.csv")).unwrap();
    support::import(&database, SourceKind::Sismed, &large("large.csv", &sample)).await;
    let partitions = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'sismed_row'::regclass";
    assert_eq!(support::number(&database, partitions).await, 2);
    let unjudged = summary().await;
    support::import(&database, SourceKind::Ceilings, &support::sample_file("ceilings.xlsx")).await;
    let judged = summary().await;
    assert!(judged.reports == unjudged.reports && judged.verdicts != unjudged.verdicts, "a list judges them again: {judged:?}");
    support::import_open_data_list(&database).await;
    assert_ne!(summary().await.verdicts, judged.verdicts);
    let small = written("small.csv", tables::SISMED.replace(",2020,", ",2023,"));
    support::import(&database, SourceKind::Sismed, &small).await;
    assert!(summary().await.reports > judged.reports);
    // A newer edition of a part of the large file: reports of the partition no longer count.
    let head = sample.lines().next().unwrap();
    let again: Vec<&str> = sample.lines().filter(|line| line.contains(",2024,9,")).collect();
    let edition = written("edition.csv", format!("{head}\n{}\n", again.join("\n").replace(",40,", ",41,")));
    people::import_accepted(&database, SourceKind::Sismed, &edition).await;
    let superseded = "SELECT count(*) FROM sismed_report WHERE part <> 0 AND superseded_in IS NOT NULL";
    assert!(support::number(&database, superseded).await > 0);
    summary().await;
}
