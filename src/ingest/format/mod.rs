//! File formats: text, JSON, workbooks and packed files, and what their cells say.

pub mod bounded_lines;
pub mod dates;
pub mod decode;
pub mod fields;
pub mod fingerprint;
pub mod fold;
pub mod gzip;
pub mod json_rows;
pub mod number;
pub mod records;
pub mod unpacking;
pub mod xlsx;
