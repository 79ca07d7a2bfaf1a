//! Medicines and codes.

pub mod law_benefit_plan;
pub mod law_codes;
pub mod law_library;
pub mod law_products;
pub mod medicines;
pub mod workbook_bindings;
