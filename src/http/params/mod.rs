//! Parameters and bodies of operations, typed.

pub mod act_draft;
pub mod as_of;
pub mod case_filter;
pub mod change_filter;
pub mod check_lines;
pub mod price_question;
pub mod report_filter;
pub mod watch;
pub mod watching;
