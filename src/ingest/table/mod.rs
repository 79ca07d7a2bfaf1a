//! Tables in any kind of file: columns by name, rows counted.

pub mod columns;
pub mod json_table;
pub mod layout;
pub mod row;
pub mod sheet_table;
pub mod text_table;
