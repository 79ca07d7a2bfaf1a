//! A check of invoices and lists, and its answer in every form: JSON, tables, the caller's own file with columns added, evidence, sentences.

mod added;
mod added_columns;
mod added_sheet;
mod annotated_csv;
mod annotated_workbook;
pub mod check;
mod evidence;
pub mod form;
mod json;
mod judging;
mod own_file;
pub mod run;
mod sentences;
mod table;
mod work_sheet;
mod writer;
