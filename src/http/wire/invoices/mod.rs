//! JSON of checked invoices and lists.

pub(crate) mod line;
pub(crate) mod reasons;
pub(crate) mod report;
pub(crate) mod sale;
pub(crate) mod sentence;
pub(crate) mod settled;
