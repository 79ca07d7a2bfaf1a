//! Rules that need the window or the other rows: periods, exact repetitions, keys with two values, odd combinations.

use std::{
    collections::{HashSet, hash_map::RandomState},
    hash::{BuildHasher, Hash},
};

use super::intake_row::{IntakeRow, IntakeWindow};
use crate::{
    domain::{
        calendar::period::Period,
        identifier::cum::Cum,
        law::listed::{InvoiceUnit, Operation, SismedReport},
        reports::source_row::RowOutcome,
    },
    ingest::table::row::fault,
};

/// Of this many different rows repetitions are noticed; what a larger file repeats is taken as it comes. A row and its key are kept
/// as 16 bytes each in two hash tables of at most 2^22 places of 17 bytes: 143 MB in all at the bound, 5 MB for 100,000 rows.
const REMEMBERED_MAX: usize = 3_500_000;

pub struct IntakeChecks {
    window: IntakeWindow,
    /// Where the file states the period.
    period_column: &'static str,
    remembered_max: usize,
    rows: HashSet<[u8; 16]>,
    keys: HashSet<[u8; 16]>,
    hashes: [RandomState; 2],
}

impl IntakeChecks {
    pub fn new(window: IntakeWindow, period_column: &'static str) -> Self {
        Self {
            window,
            period_column,
            remembered_max: REMEMBERED_MAX,
            rows: HashSet::new(),
            keys: HashSet::new(),
            hashes: [RandomState::new(), RandomState::new()],
        }
    }

    pub fn check(&mut self, row: RowOutcome<IntakeRow>) -> RowOutcome<IntakeRow> {
        let RowOutcome::Accepted { line, mut row } = row else { return row };
        if let Some(reason) = self.period_fault(&row) {
            let value = row.report.period.to_string();
            return RowOutcome::Quarantined(fault(None, line, Some(self.period_column.to_owned()), &value, reason));
        }
        if self.rows.len() < self.remembered_max {
            let key = Key::of(&row);
            let IntakeRow { report, .. } = &row;
            // Equal decimals have one hash, however they are written.
            if !self.rows.insert(self.digest(&(&key, report.minimum, report.maximum, report.units, report.value))) {
                return RowOutcome::Quarantined(fault(None, line, None, &whole(&row), "duplicate_row"));
            }
            if !self.keys.insert(self.digest(&key)) {
                row.flags.push("duplicate_key");
            }
        }
        let (role, operation) = (row.report.actor_role, row.report.operation);
        if role == 1 && operation != Operation::Sale {
            row.flags.push("role_with_purchase");
        }
        if operation == Operation::Reimbursement && ![3, 5].contains(&row.report.transaction) {
            row.flags.push("reimbursement_transaction");
        }
        RowOutcome::Accepted { line, row }
    }

    /// 128 bits under keys of this file: nobody can choose rows that are taken for repetitions.
    fn digest(&self, value: &impl Hash) -> [u8; 16] {
        let [first, second] = self.hashes.each_ref().map(|keyed| keyed.hash_one(value));
        (u128::from(first) << 64 | u128::from(second)).to_be_bytes()
    }

    fn period_fault(&self, row: &IntakeRow) -> Option<&'static str> {
        let (period, window) = (row.report.period, &self.window);
        if period.from > window.today {
            return Some("period_in_future");
        }
        (period.from < window.from || period.until > window.until).then_some("period_outside_submission")
    }
}

/// What says of which business a row speaks.
#[derive(Hash)]
struct Key<'a> {
    cum: Cum,
    period: Period,
    actor_role: u8,
    operation: Operation,
    transaction: u8,
    unit: InvoiceUnit,
    counterparty: Option<&'a str>,
}

impl<'a> Key<'a> {
    fn of(row: &'a IntakeRow) -> Self {
        let SismedReport { cum, period, actor_role, operation, transaction, unit, .. } = row.report;
        Self { cum, period, actor_role, operation, transaction, unit, counterparty: row.counterparty.as_deref() }
    }
}

/// The row in words. Numbers by their value: `1.50` repeats `1.5`.
fn whole(row: &IntakeRow) -> String {
    let number = |value: Option<rust_decimal::Decimal>| value.map(|value| value.normalize().to_string()).unwrap_or_default();
    let Key { cum, period, actor_role, operation, transaction, unit, counterparty } = Key::of(row);
    let (operation, counterparty) = (operation.code(), counterparty.unwrap_or_default());
    let report = &row.report;
    let numbers = [report.minimum, report.maximum, report.units, report.value].map(number);
    format!("{cum} {period} {actor_role} {operation} {transaction} {unit:?} {counterparty} {}", numbers.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn row() -> IntakeRow {
        let report = SismedReport {
            cum: "19914312-20".parse().unwrap(),
            period: Period::month(2020, 6).unwrap(),
            actor_role: 2,
            operation: Operation::Purchase,
            transaction: 1,
            unit: InvoiceUnit::Pack,
            minimum: Some("10.50".parse().unwrap()),
            maximum: Some("11".parse().unwrap()),
            units: Some("2".parse().unwrap()),
            value: Some("22".parse().unwrap()),
        };
        IntakeRow { report, counterparty: Some("890903938".to_owned()), flags: Vec::new() }
    }

    fn checks() -> IntakeChecks {
        let window = IntakeWindow { from: date(2020, 4, 1), until: date(2020, 7, 1), today: date(2020, 6, 10), reporter: None };
        IntakeChecks::new(window, "period")
    }

    /// The reason, or the flags.
    fn flags_of(checks: &mut IntakeChecks, row: &IntakeRow) -> String {
        match checks.check(RowOutcome::Accepted { line: 3, row: row.clone() }) {
            RowOutcome::Accepted { row, .. } => row.flags.join(" "),
            RowOutcome::Quarantined(fault) | RowOutcome::Refused(fault) => {
                format!("{} {} {}", fault.column.as_deref().unwrap_or("-"), fault.value, fault.reason)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_period_must_have_begun_and_lie_inside() {
        let mut checks = checks();
        let mut of = |period: Option<Period>| {
            let mut row = row();
            row.report.period = period.unwrap();
            flags_of(&mut checks, &row)
        };
        assert_eq!(of(Period::month(2020, 4)), "");
        assert_eq!(of(Period::month(2020, 6)), "", "the month that goes on has begun");
        assert_eq!(of(Period::month(2020, 3)), "period 2020-03 period_outside_submission");
        assert_eq!(of(Period::year(2020)), "period 2020 period_outside_submission");
        assert_eq!(of(Period::month(2020, 7)), "period 2020-07 period_in_future");
        assert_eq!(of(Period::year(2021)), "period 2021 period_in_future");
    }

    /// What makes two rows the same, and what makes them two rows of one key.
    #[test]
    fn a_repetition_is_set_aside_and_another_value_is_marked() {
        let mut checks = checks();
        assert_eq!(flags_of(&mut checks, &row()), "");
        let mut again = row();
        again.report.minimum = Some("10.5".parse().unwrap());
        assert!(flags_of(&mut checks, &again).ends_with(" 10.5 11 2 22 duplicate_row"), "the same number in other digits");
        again.report.minimum = None;
        assert_eq!(flags_of(&mut checks, &again), "duplicate_key");
        assert!(flags_of(&mut checks, &again).ends_with("duplicate_row"), "a marked row can be repeated too");
        let others: [fn(&mut IntakeRow); 7] = [
            |row| row.report.cum.consecutive = 2,
            |row| row.report.period = Period::month(2020, 5).unwrap(),
            |row| row.report.actor_role = 1,
            |row| row.report.operation = Operation::Sale,
            |row| row.report.transaction = 2,
            |row| row.report.unit = InvoiceUnit::DispensingUnit,
            |row| row.counterparty = None,
        ];
        for (index, change) in others.into_iter().enumerate() {
            let mut other = row();
            change(&mut other);
            assert!(!flags_of(&mut checks, &other).contains("duplicate"), "part {index} of the key");
        }
    }

    #[test]
    fn odd_combinations_are_marked() {
        let cases = [
            (1, Operation::Sale, 1, ""),
            (1, Operation::Purchase, 1, "role_with_purchase"),
            (2, Operation::Reimbursement, 3, ""),
            (2, Operation::Reimbursement, 5, ""),
            (2, Operation::Reimbursement, 4, "reimbursement_transaction"),
            (1, Operation::Reimbursement, 1, "role_with_purchase reimbursement_transaction"),
        ];
        for (role, operation, transaction, flags) in cases {
            let mut row = row();
            (row.report.actor_role, row.report.operation, row.report.transaction) = (role, operation, transaction);
            assert_eq!(flags_of(&mut checks(), &row), flags);
        }
    }

    #[test]
    fn past_the_bound_rows_are_taken_as_they_come() {
        let mut checks = checks();
        checks.remembered_max = 2;
        let with = |units: i64| {
            let mut row = row();
            row.report.units = Some(units.into());
            row
        };
        assert_eq!([1, 2, 2, 3].map(|units| flags_of(&mut checks, &with(units))), ["", "duplicate_key", "", ""]);
        assert_eq!((checks.rows.len(), checks.keys.len()), (2, 1));
    }
}
