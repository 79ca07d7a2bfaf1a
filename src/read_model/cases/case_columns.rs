//! Columns of cases as domain values.

use crate::{
    domain::identifier::nit::Nit,
    store::postgres::error::{StoreError, corrupt},
};

/// A stored NIT has no check digit.
pub(crate) fn nit(digits: &str) -> Result<Nit, StoreError> {
    digits.parse().map_err(|error| corrupt("case_file", error))
}
