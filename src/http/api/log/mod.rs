//! Operations on the Merkle log: heads, leaves and proofs.

pub(crate) mod list_log_entries;
pub(crate) mod show_log;
pub(crate) mod show_log_consistency;
pub(crate) mod show_log_inclusion;
