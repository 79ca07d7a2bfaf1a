//! Rules that need the window or the other rows: periods, exact repetitions, keys with two values, odd combinations.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::intake::{IntakeRow, IntakeWindow};
use crate::domain::{
    listed::Operation,
    source_row::{Fault, SourceRow},
};

/// Of this many rows repetitions are noticed: 32 bytes a row, 128 MB in all; the rows of a file past that are taken as they come.
const REMEMBERED_MAX: usize = 4_000_000;

pub struct Checks {
    window: IntakeWindow,
    rows: HashSet<[u8; 16]>,
    keys: HashSet<[u8; 16]>,
}

impl Checks {
    pub fn new(window: IntakeWindow) -> Self {
        Self { window, rows: HashSet::new(), keys: HashSet::new() }
    }

    pub fn check(&mut self, row: SourceRow<IntakeRow>) -> SourceRow<IntakeRow> {
        let SourceRow::Accepted { line, mut row } = row else { return row };
        let fault = |reason, value: String| {
            SourceRow::Quarantined(Fault { sheet: None, line, column: Some("period".to_owned()), value, reason })
        };
        let period = row.report.period;
        if period.from > self.window.today {
            return fault("period_in_future", period.to_string());
        }
        if period.from < self.window.from || period.until > self.window.until {
            return fault("period_outside_submission", period.to_string());
        }
        if self.rows.len() < REMEMBERED_MAX {
            if !self.rows.insert(digest(&whole(&row))) {
                let value: String = whole(&row).chars().take(200).collect();
                return SourceRow::Quarantined(Fault { sheet: None, line, column: None, value, reason: "duplicate_row" });
            }
            if !self.keys.insert(digest(&key(&row))) {
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
        SourceRow::Accepted { line, row }
    }
}

fn key(row: &IntakeRow) -> String {
    let report = &row.report;
    let counterparty = row.counterparty.as_deref().unwrap_or_default();
    format!(
        "{} {} {} {} {} {:?} {counterparty}",
        report.cum,
        report.period,
        report.actor_role,
        report.operation.code(),
        report.transaction,
        report.unit
    )
}

fn whole(row: &IntakeRow) -> String {
    let number = |value: Option<rust_decimal::Decimal>| value.map(|value| value.normalize().to_string()).unwrap_or_default();
    let report = &row.report;
    let numbers = [report.minimum, report.maximum, report.units, report.value].map(number);
    format!("{} {}", key(row), numbers.join(" "))
}

fn digest(text: &str) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
    half
}
