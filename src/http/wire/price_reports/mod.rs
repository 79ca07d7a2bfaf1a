//! JSON of reports of prices and of what is released of them.

pub(crate) mod price_report;
pub(crate) mod price_report_answer;
pub(crate) mod sent;
pub(crate) mod statistic;
