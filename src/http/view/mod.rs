//! What pages are made with: frame, templates, words, forms.

pub mod age;
pub mod assets;
pub mod call_operation;
pub mod frame;
pub mod messages;
pub mod saving;
pub mod template;
pub mod thermometer;
pub mod typed;
pub mod written;
