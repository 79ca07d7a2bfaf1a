//! Texts that several layers must write identically: hexadecimal digits, and the JSON of a worksheet.
pub(crate) mod hex;
pub mod worksheet;
