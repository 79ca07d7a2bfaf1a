//! Parameters and bodies of operations, typed.

pub(crate) mod act_draft;
pub(crate) mod as_of;
pub(crate) mod case_filter;
pub(crate) mod change_filter;
pub(crate) mod check_lines;
pub(crate) mod draft_variant;
pub(crate) mod invoice_sale;
pub(crate) mod price_question;
pub(crate) mod report_filter;
pub(crate) mod watch;
pub mod watching;
