//! Operations on the service itself.

pub(crate) mod create_free_key;
pub(crate) mod discard_held_import;
pub(crate) mod list_exchange_rates;
pub(crate) mod list_feed_runs;
pub(crate) mod list_feeds;
pub(crate) mod list_held_imports;
pub(crate) mod list_source_faults;
pub(crate) mod list_sources;
pub(crate) mod release_held;
pub(crate) mod release_held_import;
pub(crate) mod run_feed;
pub(crate) mod show_status;
