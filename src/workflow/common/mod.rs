//! What all actions share: context, errors, secrets and keys.

pub(crate) mod context;
pub mod error;
pub(crate) mod forgetting;
pub(crate) mod key_cache;
pub mod known_secrets;
pub(crate) mod lookup_limit;
pub(crate) mod random;
pub mod secrets;
pub(crate) mod ticket;
pub mod workflow;
