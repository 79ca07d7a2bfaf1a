//! What pages are made with: frame, templates, words, forms.

pub mod assets;
pub mod call_operation;
pub mod format;
pub mod frame;
pub mod messages;
pub mod parse_amount;
pub mod problem_page;
pub mod relative_time;
pub mod savings;
pub mod template;
pub mod thermometer;
