//! Operations on the audit log and keys.

pub mod list_audit;
pub mod list_signing_keys;
pub mod show_me;
