//! How values are written where several layers need the very same text: hexadecimal digits, and the JSON of a worksheet.
pub mod hex;
pub mod worksheet;
