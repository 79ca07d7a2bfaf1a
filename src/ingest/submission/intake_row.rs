//! One row of a submission, and the reporter's statements about the file.

use jiff::civil::Date;

use crate::domain::{identifier::nit::Nit, law::listed::SismedReport};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeRow {
    pub report: SismedReport,
    /// NIT of the other side of the business, digits without check digit.
    pub counterparty: Option<String>,
    /// Flags that need no ceiling: `duplicate_key`, `role_with_purchase`, `reimbursement_transaction`.
    pub flags: Vec<&'static str>,
}

/// The reporter's statements about the file, and the day on which it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntakeWindow {
    /// Half-open.
    pub from: Date,
    pub until: Date,
    pub today: Date,
    /// Who submits, where the file has to name the same one.
    pub reporter: Option<Nit>,
}
