//! Counts every row on its way to the caller: read = accepted + quarantined + refused by construction.

use super::error::{FileError, Stop};
use crate::domain::reports::source_row::{RowFault, RowOutcome};

/// The outcome of a file's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub read: u64,
    pub accepted: u64,
    pub quarantined: u64,
    pub refused: u64,
}

/// Takes the rows one by one; a failure of its own stops the reading.
pub type Each<'a, T> = dyn FnMut(RowOutcome<T>) -> Result<(), Stop> + 'a;

pub struct RowCounter<'a, 'b, T> {
    each: &'a mut Each<'b, T>,
    pub counts: Counts,
}

impl<'a, 'b, T> RowCounter<'a, 'b, T> {
    pub fn new(each: &'a mut Each<'b, T>) -> Self {
        Self { each, counts: Counts::default() }
    }

    /// A data row: good, or set aside.
    pub fn row(&mut self, line: u64, row: Result<T, RowFault>) -> Result<(), FileError> {
        self.counts.read += 1;
        match row {
            Ok(row) => {
                self.counts.accepted += 1;
                Ok((self.each)(RowOutcome::Accepted { line, row })?)
            }
            Err(fault) => {
                self.counts.quarantined += 1;
                Ok((self.each)(RowOutcome::Quarantined(fault))?)
            }
        }
    }

    /// What stands beside the accepted row that follows; no row of its own.
    pub fn extra(&mut self, line: u64, values: Vec<(String, String)>) -> Result<(), FileError> {
        Ok((self.each)(RowOutcome::Extra { line, values })?)
    }

    /// What is wrong with the file as a whole; no row of its own.
    pub fn whole(&mut self, fault: RowFault) -> Result<(), FileError> {
        Ok((self.each)(RowOutcome::Whole(fault))?)
    }

    /// A row that is not data.
    pub(crate) fn refuse(&mut self, fault: RowFault) -> Result<(), FileError> {
        self.counts.read += 1;
        self.counts.refused += 1;
        Ok((self.each)(RowOutcome::Refused(fault))?)
    }
}
