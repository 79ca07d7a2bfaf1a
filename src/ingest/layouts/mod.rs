//! One layout of a publisher a file.

pub mod benefit_plan;
pub mod catalogue;
pub mod ceiling_cells;
pub mod code_tables;
pub mod known_layouts;
pub mod minsalud_sheets;
pub mod minsalud_workbook;
pub mod open_data_ceilings;
pub mod price_table;
pub mod sismed;
pub mod sismed_query;
pub mod thermometer;
