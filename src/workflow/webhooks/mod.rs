//! Subscriptions and signed webhooks.

pub(crate) mod challenge;
pub mod client;
pub mod delivering;
pub(crate) mod signature;
pub(crate) mod watches;
