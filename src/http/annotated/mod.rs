//! A person's own table with columns added: its bytes stay as they are, and cells are put in at the right of its rows.

pub mod added;
mod added_columns;
mod book_index;
pub mod csv;
pub mod workbook;
