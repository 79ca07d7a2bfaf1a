//! Tables in any kind of file: columns by name, rows counted.

pub(crate) mod columns;
pub(crate) mod json_table;
pub(crate) mod layout;
pub(crate) mod row;
pub(crate) mod sheet_table;
pub(crate) mod text_table;
