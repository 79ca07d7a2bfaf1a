//! The holidays by rule against a published calendar, every day of 2018 to 2035, both ways.

use jiff::civil::{Date, Weekday, date};
use std::{collections::BTreeMap, fs, path::Path};
use termometro::domain::calendar::working_days::{Holiday, add_working_days, holidays, is_working_day};

type Calendar = BTreeMap<Date, Vec<String>>;

/// What is published: the names of each holiday, "(observado)" (moved) taken off.
fn published() -> Calendar {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/colombian-holidays-2018-2035.csv");
    let text = fs::read_to_string(file).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("date,name"));
    let mut calendar = Calendar::new();
    for line in lines {
        let (day, name) = line.split_once(',').unwrap();
        calendar.entry(day.parse().unwrap()).or_default().push(name.trim_end_matches(" (observado)").to_owned());
    }
    calendar
}

fn by_rule() -> BTreeMap<Date, Vec<Holiday>> {
    let mut calendar = BTreeMap::<_, Vec<_>>::new();
    for holiday in (2018..=2035).flat_map(holidays) {
        calendar.entry(holiday.day).or_default().push(holiday);
    }
    calendar
}

fn every_day() -> impl Iterator<Item = Date> {
    std::iter::successors(Some(date(2018, 1, 1)), |day| day.tomorrow().ok()).take_while(|day| *day <= date(2035, 12, 31))
}

#[test]
fn the_fixture_is_whole() {
    let published = published();
    assert_eq!((2018..=2035).filter(|year| published.keys().any(|day| day.year() == *year)).count(), 18);
    assert_eq!(published.values().map(Vec::len).sum::<usize>(), 8 * 18 + 10 * 19);
    assert_eq!(published.len(), 331);
}

#[test]
fn every_day_is_a_holiday_in_both_or_in_neither() {
    let (published, by_rule) = (published(), by_rule());
    for day in every_day() {
        let (theirs, ours) = (published.get(&day).map_or(0, Vec::len), by_rule.get(&day).map_or(0, Vec::len));
        assert_eq!(ours, theirs, "{day}: {:?} / {:?}", by_rule.get(&day), published.get(&day));
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        assert_eq!(is_working_day(day), !weekend && theirs == 0, "{day}");
    }
}

/// The right day under the wrong name would pass a comparison of days: each of our names stands for one of theirs.
#[test]
fn a_name_always_stands_for_the_same_published_name() {
    let (published, by_rule) = (published(), by_rule());
    let (mut theirs_of, mut ours_of) = (BTreeMap::new(), BTreeMap::new());
    for (day, ours) in &by_rule {
        if let ([ours], [theirs]) = (&ours[..], &published[day][..]) {
            assert_eq!(theirs_of.entry(ours.es).or_insert(theirs), &theirs, "{day}");
            assert_eq!(ours_of.entry(theirs).or_insert(ours.es), &ours.es, "{day}");
        }
    }
    assert_eq!(theirs_of.len(), 19);
}

#[test]
fn a_term_counted_on_the_published_calendar_ends_on_the_same_day() {
    let published = published();
    let working = |day: &Date| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !published.contains_key(day);
    let days: Vec<Date> = every_day().filter(working).collect();
    for from in every_day().take_while(|day| day.year() < 2035) {
        let next = days.partition_point(|day| *day <= from);
        for term in [1, 10, 15, 30] {
            let last = days[next + term - 1];
            assert_eq!(add_working_days(from, u32::try_from(term).unwrap()), last, "{from} + {term}");
        }
    }
}
