//! One layout of a publisher a file.

pub(crate) mod actors;
pub(crate) mod benefit_plan;
pub(crate) mod catalogue;
pub(crate) mod ceiling_cells;
pub(crate) mod code_tables;
pub(crate) mod dated_row;
pub(crate) mod exchange_rates;
pub(crate) mod known_layouts;
pub(crate) mod minsalud_sheets;
pub(crate) mod minsalud_workbook;
pub(crate) mod open_data_ceilings;
pub mod price_table;
pub(crate) mod purchases;
pub(crate) mod sismed;
pub(crate) mod sismed_query;
pub(crate) mod thermometer;
pub(crate) mod unit_conventions;
pub(crate) mod vital_authorisations;
