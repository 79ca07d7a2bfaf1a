//! JSON of verdicts.

pub(crate) mod assessment;
pub(crate) mod ceiling;
pub(crate) mod code;
pub(crate) mod explanation;
pub(crate) mod financing;
pub(crate) mod item_text;
pub(crate) mod reading;
pub(crate) mod verdict;
pub(crate) mod worksheet;
