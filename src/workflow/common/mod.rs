//! What all actions share: context, errors, secrets and keys.

pub mod context;
pub mod error;
pub mod key_cache;
pub mod random;
pub mod secrets;
pub mod url_policy;
pub mod workflow;
