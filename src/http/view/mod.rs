//! What pages share: frame, templates, texts, forms.

pub(crate) mod assets;
pub(crate) mod call_operation;
pub(crate) mod compliance_table;
pub(crate) mod format;
pub(crate) mod frame;
pub(crate) mod list_filters;
pub(crate) mod messages;
pub(crate) mod parse_amount;
pub(crate) mod problem_page;
pub(crate) mod public_form;
pub(crate) mod relative_time;
pub(crate) mod savings;
pub(crate) mod template;
pub(crate) mod thermometer;
