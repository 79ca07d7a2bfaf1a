//! File formats: text, JSON, workbooks and packed files, and what their cells say.

pub(crate) mod bounded_lines;
pub(crate) mod dates;
pub(crate) mod decode;
pub(crate) mod fields;
pub mod fingerprint;
pub(crate) mod fold;
pub mod gzip;
pub(crate) mod json_rows;
pub(crate) mod number;
pub(crate) mod records;
pub(crate) mod unpacking;
pub(crate) mod xlsx;
