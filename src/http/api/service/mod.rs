//! Operations on the service itself.

pub mod create_free_key;
pub mod list_source_faults;
pub mod list_sources;
pub mod show_status;
