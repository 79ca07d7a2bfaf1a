//! What pages share: frame, templates, texts, forms.

pub mod assets;
pub mod call_operation;
pub mod format;
pub mod frame;
pub mod messages;
pub mod parse_amount;
pub mod relative_time;
pub mod savings;
pub mod template;
pub mod thermometer;
