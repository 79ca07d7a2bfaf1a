//! Subscriptions and signed webhooks.

pub mod client;
pub mod delivering;
pub(crate) mod signature;
pub(crate) mod watches;
