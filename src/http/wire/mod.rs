//! The serialised twins of domain values.

pub(crate) mod acts;
pub(crate) mod cases;
pub(crate) mod changes;
pub(crate) mod consultations;
pub(crate) mod invoices;
pub(crate) mod medicines;
pub(crate) mod open_data;
pub(crate) mod participation;
pub(crate) mod price_reports;
pub(crate) mod purchases;
pub(crate) mod service;
pub(crate) mod submissions;
pub(crate) mod verdicts;
