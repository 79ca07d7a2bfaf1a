//! Subscriptions and signed webhooks.

pub mod client;
pub mod delivering;
pub mod signature;
pub mod subscriptions;
