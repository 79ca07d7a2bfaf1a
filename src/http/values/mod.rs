//! Values that clients write as text: each kind with its schema, its reader and its fault.

pub(crate) mod calendar;
pub(crate) mod choices;
pub(crate) mod consultations;
pub(crate) mod identifiers;
pub mod numbers;
pub(crate) mod price_reports;
pub(crate) mod schema;
pub(crate) mod value;
