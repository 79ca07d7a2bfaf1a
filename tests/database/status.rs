//! Status: the age of each data set, and how much there is.
use jiff::civil::date;
use termometro::{
    domain::calendar::freshness::Colour,
    read_model::{ReadModel, service::status::SpeaksUntil},
};

use crate::support;

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
    let later = read.status(date(2025, 1, 1)).await.unwrap();
    assert_eq!(later.data_sets[0].colour, Colour::Red);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_service_says_so() {
    let read = ReadModel::new(support::database("empty").await, support::MAX_AGE_DAYS);
    let status = read.status(TODAY).await.unwrap();
    assert!(status.data_sets.iter().all(|set| set.colour == Colour::Red && set.age_days.is_none() && set.files == 0));
    assert_eq!((status.medicines, status.ceilings, status.reports, status.verdicts), (0, 0, 0, 0));
}
