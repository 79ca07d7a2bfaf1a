//! Medicines and codes.

pub(crate) mod law_benefit_plan;
pub(crate) mod law_codes;
pub mod law_file;
pub mod law_library;
pub(crate) mod law_products;
pub(crate) mod medicines;
pub(crate) mod workbook_bindings;
