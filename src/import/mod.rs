//! Imports files: one use case from a file to committed rows.

pub mod file;
pub mod judge_file;
mod purchase_judge;
mod purchase_line;
mod purchase_prices;
mod purchases;
pub mod purchases_again;
pub mod release;
pub mod report;
pub(crate) mod reports;
pub(crate) mod stream;
pub mod undo;
