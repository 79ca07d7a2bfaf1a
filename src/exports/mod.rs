//! Open-data files: data sets as dated, immutable files in several formats, and what changed from one version to the next.
pub mod build;
pub mod cell_text;
pub mod data_set;
pub mod data_sets;
pub mod delta;
pub mod error;
pub mod parquet_file;
pub mod people_rows;
pub mod records;
pub mod refresh;
pub mod render;
pub mod schema;
pub mod scratch;
pub mod spreadsheet;
pub mod storing;
pub mod text_rows;
