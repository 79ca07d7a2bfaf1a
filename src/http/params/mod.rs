//! Parameters and bodies of operations, typed.

pub mod act_draft;
pub mod as_of;
pub mod calendar;
pub mod case_filter;
pub mod change_filter;
pub mod choices;
pub mod document;
pub mod identifiers;
pub mod numbers;
pub mod price_question;
pub mod report_filter;
pub mod schema;
pub mod value;
pub mod watch;
