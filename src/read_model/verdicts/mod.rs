//! Prices judged: questions, stored reports, and their bases.

pub mod assessments;
pub(crate) mod assessments_summary;
pub mod check;
pub mod invoice_lines;
pub mod line_tables;
pub mod stored_basis;
