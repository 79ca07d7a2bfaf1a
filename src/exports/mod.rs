//! Open-data files: data sets as dated, immutable files in several formats, and what changed from one version to the next.
pub mod build;
pub(crate) mod cell_text;
pub mod data_set;
pub(crate) mod data_sets;
pub(crate) mod delta;
pub(crate) mod error;
pub(crate) mod parquet_file;
pub(crate) mod people_rows;
pub(crate) mod records;
pub(crate) mod refresh;
pub(crate) mod render;
pub(crate) mod schema;
pub(crate) mod scratch;
pub(crate) mod spreadsheet;
pub(crate) mod storing;
pub(crate) mod text_rows;
