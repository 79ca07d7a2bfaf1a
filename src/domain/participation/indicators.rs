//! How much people take part and how they are answered, as counts: zero is a figure, and what cannot be counted is none.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::calendar::working_days::working_days_until;

/// One thing that somebody sent, with its term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParticipationItem {
    pub kind: String,
    pub received_on: Date,
    pub due_on: Date,
    /// The day of its first answer.
    pub answered_on: Option<Date>,
    /// What the newest answer says.
    pub disposition: Option<String>,
    pub contested: bool,
    /// The last day to answer the contest, where it is known.
    pub second_due_on: Option<Date>,
    pub second_answered_on: Option<Date>,
    pub withdrawn: bool,
    /// Its words can be read by everybody.
    pub public: bool,
}

impl ParticipationItem {
    /// The answer to the contest came, or still is, after its term.
    fn is_second_late(&self, today: Date) -> bool {
        let late = |due: Date| self.second_answered_on.map_or(!self.withdrawn && due < today, |day| due < day);
        self.second_due_on.is_some_and(late)
    }

    /// It has every answer that is due, each in its term.
    fn is_answered_in_term(&self, today: Date) -> bool {
        self.answered_on.is_some_and(|day| day <= self.due_on) && !self.is_second_late(today)
    }
}

/// The items of one kind received in one month.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct BoardRow {
    pub kind: String,
    /// `2026-12`.
    pub month: String,
    pub received: i64,
    /// Neither answered nor withdrawn, and their term is not over.
    pub open: i64,
    /// Neither answered nor withdrawn, and their term is over.
    pub overdue: i64,
    pub answered_in_term: i64,
    /// The first answer came after its term, or the one to a contest did, or is still missing then.
    pub answered_late: i64,
    /// Withdrawn before an answer.
    pub withdrawn: i64,
    /// Of those answered; `None` where none is.
    pub median_working_days: Option<u32>,
}

/// A step of the ladder, from one way to the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    pub step: &'static str,
    pub code: &'static str,
    /// `None`: it cannot be counted.
    pub numerator: Option<i64>,
    /// `None`: a count by itself.
    pub denominator: Option<i64>,
}

/// By month, the newest first, then by kind.
pub fn board(items: &[ParticipationItem], today: Date) -> Vec<BoardRow> {
    let mut rows: BTreeMap<(String, String), (BoardRow, Vec<u32>)> = BTreeMap::new();
    for item in items {
        let month = item.received_on.strftime("%Y-%m").to_string();
        let (row, days) = rows.entry((month.clone(), item.kind.clone())).or_default();
        (row.month, row.kind) = (month, item.kind.clone());
        row.received += 1;
        match item.answered_on {
            Some(day) => {
                days.push(working_days_until(item.received_on, day));
                if item.is_answered_in_term(today) { row.answered_in_term += 1 } else { row.answered_late += 1 }
            }
            None if item.withdrawn => row.withdrawn += 1,
            None if item.due_on < today => row.overdue += 1,
            None => row.open += 1,
        }
    }
    let mut found: Vec<BoardRow> =
        rows.into_values().map(|(row, days)| BoardRow { median_working_days: percentile(days, 50), ..row }).collect();
    found.sort_by(|a, b| b.month.cmp(&a.month).then_with(|| a.kind.cmp(&b.kind)));
    found
}

/// The smallest value that this percentage of the values does not exceed (nearest rank).
fn percentile(mut values: Vec<u32>, percent: usize) -> Option<u32> {
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100);
    values.get(rank.checked_sub(1)?).copied()
}

/// The ladder: inform, consult, involve, collaborate, empower.
pub fn ladder(items: &[ParticipationItem], today: Date) -> Vec<Indicator> {
    let count = |keep: &dyn Fn(&ParticipationItem) -> bool| {
        i64::try_from(items.iter().filter(|item| keep(item)).count()).unwrap_or(i64::MAX)
    };
    let received = count(&|_| true);
    let answered = count(&|item| item.answered_on.is_some());
    let decided = count(&|item| item.answered_on.is_some() || !item.withdrawn && item.due_on < today);
    let in_term = count(&|item| item.is_answered_in_term(today));
    let days = |percent: usize| {
        let of = |item: &ParticipationItem| Some(working_days_until(item.received_on, item.answered_on?));
        percentile(items.iter().filter_map(of).collect(), percent).map(i64::from)
    };
    let row = |step, code, numerator, denominator| Indicator { step, code, numerator, denominator };
    vec![
        row("inform", "public_texts", Some(count(&|item| item.public)), Some(received)),
        row("consult", "received", Some(received), None),
        row("consult", "withdrawn", Some(count(&|item| item.withdrawn)), Some(received)),
        row("involve", "answered_in_term", Some(in_term), Some(decided)),
        row("involve", "median_working_days", days(50), None),
        row("involve", "ninetieth_percentile_working_days", days(90), None),
        row("involve", "contested", Some(count(&|item| item.contested)), Some(answered)),
        row(
            "collaborate",
            "reviews_begun",
            Some(count(&|item| item.disposition.as_deref() == Some("price_will_be_reviewed"))),
            Some(count(&|item| item.kind == "petition" && item.answered_on.is_some())),
        ),
        row(
            "collaborate",
            "comments_accepted",
            Some(count(&|item| matches!(item.disposition.as_deref(), Some("accepted" | "partly_accepted")))),
            Some(count(&|item| item.kind == "consultation_comment" && item.answered_on.is_some())),
        ),
        row("empower", "binding_decisions", Some(0), Some(answered)),
    ]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn item(received_on: Date, due_on: Date, answered_on: Option<Date>) -> ParticipationItem {
        let (disposition, contested) = (answered_on.map(|_| "no_ground".to_owned()), false);
        ParticipationItem {
            kind: "petition".to_owned(),
            received_on,
            due_on,
            answered_on,
            disposition,
            contested,
            second_due_on: None,
            second_answered_on: None,
            withdrawn: false,
            public: true,
        }
    }

    fn found<'a>(ladder: &'a [Indicator], code: &str) -> &'a Indicator {
        ladder.iter().find(|row| row.code == code).unwrap()
    }

    #[test]
    fn each_item_is_in_one_column_of_its_month() {
        let (first, due) = (date(2026, 11, 3), date(2026, 11, 25));
        let withdrawn = ParticipationItem { withdrawn: true, ..item(first, due, None) };
        let items = [
            item(first, due, Some(date(2026, 11, 5))),
            item(first, due, Some(due)),
            item(first, due, Some(date(2026, 11, 26))),
            item(first, due, None),
            item(first, date(2026, 12, 1), None),
            withdrawn,
            item(date(2026, 12, 1), date(2026, 12, 23), None),
        ];
        let rows = board(&items, date(2026, 12, 1));
        assert_eq!((rows.len(), rows[0].month.as_str(), rows[0].open), (2, "2026-12", 1));
        let row = &rows[1];
        assert_eq!(
            (row.received, row.answered_in_term, row.answered_late, row.overdue, row.open, row.withdrawn),
            (6, 2, 1, 1, 1, 1)
        );
        // 2, 15 and 16 working days: 16 November 2026 is a holiday.
        assert_eq!((rows[0].median_working_days, row.median_working_days), (None, Some(15)));
    }

    #[test]
    fn the_answer_to_a_contest_is_late_when_it_is() {
        let (first, due, today) = (date(2026, 11, 3), date(2026, 11, 25), date(2026, 12, 23));
        let contested = |second_due_on, second_answered_on| ParticipationItem {
            contested: true,
            second_due_on: Some(second_due_on),
            second_answered_on,
            ..item(first, due, Some(date(2026, 11, 5)))
        };
        for (item, late) in [
            (contested(today, None), false),
            (contested(date(2026, 12, 22), None), true),
            (contested(date(2026, 12, 22), Some(date(2026, 12, 22))), false),
            (contested(date(2026, 12, 21), Some(date(2026, 12, 22))), true),
            (ParticipationItem { withdrawn: true, ..contested(date(2026, 12, 22), None) }, false),
            // From before the term was kept.
            (ParticipationItem { second_due_on: None, ..contested(today, None) }, false),
        ] {
            let row = &board(std::slice::from_ref(&item), today)[0];
            assert_eq!((row.answered_in_term, row.answered_late), (i64::from(!late), i64::from(late)), "{item:?}");
            let share = ladder(std::slice::from_ref(&item), today);
            assert_eq!(found(&share, "answered_in_term").numerator, Some(i64::from(!late)), "{item:?}");
        }
    }

    #[test]
    fn nothing_is_zero_where_it_can_be_counted_and_none_where_not() {
        let none = ladder(&[], date(2026, 12, 1));
        let contested = found(&none, "contested");
        assert_eq!((contested.numerator, contested.denominator), (Some(0), Some(0)));
        assert_eq!(found(&none, "median_working_days").numerator, None);
        let binding = found(&none, "binding_decisions");
        assert_eq!((binding.numerator, binding.denominator), (Some(0), Some(0)));
        assert_eq!(found(&none, "received").denominator, None);
    }

    #[test]
    fn what_is_accepted_counts_among_the_comments_replied_to() {
        let comment = |disposition: Option<&str>| ParticipationItem {
            kind: "consultation_comment".to_owned(),
            disposition: disposition.map(str::to_owned),
            ..item(date(2026, 11, 3), date(2026, 12, 17), disposition.map(|_| date(2026, 11, 5)))
        };
        let petition = item(date(2026, 11, 3), date(2026, 11, 25), Some(date(2026, 11, 5)));
        let items =
            [comment(Some("accepted")), comment(Some("partly_accepted")), comment(Some("duplicate")), comment(None), petition];
        let all = ladder(&items, date(2026, 12, 1));
        let accepted = found(&all, "comments_accepted");
        assert_eq!((accepted.numerator, accepted.denominator), (Some(2), Some(3)));
        let begun = found(&all, "reviews_begun");
        assert_eq!((begun.numerator, begun.denominator), (Some(0), Some(1)));
    }

    #[test]
    fn a_term_that_is_over_counts_against_the_share() {
        let (first, due) = (date(2026, 11, 3), date(2026, 11, 25));
        let items = [item(first, due, Some(due)), item(first, due, None), item(date(2026, 12, 1), date(2026, 12, 23), None)];
        let all = ladder(&items, date(2026, 12, 1));
        assert_eq!((found(&all, "answered_in_term").numerator, found(&all, "answered_in_term").denominator), (Some(1), Some(2)));
        assert_eq!(found(&all, "ninetieth_percentile_working_days").numerator, Some(15));
        assert_eq!(percentile(vec![5, 1, 3, 2], 50), Some(2));
        assert_eq!(percentile(Vec::new(), 50), None);
    }
}
