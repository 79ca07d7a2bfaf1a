//! Operations on reports of prices paid, and on the figures that are released of them.

pub(crate) mod answer_price_report;
pub(crate) mod confirm_price;
pub(crate) mod create_price_report;
pub(crate) mod list_price_report_counts;
pub(crate) mod list_price_report_queue;
pub(crate) mod list_price_report_statistics;
pub(crate) mod list_territories;
pub(crate) mod moderate_price_report;
pub(crate) mod open_price_report;
pub(crate) mod show_price_report;
pub(crate) mod withdraw_price_report;
