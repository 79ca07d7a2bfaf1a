//! The law as dated data: acts, ceilings, channels, and which ceiling binds a sale.

pub mod act;
pub mod act_articles;
pub mod act_diff;
pub(crate) mod act_draft;
pub mod basis;
pub(crate) mod changes;
pub mod channel;
pub(crate) mod draft_revision;
pub(crate) mod draft_variant;
pub(crate) mod edition;
pub mod financing;
pub mod lawbook;
pub mod listed;
pub(crate) mod market_index;
pub mod rules;
pub mod two_persons;
