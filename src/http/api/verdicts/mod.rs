//! Operations on verdicts.

pub(crate) mod check_invoices;
pub(crate) mod check_price;
pub(crate) mod check_prices;
pub(crate) mod list_assessments;
pub(crate) mod read_item_texts;
pub(crate) mod summarise_assessments;
