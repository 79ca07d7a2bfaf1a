//! Spans as they are written, duties across a change of rules, and the status of a reporter.

use super::*;
use jiff::civil::date;

fn rule(from: Date, until: Option<Date>, months: u8, due_months_after: u8) -> ReportingRule {
    ReportingRule { from, until, months, due_months_after, citation: format!("every {months}"), confirmed: false }
}

/// Quarters until the end of January 2024, then months.
fn switch() -> [ReportingRule; 2] {
    [rule(date(2019, 1, 1), Some(date(2024, 2, 1)), 3, 1), rule(date(2024, 2, 1), None, 1, 1)]
}

fn owed(span: &str, rules: &[ReportingRule]) -> Vec<String> {
    let dues = due_within(Span::parse(span).unwrap(), rules);
    dues.iter().map(|due| format!("{} by {} under {}", due.period, due.due_on, due.rule)).collect()
}

#[test]
fn the_four_forms_are_read_as_half_open_months() {
    for (text, from, until) in [
        ("2020", date(2020, 1, 1), date(2021, 1, 1)),
        ("2020-Q1", date(2020, 1, 1), date(2020, 4, 1)),
        ("2020-Q2", date(2020, 4, 1), date(2020, 7, 1)),
        ("2020-Q4", date(2020, 10, 1), date(2021, 1, 1)),
        ("2020-06", date(2020, 6, 1), date(2020, 7, 1)),
        ("2020-12", date(2020, 12, 1), date(2021, 1, 1)),
        ("2019-10/2021-09", date(2019, 10, 1), date(2021, 10, 1)),
        ("1990", date(1990, 1, 1), date(1991, 1, 1)),
        ("2100-12", date(2100, 12, 1), date(2101, 1, 1)),
    ] {
        let span = Span::parse(text).unwrap();
        assert_eq!((span.from, span.until), (from, until), "{text}");
        assert_eq!(span.to_string(), text);
        assert_eq!(Span::new(from, until), Some(span));
    }
}

#[test]
fn every_span_prints_a_form_that_reads_back() {
    for first in 0..24 {
        for months in 1..30 {
            let from = date(2020, 1, 1).checked_add(first.months()).unwrap();
            let span = Span::new(from, from.checked_add(months.months()).unwrap()).unwrap();
            assert_eq!(Span::parse(&span.to_string()), Ok(span));
        }
    }
}

#[test]
fn an_interval_that_has_a_shorter_name_prints_it() {
    for (text, canonical) in [
        ("2020-04/2020-06", "2020-Q2"),
        ("2020-06/2020-06", "2020-06"),
        ("2020-01/2020-12", "2020"),
        ("2020-02/2020-04", "2020-02/2020-04"),
        ("2020-02/2021-01", "2020-02/2021-01"),
        ("2020-T2", "2020-Q2"),
        ("202006", "2020-06"),
        ("202004/202006", "2020-Q2"),
    ] {
        assert_eq!(Span::parse(text).map(|span| span.to_string()), Ok(canonical.to_owned()));
    }
}

#[test]
fn laxer_spans_are_refused() {
    for text in [
        "", "20", "02020", "1989", "2101", "2020-Q0", "2020-Q5", "2020-q2", "2020Q2", "2020-Q02", "2020-6", "2020-00", "2020-13",
        "2020-06-01", " 2020", "2020 ", "+202", "-020", "2020-+6", "２020", "２０", "2020/2021", "2020-Q1/2020-Q2", "2020-06/",
        "/2020-06", "2021-01/2020-12", "2020-01/2020-02/2020-03", "1989-12/1990-01", "2100-12/2101-01",
    ] {
        let error = Span::parse(text).unwrap_err();
        assert!(error.to_string().ends_with(&format!("not \"{text}\"")), "{error}");
    }
    assert_eq!(Span::new(date(2020, 1, 2), date(2020, 2, 1)), None);
    assert_eq!(Span::new(date(2020, 1, 1), date(2020, 2, 2)), None);
    assert_eq!(Span::new(date(2020, 1, 1), date(2020, 1, 1)), None);
}

/// What people write for a quarter and for a month: both readings are named, and neither is taken.
#[test]
fn a_text_with_two_readings_names_both() {
    for (text, first, second) in [("2020-2", "2020-02", "2020-Q2"), ("2020-4", "2020-04", "2020-Q4")] {
        let error = Span::parse(text).unwrap_err();
        for message in [error.to_string(), error.es()] {
            assert!([text, first, second].iter().all(|part| message.contains(part)), "{message}");
        }
    }
    for text in ["2020-5", "2020-T5", "202013", "2020-6", "20200"] {
        let error = Span::parse(text).unwrap_err();
        assert!(!error.to_string().contains("could be") && error.es().contains("no «"), "{error}");
    }
}

#[test]
fn a_span_contains_the_days_up_to_its_end_and_no_empty_range() {
    let span = Span::parse("2020-Q2").unwrap();
    assert!(span.contains(date(2020, 4, 1), date(2020, 7, 1)) && span.contains(date(2020, 5, 3), date(2020, 5, 4)));
    assert!(!span.contains(date(2020, 3, 31), date(2020, 4, 2)) && !span.contains(date(2020, 6, 30), date(2020, 7, 2)));
    assert!(!span.contains(date(2020, 5, 3), date(2020, 5, 3)) && !span.contains(date(2020, 5, 4), date(2020, 5, 3)));
}

#[test]
fn quarters_are_owed_by_the_end_of_the_month_after() {
    assert_eq!(
        owed("2020", &switch()),
        [
            "2020-Q1 by 2020-04-30 under 0", "2020-Q2 by 2020-07-31 under 0", "2020-Q3 by 2020-10-31 under 0",
            "2020-Q4 by 2021-01-31 under 0",
        ]
    );
}

#[test]
fn only_periods_wholly_in_the_span_are_owed() {
    assert_eq!(owed("2020-02/2020-08", &switch()), ["2020-Q2 by 2020-07-31 under 0"]);
    assert_eq!(owed("2020-02/2020-05", &switch()), [""; 0]);
    assert_eq!(owed("2018-10/2019-03", &switch()), ["2019-Q1 by 2019-04-30 under 0"]);
    assert_eq!(owed("2020", &[]), [""; 0]);
}

#[test]
fn a_quarter_that_began_under_the_old_rule_is_owed_under_it_and_no_month_twice() {
    assert_eq!(
        owed("2023-10/2024-05", &switch()),
        [
            "2023-Q4 by 2024-01-31 under 0", "2024-Q1 by 2024-04-30 under 0", "2024-04 by 2024-05-31 under 1",
            "2024-05 by 2024-06-30 under 1",
        ]
    );
    // The same whatever part is asked for.
    assert_eq!(owed("2024-02/2024-04", &switch()), ["2024-04 by 2024-05-31 under 1"]);
    assert_eq!(owed("2024-Q1", &switch()), ["2024-Q1 by 2024-04-30 under 0"]);
}

#[test]
fn where_the_old_rule_ends_before_the_quarter_the_months_begin_with_the_new_one() {
    let gap = [rule(date(2019, 1, 1), Some(date(2024, 1, 1)), 3, 1), rule(date(2024, 2, 1), None, 1, 1)];
    assert_eq!(
        owed("2023-10/2024-03", &gap),
        ["2023-Q4 by 2024-01-31 under 0", "2024-02 by 2024-03-31 under 1", "2024-03 by 2024-04-30 under 1"]
    );
}

#[test]
fn a_rule_that_begins_within_a_period_owes_the_next_one() {
    assert_eq!(owed("2024-01/2024-06", &[rule(date(2024, 2, 1), None, 3, 2)]), ["2024-Q2 by 2024-08-31 under 0"]);
    assert_eq!(owed("2024-02/2024-03", &[rule(date(2024, 2, 15), None, 1, 0)]), ["2024-03 by 2024-03-31 under 0"]);
}

#[test]
fn the_order_of_the_rules_does_not_matter_and_the_later_of_two_holds() {
    let [quarters, months] = switch();
    assert_eq!(
        owed("2024-Q1", &[months.clone(), ReportingRule { until: None, ..quarters.clone() }]),
        ["2024-Q1 by 2024-04-30 under 1"]
    );
    assert_eq!(owed("2024-04", &[months, ReportingRule { until: None, ..quarters }]), ["2024-04 by 2024-05-31 under 0"]);
}

#[test]
fn a_rule_of_no_length_or_at_the_end_of_time_owes_nothing() {
    assert_eq!(owed("2020", &[rule(date(2019, 1, 1), None, 0, 1)]), [""; 0]);
    let last = Span::new(date(9999, 11, 1), date(9999, 12, 1)).unwrap();
    assert_eq!(due_within(last, &[rule(date(9999, 11, 1), None, 1, 1)]).len(), 0);
}

#[test]
fn the_last_day_is_in_time_and_silence_begins_the_day_after() {
    let due_on = date(2020, 7, 31);
    let (before, after) = (date(2020, 7, 1), date(2020, 8, 1));
    for (today, accepted, expected) in [
        (before, None, Timeliness::Due),
        (due_on, None, Timeliness::Due),
        (after, None, Timeliness::Silent),
        (before, Some(before), Timeliness::OnTime),
        (after, Some(due_on), Timeliness::OnTime),
        (after, Some(after), Timeliness::Late),
    ] {
        assert_eq!(standing(due_on, today, accepted), expected, "{today} {accepted:?}");
    }
    assert_eq!(Timeliness::ALL.map(Timeliness::code), ["due", "on_time", "late", "silent"]);
}
